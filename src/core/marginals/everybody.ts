import type { JointEstimate } from './joint-estimate.ts';

/**
 * The joint estimate for people of all parties, where `jointEstimate` has it for the own ones. Effects are the same; base rates differ, and the
 * intercept of everybody is
 *
 *     β₀ + ln(Σ_m K_m exp(a_m) / Σ_m K_m),   K_m = Y_m exp(−a_m),   a = 0 for the own people,
 *
 * Y_m the events that the estimate expects of party m, K_m those at the own base rate: under a log link the one intercept that a regression of
 * everybody's real rows would have (under a logit link nearly). Covariance by its gradient with K held: ∂/∂a_m = Y_m / Σ Y.
 */
export function ofEverybody({
  coefficients,
  covariance,
  baseRates,
  expectedEvents,
  fullCovariance,
}: JointEstimate): Pick<JointEstimate, 'coefficients' | 'covariance'> {
  const p = coefficients.length;
  const size = p + baseRates.length;
  const events = expectedEvents.reduce((sum, one) => sum + one, 0);
  const atOwnRate = expectedEvents.reduce((sum, one, m) => sum + one * Math.exp(-(baseRates[m - 1] ?? 0)), 0);
  const everybody = coefficients.slice();
  everybody[0]! += Math.log(events / atOwnRate);
  // Gradient of the intercept in (β, a); effects are themselves.
  const gradient = Float64Array.from({ length: size }, (_, k) =>
    k < p ? Number(k === 0) : expectedEvents[k - p + 1]! / events,
  );
  const withIntercept = Float64Array.from({ length: size }, (_, k) =>
    gradient.reduce((sum, one, l) => sum + one * fullCovariance[k * size + l]!, 0),
  );
  const moved = covariance.slice();
  for (let k = 1; k < p; k += 1) {
    moved[k] = withIntercept[k]!;
    moved[k * p] = withIntercept[k]!;
  }
  moved[0] = gradient.reduce((sum, one, k) => sum + one * withIntercept[k]!, 0);
  return { coefficients: everybody, covariance: moved };
}
