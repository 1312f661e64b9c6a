import * as tf from '@tensorflow/tfjs-core';
import type { ParameterLayout } from '../../core/model/layout.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import type { GeneralModel } from './general-model.ts';

/**
 * The built-in model (METHOD §3) as tfjs operations: an example of the general path, and its check against the machines.
 * A row is x_1 … x_d, y. Parameters in the order of `core/model/layout.ts`.
 */
export function mixtureModel(layout: ParameterLayout, family: OutcomeFamily): GeneralModel {
  const { components: R, variableCount: d } = layout;
  return {
    dimension: layout.dimension,
    rowWidth: d + 1,
    logDensity(parameters, rows) {
      const count = rows.shape[0];
      let joint: tf.Tensor = tf.logSoftmax(tf.slice(parameters, [0, 0], [count, R]));
      let linear: tf.Tensor = tf.slice(parameters, [0, layout.intercept], [count, 1]);
      for (let j = 0; j < d; j += 1) {
        const levels = layout.levelCounts[j] as number;
        const first = layout.levelStart[j] as number;
        const chosen = tf.oneHot(
          tf.cast(tf.reshape(tf.slice(rows, [0, j], [count, 1]), [count]), 'int32'),
          levels,
        );
        const logits = tf.reshape(tf.slice(parameters, [0, R + first * R], [count, levels * R]), [
          count,
          levels,
          R,
        ]);
        const logTheta = tf.sub(logits, tf.logSumExp(logits, 1, true));
        joint = tf.add(joint, tf.sum(tf.mul(tf.expandDims(chosen, 2), logTheta), 1));
        linear = tf.add(linear, coefficient(layout, parameters, chosen, j));
      }
      const y = tf.slice(rows, [0, d], [count, 1]);
      const outcome = tf.reshape(outcomeDensity(family, linear, y), [count]);
      return tf.add(tf.logSumExp(joint, 1), outcome) as tf.Tensor1D;
    },
    logPrior(parameters) {
      const count = parameters.shape[0];
      const logits = tf.slice(parameters, [0, 0], [count, layout.intercept]);
      const coefficients = tf.slice(
        parameters,
        [0, layout.intercept],
        [count, layout.dimension - layout.intercept],
      );
      const gamma = tf.sum(tf.sub(logits, tf.exp(tf.minimum(logits, 80))), 1);
      return tf.sub(gamma, tf.mul(0.5, tf.sum(tf.square(coefficients), 1))) as tf.Tensor1D;
    },
  };
}

/** β_j[x_j], 0 at the reference level: [B, 1]. */
function coefficient(
  layout: ParameterLayout,
  parameters: tf.Tensor2D,
  chosen: tf.Tensor,
  j: number,
): tf.Tensor {
  const count = parameters.shape[0];
  const first = layout.levelStart[j] as number;
  const columns = Array.from({ length: layout.levelCounts[j] as number }, (_, c) => {
    const index = layout.betaIndex[first + c] as number;
    return index < 0 ? tf.zeros([count, 1]) : tf.slice(parameters, [0, index], [count, 1]);
  });
  return tf.sum(tf.mul(chosen, tf.concat(columns, 1)), 1, true);
}

function outcomeDensity(family: OutcomeFamily, linear: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const rate = tf.exp(tf.clipByValue(linear, -80, 80));
  switch (family) {
    case 'poisson':
      return tf.sub(tf.mul(linear, y), rate);
    case 'bernoulli-log':
      // y ln λ + (1 − y) ln(1 − λ), λ cut below 1: its steep continuation there is the machines' own.
      return tf.add(
        tf.mul(y, tf.minimum(linear, 0)),
        tf.mul(tf.sub(1, y), tf.log(tf.sub(1, tf.minimum(rate, 1 - 1e-6)))),
      );
    case 'bernoulli-logit':
      return tf.sub(tf.mul(linear, y), tf.softplus(linear));
  }
}
