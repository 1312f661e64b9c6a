import { NORMAL_95, normalTwoSidedP } from './normal-distribution.ts';
import { logStudentTTwoSidedP, studentTQuantile } from './student-t.ts';

/**
 * Rubin's rules for one coefficient over K synthetic data sets (METHOD §7), w_k the estimate and v_k its
 * variance in set k:
 *
 *     w̄ = mean w_k,  b = Σ (w_k − w̄)² / (K − 1),  v̄ = mean v_k
 *     v⁻ = (1 + 1/K) b − v̄;   v̂ = v⁻ if v⁻ > 0, else v⁺ = (1 + 1/K) b + v̄
 *
 * Sources: Raghunathan, Reiter & Rubin, J. Off. Stat. 19 (2003), eq. 4–6; Reiter, J. Off. Stat. 18 (2002), §2;
 * Reiter, Surv. Methodol. 29 (2003), eq. 4–7; Rubin, Multiple Imputation (1987), eq. 3.1.2–3.1.10; Barnard & Rubin,
 * Biometrika 86 (1999), eq. 3; van Buuren, Flexible Imputation of Missing Data (2018), §2.3.
 */
export interface RubinEstimate {
  /** Fits that have the coefficient; the K of every formula. */
  readonly fitsUsed: number;
  readonly estimate: number;
  readonly between: number;
  readonly within: number;
  readonly vMinus: number;
  readonly vPlus: number;
  /** v̂ */
  readonly variance: number;
  readonly standardError: number;
  /** v⁻ ≤ 0, so v⁺ stands in: the sets carry less spread than one table's own error. */
  readonly usedFallback: boolean;
  /** From a normal distribution with mean w̄ and variance v̂. */
  readonly normal: Inference;
  /**
   * From a t distribution: with (K − 1)(1 − v̄ / ((1 + 1/K) b))² degrees of freedom for v⁻ (Raghunathan et al.), and
   * with Rubin's degrees of freedom for v⁺. Few degrees of freedom mean that v̂ itself is hardly known.
   */
  readonly t: TInference;
  /** Reiter 2002: max(0, v⁻), plus v̄ where v⁻ < 0 (synthetic sets as large as the original). */
  readonly reiter2002Variance: number;
  readonly partiallySynthetic: { readonly variance: number; readonly degreesOfFreedom: number };
  readonly classical: ClassicalPooling;
  /** Standard error of w̄, and of v⁻, that is due to K being finite; NaN for one fit. */
  readonly monteCarloErrorOfEstimate: number;
  readonly monteCarloErrorOfVariance: number;
}

export interface Inference {
  readonly statistic: number;
  readonly lower: number;
  readonly upper: number;
  /** Two-sided, of "no effect". */
  readonly p: number;
}

export interface TInference extends Inference {
  readonly degreesOfFreedom: number;
  readonly logP: number;
}

/** The rules for multiple imputation, T = v̄ + (1 + 1/K) b: not valid for synthetic data, kept for comparison. */
export interface ClassicalPooling extends TInference {
  readonly variance: number;
  readonly standardError: number;
  /** Relative increase in variance, (1 + 1/K) b / v̄. */
  readonly relativeIncrease: number;
  /** (1 + 1/K) b / T. */
  readonly lambda: number;
  readonly fractionMissing: number;
  readonly rubin1987DegreesOfFreedom: number;
}

/**
 * @param estimates w_k; NaN where fit k could not determine the coefficient: that fit is left out
 * @param variances v_k ≥ 0
 * @param completeDegreesOfFreedom n − k of one complete table, for Barnard and Rubin; Infinity if not known
 * @returns undefined when no fit has the coefficient
 */
