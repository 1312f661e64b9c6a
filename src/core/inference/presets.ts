import type { Outcome } from '../codebook/codebook.ts';
import type { TrainingSettings } from './plan.ts';

/**
 * `short`: the whole table in every step (q = 1), 1,000 steps, Adam from 5e-2 down to 5e-3. For large σ the
 * signal-to-noise ratio of an epoch hardly depends on q, so 1,000 full steps do what 400,000 small ones do
 * (METHOD §4). Chosen on simulated data, never on the user's.
 *
 * A 0/1 outcome is learnt as a rate (Poisson family: risk ratios) and drawn as Bernoulli, never thresholded.
 *
 * @param eventRateGuess declared public guess of the mean outcome, > 0
 */
export function shortPreset(outcome: Outcome, eventRateGuess: number): TrainingSettings {
  return {
    preset: 'short',
    components: 16,
    samplingRate: 1,
    steps: 1000,
    clipNorm: 2,
    learningRate: { initial: 5e-2, final: 5e-3 },
    initialScale: 0.1,
    averagedFraction: 0.1,
    family: 'poisson',
    outcomeDraw: outcome.kind === 'binary' ? 'bernoulli' : 'poisson',
    eventRateGuess,
  };
}

/**
 * `paper`: the settings of Prediger et al. (2024): 4,000 epochs at q = 0.01, that is 400,000 steps, C = 2,
 * Adam 1e-3, τ = 0.1, a 0/1 outcome drawn as Poisson and stored as y > 0.
 *
 * Departs from the published code where that breaks its own accounting: T is 4,000/q and does not depend on N (the
 * code's ⌊qN⌋ made it larger than accounted), the divisor is the constant qN, batches are not cut, an empty
 * batch gets its noise. β_0 starts at the declared rate, as everywhere here.
 */
export function paperPreset(outcome: Outcome, eventRateGuess: number): TrainingSettings {
  return {
    preset: 'paper',
    components: 16,
    samplingRate: 0.01,
    steps: 400_000,
    clipNorm: 2,
    learningRate: { initial: 1e-3, final: 1e-3 },
    initialScale: 0.1,
    averagedFraction: 0,
    family: 'poisson',
    outcomeDraw: outcome.kind === 'binary' ? 'thresholded-poisson' : 'poisson',
    eventRateGuess,
  };
}
