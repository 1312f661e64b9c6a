import type { RandomSource } from '../../core/random/random-source.ts';
import { halfNormalThresholds } from './half-normal-table.ts';

const THRESHOLDS = halfNormalThresholds();

/** A uniform number (whole + 0.rest)/scale, whole < scale; the bits of `rest` are drawn when they are asked for. */
interface LazyUniform {
  readonly whole: number;
  rest: number | null;
}

/**
 * round(scale · ξ) for an exact standard normal ξ, by comparisons of uniform integers only: no logarithm, no root,
 * no cosine, no floating-point number. So it is the same on every machine, to the bit, and its law does not hang on
 * the accuracy of anybody's built-in functions.
 *
 * Karney (2016), *Sampling exactly from the normal distribution*, algorithms N and B. ξ = ±(k + x): k from its
 * table (P ∝ e^{−k²/2}), x uniform on [0, 1), accepted with probability e^{−x(2k+x)/2} as k + 1 trials of
 * probability e^{−a}, a = x(2k+x)/(2k+2). A trial draws z₁, z₂, … uniform for as long as x > z₁ > z₂ > … and a coin of
 * probability (2k+x)/(2k+2) falls right each time; P(n or more) = aⁿ/n!, so that P(n even) = e^{−a}.
 *
 * Here a uniform is x = (j + u)/scale with j a uniform integer below `scale` and u a fraction of 32 bits that are drawn
 * when j alone does not decide. So scale·(k + x) = scale·k + j + u, and rounding looks at u's first bit.
 *
 * What it is not exact in, in total variation a draw: 2^-91 for the table, and a comparison in which j and u tie (2^-49
 * or less) is decided by a fair coin. That coin has the right law once; only a second tie of the same numbers in the
 * same draw would show, below 2^-90.
 *
 * @param scale whole number, 2^17 ≤ scale < 2^32; or 0: no noise, for tests of limits
 */
export function roundedNormal(source: RandomSource, scale: number): number {
  if (scale === 0) return 0;
  for (;;) {
    const whole = wholePart(source);
    const x: LazyUniform = { whole: uniformBelow(source, scale), rest: source.uint32() };
    let accepted = true;
    for (let trial = 0; accepted && trial <= whole; trial += 1)
      accepted = exponentialTrial(source, scale, whole, x);
    if (!accepted) continue;
    const magnitude = scale * whole + x.whole + ((x.rest as number) >>> 31);
    return (source.uint32() & 1) === 1 ? -magnitude : magnitude;
  }
}

/** k ≥ 0 with P(k) ∝ e^{−k²/2}: 96 uniform bits against the thresholds, the lower 64 drawn when they matter. */
function wholePart(source: RandomSource): number {
  const high = source.uint32();
  let middle = 0;
  let low = 0;
  let drawn = false;
  let k = 0;
  for (const [first, second, third] of THRESHOLDS) {
    if (high < first) return k;
    if (high === first) {
      if (!drawn) {
        middle = source.uint32();
        low = source.uint32();
        drawn = true;
      }
      if (middle < second || (middle === second && low < third)) return k;
    }
    k += 1;
  }
  return k;
}

/** True with probability e^{−x(2k+x)/(2k+2)}. */
function exponentialTrial(source: RandomSource, scale: number, k: number, x: LazyUniform): boolean {
  let previous = x;
  for (let n = 0; ; n += 1) {
    const next: LazyUniform = { whole: uniformBelow(source, scale), rest: null };
    if (!isBelow(source, next, previous)) return n % 2 === 0;
    const face = uniformBelow(source, 2 * k + 2);
    if (face > 2 * k) return n % 2 === 0;
    if (face === 2 * k && !isBelow(source, { whole: uniformBelow(source, scale), rest: null }, x)) {
      return n % 2 === 0;
    }
    previous = next;
  }
}

/** a < b, drawing as many bits as it takes. */
function isBelow(source: RandomSource, a: LazyUniform, b: LazyUniform): boolean {
  if (a.whole !== b.whole) return a.whole < b.whole;
  a.rest ??= source.uint32();
  b.rest ??= source.uint32();
  if (a.rest !== b.rest) return a.rest < b.rest;
  return (source.uint32() & 1) === 1;
}

/** The largest word that `uniformBelow` takes: 2^32 − 1 − (2^32 mod bound). */
export function lastAcceptedWord(bound: number): number {
  return 2 ** 32 - 1 - (2 ** 32 % bound);
}

/** Uniform on {0, …, bound − 1} by rejection. */
function uniformBelow(source: RandomSource, bound: number): number {
  const last = lastAcceptedWord(bound);
  for (;;) {
    const word = source.uint32();
    if (word <= last) return word % bound;
  }
}
