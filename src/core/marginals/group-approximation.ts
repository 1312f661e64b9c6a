import type { GroupFit } from './group-fit.ts';
import type { GroupMoments, OutcomePeople } from './group-model.ts';

/**
 * ln N(s | μ, V) with the correlations of V held at those of V̂ and its variances v as they are at the present place:
 *
 *     V ≈ R V̂ R,  R = diag √(v / v̂):  −½ (tᵀ V̂⁻¹ t + Σ ln v),  t = R⁻¹ (s − μ)
 *
 * From marginals alone, where the exact one needs their covariance: shapes paths and proposals, decides nothing.
 */
export class GroupApproximation {
  readonly #fit: GroupFit;
  readonly #variances: Float64Array;
  readonly #scaled: Float64Array;
  readonly #solved: Float64Array;
  /** Slopes in μ and v. */
  readonly #slopes: { readonly ofMean: Float64Array; readonly ofVariance: Float64Array };

  constructor(fit: GroupFit) {
    this.#fit = fit;
    const n = fit.model.size;
    this.#variances = new Float64Array(n);
    this.#scaled = new Float64Array(n);
    this.#solved = new Float64Array(n);
    this.#slopes = { ofMean: new Float64Array(n), ofVariance: new Float64Array(n) };
  }

  /** @param moments only the marginals are used */
  logLikelihood(moments: GroupMoments, people: OutcomePeople): number {
    const { model, precisionOfCells: W, variances: fitted } = this.#fit;
    const n = model.size;
    const [variances, scaled, solved] = [this.#variances, this.#scaled, this.#solved];
    model.fillVariances(moments, people, variances);
    model.fillResidual(moments, people, scaled);
    let sum = 0;
    for (let k = 0; k < n; k += 1) {
      scaled[k]! *= Math.sqrt(fitted[k]! / variances[k]!);
      sum += Math.log(variances[k]!);
    }
    for (let i = 0; i < n; i += 1) {
      const at = i * n;
      let [even, odd] = [0, 0];
      let j = 0;
      // Two sums that do not wait for each other.
      for (; j + 1 < n; j += 2) {
        even += W[at + j]! * scaled[j]!;
        odd += W[at + j + 1]! * scaled[j + 1]!;
      }
      if (j < n) even += W[at + j]! * scaled[j]!;
      solved[i] = even + odd;
      sum += solved[i]! * scaled[i]!;
    }
    return -0.5 * sum;
  }

  /** The same, and its gradient in z. */
  withGradient(
    z: Float64Array,
    moments: GroupMoments,
    people: OutcomePeople,
    gradient: Float64Array,
  ): number {
    const value = this.logLikelihood(moments, people);
    const { model, variances } = this.#fit;
    const { ofMean, ofVariance } = this.#slopes;
    for (let k = 0; k < model.size; k += 1) {
      const v = this.#variances[k]!;
      ofMean[k] = this.#solved[k]! * Math.sqrt(variances[k]! / v);
      ofVariance[k] = (0.5 * (this.#solved[k]! * this.#scaled[k]! - 1)) / v;
    }
    model.fillPulledBack(z, moments, this.#slopes, people, gradient);
    return value;
  }
}
