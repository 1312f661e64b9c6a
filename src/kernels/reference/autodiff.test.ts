import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { inventedTable, uncertifiedPlan } from '../../core/inference/check-problem.ts';
import { allocateClippedSum, clippedSum } from '../../core/inference/clipped-gradient.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from '../../core/inference/released-sum.ts';
import { allocateBatch, fullBatch, mergeRows } from '../../core/inference/row-patterns.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { logDensityGradient } from '../../core/model/log-density.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { allocateTables, fillTables } from '../../core/model/tables.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';

const levelCounts = [4, 2, 3];
const rowCount = 24;

function problem(family: OutcomeFamily) {
  const { shape } = uncertifiedPlan({
    levelCounts,
    rowCount,
    noiseMultiplier: 0,
    settings: { components: 4 },
    family,
  });
  const layout = parameterLayout(shape);
  const z = Float64Array.from({ length: layout.dimension }, (_, k) => 0.7 * Math.sin(11 * k + 1));
  z[layout.intercept] = -1.5;
  const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.4, binary: true, number: 5 });
  return { layout, z, table };
}

/** ln p(x, y | z) of one row in tfjs operations, from METHOD §3 and knowing nothing of the tables used in core. */
function density(layout: ParameterLayout, family: OutcomeFamily, table: CodedTable, i: number) {
  return (z: tf.Tensor): tf.Tensor => {
    const R = layout.components;
    let joint: tf.Tensor = tf.logSoftmax(tf.slice(z, 0, R));
    let linear: tf.Tensor = tf.reshape(tf.slice(z, layout.intercept, 1), []);
    for (let j = 0; j < layout.variableCount; j += 1) {
      const count = layout.levelCounts[j] as number;
      const first = layout.levelStart[j] as number;
      const code = table.columns[j]?.[i] as number;
      const logits = tf.reshape(tf.slice(z, R + first * R, count * R), [count, R]);
      const logTheta = tf.logSoftmax(tf.transpose(logits));
      joint = tf.add(joint, tf.reshape(tf.slice(logTheta, [0, code], [R, 1]), [R]));
      const beta = layout.betaIndex[first + code] as number;
      if (beta >= 0) linear = tf.add(linear, tf.reshape(tf.slice(z, beta, 1), []));
    }
    return tf.add(tf.logSumExp(joint), outcomeDensity(family, linear, table.outcome[i] as number));
  };
}

function outcomeDensity(family: OutcomeFamily, linear: tf.Tensor, y: number): tf.Tensor {
  const rate = tf.exp(linear);
  switch (family) {
    case 'poisson':
      return tf.sub(tf.mul(linear, y), rate);
    case 'bernoulli-log':
      return y === 1 ? tf.minimum(linear, 0) : tf.log(tf.sub(1, rate));
    case 'bernoulli-logit':
      return tf.sub(tf.mul(linear, y), tf.log(tf.add(rate, 1)));
  }
}

beforeAll(async () => {
  // Only silences its advice to install another package.
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
});

describe.each<OutcomeFamily>(['poisson', 'bernoulli-log', 'bernoulli-logit'])(
  'automatic differentiation under %s',
  (family) => {
    const { layout, z, table } = problem(family);
    const gradients: Float32Array[] = [];

    beforeAll(() => {
      for (let i = 0; i < rowCount; i += 1) {
        const start = tf.tensor1d(Float32Array.from(z));
        const gradient = tf.tidy(() => tf.grad(density(layout, family, table, i))(start));
        gradients.push(Float32Array.from(gradient.dataSync()));
      }
    });

    it('gives the gradient of every row', () => {
      gradients.forEach((automatic, i) => {
        const levels = table.columns.map((column) => column[i] as number);
        const exact = logDensityGradient(layout, family, z, levels, table.outcome[i] as number);
        // tfjs computes in float32: 6e-8 relative an operation, a few dozen operations, numbers up to about 2.
        exact.forEach((g, k) => void expect(Math.abs(g - (automatic[k] as number))).toBeLessThan(3e-6));
      });
    });

    it('gives, clipped row by row and added, the clipped sum', () => {
      const clipNorm = 0.8;
      const effective = effectiveClipNorm(layout, clipNorm);
      const expected = new Float64Array(layout.dimension);
      let clipped = 0;
      for (const g of gradients) {
        const norm = Math.sqrt(g.reduce((sum, value) => sum + value * value, 0));
        if (norm > effective) clipped += 1;
        g.forEach((value, k) => {
          expected[k] = (expected[k] as number) + value * Math.min(1, effective / norm);
        });
      }
      expect(clipped).toBeGreaterThan(rowCount / 4);
      const patterns = mergeRows(layout, table);
      const batch = allocateBatch(patterns);
      fullBatch(patterns, batch);
      const tables = allocateTables(layout);
      fillTables(layout, z, tables);
      const sum = new Float64Array(layout.dimension);
      clippedSum(layout, family, clipNorm, tables, patterns, batch, allocateClippedSum(layout), sum);
      // 24 rows: float32 in tfjs (3e-6 each at most) and half a grid step (4e-7) an entry here.
      sum.forEach((k, index) => {
        const value = k * GRID_PER_CLIP_NORM * clipNorm;
        expect(Math.abs(value - (expected[index] as number))).toBeLessThan(rowCount * 1.5e-6);
      });
    });
  },
);
