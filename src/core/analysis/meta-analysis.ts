import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import { chiSquaredSf } from './chi-squared.ts';
import { normalTwoSidedP } from './normal-distribution.ts';
import type { Inference, TInference } from './rubin.ts';
import { normalInference, tInference } from './rubin.ts';

/**
 * Pooling of estimates instead of rows: each party's Rubin estimate of one coefficient with its variance (own real
 * rows as one more study), combined by inverse variance. A noisy twin weighs by what it knows and not by how
 * many rows it claims.
 *
 *     fixed    μ = Σ w_i y_i / Σ w_i,  w_i = 1 / v_i,  var = 1 / Σ w_i
 *     random   the same with w_i = 1 / (v_i + τ²), τ² by restricted maximum likelihood
 *
 * Sources: Viechtbauer, J. Educ. Behav. Stat. 30 (2005), eq. 10 (REML); Hartung & Knapp, Stat. Med. 20 (2001), eq. 6–7;
 * Higgins & Thompson, Stat. Med. 21 (2002), eq. 9–10 (I²).
 */
export interface Study {
  readonly id: string;
  readonly estimate: number;
  /** Squared standard error, > 0. */
  readonly variance: number;
}

export interface MetaAnalysis {
  readonly studies: number;
  readonly fixed: { readonly estimate: number; readonly variance: number; readonly inference: Inference };
  readonly random: {
    readonly estimate: number;
    /** 1 / Σ w_i */
    readonly variance: number;
    readonly inference: Inference;
    /** Hartung–Knapp variance, and the t interval with k − 1 degrees of freedom that belongs to it; absent for one study. */
    readonly hartungKnapp: { readonly variance: number; readonly inference: TInference } | undefined;
  };
  readonly heterogeneity: Heterogeneity;
}

export interface Heterogeneity {
  /** Cochran's Q, χ² with k − 1 degrees of freedom when all studies estimate the same. */
  readonly q: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
  /** Share of the variation between estimates that their own errors do not explain, max(0, (Q − df) / Q). */
  readonly iSquared: number;
  readonly tauSquared: number;
}

export type MetaAnalysisFailure =
  | { readonly kind: 'no-studies' }
  /** A study without a finite estimate or a positive, finite variance has no weight. */
  | {
      readonly kind: 'unusable-study';
      readonly id: string;
      readonly estimate: number;
      readonly variance: number;
    };

export function metaAnalysis(studies: readonly Study[]): Result<MetaAnalysis, MetaAnalysisFailure> {
  if (studies.length === 0) return fail({ kind: 'no-studies' });
  for (const { id, estimate, variance } of studies) {
    if (!Number.isFinite(estimate) || !(variance > 0) || !Number.isFinite(variance)) {
      return fail({ kind: 'unusable-study', id, estimate, variance });
    }
  }
  const k = studies.length;
  const fixed = weighted(studies, 0);
  const tauSquared = remlTauSquared(studies);
  const random = weighted(studies, tauSquared);
  const degreesOfFreedom = k - 1;
  return succeed({
    studies: k,
    fixed: {
      estimate: fixed.mean,
      variance: fixed.variance,
      inference: normalInference(fixed.mean, fixed.variance),
    },
    random: {
      estimate: random.mean,
      variance: random.variance,
      inference: normalInference(random.mean, random.variance),
      hartungKnapp: k === 1 ? undefined : hartungKnapp(random, degreesOfFreedom),
    },
    heterogeneity: {
      q: fixed.scatter,
      degreesOfFreedom,
      p: k === 1 ? 1 : chiSquaredSf(fixed.scatter, degreesOfFreedom),
      iSquared: fixed.scatter > 0 ? Math.max(0, (fixed.scatter - degreesOfFreedom) / fixed.scatter) : 0,
      tauSquared,
    },
  });
}

interface Weighted {
  readonly mean: number;
  readonly variance: number;
  /** Σ w_i (y_i − μ)² */
  readonly scatter: number;
}

function weighted(studies: readonly Study[], tauSquared: number): Weighted {
  let sum = 0;
  let total = 0;
  for (const { estimate, variance } of studies) {
    const weight = 1 / (variance + tauSquared);
    sum += weight * estimate;
    total += weight;
  }
  const mean = sum / total;
  let scatter = 0;
  for (const { estimate, variance } of studies) scatter += (estimate - mean) ** 2 / (variance + tauSquared);
  return { mean, variance: 1 / total, scatter };
}

function hartungKnapp({ mean, variance, scatter }: Weighted, degreesOfFreedom: number) {
  const scaled = (variance * scatter) / degreesOfFreedom;
  return { variance: scaled, inference: tInference(mean, scaled, degreesOfFreedom) };
}

/**
 * τ² where the restricted likelihood's slope
 *
 *     −½ Σ w_i + ½ Σ w_i² / Σ w_i + ½ Σ w_i² (y_i − μ)²
 *
 * crosses 0, by bisection; 0 when the slope is not positive at 0. Takes the largest maximum of a scan,
 * since the restricted likelihood can have more than one.
 */
