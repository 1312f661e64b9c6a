// Elementary functions on four float32 lanes, accurate to a unit or two in the last place. Tables, η and Adam rest on
// them; the noise and the batch do not.

// Constants lie in memory, four lanes each: engines build a vector constant afresh wherever it is used, which takes
// longer than to load it.
const TABLE = memory.data<f32>([
  -87, -87, -87, -87, // lowest
  88, 88, 88, 88, // highest
  1.44269504088896341, 1.44269504088896341, 1.44269504088896341, 1.44269504088896341, // log2e
  0.693359375, 0.693359375, 0.693359375, 0.693359375, // ln2High
  -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, -2.12194440e-4, // ln2Low
  1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, 1.6666665459e-1, // exp3
  5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, 5.0000001201e-1, // exp2
  8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, 8.3334519073e-3, // exp5
  4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, 4.1665795894e-2, // exp4
  1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, 1.9875691500e-4, // exp7
  1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, 1.3981999507e-3, // exp6
  1, 1, 1, 1, // one
  12582912 + 127, 12582912 + 127, 12582912 + 127, 12582912 + 127, // exponentBias
  1.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0, 1.0 / 9.0, // ninth
  1.0 / 7.0, 1.0 / 7.0, 1.0 / 7.0, 1.0 / 7.0, // seventh
  1.0 / 5.0, 1.0 / 5.0, 1.0 / 5.0, 1.0 / 5.0, // fifth
  1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, // third
  1.0 / 13.0, 1.0 / 13.0, 1.0 / 13.0, 1.0 / 13.0, // thirteenth
  1.0 / 11.0, 1.0 / 11.0, 1.0 / 11.0, 1.0 / 11.0, // eleventh
  0.5, 0.5, 0.5, 0.5, // half
  2.3283064365386963e-10, 2.3283064365386963e-10, 2.3283064365386963e-10, 2.3283064365386963e-10, // word
  -2, -2, -2, -2, // minusTwo
  1.4629180792671596e-9, 1.4629180792671596e-9, 1.4629180792671596e-9, 1.4629180792671596e-9, // turn
  -1.9515295891e-4, -1.9515295891e-4, -1.9515295891e-4, -1.9515295891e-4, // sin7
  8.3321608736e-3, 8.3321608736e-3, 8.3321608736e-3, 8.3321608736e-3, // sin5
  -1.6666654611e-1, -1.6666654611e-1, -1.6666654611e-1, -1.6666654611e-1, // sin3
  2.443315711809948e-5, 2.443315711809948e-5, 2.443315711809948e-5, 2.443315711809948e-5, // cos8
  -1.388731625493765e-3, -1.388731625493765e-3, -1.388731625493765e-3, -1.388731625493765e-3, // cos6
  4.166664568298827e-2, 4.166664568298827e-2, 4.166664568298827e-2, 4.166664568298827e-2, // cos4
], 16);

/** Where each constant lies. `turn` is 2π/2^32, `word` 2^-32, `exponentBias` 1.5 · 2^23 + 127. */
const enum At {
  lowest = 0,
  highest = 16,
  log2e = 32,
  ln2High = 48,
  ln2Low = 64,
  exp3 = 80,
  exp2 = 96,
  exp5 = 112,
  exp4 = 128,
  exp7 = 144,
  exp6 = 160,
  one = 176,
  exponentBias = 192,
  ninth = 208,
  seventh = 224,
  fifth = 240,
  third = 256,
  thirteenth = 272,
  eleventh = 288,
  half = 304,
  word = 320,
  minusTwo = 336,
  turn = 352,
  sin7 = 368,
  sin5 = 384,
  sin3 = 400,
  cos8 = 416,
  cos6 = 432,
  cos4 = 448,
}

// @ts-ignore: decorator
@inline
function lanes(at: i32): v128 {
  return v128.load(TABLE + at);
}

/** e^x, x cut to [−87, 88]: 2^k (1 + r + r² P(r)), |r| ≤ ln 2 / 2 (coefficients of Cephes' expf, Moshier). */
// @ts-ignore: decorator
@inline
export function exp4(x0: v128): v128 {
  const x = f32x4.pmax(lanes(At.lowest), f32x4.pmin(lanes(At.highest), x0));
  const k = f32x4.nearest(f32x4.mul(x, lanes(At.log2e)));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(k, lanes(At.ln2High))), f32x4.mul(k, lanes(At.ln2Low)));
  const r2 = f32x4.mul(r, r);
  const a0 = f32x4.add(f32x4.mul(lanes(At.exp3), r), lanes(At.exp2));
  const a1 = f32x4.add(f32x4.mul(lanes(At.exp5), r), lanes(At.exp4));
  const a2 = f32x4.add(f32x4.mul(lanes(At.exp7), r), lanes(At.exp6));
  const b = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(a2, r2), a1), r2), a0);
  const e = f32x4.add(f32x4.add(f32x4.mul(b, r2), r), lanes(At.one));
  // 1.5 · 2^23 puts the integer k into the low bits; |k| ≤ 127 and 2^k is a normal number.
  const bits = f32x4.add(k, lanes(At.exponentBias));
  return f32x4.mul(e, i32x4.shl(bits, 23));
}

