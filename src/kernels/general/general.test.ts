import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { inventedTable, publicKey, uncertifiedPlan } from '../../core/inference/check-problem.ts';
import { allocateClippedSum, clippedSum } from '../../core/inference/clipped-gradient.ts';
import { bindTable, init, stepInPlace } from '../../core/inference/dpvi.ts';
import { copyState } from '../../core/inference/dpvi-state.ts';
import { allocateBatch, fullBatch, mergeRows } from '../../core/inference/row-patterns.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { logDensityGradient } from '../../core/model/log-density.ts';
import { addPriorGradient } from '../../core/model/prior.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { rawScaleOf } from '../../core/model/softplus.ts';
import { allocateTables, fillTables } from '../../core/model/tables.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { clippedIntegerSum, type GeneralProblem, generalStep } from './general-dpvi.ts';
import { type GeneralModel, priorGradient, rowGradients, rowsAreSeparate } from './general-model.ts';
import { mixtureModel } from './mixture-model.ts';

const levelCounts = [4, 2, 3];
const rowCount = 40;
const FAMILIES: readonly OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];

function numbersOf(table: CodedTable): Float32Array {
  const width = table.columns.length + 1;
  const rows = new Float32Array(table.rowCount * width);
  for (let i = 0; i < table.rowCount; i += 1) {
    table.columns.forEach((column, j) => {
      rows[i * width + j] = column[i] as number;
    });
    rows[i * width + width - 1] = table.outcome[i] as number;
  }
  return rows;
}

function setUp(family: OutcomeFamily, noiseMultiplier = 0, clipNorm = 0.8, samplingRate = 1) {
  const plan = uncertifiedPlan({
    levelCounts,
    rowCount,
    noiseMultiplier,
    settings: { components: 4, clipNorm, samplingRate, steps: 30, averagedFraction: 0.4 },
    family,
  });
  const layout = parameterLayout(plan.shape);
  const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.4, binary: true, number: 5 });
  const z = Float64Array.from({ length: layout.dimension }, (_, k) =>
    Math.fround(0.7 * Math.sin(11 * k + 1)),
  );
  z[layout.intercept] = -1.5;
  const problem: GeneralProblem = {
    model: mixtureModel(layout, family),
    rows: numbersOf(table),
    mechanism: plan.mechanism.parameters,
    clipNorm,
    learningRate: plan.settings.learningRate,
    averagedSteps: 12,
  };
  return { plan, layout, table, z, problem };
}

const everyRow = Uint32Array.from({ length: rowCount }, (_, i) => i);

const streams = (number: number) => ({
  variationalDraw: chacha20Source(publicKey(number), 'variationalDraw'),
  subsample: chacha20Source(publicKey(number), 'subsample'),
  mechanismNoise: chacha20Source(publicKey(number), 'mechanismNoise'),
});

beforeAll(async () => {
  // Only silences its advice to install another package.
  tf.env().set('IS_NODE', false);
  await tf.setBackend('cpu');
});

