// Elementary functions on two float64 lanes, and on one. Own polynomials, the same on every machine, summed pairwise
// (Estrin's scheme): the processor works on the halves at once.

const LOG2E: f64 = 1.4426950408889634;
const LN2_HIGH: f64 = 6.93147180369123816490e-1;
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** 1.5 · 2^52: x + ROUNDER has the nearest integer of x in its low bits, for |x| < 2^50. */
export const ROUNDER: f64 = 6755399441055744;

/** e^x, x cut to ±708. Relative error about 2e-16: Taylor to r^13, |r| ≤ ln 2 / 2. */
// @ts-ignore: decorator
@inline
export function exp2x(x0: v128): v128 {
  const x = f64x2.pmax(f64x2.splat(-708), f64x2.pmin(f64x2.splat(708), x0));
  const rounded = f64x2.add(f64x2.mul(x, f64x2.splat(LOG2E)), f64x2.splat(ROUNDER));
  const k = f64x2.sub(rounded, f64x2.splat(ROUNDER));
  const r = f64x2.sub(f64x2.sub(x, f64x2.mul(k, f64x2.splat(LN2_HIGH))), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const r8 = f64x2.mul(r4, r4);
  const a0 = f64x2.add(f64x2.splat(1.0 / 2.0), f64x2.mul(f64x2.splat(1.0 / 6.0), r));
  const a1 = f64x2.add(f64x2.splat(1.0 / 24.0), f64x2.mul(f64x2.splat(1.0 / 120.0), r));
  const a2 = f64x2.add(f64x2.splat(1.0 / 720.0), f64x2.mul(f64x2.splat(1.0 / 5040.0), r));
  const a3 = f64x2.add(f64x2.splat(1.0 / 40320.0), f64x2.mul(f64x2.splat(1.0 / 362880.0), r));
  const a4 = f64x2.add(f64x2.splat(1.0 / 3628800.0), f64x2.mul(f64x2.splat(1.0 / 39916800.0), r));
  const a5 = f64x2.add(f64x2.splat(1.0 / 479001600.0), f64x2.mul(f64x2.splat(1.0 / 6227020800.0), r));
  const b0 = f64x2.add(a0, f64x2.mul(a1, r2));
  const b1 = f64x2.add(a2, f64x2.mul(a3, r2));
  const b2 = f64x2.add(a4, f64x2.mul(a5, r2));
  const c0 = f64x2.add(b0, f64x2.mul(b1, r4));
  const d0 = f64x2.add(c0, f64x2.mul(b2, r8));
  const e = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(r2, d0)));
  // 2^k through the exponent bits: |k| ≤ 1022 here, so 2^k is a normal number.
  return f64x2.mul(e, i64x2.shl(i64x2.add(rounded, i64x2.splat(1023)), 52));
}

