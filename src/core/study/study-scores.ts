import type { CovariateTree } from '../analysis/covariate-tree.ts';
import { covariateTree } from '../analysis/covariate-tree.ts';
import type { Design } from '../analysis/design.ts';
import type { GlmFailure, GlmFit } from '../analysis/glm.ts';
import { coefficientVariance } from '../analysis/glm-covariance.ts';
import type { LeafSums } from '../analysis/glm-family.ts';
import { leafSums } from '../analysis/glm-family.ts';
import type { IrlsWorkspace } from '../analysis/irls.ts';
import { irlsWorkspace } from '../analysis/irls.ts';
import { type DrawDistribution, logLikelihoodOfDraws, meanLogLikelihood } from '../analysis/likelihood.ts';
import type { PatternTable } from '../analysis/pattern-table.ts';
import { pooledCell } from '../analysis/pooled-analysis.ts';
import { normalInference } from '../analysis/rubin.ts';
import { poolCovariances } from '../analysis/rubin-covariance.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { Result } from '../result.ts';

/** The regression of METHOD §7; errors as in the paper's code. */
export const STUDY_FAMILY = 'poisson-log';
export const STUDY_ERRORS = 'HC0';

/** What an analysis says about the coefficients, and what it scores on the test rows (METHOD §8). */
export interface Scored {
  /** Log-likelihood per test row of draws w ~ N(w̄, diag(v̂)): the paper's score. */
  readonly draws: readonly number[];
  /** Mean of the same over draws with the full covariance. */
  readonly fullMean: number;
  /** At the point estimate. */
  readonly point: number;
  /** Where the truth is known. */
  readonly held?: Held;
}

/** Effects whose 95 % interval holds the truth, of those estimated; the intercept left out. */
export interface Held {
  readonly held: number;
  readonly of: number;
}

/** @param truth in the order of the coefficients, NaN where there is none */
export function heldBy({ mean, variances }: Estimate, truth: Float64Array): Held {
  let [held, of] = [0, 0];
  for (const [column, value] of truth.entries()) {
    // A coefficient that could not be estimated has variance 0.
    if (Number.isNaN(value) || !(variances[column]! > 0)) continue;
    const { lower, upper } = normalInference(mean[column]!, variances[column]!);
    held += lower <= value && value <= upper ? 1 : 0;
    of += 1;
  }
  return { held, of };
}

/** Test rows counted once, with the room to score any number of coefficient vectors on them. */
export class StudyScorer {
  readonly #room: IrlsWorkspace;
  readonly #leaves: LeafSums;

  constructor(design: Design, test: PatternTable) {
    const tree: CovariateTree = covariateTree(design, test);
    this.#room = irlsWorkspace(tree);
    this.#leaves = leafSums(tree, test);
  }

  point(coefficients: Float64Array): number {
    return meanLogLikelihood(this.#room, this.#leaves, STUDY_FAMILY, coefficients);
  }

  draws(distribution: DrawDistribution, count: number, random: RandomSource): Float64Array {
    const one = new Float64Array(1);
    return logLikelihoodOfDraws(this.#room, this.#leaves, STUDY_FAMILY, distribution, count, () => {
      fillStandardNormal(random, one);
      return one[0]!;
    });
  }

  /** Every score of one estimate. */
  all({ mean, variances, covariance }: Estimate, count: number, random: RandomSource): Scored {
    const draws = this.draws({ mean, covariance: variances }, count, random);
    const full = covariance === undefined ? draws : this.draws({ mean, covariance }, count, random);
    return {
      draws: Array.from(draws, rounded),
      fullMean: full.reduce((sum, value) => sum + value, 0) / full.length,
      point: this.point(mean),
    };
  }
}

/** One digit in a hundred million of a log-likelihood is far below what any plot or test sees. */
function rounded(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}

/** Coefficients with their uncertainty; 0 with variance 0 where a coefficient could not be estimated. */
export interface Estimate {
  readonly mean: Float64Array;
  readonly variances: Float64Array;
  readonly covariance: Float64Array | undefined;
}

/** Of one regression; undefined where it failed. */
export function localEstimate(fit: Result<GlmFit, GlmFailure>): Estimate | undefined {
  if (!fit.ok) return undefined;
  const { workingCoefficients, coefficients, covariance } = fit.value;
  return {
    mean: workingCoefficients.slice(),
    variances: coefficients.map((value, j) =>
      Number.isNaN(value) ? 0 : coefficientVariance(fit.value, j, STUDY_ERRORS).variance,
    ),
    // The robust matrix has zeros on its diagonal where a level has one row; the model-based one has none.
    covariance: covariance.model,
  };
}

/** Of K regressions, by Rubin's rules; undefined where none of them ended. */
export function pooledEstimate(
  fits: readonly Result<GlmFit, GlmFailure>[],
  design: Design,
): (Estimate & { readonly fallbacks: number }) | undefined {
  const usable = fits.flatMap((fit) => (fit.ok ? [fit.value] : []));
  if (usable.length === 0) return undefined;
  const mean = new Float64Array(design.terms.length);
  const variances = new Float64Array(design.terms.length);
  let fallbacks = 0;
  for (let column = 0; column < mean.length; column += 1) {
    const cell = pooledCell(fits, design.terms, column, STUDY_ERRORS);
    if (cell.kind !== 'estimated') continue;
    mean[column] = cell.estimate;
    variances[column] = cell.standardError ** 2;
    if (cell.usedFallback) fallbacks += 1;
  }
  const full = poolCovariances(
    usable.map((fit) => ({ estimates: fit.coefficients, covariance: fit.covariance.model })),
  );
  return { mean, variances, covariance: full?.covariance, fallbacks };
}
