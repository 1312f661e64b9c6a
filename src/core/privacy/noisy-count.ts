import type { DiscreteLaplaceCount } from './mechanism.ts';
import { outOfRange } from './parameter-range.ts';

/** 32 uniform bits at a time. */
export interface WordSource {
  uint32(): number;
}

/** ε is used as a fraction of this denominator, rounded down: never less noise than is paid for. */
const DENOMINATOR = 2n ** 40n;

/**
 * A noisy count of the rows, N + Z, P(Z = z) = (1 − a)/(1 + a)·a^|z| with a = e^−ε: one row more or less shifts it
 * by one, so that its loss is ±ε exactly. Its cost is the {@link DiscreteLaplaceCount} of the answer, to be composed
 * with everything else from the same table.
 *
 * Drawn in whole numbers only: no rounding of a logarithm betrays N (Canonne, Kamath, Steinke 2020, algorithms 1, 2).
 *
 * @param count N, a whole number ≥ 0
 * @returns the noisy count, which may be negative, and its cost
 */
export function drawNoisyCount(
  count: number,
  epsilon: number,
  source: WordSource,
): { readonly noisyCount: number; readonly cost: DiscreteLaplaceCount } {
  if (!(Number.isSafeInteger(count) && count >= 0)) throw new Error('a count is a whole number');
  if (outOfRange('countEpsilon', epsilon) !== undefined) throw new Error('epsilon out of range');
  const numerator = BigInt(Math.floor(epsilon * Number(DENOMINATOR)));
  const noise = drawDiscreteLaplace(numerator, DENOMINATOR, source);
  return { noisyCount: count + Number(noise), cost: { epsilon } };
}

/** Z with P(Z = z) ∝ e^{−|z| s/t}. */
function drawDiscreteLaplace(s: bigint, t: bigint, source: WordSource): bigint {
  for (;;) {
    const fraction = uniformBelow(t, source);
    if (!bernoulliExp(fraction, t, source)) continue;
    let whole = 0n;
    while (bernoulliExp(1n, 1n, source)) whole += 1n;
    const magnitude = (fraction + t * whole) / s;
    const negative = (source.uint32() & 1) === 1;
    if (negative && magnitude === 0n) continue;
    return negative ? -magnitude : magnitude;
  }
}

/** True with probability e^{−n/d}, 0 ≤ n ≤ d, exactly: the first k at which a Bernoulli(n/(dk)) fails is odd. */
export function bernoulliExp(n: bigint, d: bigint, source: WordSource): boolean {
  let k = 1n;
  while (uniformBelow(d * k, source) < n) k += 1n;
  return k % 2n === 1n;
}

/** Uniform on {0, …, bound − 1}, by rejection. */
function uniformBelow(bound: bigint, source: WordSource): bigint {
  if (bound === 1n) return 0n;
  const bits = (bound - 1n).toString(2).length;
  const words = Math.ceil(bits / 32);
  const shift = BigInt(32 * words - bits);
  for (;;) {
    let value = 0n;
    for (let i = 0; i < words; i += 1) value = (value << 32n) | BigInt(source.uint32() >>> 0);
    value >>= shift;
    if (value < bound) return value;
  }
}
