import { stirlingRemainder } from './gamma-function.ts';
import type { FamilyName, LeafSums } from './glm-family.ts';
import { familyOf, logFactorial } from './glm-family.ts';
import type { IrlsWorkspace } from './irls.ts';
import { irlsInit, loadLeaves } from './irls.ts';

/**
 * How well coefficients predict rows that they were not fitted to (METHOD §8):
 *
 *     u(w) = Σ_(x,y) (y η − e^η − ln y!),  η = xᵀw
 *
 * from the linear predictor, never from ln(rate), so that it stays finite where a rate underflows.
 */

/** Poisson log-likelihood of single rows. */
export function poissonLogLikelihood(linearPredictor: ArrayLike<number>, counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) sum += poissonLogMass(linearPredictor[i]!, counts[i]!);
  return sum;
}

/**
 * ln P(Y = y) for a rate e^η. For large y as −y (e^u − 1 − u) − ½ ln 2πy − s(y), u = η − ln y (Loader 2000): the plain
 * y η − e^η − ln y! would cancel three numbers of size y ln y.
 */
function poissonLogMass(eta: number, y: number): number {
  if (y < 12) return (y === 0 ? 0 : y * eta) - Math.exp(eta) - logFactorial(y);
  const u = eta - Math.log(y);
  return -y * (Math.expm1(u) - u) - 0.5 * Math.log(2 * Math.PI * y) - stirlingRemainder(y);
}

/**
 * Log-likelihood per row of a counted table of test rows.
 *
 * @param coefficients one per column, all finite: `GlmFit.workingCoefficients` treats a level that could not be
 *   estimated as its reference
 */
export function meanLogLikelihood(
  room: IrlsWorkspace,
  leaves: LeafSums,
  family: FamilyName,
  coefficients: Float64Array,
): number {
  const chosen = familyOf(family);
  loadLeaves(room, leaves);
  const { kernel } = irlsInit(room, chosen, leaves, Float64Array.from(coefficients));
  return chosen.logLikelihood(leaves, kernel) / leaves.total;
}

/** What coefficient draws are made from; NaN variances (not estimable) count as 0. */
export interface DrawDistribution {
  readonly mean: Float64Array;
  /** Length p: draws w ~ N(w̄, diag(v̂)), as in the paper; or p × p: with the full covariance. */
  readonly covariance: Float64Array;
}

/**
 * The distribution of the log-likelihood per row over draws of the coefficients.
 *
 * @param standardNormal returns the next draw of N(0, 1)
 */
export function logLikelihoodOfDraws(
  room: IrlsWorkspace,
  leaves: LeafSums,
  family: FamilyName,
  distribution: DrawDistribution,
  draws: number,
  standardNormal: () => number,
): Float64Array {
  const draw = coefficientSampler(distribution);
  return Float64Array.from({ length: draws }, () =>
    meanLogLikelihood(room, leaves, family, draw(standardNormal)),
  );
}

/** A function that draws w = w̄ + L z with L Lᵀ the covariance. */
export function coefficientSampler({
  mean,
  covariance,
}: DrawDistribution): (standardNormal: () => number) => Float64Array {
  const p = mean.length;
  if (covariance.length === p) {
    const deviation = covariance.map((variance) => Math.sqrt(Number.isNaN(variance) ? 0 : variance));
    return (standardNormal) => mean.map((value, j) => value + deviation[j]! * standardNormal());
  }
  if (covariance.length !== p * p) throw new Error('the covariance fits neither p nor p × p');
  const root = semidefiniteRoot(covariance, p);
  return (standardNormal) => {
    const z = Float64Array.from({ length: p }, () => standardNormal());
    return mean.map((value, i) => {
      let sum = value;
      for (let k = 0; k <= i; k += 1) sum += root[i * p + k]! * z[k]!;
      return sum;
    });
  };
}

/** Lower-triangular L with L Lᵀ = A for a positive semidefinite A: a zero pivot gives a zero column. */
function semidefiniteRoot(covariance: Float64Array, p: number): Float64Array {
  const a = covariance.map((value) => (Number.isNaN(value) ? 0 : value));
  const root = new Float64Array(p * p);
  for (let j = 0; j < p; j += 1) {
    let pivot = a[j * p + j]!;
    for (let k = 0; k < j; k += 1) pivot -= root[j * p + k]! ** 2;
    if (pivot <= 1e-12 * a[j * p + j]!) {
      if (pivot < -1e-9 * a[j * p + j]!) throw new RangeError('the covariance is not positive semidefinite');
      continue;
    }
    root[j * p + j] = Math.sqrt(pivot);
    for (let i = j + 1; i < p; i += 1) {
      let sum = a[i * p + j]!;
      for (let k = 0; k < j; k += 1) sum -= root[i * p + k]! * root[j * p + k]!;
      root[i * p + j] = sum / root[j * p + j]!;
    }
  }
  return root;
}
