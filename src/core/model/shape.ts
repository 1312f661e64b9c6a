/**
 * What the outcome's likelihood is (METHOD §3).
 *
 * - `poisson`: p(y | x) = λ^y e^-λ / y!
 * - `bernoulli-log`: P(y = 1) = min(1, λ)
 * - `bernoulli-logit`: P(y = 1) = λ / (1 + λ)
 *
 * with λ(x) = exp(β_0 + Σ_j β_j[x_j]).
 */
export type OutcomeFamily = 'poisson' | 'bernoulli-log' | 'bernoulli-logit';

/** The public shape of the generative model: d variables with C_j levels, R components, a family. */
export interface ModelShape {
  /** C_j, length d. */
  readonly levelCounts: readonly number[];
  /** Index of the reference level of each variable, length d. */
  readonly referenceLevels: readonly number[];
  /** R, number of mixture components. */
  readonly components: number;
  readonly family: OutcomeFamily;
}
