import type { JointEstimate } from './joint-estimate.ts';

/**
 * The joint estimate for people of all parties, where `jointEstimate` has it for the own ones. Effects are the same; base rates differ, and the
 * intercept of everybody is
 *
 *     β₀ + ln Σ_m w_m exp(a_m),   w_m = N_m / Σ N,   a = 0 for the own people,
 *
 * the one that a regression of everybody's real rows with one intercept has under a log link where levels are as frequent everywhere (under a logit link, and
 * elsewhere, nearly). Covariance by its gradient: ∂/∂a_m = w_m exp(a_m) / Σ w exp(a).
 *
 * @param rowCounts people of each party, the own ones first
 */
export function ofEverybody(
  { coefficients, baseRates, fullCovariance }: JointEstimate,
  rowCounts: readonly number[],
): { readonly coefficients: Float64Array; readonly covariance: Float64Array } {
  const p = coefficients.length;
  const size = p + baseRates.length;
  const share = rowCounts.map((n, m) => n * (m === 0 ? 1 : Math.exp(baseRates[m - 1] ?? 0)));
  const sum = share.reduce((total, one) => total + one, 0);
  const people = rowCounts.reduce((total, n) => total + n, 0);
  const everybody = coefficients.slice();
  everybody[0]! += Math.log(sum / people);
  // Row i of the map from (β, a): itself, and for the intercept the base rates as well.
  const weights = (i: number) =>
    Float64Array.from({ length: size }, (_, k) => {
      if (k < p) return k === i ? 1 : 0;
      return i === 0 ? share[k - p + 1]! / sum : 0;
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