export function remlTauSquared(studies: readonly Study[]): number {
  if (studies.length < 2) return 0;
  const estimates = studies.map(({ estimate }) => estimate);
  const range = Math.max(...estimates) - Math.min(...estimates);
  if (range === 0) return 0;
  const grid = [0, ...Array.from({ length: SCAN }, (_, n) => range ** 2 * 2 ** (2 - (SCAN - 1 - n) / 2))];
  let best = 0;
  let bestValue = restrictedLogLikelihood(studies, 0);
  for (let n = 1; n < grid.length; n += 1) {
    let [low, high] = [grid[n - 1]!, grid[n]!];
    if (!(slope(studies, low) > 0 && slope(studies, high) <= 0)) continue;
    for (let step = 0; step < 200 && high - low > 1e-15 * high; step += 1) {
      const middle = (low + high) / 2;
      if (slope(studies, middle) > 0) low = middle;
      else high = middle;
    }
    const value = restrictedLogLikelihood(studies, high);
    if (value > bestValue) {
      best = high;
      bestValue = value;
    }
  }
  return best;
}

/** Points of the scan, half a power of two apart, from the squared range of the estimates × 4 down to × 2^−40. */
const SCAN = 85;

function slope(studies: readonly Study[], tauSquared: number): number {
  const { mean, variance: inverseTotal } = weighted(studies, tauSquared);
  let [linear, squares, scatter] = [0, 0, 0];
  for (const { estimate, variance } of studies) {
    const weight = 1 / (variance + tauSquared);
    linear += weight;
    squares += weight ** 2;
    scatter += (weight * (estimate - mean)) ** 2;
  }
  return scatter - linear + squares * inverseTotal;
}

function restrictedLogLikelihood(studies: readonly Study[], tauSquared: number): number {
  const { variance: inverseTotal, scatter } = weighted(studies, tauSquared);
  const logs = studies.reduce((sum, { variance }) => sum + Math.log(variance + tauSquared), 0);
  return -0.5 * (logs - Math.log(inverseTotal) + scatter);
}

/** The random-effects estimate without one study, and how the study stands against it. */
export interface Influence {
  readonly id: string;
  /** Estimate of all other studies. */
  readonly without: MetaAnalysis;
  /** Estimate with the study less estimate without it, in standard errors of the latter. */
  readonly shift: number;
  /** (y_i − μ₋ᵢ) / √(v_i + var μ₋ᵢ + τ²₋ᵢ): about N(0, 1) when the study estimates what the others do. */
  readonly residual: number;
  readonly residualP: number;
}

/** Leave-one-out estimates; empty for fewer than two usable studies. */
export function leaveOneOut(studies: readonly Study[]): Influence[] {
  const all = metaAnalysis(studies);
  if (!all.ok || studies.length < 2) return [];
  return studies.flatMap((study) => {
    const without = metaAnalysis(studies.filter((other) => other !== study));
    if (!without.ok) return [];
    const { estimate, variance } = without.value.random;
    const spread = Math.sqrt(study.variance + variance + without.value.heterogeneity.tauSquared);
    const residual = (study.estimate - estimate) / spread;
    return [
      {
        id: study.id,
        without: without.value,
        shift: (all.value.random.estimate - estimate) / Math.sqrt(variance),
        residual,
        residualP: normalTwoSidedP(residual),
      },
    ];
  });
}

/** The studies of one coefficient, with the coefficient's place in the design. */
export interface CoefficientStudies {
  readonly column: number;
  readonly studies: readonly Study[];
}

/**
 * What speaks against a party: coefficients whose estimate stands apart from all others'. The smallest p-value is
 * multiplied by the number of coefficients tested (Bonferroni), so that many coefficients do not accuse anyone
 * by chance. It may be skewed, spoiled, or simply serve other patients: the evidence does not say which.
 */
export interface Disagreement {
  readonly id: string;
  readonly flagged: boolean;
  readonly adjustedP: number;
  readonly tested: number;
  /** Strongest first. */
  readonly evidence: readonly { readonly column: number; readonly residual: number; readonly p: number }[];
}

/** @param level probability of flagging a party that agrees with the others (at most) */
export function disagreements(coefficients: readonly CoefficientStudies[], level: number): Disagreement[] {
  const evidence = new Map<string, { column: number; residual: number; p: number }[]>();
  for (const { column, studies } of coefficients) {
    // With two studies each stands apart from the other: that accuses nobody.
    if (studies.length < 3) continue;
    for (const { id, residual, residualP } of leaveOneOut(studies)) {
      evidence.set(id, [...(evidence.get(id) ?? []), { column, residual, p: residualP }]);
    }
  }
  return [...evidence].map(([id, found]) => {
    const sorted = found.toSorted((a, b) => a.p - b.p);
    const adjustedP = Math.min(1, sorted[0]!.p * sorted.length);
    return { id, flagged: adjustedP < level, adjustedP, tested: sorted.length, evidence: sorted };
  });
}
