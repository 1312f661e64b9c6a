// Elementary functions on two float64 lanes, and on one. Own polynomials: the same on every machine.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** e^x, x cut to ±708. Relative error about 2e-16: Taylor to r^13, |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
export function exp2x(x0: v128): v128 {
  const x = f64x2.max(f64x2.min(x0, f64x2.splat(708)), f64x2.splat(-708));
  const k = f64x2.nearest(f64x2.mul(x, f64x2.splat(LOG2E)));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  let p = f64x2.splat(1.0 / 6227020800.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(0.5));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1));
  // 2^k through the exponent bits: |k| ≤ 1022 here, so 2^k is a normal number.
  const bits = i64x2.shl(i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k)), i64x2.splat(1023)), 52);
  return f64x2.mul(p, bits);
}

/** ln x of normal positive x. */
// @ts-ignore: decorator
@inline
export function log2x(x: v128): v128 {
  // m = x / 2^k in [√½, √2): shift the bits so that the cut falls at √½.
  const cut = i64x2.splat(0x3fe6a09e667f3bcd);
  const shifted = i64x2.sub(x, cut);
  const exponent = i64x2.shr_s(shifted, 52);
  const m = i64x2.sub(x, i64x2.shl(exponent, 52));
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2));
  const f = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const s = f64x2.mul(f, f);
  // ln m = 2 f (1 + s/3 + s²/5 + …), s ≤ 0.0295: ten terms leave 1e-17.
  let p = f64x2.splat(1.0 / 21.0);
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 19.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 17.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 15.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 13.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 11.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 9.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 7.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 5.0));
  p = f64x2.add(f64x2.mul(p, s), f64x2.splat(1.0 / 3.0));
  const twoF = f64x2.add(f, f);
  const tail = f64x2.add(f64x2.mul(f64x2.mul(p, s), twoF), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  return f64x2.add(f64x2.add(twoF, tail), f64x2.mul(k, f64x2.splat(LN2_HIGH)));
}

/** ln(1 + u), relatively accurate for u > −1: ln w + (u − (w − 1))/w, w the rounded 1 + u. */
// @ts-ignore: decorator
@inline
export function log1p2x(u: v128): v128 {
  const w = f64x2.add(f64x2.splat(1), u);
  const rest = f64x2.sub(u, f64x2.sub(w, f64x2.splat(1)));
  return f64x2.add(log2x(w), f64x2.div(rest, w));
}

// @ts-ignore: decorator
@inline
export function exp1(x: f64): f64 {
  return f64x2.extract_lane(exp2x(f64x2.splat(x)), 0);
}

// @ts-ignore: decorator
@inline
export function log1(x: f64): f64 {
  return f64x2.extract_lane(log2x(f64x2.splat(x)), 0);
}

// @ts-ignore: decorator
@inline
export function log1p1(x: f64): f64 {
  return f64x2.extract_lane(log1p2x(f64x2.splat(x)), 0);
}

/** sin θ, |θ| ≤ π/4, given θ and θ²: Taylor to θ^17 leaves 1e-18. */
// @ts-ignore: decorator
@inline
export function sineNear0(x: v128, q: v128): v128 {
  let p = f64x2.splat(1.0 / 355687428096000.0);
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 1307674368000.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 6227020800.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 362880.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 120.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 6.0));
  return f64x2.add(x, f64x2.mul(f64x2.mul(p, q), x));
}

/** cos θ, |θ| ≤ π/4, given θ²: Taylor to θ^16 leaves 2e-18. */
// @ts-ignore: decorator
@inline
export function cosineNear0(q: v128): v128 {
  let p = f64x2.splat(1.0 / 20922789888000.0);
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 87178291200.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 479001600.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 40320.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, q), f64x2.splat(1.0 / 24.0));
  p = f64x2.sub(f64x2.mul(p, q), f64x2.splat(0.5));
  return f64x2.add(f64x2.splat(1), f64x2.mul(p, q));
}
