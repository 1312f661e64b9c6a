/**
 * Where randomness comes from: 32 uniform bits at a time. Everything in this folder takes one as an
 * argument; nothing here has a seed of its own (METHOD §9.3).
 */
export interface RandomSource {
  /** 32 independent uniform bits as an integer in [0, 2^32). */
  uint32(): number;
}

/** After so many zero words in a row (probability 2^-1024) the source is broken, not unlucky. */
const MAX_ZERO_WORDS = 32;

/** Uniform on {0, 1, …, 2^53 − 1} · 2^-53, hence in [0, 1). */
export function uniform(source: RandomSource): number {
  return ((source.uint32() >>> 5) * 0x4000000 + (source.uint32() >>> 6)) * 2 ** -53;
}

/**
 * Exponential(1): −ln U for U uniform on (0, 1), relatively accurate at both ends.
 *
 * U is taken as v or 1 − v with v in (0, ½] and a fair bit; v = 0.(64 bits), and while its leading 32 bits
 * are all zero 32 more are drawn. So small U (large E: the far tail) and U near 1 (small E) are both
 * resolved to a relative 2^-32 or better, and a Gaussian made from E is not cut off at 6.7 σ or 8.6 σ.
 */
export function exponential(source: RandomSource): number {
  let high = source.uint32();
  let scale = 2 ** -33;
  for (let zeroWords = 0; high === 0; zeroWords += 1) {
    if (zeroWords === MAX_ZERO_WORDS) throw new Error('random source gives only zeros');
    high = source.uint32();
    scale *= 2 ** -32;
  }
  const low = source.uint32();
  const v = scale * (high + ((low >>> 1) + 0.5) * 2 ** -31);
  return (low & 1) === 1 ? -Math.log(v) : -Math.log1p(-v);
}

/** Uniform on {0, …, bound − 1}, by rejection: no level is favoured. `bound` in [1, 2^32]. */
export function uniformInteger(source: RandomSource, bound: number): number {
  if (!(Number.isInteger(bound) && bound >= 1 && bound <= 2 ** 32)) throw new Error('bound out of range');
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = source.uint32();
    if (word < limit) return word % bound;
  }
}
