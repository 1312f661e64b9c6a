import * as tf from '@tensorflow/tfjs-core';
import type { OutcomeDraw } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { outcomeMean, rateOf } from '../../core/model/outcome-family.ts';
import type { ModelShape } from '../../core/model/shape.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import { type RandomSource, uniform } from '../../core/random/random-source.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';

/** Where parameters are as tensors: on the graphics device they never leave it. */
export interface PosteriorTensors {
  readonly shape: ModelShape;
  /** m and τ, D each. */
  readonly location: tf.Tensor1D;
  readonly scale: tf.Tensor1D;
}

export function posteriorTensors({ shape, location, scale }: Posterior): PosteriorTensors {
  return {
    shape,
    location: tf.tensor1d(Float32Array.from(location)),
    scale: tf.tensor1d(Float32Array.from(scale)),
  };
}

/**
 * One synthetic set by tfjs operations: one z ~ q(z), then rows by inverting distribution functions,
 *
 *     r = #{r' : u_0 ≥ Π_{r'}},  x_j = #{c : u_j ≥ Θ_j^(r)[c]},  y = 1[u_{d+1} < E[y | x]]
 *
 * for uniform u from the source, d + 2 a row, in float32 (probabilities to a few 1e-7). Post-processing of the posterior: no
 * privacy rests on it, and no generator of tfjs is used. For 0/1 outcomes; counts are drawn by `core/synthesis`.
 */
export async function drawRows(
  posterior: PosteriorTensors,
  rowCount: number,
  outcomeDraw: Exclude<OutcomeDraw, 'poisson'>,
  random: RandomSource,
): Promise<SyntheticSet> {
  const layout = parameterLayout(posterior.shape);
  const eta = new Float64Array(layout.dimension);
  fillStandardNormal(random, eta);
  const uniforms = Float32Array.from({ length: rowCount * (layout.variableCount + 2) }, () =>
    uniformFloat(random),
  );
  const { codes, linear } = tf.tidy(() => {
    const drawn = tf.mul(posterior.scale, tf.tensor1d(Float32Array.from(eta)));
    return rowCodes(layout, tf.add(posterior.location, drawn), uniforms, rowCount);
  });
  const [levels, predictors] = await Promise.all([codes.data(), linear.data()]);
  codes.dispose();
  linear.dispose();
  const d = layout.variableCount;
  const columns = Array.from({ length: d }, (_, j) =>
    Uint8Array.from(levels.subarray(j * rowCount, (j + 1) * rowCount)),
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

/** Levels [d, N] and linear predictors [N] of rows whose uniforms are [d + 2, N], for z [D]. */
function rowCodes(layout: ParameterLayout, z: tf.Tensor1D, uniforms: Float32Array, rowCount: number) {
  const { components: R, variableCount: d } = layout;
  const u = tf.tensor2d(uniforms, [d + 2, rowCount]);
  const row = (j: number) => tf.reshape(tf.slice(u, [j, 0], [1, rowCount]), [rowCount, 1]);
  const component = countBelow(row(0), borders(tf.reshape(tf.slice(z, [0], [R]), [1, R])));
  let linear: tf.Tensor = tf.add(tf.zeros([rowCount]), tf.slice(z, [layout.intercept], [1]));
  const codes: tf.Tensor[] = [];
  for (let j = 0; j < d; j += 1) {
    const first = layout.levelStart[j] as number;
    const count = layout.levelCounts[j] as number;
    // Level rows of R components each.
    const logits = tf.reshape(tf.slice(z, [R + first * R], [count * R]), [count, R]);
    const level = countBelow(row(j + 1), tf.gather(borders(tf.transpose(logits)), component));
    linear = tf.add(linear, tf.gather(coefficients(layout, z, first, count), level));
    codes.push(level);
  }
  return { codes: tf.stack(codes), linear };
}

/** Partial sums of the softmax of each row of logits [n, count], the last (1) left out: [n, count − 1]. */
function borders(logits: tf.Tensor): tf.Tensor2D {
  const [n, count] = logits.shape as [number, number];
  return tf.slice2d(tf.cumsum(tf.softmax(logits as tf.Tensor2D), 1), [0, 0], [n, count - 1]);
}

/** β_j of each level, 0 at the reference: its place is read too, and multiplied away. */
function coefficients(layout: ParameterLayout, z: tf.Tensor1D, first: number, count: number): tf.Tensor1D {
  const places = Array.from(layout.betaIndex.subarray(first, first + count));
  const index = tf.tensor1d(
    places.map((place) => Math.max(0, place)),
    'int32',
  );
  return tf.mul(tf.gather(z, index), tf.tensor1d(places.map((place) => Number(place >= 0))));
}

/** #{borders ≤ u} a row, as int32: u [N, 1], borders [1 or N, n]. */
function countBelow(u: tf.Tensor, borders: tf.Tensor): tf.Tensor1D {
  return tf.sum(tf.cast(tf.greaterEqual(u, borders), 'int32'), 1) as tf.Tensor1D;
}
