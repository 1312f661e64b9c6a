import * as tf from '@tensorflow/tfjs-core';

/** Test rows by covariate pattern: everything that a Poisson likelihood needs of them. */
export interface TestPatterns {
  /** Design rows x_p, P × p numbers, row by row. */
  readonly design: Float32Array;
  /** n_p rows of each pattern, and the sum of their outcomes y. */
  readonly rowCounts: Float32Array;
  readonly outcomeSums: Float32Array;
  /** Σ ln y! over all rows, in float64: it depends on no coefficient and is taken off at the end. */
  readonly logFactorials: number;
}

/** e^η of a float32 is finite to η = 88; a draw beyond 80 has lost anyway. */
const LARGEST_LINEAR_PREDICTOR = 80;

/**
 * Poisson log-likelihood per row of S draws of the coefficients at once (METHOD §8), as two matrix products:
 *
 *     η = W Xᵀ  [S, P];   u = (η y − e^η n − Σ ln y!) / Σ n
 *
 * On any tfjs backend, in float32. On the graphics engine it pays for many draws or many patterns; tfjs hands small tensors
 * to the processor by itself.
 *
 * @param coefficients S draws of p numbers, draw by draw
 * @returns S numbers
 */
export async function heldOutLikelihoods(
  coefficients: Float32Array,
  draws: number,
  patterns: TestPatterns,
): Promise<Float64Array> {
  const width = coefficients.length / draws;
  const count = patterns.rowCounts.length;
  if (!Number.isInteger(width) || patterns.design.length !== count * width) {
    throw new Error('coefficients and design do not fit');
  }
  const total = patterns.rowCounts.reduce((sum, n) => sum + n, 0);
  const sums = tf.tidy(() => {
    const w = tf.tensor2d(coefficients, [draws, width]);
    const x = tf.tensor2d(patterns.design, [count, width]);
    const y = tf.tensor2d(patterns.outcomeSums, [count, 1]);
    const n = tf.tensor2d(patterns.rowCounts, [count, 1]);
    const eta = tf.matMul(w, x, false, true);
    const rate = tf.exp(tf.minimum(eta, LARGEST_LINEAR_PREDICTOR));
    // Subtracted pattern by pattern before they are added: two large sums would cancel.
    return tf.sum(tf.sub(tf.mul(eta, tf.transpose(y)), tf.mul(rate, tf.transpose(n))), 1);
  });
  const numbers = await sums.data();
  sums.dispose();
  return Float64Array.from(numbers, (u) => (u - patterns.logFactorials) / total);
}
