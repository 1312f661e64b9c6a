import * as tf from '@tensorflow/tfjs-core';
import type { OutcomeDraw } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { outcomeMean, rateOf } from '../../core/model/outcome-family.ts';
import { allocateTables, fillTables, type ModelTables } from '../../core/model/tables.ts';
import { type RandomSource, uniform } from '../../core/random/random-source.ts';
import { drawParameters } from '../../core/synthesis/draw-sets.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';

/**
 * One synthetic set by tfjs operations: one z ~ q(z), then rows by inverting distribution functions,
 *
 *     r = #{r' : u_0 ≥ Π_{r'}},  x_j = #{c : u_j ≥ Θ_j^(r)[c]},  y = 1[u_{d+1} < E[y | x]]
 *
 * for uniform u from the source, d + 2 a row, in float32 (probabilities to 6e-8). Post-processing of the posterior: no
 * privacy rests on it, and no generator of tfjs is used. For 0/1 outcomes; counts are drawn by `core/synthesis`.
 */
export async function drawRows(
  posterior: Posterior,
  rowCount: number,
  outcomeDraw: Exclude<OutcomeDraw, 'poisson'>,
  random: RandomSource,
): Promise<SyntheticSet> {
  const layout = parameterLayout(posterior.shape);
  const tables = allocateTables(layout);
  fillTables(layout, drawParameters(posterior, random), tables);
  const uniforms = Float32Array.from({ length: rowCount * (layout.variableCount + 2) }, () =>
    uniformFloat(random),
  );
  const { codes, linear } = tf.tidy(() => rowCodes(posterior, tables, uniforms, rowCount));
  const [levels, predictors] = await Promise.all([codes.data(), linear.data()]);
  codes.dispose();
  linear.dispose();
  const d = layout.variableCount;
  const columns = Array.from({ length: d }, (_, j) =>
    Uint8Array.from({ length: rowCount }, (_, i) => levels[j * rowCount + i] as number),
  );
  const outcome = Uint32Array.from({ length: rowCount }, (_, i) => {
    const predictor = predictors[i] as number;
    const mean =
      outcomeDraw === 'bernoulli'
        ? Math.min(1, outcomeMean(posterior.shape.family, predictor))
        : -Math.expm1(-rateOf(predictor));
    return (uniforms[(d + 1) * rowCount + i] as number) < mean ? 1 : 0;
  });
  return { rowCount, columns, outcome };
}

/** Below 1 also as a float32. */
function uniformFloat(random: RandomSource): number {
  return Math.min(uniform(random), 1 - 2 ** -24);
}

/** Levels [d, N] and linear predictors [N] of rows whose uniforms are [d + 2, N]. */
function rowCodes(posterior: Posterior, tables: ModelTables, uniforms: Float32Array, rowCount: number) {
  const layout = parameterLayout(posterior.shape);
  const { components: R, variableCount: d } = layout;
  const u = tf.tensor2d(uniforms, [d + 2, rowCount]);
  const row = (j: number) => tf.reshape(tf.slice(u, [j, 0], [1, rowCount]), [rowCount, 1]);
  const component = countBelow(row(0), tf.tensor2d(cumulative(tables.mixture, 0, 1, R), [1, R - 1]));
  let linear: tf.Tensor = tf.fill([rowCount], tables.intercept);
  const codes: tf.Tensor[] = [];
  for (let j = 0; j < d; j += 1) {
    const first = layout.levelStart[j] as number;
    const count = layout.levelCounts[j] as number;
    const borders = new Float32Array(R * (count - 1));
    for (let r = 0; r < R; r += 1)
      borders.set(cumulative(tables.level, first * R + r, R, count), r * (count - 1));
    const own = tf.gather(tf.tensor2d(borders, [R, count - 1]), component);
    const level = countBelow(row(j + 1), own);
    const coefficients = tf.tensor1d(Float32Array.from(tables.coefficient.subarray(first, first + count)));
    linear = tf.add(linear, tf.gather(coefficients, level));
    codes.push(level);
  }
  return { codes: tf.stack(codes), linear };
}

/** #{borders ≤ u} a row, as int32: u [N, 1], borders [1 or N, n]. */
function countBelow(u: tf.Tensor, borders: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.cast(tf.greaterEqual(u, borders), 'int32'), 1) as tf.Tensor1D;
}

/** Partial sums of `count` probabilities at a stride, the last (1) left out. Added in float64. */
function cumulative(probabilities: Float64Array, from: number, stride: number, count: number): Float32Array {
  let sum = 0;
  return Float32Array.from({ length: count - 1 }, (_, c) => {
    sum += probabilities[from + c * stride] as number;
    return sum;
  });
}
