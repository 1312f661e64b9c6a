import type { OutcomeFamily } from './shape.ts';

/**
 * The linear predictor is cut to ±80 before it is exponentiated: λ stays finite and non-zero, so that no
 * ∞·0 arises on any machine (e^80 is a float32 too).
 */
export const LARGEST_LINEAR_PREDICTOR = 80;

/**
 * Under `bernoulli-log` the log density of y = 0, ln(1 − λ), falls to −∞ at λ = 1. From 1 − λ = this value on
 * it is continued by its tangent, so that it stays finite with a finite, steep slope back to λ < 1.
 */
export const SMALLEST_NON_EVENT_PROBABILITY = 1e-6;

const LOG_BERNOULLI_KNEE = Math.log1p(-SMALLEST_NON_EVENT_PROBABILITY);

/** λ = exp(linear predictor), cut at e^±80. */
export function rateOf(linearPredictor: number): number {
  return Math.exp(Math.min(LARGEST_LINEAR_PREDICTOR, Math.max(-LARGEST_LINEAR_PREDICTOR, linearPredictor)));
}

/**
 * ∂ ln p(y | λ) / ∂ ln λ, the factor of onehot(x) in the gradient with respect to β (METHOD §4):
 *
 *     poisson           y − λ
 *     bernoulli-log     (y − λ)/(1 − λ) for λ < 1;  y = 1: 0 from λ = 1 on
 *     bernoulli-logit   y − λ/(1 + λ)
 */
export function outcomeResidual(family: OutcomeFamily, linearPredictor: number, y: number): number {
  const rate = rateOf(linearPredictor);
  switch (family) {
    case 'poisson':
      return y - rate;
    case 'bernoulli-log':
      if (y > 0) return linearPredictor < 0 ? 1 : 0;
      return linearPredictor < LOG_BERNOULLI_KNEE
        ? -rate / -Math.expm1(linearPredictor)
        : -(1 - SMALLEST_NON_EVENT_PROBABILITY) / SMALLEST_NON_EVENT_PROBABILITY;
    case 'bernoulli-logit':
      return y - rate / (1 + rate);
  }
}

/** ln p(y | λ) up to the term −ln y!, which no parameter moves. */
export function outcomeLogDensity(family: OutcomeFamily, linearPredictor: number, y: number): number {
  const rate = rateOf(linearPredictor);
  switch (family) {
    case 'poisson':
      return y * linearPredictor - rate;
    case 'bernoulli-log':
      if (y > 0) return Math.min(0, linearPredictor);
      return linearPredictor < LOG_BERNOULLI_KNEE
        ? Math.log(-Math.expm1(linearPredictor))
        : Math.log(SMALLEST_NON_EVENT_PROBABILITY) +
            outcomeResidual(family, linearPredictor, 0) * (linearPredictor - LOG_BERNOULLI_KNEE);
    case 'bernoulli-logit':
      return y * linearPredictor - Math.log1p(rate);
  }
}

/** E[y | λ] under the family: λ, min(1, λ) or λ/(1 + λ). */
export function outcomeMean(family: OutcomeFamily, linearPredictor: number): number {
  const rate = rateOf(linearPredictor);
  switch (family) {
    case 'poisson':
      return rate;
    case 'bernoulli-log':
      return Math.min(1, rate);
    case 'bernoulli-logit':
      return rate / (1 + rate);
  }
}
