import { meanOf } from './rubin.ts';

/**
 * What a release does to an estimate, measured by doing it again to data whose truth is known (parametric bootstrap).
 *
 * Let θ̂ be an estimate from synthetic data. For b = 1 … B a data set is drawn from the released model, w_b is the same
 * estimate on that data set, and θ*_b the estimate after the data set went through the same release (same training, same
 * noise). Post-processing of what was released: it costs no privacy. For every coefficient
 *
 *     bias  β = mean (θ*_b − w_b),   variance  S = Σ (θ*_b − mean θ*)² / (B − 1)
 *
 * and for all effects together the share that the release leaves, A = Σ_j w̄_j θ̄*_j / Σ_j w̄_j².
 *
 * Sources: Efron & Tibshirani, An Introduction to the Bootstrap (1993), §6.5 and eq. 10.35; Ferrando, Wang & Sheldon,
 * Parametric bootstrap for differentially private confidence intervals, AISTATS 2022, algorithm 1.
 */
export interface ReleaseReplicate {
  /** w_b, one a coefficient, log scale; NaN where it could not be estimated. */
  readonly before: ArrayLike<number>;
  /** θ*_b, likewise. */
  readonly after: ArrayLike<number>;
}

export interface ReleaseEffect {
  /** β and S, one a coefficient; NaN where fewer than two replicates have it. */
  readonly bias: Float64Array;
  readonly variance: Float64Array;
  /** A: 1 without pull, 0 where nothing of the effects is left. */
  readonly remaining: number;
}

/** An estimate with the variance that goes with it. */
export interface Widened {
  readonly estimate: number;
  readonly variance: number;
}

/** @param isEffect which coefficients count for A: those whose zero means "no effect", so not the intercept */
export function releaseEffect(
  replicates: readonly ReleaseReplicate[],
  coefficients: number,
  isEffect: (column: number) => boolean,
): ReleaseEffect {
  const bias = new Float64Array(coefficients).fill(Number.NaN);
  const variance = bias.slice();
  let [product, square] = [0, 0];
  for (let j = 0; j < coefficients; j += 1) {
    const used = replicates.filter(
      ({ before, after }) => Number.isFinite(before[j]) && Number.isFinite(after[j]),
    );
    if (used.length < 2) continue;
    const before = meanOf(used.map((one) => one.before[j]!));
    const after = meanOf(used.map((one) => one.after[j]!));
    bias[j] = after - before;
    variance[j] = used.reduce((sum, one) => sum + (one.after[j]! - after) ** 2, 0) / (used.length - 1);
    if (!isEffect(j)) continue;
    product += before * after;
    square += before ** 2;
  }
  return { bias, variance, remaining: product / square };
}

/** θ̂ as it is, variance S + β²: wide enough for the pull, not free of it. */
export function widened(estimate: number, variance: number, bias: number): Widened {
  return { estimate, variance: variance + bias ** 2 };
}

/**
 * θ̂ − β, variance (2 − A)² S: where θ* ≈ A w + noise, taking the pull away once multiplies the noise by 2 − A, and a share
 * (1 − A)² of the pull is left.
 */
export function corrected(estimate: number, variance: number, bias: number, remaining: number): Widened {
  return { estimate: estimate - bias, variance: (2 - remaining) ** 2 * variance };
}

/** θ̂ / A, variance S / A²: the whole of a pull that is the same share of every effect. For effects only, A > 0. */
export function unpulled(estimate: number, variance: number, remaining: number): Widened {
  return { estimate: estimate / remaining, variance: variance / remaining ** 2 };
}
