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
export function ofEverybody({ coefficients, baseRates, expectedEvents, fullCovariance }: JointEstimate): {
  readonly coefficients: Float64Array;
  readonly covariance: Float64Array;
} {
  const p = coefficients.length;
  const size = p + baseRates.length;
  const events = expectedEvents.reduce((sum, one) => sum + one, 0);
  const atOwnRate = expectedEvents.reduce((sum, one, m) => sum + one * Math.exp(-(baseRates[m - 1] ?? 0)), 0);
  const everybody = coefficients.slice();
  everybody[0]! += Math.log(events / atOwnRate);
  // Row i of the map from (β, a): itself, and for the intercept the base rates as well.
  const weights = (i: number) =>
    Float64Array.from({ length: size }, (_, k) => {
      if (k < p) return k === i ? 1 : 0;
      return i === 0 ? expectedEvents[k - p + 1]! / events : 0;
    });
  const rows = Array.from({ length: p }, (_, i) => weights(i));
  const covariance = new Float64Array(p * p);
  for (const [i, row] of rows.entries()) {
    const moved = new Float64Array(size);
    for (let k = 0; k < size; k += 1) {
      if (row[k] === 0) continue;
      for (let l = 0; l < size; l += 1) moved[l]! += row[k]! * fullCovariance[k * size + l]!;
    }
    for (const [j, other] of rows.entries())
      covariance[i * p + j] = other.reduce((total, one, l) => total + one * moved[l]!, 0);
  }
  return { coefficients: everybody, covariance };
}
