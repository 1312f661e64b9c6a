import { choleskyInPlace } from './symmetric-matrix.ts';

/**
 * Rubin's rules for all coefficients together, for draws with the full covariance (METHOD §8): with B the
 * covariance of the estimates between sets (divisor K − 1) and W̄ the mean of the fits' covariances,
 *
 *     T⁻ = (1 + 1/K) B − W̄;  where that is not positive definite  T⁺ = (1 + 1/K) B + W̄
 *
 * The choice is made once for the whole matrix: a mixture of both would be the covariance of nothing.
 */
export interface PooledCovariance {
  /** p × p row-major; NaN rows and columns for coefficients that are not in every fit used. */
  readonly covariance: Float64Array;
  readonly mean: Float64Array;
  readonly usedFallback: boolean;
  readonly fitsUsed: number;
}

/**
 * @param fits estimates (length p) and covariance (p × p) of each fit; NaN where not estimable
 * @returns undefined without fits
 */
export function poolCovariances(
  fits: readonly { readonly estimates: Float64Array; readonly covariance: Float64Array }[],
): PooledCovariance | undefined {
  const p = fits[0]?.estimates.length;
  if (p === undefined) return undefined;
  const K = fits.length;
  const shared = [...Array(p).keys()].filter((j) =>
    fits.every(({ estimates }) => !Number.isNaN(estimates[j]!)),
  );
  const mean = new Float64Array(p).fill(Number.NaN);
  for (const j of shared) mean[j] = fits.reduce((sum, { estimates }) => sum + estimates[j]!, 0) / K;
  const size = shared.length;
  const minus = new Float64Array(size * size);
  const plus = new Float64Array(size * size);
  for (const [a, i] of shared.entries()) {
    for (const [b, j] of shared.entries()) {
      let [between, within] = [0, 0];
      for (const { estimates, covariance } of fits) {
        between += (estimates[i]! - mean[i]!) * (estimates[j]! - mean[j]!);
        within += covariance[i * p + j]! / K;
      }
      const spread = K === 1 ? 0 : ((1 + 1 / K) * between) / (K - 1);
      minus[a * size + b] = spread - within;
      plus[a * size + b] = spread + within;
    }
  }
  // K sets span K − 1 directions at most; beyond, T⁻ cannot be positive.
  const usedFallback = !(choleskyInPlace(minus.slice(), size) > 0);
  const chosen = usedFallback ? plus : minus;
  const covariance = new Float64Array(p * p).fill(Number.NaN);
  for (const [a, i] of shared.entries()) {
    for (const [b, j] of shared.entries()) covariance[i * p + j] = chosen[a * size + b]!;
  }
  return { covariance, mean, usedFallback, fitsUsed: K };
}
