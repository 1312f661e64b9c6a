/** Beyond this whole part a standard normal goes with probability 2^-208 of a draw: never, for any purpose. */
export const LARGEST_WHOLE_PART = 16;

/** Bits of a threshold: three 32-bit words. */
const THRESHOLD_BITS = 96n;
/** Bits that the sums are computed with; their rounding stays far below a threshold's last bit. */
const WORKING_BITS = 256n;

/**
 * Thresholds t_k = ⌊2^96 P(K ≤ k)⌋ of the law P(K = k) ∝ e^{−k²/2}, k = 0 … 15, each as three words, high word
 * first: K is the number of thresholds at or below 96 uniform bits. Together the thresholds err by less than
 * 17 · 2^-96, and leaving out k > 16 by 2^-207: both in total variation a draw.
 */
export function halfNormalThresholds(): readonly (readonly [number, number, number])[] {
  const rootOfE = exponentialOfMinusHalf();
  const weights = Array.from({ length: LARGEST_WHOLE_PART + 1 }, (_, k) => power(rootOfE, k * k));
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  let cumulative = 0n;
  return weights.slice(0, LARGEST_WHOLE_PART).map((weight) => {
    cumulative += weight;
    const threshold = (cumulative << THRESHOLD_BITS) / total;
    const word = (shift: bigint) => Number((threshold >> shift) & 0xffffffffn);
    return [word(64n), word(32n), word(0n)] as const;
  });
}

/** e^{−1/2} · 2^256 by its series, term by term in integers. */
function exponentialOfMinusHalf(): bigint {
  let term = 1n << WORKING_BITS;
  let sum = term;
  for (let n = 1n; term !== 0n; n += 1n) {
    term = -term / (2n * n);
    sum += term;
  }
  return sum;
}

function power(base: bigint, exponent: number): bigint {
  let result = 1n << WORKING_BITS;
  for (let i = 0; i < exponent; i += 1) result = (result * base) >> WORKING_BITS;
  return result;
}
