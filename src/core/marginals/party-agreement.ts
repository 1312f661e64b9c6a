import { choleskyInPlace, choleskyInverse, choleskySolve } from '../analysis/symmetric-matrix.ts';
import type { PartyTerm } from './party-term.ts';

/** How a party's tables agree with what all the others say: about χ² with that many degrees of freedom. */
export interface Agreement {
  readonly chiSquared: number;
  readonly degreesOfFreedom: number;
}

/**
 * z of a party at the estimate that the others would give, by one Newton step away from the common one: θ₋ = θ − (H − I)⁻¹ U,
 * z₋ = z + B (H − I)⁻¹ U with covariance V + B (H − I)⁻¹ Bᵀ. Its own influence does not excuse it.
 */
export function agreementOf(
  { score, information, residual, slope, covariance }: PartyTerm,
  sensitivity: Float64Array,
): Agreement {
  const cells = residual.length;
  const size = score.length;
  const others = sensitivity.map((one, k) => one - information[k]!);
  if (!(choleskyInPlace(others, size) > 0)) return { chiSquared: 0, degreesOfFreedom: cells };
  const inverse = choleskyInverse(others, size);
  const half = new Float64Array(cells * size);
  for (let k = 0; k < cells; k += 1) {
    for (let i = 0; i < size; i += 1) {
      const left = slope[k * size + i]!;
      if (left === 0) continue;
      for (let j = 0; j < size; j += 1) half[k * size + j]! += left * inverse[i * size + j]!;
    }
  }
  const apart = residual.slice();
  const spread = covariance.slice();
  for (let k = 0; k < cells; k += 1) {
    for (let i = 0; i < size; i += 1) apart[k]! += half[k * size + i]! * score[i]!;
    for (let l = 0; l < cells; l += 1) {
      let sum = 0;
      for (let i = 0; i < size; i += 1) sum += half[k * size + i]! * slope[l * size + i]!;
      spread[k * cells + l]! += sum;
    }
  }
  if (!(choleskyInPlace(spread, cells) > 0)) return { chiSquared: 0, degreesOfFreedom: cells };
  return {
    chiSquared: choleskySolve(spread, cells, apart, new Float64Array(cells)),
    degreesOfFreedom: cells,
  };
}