/** ln x of normal positive x: x = 2^k m, m in [√½, √2), ln m = 2 f (1 + s/3 + s²/5 + …), f = (m − 1)/(m + 1), s = f². */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const biased = i32x4.shr_u(i32x4.add(x, i32x4.splat(0x3f800000 - 0x3f3504f3)), 23);
  const k = f32x4.convert_i32x4_s(i32x4.sub(biased, i32x4.splat(127)));
  const m = i32x4.add(i32x4.sub(x, i32x4.shl(biased, 23)), i32x4.splat(0x3f800000));
  const f = f32x4.div(f32x4.sub(m, lanes(At.one)), f32x4.add(m, lanes(At.one)));
  const s = f32x4.mul(f, f);
  // s ≤ 0.0295: the next term is 2e-9.
  const a = f32x4.add(f32x4.mul(lanes(At.ninth), s), lanes(At.seventh));
  const b = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(a, s), lanes(At.fifth)), s), lanes(At.third));
  const twoF = f32x4.add(f, f);
  const tail = f32x4.add(f32x4.mul(f32x4.mul(b, s), twoF), f32x4.mul(k, lanes(At.ln2Low)));
  return f32x4.add(f32x4.add(twoF, tail), f32x4.mul(k, lanes(At.ln2High)));
}

/** 2 artanh f, 0 ≤ f ≤ 1/3, relatively accurate: seven terms leave 2e-8. */
// @ts-ignore: decorator
@inline
export function twiceArtanh4(f: v128): v128 {
  const s = f32x4.mul(f, f);
  const s2 = f32x4.mul(s, s);
  const a0 = f32x4.add(f32x4.mul(lanes(At.fifth), s), lanes(At.third));
  const a1 = f32x4.add(f32x4.mul(lanes(At.ninth), s), lanes(At.seventh));
  const a2 = f32x4.add(f32x4.mul(lanes(At.thirteenth), s), lanes(At.eleventh));
  const b = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(a2, s2), a1), s2), a0);
  const twoF = f32x4.add(f, f);
  return f32x4.add(twoF, f32x4.mul(f32x4.mul(b, s), twoF));
}

/** √(2E), E = −ln((w + ½) 2^-32), relatively accurate at both ends (core/random/gaussian.ts). */
// @ts-ignore: decorator
@inline
export function radius4(words: v128): v128 {
  const upper = i32x4.shr_s(words, 31);
  const count = f32x4.convert_i32x4_s(v128.xor(words, upper));
  const v = f32x4.mul(f32x4.add(count, lanes(At.half)), lanes(At.word));
  const w = f32x4.sub(lanes(At.one), v);
  const rest = f32x4.sub(f32x4.sub(lanes(At.one), w), v);
  const log = f32x4.add(log4(v128.bitselect(w, v, upper)), v128.and(rest, upper));
  return f32x4.sqrt(f32x4.mul(lanes(At.minusTwo), log));
}

/** Stores r cos 2πu at `to` and r sin 2πu 16 bytes on, u = word 2^-32 signed (coefficients of Cephes' sinf, cosf). */
// @ts-ignore: decorator
@inline
export function storeTurned4(radius: v128, words: v128, to: usize): void {
  const quarter = i32x4.shr_s(i32x4.add(words, i32x4.splat(0x20000000)), 30);
  const x = f32x4.mul(f32x4.convert_i32x4_s(i32x4.sub(words, i32x4.shl(quarter, 30))), lanes(At.turn));
  const q = f32x4.mul(x, x);
  const s = f32x4.add(
    f32x4.mul(f32x4.add(f32x4.mul(lanes(At.sin7), q), lanes(At.sin5)), q),
    lanes(At.sin3),
  );
  const sine = f32x4.add(f32x4.mul(f32x4.mul(s, q), x), x);
  const c = f32x4.add(
    f32x4.mul(
      f32x4.add(f32x4.mul(lanes(At.cos8), q), lanes(At.cos6)),
      q,
    ),
    lanes(At.cos4),
  );
  const cosine = f32x4.add(
    f32x4.sub(f32x4.mul(f32x4.mul(c, q), q), f32x4.mul(q, lanes(At.half))),
    lanes(At.one),
  );
  const swap = i32x4.sub(i32x4.splat(0), v128.and(quarter, i32x4.splat(1)));
  const sineSign = i32x4.shl(v128.and(quarter, i32x4.splat(2)), 30);
  const cosineSign = i32x4.shl(v128.and(i32x4.add(quarter, i32x4.splat(1)), i32x4.splat(2)), 30);
  v128.store(to, f32x4.mul(radius, v128.xor(v128.bitselect(sine, cosine, swap), cosineSign)));
  v128.store(to, f32x4.mul(radius, v128.xor(v128.bitselect(cosine, sine, swap), sineSign)), 16);
}

/** Sum of the four lanes. */
// @ts-ignore: decorator
@inline
export function lanes4(x: v128): f32 {
  const half = f32x4.add(x, v128.shuffle<i32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1);
}

/** Lanes 0 and 1, or 2 and 3, as float64. */
// @ts-ignore: decorator
@inline
export function lower(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

// @ts-ignore: decorator
@inline
export function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3));
}
