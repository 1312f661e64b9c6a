// ln and exp in float64, one lane: the batch and the rare branches of the noise rest on them.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** e^x, −700 ≤ x ≤ 700. Relative error about 2e-16: Taylor to r^13, |r| ≤ ln 2 / 2. */
export function exp1(x: f64): f64 {
  const k = nearest(x * LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  let sum: f64 = 1.0 / 6227020800.0;
  sum = sum * r + 1.0 / 479001600.0;
  sum = sum * r + 1.0 / 39916800.0;
  sum = sum * r + 1.0 / 3628800.0;
  sum = sum * r + 1.0 / 362880.0;
  sum = sum * r + 1.0 / 40320.0;
  sum = sum * r + 1.0 / 5040.0;
  sum = sum * r + 1.0 / 720.0;
  sum = sum * r + 1.0 / 120.0;
  sum = sum * r + 1.0 / 24.0;
  sum = sum * r + 1.0 / 6.0;
  sum = sum * r + 0.5;
  const e = 1 + (r + r * r * sum);
  return e * reinterpret<f64>(<u64>(<i64>k + 1023) << 52);
}

/** ln x of normal positive x: x = 2^k m, m in [√½, √2), ln m = 2 f (1 + s/3 + s²/5 + …), f = (m − 1)/(m + 1), s = f². */
export function log1(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  const biased = (bits + (0x3ff0000000000000 - 0x3fe6a09e667f3bcd)) >> 52;
  const k = <f64>(<i64>biased - 1023);
  const m = reinterpret<f64>(bits - (biased << 52) + 0x3ff0000000000000);
  const f = (m - 1) / (m + 1);
  const s = f * f;
  // s ≤ 0.0295: ten terms leave 1e-17.
  let sum: f64 = 1.0 / 21.0;
  sum = sum * s + 1.0 / 19.0;
  sum = sum * s + 1.0 / 17.0;
  sum = sum * s + 1.0 / 15.0;
  sum = sum * s + 1.0 / 13.0;
  sum = sum * s + 1.0 / 11.0;
  sum = sum * s + 1.0 / 9.0;
  sum = sum * s + 1.0 / 7.0;
  sum = sum * s + 1.0 / 5.0;
  sum = sum * s + 1.0 / 3.0;
  return f + f + (sum * s * (f + f) + k * LN2_LOW) + k * LN2_HIGH;
}

/** ln(1 + u), relatively accurate for u > −1: ln w + (u − (w − 1))/w, w the rounded 1 + u. */
export function log1p1(u: f64): f64 {
  const w = 1 + u;
  return log1(w) + (u - (w - 1)) / w;
}
