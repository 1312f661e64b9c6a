import { logGamma, stirlingRemainder } from './gamma-function.ts';

/**
 * Regularised incomplete gamma functions P(a, x) = γ(a, x)/Γ(a) and Q = 1 − P, whichever of the two is the
 * smaller one directly and in logarithms, so that no tail is lost (DLMF §8.7, §8.9; a > 0, x ≥ 0).
 */
export interface GammaTails {
  readonly lower: number;
  readonly upper: number;
  readonly logLower: number;
  readonly logUpper: number;
}

export function incompleteGamma(a: number, x: number): GammaTails {
  if (!(a > 0) || !(x >= 0))
    return { lower: Number.NaN, upper: Number.NaN, logLower: Number.NaN, logUpper: Number.NaN };
  if (x === 0) return { lower: 0, upper: 1, logLower: Number.NEGATIVE_INFINITY, logUpper: 0 };
  if (x === Number.POSITIVE_INFINITY)
    return { lower: 1, upper: 0, logLower: 0, logUpper: Number.NEGATIVE_INFINITY };
  if (x < a + 1) {
    const logLower = logPower(a, x) + Math.log(series(a, x));
    const lower = Math.exp(logLower);
    return { lower, upper: 1 - lower, logLower, logUpper: Math.log1p(-lower) };
  }
  const logUpper = logPower(a, x) + Math.log(a * fraction(a, x));
  const upper = Math.exp(logUpper);
  return { lower: 1 - upper, upper, logLower: Math.log1p(-upper), logUpper };
}

/**
 * ln(x^a e^−x / Γ(a + 1)). For large a as a (ln(1 + u) − u) − ½ ln 2πa − s(a), u = (x − a)/a: the plain sum
 * would cancel terms of size a ln a.
 */
function logPower(a: number, x: number): number {
  if (a < 12) return a * Math.log(x) - x - logGamma(a) - Math.log(a);
  const u = (x - a) / a;
  return a * (Math.log1p(u) - u) - 0.5 * Math.log(2 * Math.PI * a) - stirlingRemainder(a);
}

/** Σ_n x^n / ((a + 1) … (a + n)), DLMF 8.7.1. */
function series(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 100_000; n += 1) {
    term *= x / (a + n);
    sum += term;
    if (term < sum * 1e-17) break;
  }
  return sum;
}

/** Continued fraction of Γ(a, x) x^−a e^x, DLMF 8.9.2, by the modified Lentz method. */
function fraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let n = 1; n < 100_000; n += 1) {
    const numerator = -n * (n - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const change = d * c;
    h *= change;
    if (Math.abs(change - 1) < 2e-16) break;
  }
  return h;
}
