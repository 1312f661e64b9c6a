import type { ModelShape, OutcomeFamily } from '../model/shape.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';

/** How a synthetic outcome is drawn from the rate λ(x) (METHOD §3, last paragraph). */
export type OutcomeDraw =
  /** y ~ Poisson(λ); counts. */
  | 'poisson'
  /** y ~ Bernoulli(min(1, λ)), or Bernoulli(λ/(1+λ)) under `bernoulli-logit`. The default for a 0/1 outcome. */
  | 'bernoulli'
  /** y = 1[Poisson(λ) > 0]: what the paper's published code does; lowers the event rate to 1 − e^-λ. */
  | 'thresholded-poisson';

/** Everything about a training that is public and chosen before anything runs (METHOD §9.2). */
export interface TrainingSettings {
  readonly preset: 'short' | 'paper' | 'custom';
  /** R */
  readonly components: number;
  /** q, 0 < q ≤ 1 */
  readonly samplingRate: number;
  /** T, steps */
  readonly steps: number;
  /** C > 0 */
  readonly clipNorm: number;
  /** Adam's step size falls geometrically from `initial` to `final` over the T steps. */
  readonly learningRate: { readonly initial: number; readonly final: number };
  /** τ at the start, in units of the unconstrained parameters. */
  readonly initialScale: number;
  /** The reported (m, s) is the mean over this last fraction of the steps; 0 reports the last iterate. */
  readonly averagedFraction: number;
  readonly family: OutcomeFamily;
  readonly outcomeDraw: OutcomeDraw;
  /** Declared, public guess of the mean outcome; β_0 starts at its logarithm. > 0 */
  readonly eventRateGuess: number;
}

/** A training decided: shown, agreed to, then run. Carries its certified cost. */
export interface TrainingPlan {
  readonly settings: TrainingSettings;
  readonly shape: ModelShape;
  /** N, public by declaration. The constant divisor of a step is q·N, never a drawn batch size. */
  readonly rowCount: number;
  /** One mechanism: σ, q, T with its certified (ε, δ). */
  readonly mechanism: CertifiedMechanism;
}
