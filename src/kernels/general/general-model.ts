import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** A model as tfjs operations. The same on every tfjs backend. */
export interface GeneralModel {
  /** D */
  readonly dimension: number;
  /** d, numbers a row */
  readonly rowWidth: number;
  /**
   * ln p(row_b | parameters_b) for every b: parameters [B, D], rows [B, d] → [B]. Entry b may depend on parameters and row
   * b only, or what is clipped is not a row's own gradient (`rowsAreSeparate` looks).
   */
  logDensity(parameters: tf.Tensor2D, rows: tf.Tensor2D): tf.Tensor1D;
  /** ln p(parameters_b): [B, D] → [B] */
  logPrior(parameters: tf.Tensor2D): tf.Tensor1D;
}

/**
 * ∂/∂z ln p(row_b | z) for every row: [B, D] as B·D numbers, B rows of z's copies at once. Since entry b depends on copy b
 * alone, the gradient of the sum over b is the gradient of each.
 */
export async function rowGradients(
  model: GeneralModel,
  z: Float64Array,
  rows: Float32Array,
): Promise<Float32Array> {
  const count = rows.length / model.rowWidth;
  const gradient = tf.tidy(() => {
    const copies = tf.tile(tf.tensor2d(Float32Array.from(z), [1, model.dimension]), [count, 1]);
    const given = tf.tensor2d(rows, [count, model.rowWidth]);
    return tf.grad((parameters) => tf.sum(model.logDensity(parameters as tf.Tensor2D, given)))(copies);
  });
  const numbers = (await gradient.data()) as Float32Array;
  gradient.dispose();
  return numbers;
}

/** ∇ ln p(z), D numbers. */
export async function priorGradient(model: GeneralModel, z: Float64Array): Promise<Float32Array> {
  const gradient = tf.tidy(() => {
    const copy = tf.tensor2d(Float32Array.from(z), [1, model.dimension]);
    return tf.grad((parameters) => tf.sum(model.logPrior(parameters as tf.Tensor2D)))(copy);
  });
  const numbers = (await gradient.data()) as Float32Array;
  gradient.dispose();
  return numbers;
}

/**
 * Whether a row's gradient stays what it is, to the bit, when every other row of its chunk is another one: without that
 * no clipping bounds what a person contributes.
 *
 * @param rows public rows of the model's kind, at least two, not all alike
 */
export async function rowsAreSeparate(
  model: GeneralModel,
  z: Float64Array,
  rows: Float32Array,
): Promise<boolean> {
  const { rowWidth: d, dimension: D } = model;
  const count = rows.length / d;
  const together = await rowGradients(model, z, rows);
  for (let kept = 0; kept < count; kept += 1) {
    const own = rows.subarray(kept * d, (kept + 1) * d);
    const alike = new Float32Array(rows.length);
    for (let b = 0; b < count; b += 1) alike.set(own, b * d);
    const alone = await rowGradients(model, z, alike);
    for (let k = 0; k < D; k += 1) {
      if (!Object.is(alone[kept * D + k], together[kept * D + k])) return false;
    }
  }
  return true;
}