/** ln x of normal positive x: x = 2^k m, m in [√½, √2), ln m = 2 f (1 + s/3 + s²/5 + …), f = (m − 1)/(m + 1), s = f². */
// @ts-ignore: decorator
@inline
export function log2x(x: v128): v128 {
  // Bits shifted so that the cut falls at √½; the exponent stays biased by 1023 and is never negative.
  const biased = i64x2.shr_u(i64x2.add(x, i64x2.splat(0x3ff0000000000000 - 0x3fe6a09e667f3bcd)), 52);
  const k = f64x2.sub(v128.or(biased, i64x2.splat(0x4330000000000000)), f64x2.splat(4503599627370496 + 1023));
  const m = i64x2.add(i64x2.sub(x, i64x2.shl(biased, 52)), i64x2.splat(0x3ff0000000000000));
  const f = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const s = f64x2.mul(f, f);
  const s2 = f64x2.mul(s, s);
  const s4 = f64x2.mul(s2, s2);
  const s8 = f64x2.mul(s4, s4);
  const a0 = f64x2.add(f64x2.splat(1.0 / 3.0), f64x2.mul(f64x2.splat(1.0 / 5.0), s));
  const a1 = f64x2.add(f64x2.splat(1.0 / 7.0), f64x2.mul(f64x2.splat(1.0 / 9.0), s));
  const a2 = f64x2.add(f64x2.splat(1.0 / 11.0), f64x2.mul(f64x2.splat(1.0 / 13.0), s));
  const a3 = f64x2.add(f64x2.splat(1.0 / 15.0), f64x2.mul(f64x2.splat(1.0 / 17.0), s));
  const a4 = f64x2.add(f64x2.splat(1.0 / 19.0), f64x2.mul(f64x2.splat(1.0 / 21.0), s));
  const b0 = f64x2.add(a0, f64x2.mul(a1, s2));
  const b1 = f64x2.add(a2, f64x2.mul(a3, s2));
  const c0 = f64x2.add(b0, f64x2.mul(b1, s4));
  const d0 = f64x2.add(c0, f64x2.mul(a4, s8));
  // s ≤ 0.0295: ten terms leave 1e-17.
  const twoF = f64x2.add(f, f);
  const tail = f64x2.add(f64x2.mul(f64x2.mul(d0, s), twoF), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  return f64x2.add(f64x2.add(twoF, tail), f64x2.mul(k, f64x2.splat(LN2_HIGH)));
}

/** 2 artanh f = ln((1 + f)/(1 − f)), 0 ≤ f ≤ 1/3, relatively accurate: 2 f (1 + s/3 + s²/5 + …), s = f²; 16 terms leave 5e-18. */
// @ts-ignore: decorator
@inline
export function twiceArtanh(f: v128): v128 {
  const s = f64x2.mul(f, f);
  const s2 = f64x2.mul(s, s);
  const s4 = f64x2.mul(s2, s2);
  const s8 = f64x2.mul(s4, s4);
  const a0 = f64x2.add(f64x2.splat(1.0 / 3.0), f64x2.mul(f64x2.splat(1.0 / 5.0), s));
  const a1 = f64x2.add(f64x2.splat(1.0 / 7.0), f64x2.mul(f64x2.splat(1.0 / 9.0), s));
  const a2 = f64x2.add(f64x2.splat(1.0 / 11.0), f64x2.mul(f64x2.splat(1.0 / 13.0), s));
  const a3 = f64x2.add(f64x2.splat(1.0 / 15.0), f64x2.mul(f64x2.splat(1.0 / 17.0), s));
  const a4 = f64x2.add(f64x2.splat(1.0 / 19.0), f64x2.mul(f64x2.splat(1.0 / 21.0), s));
  const a5 = f64x2.add(f64x2.splat(1.0 / 23.0), f64x2.mul(f64x2.splat(1.0 / 25.0), s));
  const a6 = f64x2.add(f64x2.splat(1.0 / 27.0), f64x2.mul(f64x2.splat(1.0 / 29.0), s));
  const a7 = f64x2.add(f64x2.splat(1.0 / 31.0), f64x2.mul(f64x2.splat(1.0 / 33.0), s));
  const b0 = f64x2.add(a0, f64x2.mul(a1, s2));
  const b1 = f64x2.add(a2, f64x2.mul(a3, s2));
  const b2 = f64x2.add(a4, f64x2.mul(a5, s2));
  const b3 = f64x2.add(a6, f64x2.mul(a7, s2));
  const c0 = f64x2.add(b0, f64x2.mul(b1, s4));
  const c1 = f64x2.add(b2, f64x2.mul(b3, s4));
  const d0 = f64x2.add(c0, f64x2.mul(c1, s8));
  const twoF = f64x2.add(f, f);
  return f64x2.add(twoF, f64x2.mul(f64x2.mul(d0, s), twoF));
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

/** sin θ, |θ| ≤ π/4, given θ and q = θ²: Taylor to θ^17 leaves 1e-18. */
// @ts-ignore: decorator
@inline
export function sineNear0(x: v128, q: v128): v128 {
  const q2 = f64x2.mul(q, q);
  const q4 = f64x2.mul(q2, q2);
  const a0 = f64x2.add(f64x2.splat(-1.0 / 6.0), f64x2.mul(f64x2.splat(1.0 / 120.0), q));
  const a1 = f64x2.add(f64x2.splat(-1.0 / 5040.0), f64x2.mul(f64x2.splat(1.0 / 362880.0), q));
  const a2 = f64x2.add(f64x2.splat(-1.0 / 39916800.0), f64x2.mul(f64x2.splat(1.0 / 6227020800.0), q));
  const a3 = f64x2.add(f64x2.splat(-1.0 / 1307674368000.0), f64x2.mul(f64x2.splat(1.0 / 355687428096000.0), q));
  const b0 = f64x2.add(a0, f64x2.mul(a1, q2));
  const b1 = f64x2.add(a2, f64x2.mul(a3, q2));
  const c0 = f64x2.add(b0, f64x2.mul(b1, q4));
  return f64x2.add(x, f64x2.mul(f64x2.mul(c0, q), x));
}

/** cos θ, |θ| ≤ π/4, given q = θ²: Taylor to θ^16 leaves 2e-18. */
// @ts-ignore: decorator
@inline
export function cosineNear0(q: v128): v128 {
  const q2 = f64x2.mul(q, q);
  const q4 = f64x2.mul(q2, q2);
  const a0 = f64x2.add(f64x2.splat(-1.0 / 2.0), f64x2.mul(f64x2.splat(1.0 / 24.0), q));
  const a1 = f64x2.add(f64x2.splat(-1.0 / 720.0), f64x2.mul(f64x2.splat(1.0 / 40320.0), q));
  const a2 = f64x2.add(f64x2.splat(-1.0 / 3628800.0), f64x2.mul(f64x2.splat(1.0 / 479001600.0), q));
  const a3 = f64x2.add(f64x2.splat(-1.0 / 87178291200.0), f64x2.mul(f64x2.splat(1.0 / 20922789888000.0), q));
  const b0 = f64x2.add(a0, f64x2.mul(a1, q2));
  const b1 = f64x2.add(a2, f64x2.mul(a3, q2));
  const c0 = f64x2.add(b0, f64x2.mul(b1, q4));
  return f64x2.add(f64x2.splat(1), f64x2.mul(c0, q));
}