describe.each(FAMILIES)('the built-in model as tfjs operations under %s', (family) => {
  it('has the gradient of every row, and of the prior', async () => {
    const { layout, table, z, problem } = setUp(family);
    const D = layout.dimension;
    const automatic = await rowGradients(problem.model, z, problem.rows);
    for (let i = 0; i < rowCount; i += 1) {
      const levels = table.columns.map((column) => column[i] as number);
      const exact = logDensityGradient(layout, family, z, levels, table.outcome[i] as number);
      // float32: 6e-8 relative an operation, a few dozen operations, numbers up to about 2.
      exact.forEach((g, k) => void expect(Math.abs(g - (automatic[i * D + k] as number))).toBeLessThan(4e-6));
    }
    const prior = new Float64Array(D);
    addPriorGradient(layout, z, 1, prior);
    const mine = await priorGradient(problem.model, z);
    prior.forEach((g, k) => void expect(Math.abs(g - (mine[k] as number))).toBeLessThan(2e-6));
  });

  it('has the clipped sum of the machines', async () => {
    const { layout, table, z, problem } = setUp(family);
    const mine = await clippedIntegerSum(problem, z, everyRow);
    const patterns = mergeRows(layout, table);
    const batch = allocateBatch(patterns);
    fullBatch(patterns, batch);
    const tables = allocateTables(layout);
    fillTables(layout, z, tables);
    const theirs = new Float64Array(layout.dimension);
    clippedSum(layout, family, 0.8, tables, patterns, batch, allocateClippedSum(layout), theirs);
    // In grid steps of 2^-20: 40 rows of float32 gradients (4e-6: four steps) and clip norms 3e-5 apart (30 steps of the
    // largest entries of a row).
    mine.forEach((k, i) => void expect(Math.abs(k - (theirs[i] as number))).toBeLessThan(rowCount * 35));
  });

  it('trains as the reference does under the same streams, noise and batches too', async () => {
    const { plan, table, problem } = setUp(family, 0.5, 2, 0.5);
    const start = init(plan, chacha20Source(publicKey(8), 'initialLocation'));
    start.rawScale.fill(rawScaleOf(0.1));
    const theirs = { ...copyState(start) };
    const bound = bindTable(plan, table);
    // The reference sorts its rows by pattern and draws positions: give the general path the same order.
    const order = sortedLikeThe(table);
    let mine = copyState(start);
    const [a, b] = [streams(9), streams(9)];
    for (let t = 0; t < 30; t += 1) {
      stepInPlace(bound, theirs, a);
      mine = await generalStep({ ...problem, rows: numbersOf(order) }, mine, b);
    }
    expect(mine.step).toBe(30);
    expect(mine.averagedSteps).toBe(theirs.averagedSteps);
    // Adam divides by gradients: float32 gradients that differ by 1e-6 of noise of 0.1 move a step of 0.05 by 1e-6 or so, thirty times.
    mine.location.forEach(
      (m, k) => void expect(Math.abs(m - (theirs.location[k] as number))).toBeLessThan(2e-3),
    );
    mine.locationSum.forEach((m, k) => {
      expect(Math.abs(m - (theirs.locationSum[k] as number)) / 12).toBeLessThan(2e-3);
    });
  });
});

/** Rows sorted by (x_1, …, x_d, y), as `mergeRows` has them. */
function sortedLikeThe(table: CodedTable): CodedTable {
  const keys = [...table.columns, table.outcome];
  const order = Array.from({ length: table.rowCount }, (_, i) => i).sort((a, b) => {
    for (const key of keys) {
      const apart = (key[a] as number) - (key[b] as number);
      if (apart !== 0) return apart;
    }
    return a - b;
  });
  return {
    rowCount: table.rowCount,
    columns: table.columns.map((column) => Uint8Array.from(order, (i) => column[i] as number)),
    outcome: Uint32Array.from(order, (i) => table.outcome[i] as number),
  };
}

describe('what one row can do', () => {
  it('is at most C, exactly, whatever its gradient', async () => {
    for (const [size, clipNorm] of [
      [1, 0.8],
      [30, 2],
      [0.1, 0.01],
    ] as const) {
      const { z, problem } = setUp('poisson', 0, clipNorm);
      const at = z.map((value) => size * value);
      const whole = await clippedIntegerSum(problem, at, everyRow);
      for (let row = 0; row < rowCount; row += 6) {
        const rest = await clippedIntegerSum(
          problem,
          at,
          everyRow.filter((i) => i !== row),
        );
        const squares = whole.reduce((sum, value, k) => sum + (value - (rest[k] as number)) ** 2, 0);
        expect(squares).toBeLessThanOrEqual(2 ** 40);
      }
    }
  });

  it('is nothing where its gradient is no number', async () => {
    const { z, problem } = setUp('poisson');
    const strange: GeneralModel = {
      ...problem.model,
      logDensity: (parameters, rows) =>
        tf.mul(problem.model.logDensity(parameters, rows), Number.NaN) as tf.Tensor1D,
    };
    const sum = await clippedIntegerSum({ ...problem, model: strange }, z, everyRow);
    expect(sum.every((value) => value === 0)).toBe(true);
  });

  it('is looked for in other rows: a model that mixes rows is found out', async () => {
    const { z, problem } = setUp('poisson');
    expect(await rowsAreSeparate(problem.model, z, problem.rows)).toBe(true);
    const mixing: GeneralModel = {
      ...problem.model,
      logDensity(parameters, rows) {
        const own = problem.model.logDensity(parameters, rows);
        return tf.sub(own, tf.mul(0.01, tf.square(tf.mean(own)))) as tf.Tensor1D;
      },
    };
    expect(await rowsAreSeparate(mixing, z, problem.rows)).toBe(false);
  });
});