export function poolRubin(
  estimates: ArrayLike<number>,
  variances: ArrayLike<number>,
  completeDegreesOfFreedom = Number.POSITIVE_INFINITY,
): RubinEstimate | undefined {
  const used: number[] = [];
  for (let k = 0; k < estimates.length; k += 1) {
    if (!Number.isNaN(estimates[k]!) && !Number.isNaN(variances[k]!)) used.push(k);
  }
  const K = used.length;
  if (K === 0) return undefined;
  const estimate = meanOf(used.map((k) => estimates[k]!));
  const within = meanOf(used.map((k) => variances[k]!));
  const squares = used.reduce((sum, k) => sum + (estimates[k]! - estimate) ** 2, 0);
  // One set says nothing about the spread between sets; its own variance is then all there is.
  const between = K === 1 ? 0 : squares / (K - 1);
  const spread = (1 + 1 / K) * between;
  const vMinus = spread - within;
  const vPlus = spread + within;
  const usedFallback = !(vMinus > 0);
  const variance = usedFallback ? vPlus : vMinus;
  const classical = classicalPooling(estimate, K, within, spread, completeDegreesOfFreedom);
  return {
    fitsUsed: K,
    estimate,
    between,
    within,
    vMinus,
    vPlus,
    variance,
    standardError: Math.sqrt(variance),
    usedFallback,
    normal: normalInference(estimate, variance),
    t: usedFallback ? classical : tInference(estimate, variance, (K - 1) * (1 - within / spread) ** 2),
    reiter2002Variance: vMinus < 0 ? within : vMinus,
    partiallySynthetic: {
      variance: within + between / K,
      degreesOfFreedom:
        between === 0 ? Number.POSITIVE_INFINITY : (K - 1) * (1 + (within * K) / between) ** 2,
    },
    classical,
    monteCarloErrorOfEstimate: K === 1 ? Number.NaN : Math.sqrt(between / K),
    monteCarloErrorOfVariance: K === 1 ? Number.NaN : spread * Math.sqrt(2 / (K - 1)),
  };
}

function classicalPooling(
  estimate: number,
  K: number,
  within: number,
  spread: number,
  complete: number,
): ClassicalPooling {
  const variance = within + spread;
  const lambda = variance === 0 ? 0 : spread / variance;
  const relativeIncrease = spread === 0 ? 0 : spread / within;
  const rubin1987 = spread === 0 || K === 1 ? Number.POSITIVE_INFINITY : (K - 1) / lambda ** 2;
  const observed = Number.isFinite(complete)
    ? ((complete + 1) / (complete + 3)) * complete * (1 - lambda)
    : Number.POSITIVE_INFINITY;
  const degreesOfFreedom = harmonic(rubin1987, observed);
  const inflation = Number.isFinite(degreesOfFreedom) ? 2 / (degreesOfFreedom + 3) : 0;
  return {
    ...tInference(estimate, variance, degreesOfFreedom),
    variance,
    standardError: Math.sqrt(variance),
    relativeIncrease,
    lambda,
    fractionMissing: (relativeIncrease + inflation) / (1 + relativeIncrease),
    rubin1987DegreesOfFreedom: rubin1987,
  };
}

/** a b / (a + b), also where one or both are infinite. */
function harmonic(a: number, b: number): number {
  if (!Number.isFinite(a)) return b;
  if (!Number.isFinite(b)) return a;
  return a === 0 && b === 0 ? 0 : (a / (a + b)) * b;
}

export function normalInference(estimate: number, variance: number): Inference {
  const standardError = Math.sqrt(variance);
  const statistic = ratio(estimate, standardError);
  return {
    statistic,
    lower: estimate - NORMAL_95 * standardError,
    upper: estimate + NORMAL_95 * standardError,
    p: normalTwoSidedP(statistic),
  };
}

export function tInference(estimate: number, variance: number, degreesOfFreedom: number): TInference {
  const standardError = Math.sqrt(variance);
  const statistic = ratio(estimate, standardError);
  const half = standardError === 0 ? 0 : studentTQuantile(0.975, degreesOfFreedom) * standardError;
  const logP = logStudentTTwoSidedP(statistic, degreesOfFreedom);
  return {
    degreesOfFreedom,
    statistic,
    lower: estimate - half,
    upper: estimate + half,
    logP,
    p: Math.exp(logP),
  };
}

/** An estimate of exactly 0 shows no effect, however small its standard error. */
function ratio(estimate: number, standardError: number): number {
  return estimate === 0 ? 0 : estimate / standardError;
}

/** Σ values / their number */
export function meanOf(values: readonly number[]): number {
  const first = values[0]!;
  // About the first value: the mean of equal values is that value exactly.
  return first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
}
