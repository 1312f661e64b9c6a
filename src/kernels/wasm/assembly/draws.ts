// Exponential, Gaussian and Poisson-subsample draws, word for word as `core/random` consumes its keystream:
// under one key this kernel and the reference draw the same numbers up to rounding.
import { cosineNear0, log1, log1p1, log2x, ROUNDER, sineNear0 } from './elementary';
import { nextWord, refill, takeWords, wordsLeft } from './keystream';

const TWO_PI: f64 = 6.283185307179586;

/** Exponential(1), as `exponential` in core/random/random-source.ts. */
export function exponential(key: usize, stream: usize): f64 {
  let high = nextWord(key, stream);
  let scale: f64 = 1.1641532182693481e-10; // 2^-33
  for (let zeros = 0; high == 0; zeros++) {
    if (zeros == 32) unreachable();
    high = nextWord(key, stream);
    scale *= 2.3283064365386963e-10; // 2^-32
  }
  const low = nextWord(key, stream);
  const v = scale * (<f64>high + (<f64>(low >> 1) + 0.5) * 4.656612873077393e-10); // 2^-31
  return (low & 1) == 1 ? -log1(v) : -log1p1(-v);
}

/** √(2E) of two pairs from their words (high, high, low, low); no high word is 0. */
// @ts-ignore: decorator
@inline
function radii(highLow: v128): v128 {
  const low = v128.shuffle<i32>(highLow, highLow, 2, 3, 2, 3);
  const high = f64x2.convert_low_i32x4_u(highLow);
  const half = f64x2.convert_low_i32x4_u(i32x4.shr_u(low, 1));
  const v = f64x2.mul(
    f64x2.splat(1.1641532182693481e-10),
    f64x2.add(high, f64x2.mul(f64x2.add(half, f64x2.splat(0.5)), f64x2.splat(4.656612873077393e-10))),
  );
  // ln v, or ln(1 − v) with the rounding of 1 − v put back (rest/w; where w is not near 1 either is below an ulp).
  const odd = i64x2.sub(i64x2.splat(0), i64x2.extend_low_i32x4_u(v128.and(low, i32x4.splat(1))));
  const w = f64x2.sub(f64x2.splat(1), v);
  const rest = f64x2.sub(f64x2.sub(f64x2.splat(1), w), v);
  const argument = v128.bitselect(v, w, odd);
  const correction = v128.andnot(rest, odd);
  const energy = f64x2.neg(f64x2.add(log2x(argument), correction));
  return f64x2.sqrt(f64x2.add(energy, energy));
}

/** Stores r cos 2πu, r sin 2πu of two pairs; angle words (a, a, b, b), u = (a' 2^26 + b') 2^-53. */
// @ts-ignore: decorator
@inline
function storeTurned(radius: v128, angles: v128, to: usize): void {
  const a = f64x2.convert_low_i32x4_u(i32x4.shr_u(angles, 5));
  const b = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.shuffle<i32>(angles, angles, 2, 3, 2, 3), 6));
  const u = f64x2.mul(f64x2.add(f64x2.mul(a, f64x2.splat(67108864)), b), f64x2.splat(1.1102230246251565e-16));
  // The nearest quarter turn is taken off exactly.
  const turn = f64x2.add(f64x2.mul(u, f64x2.splat(4)), f64x2.splat(ROUNDER));
  const quarter = f64x2.sub(turn, f64x2.splat(ROUNDER));
  const angle = f64x2.mul(f64x2.sub(u, f64x2.mul(quarter, f64x2.splat(0.25))), f64x2.splat(TWO_PI));
  const square = f64x2.mul(angle, angle);
  const sine = sineNear0(angle, square);
  const cosine = cosineNear0(square);
  const swap = i64x2.sub(i64x2.splat(0), v128.and(turn, i64x2.splat(1)));
  const sineSign = i64x2.shl(v128.and(turn, i64x2.splat(2)), 62);
  const cosineSign = i64x2.shl(v128.and(i64x2.add(turn, i64x2.splat(1)), i64x2.splat(2)), 62);
  const c = f64x2.mul(radius, v128.xor(v128.bitselect(sine, cosine, swap), cosineSign));
  const s = f64x2.mul(radius, v128.xor(v128.bitselect(cosine, sine, swap), sineSign));
  v128.store(to, v128.shuffle<i64>(c, s, 0, 2));
  v128.store(to, v128.shuffle<i64>(c, s, 1, 3), 16);
}

/** Two pairs at once from the words (high, low, a, b) of each; both high words are not 0. */
// @ts-ignore: decorator
@inline
function storePairs(from: usize, to: usize): void {
  const first = v128.load(from);
  const second = v128.load(from, 16);
  storeTurned(
    radii(v128.shuffle<i32>(first, second, 0, 4, 1, 5)),
    v128.shuffle<i32>(first, second, 2, 6, 3, 7),
    to,
  );
}

// @ts-ignore: decorator
@inline
function pairOfWords(a: u32, b: u32): v128 {
  return v128.shuffle<i32>(i32x4.splat(<i32>a), i32x4.splat(<i32>b), 0, 1, 4, 5);
}

/** One pair word by word, wherever a refill or a zero word comes in between. */
function storePair(key: usize, stream: usize, to: usize, scratch: usize): void {
  const radius = Math.sqrt(2 * exponential(key, stream));
  const a = nextWord(key, stream);
  const b = nextWord(key, stream);
  storeTurned(f64x2.splat(radius), pairOfWords(a, b), scratch);
  v128.store(to, v128.load(scratch));
}

/** `count` standard normals (rounded up to even) at `to`; `scratch` has 64 bytes. */
export function fillNormal(key: usize, stream: usize, to: usize, count: u32, scratch: usize): void {
  const pairs = (count + 1) >> 1;
  let pair: u32 = 0;
  while (pair < pairs) {
    if (wordsLeft(stream) == 0) refill(key, stream);
    let ready = wordsLeft(stream) >> 3;
    const wanted = (pairs - pair) >> 1;
    if (ready > wanted) ready = wanted;
    let done: u32 = 0;
    let from = takeWords(stream, 0);
    while (done < ready) {
      if (load<u32>(from) == 0 || load<u32>(from, 16) == 0) break;
      storePairs(from, to + (<usize>pair << 4));
      from += 32;
      pair += 2;
      done++;
    }
    takeWords(stream, done << 3);
    if (done == ready && ready > 0) continue;
    storePair(key, stream, to + (<usize>pair << 4), scratch);
    pair++;
  }
}

/** Rows of a Poisson subsample, ascending, to `out` (u32); returns how many. hazard = −ln(1 − q). */
export function poissonSubsample(key: usize, stream: usize, rowCount: u32, hazard: f64, out: usize): u32 {
  const rows = <f64>rowCount;
  let size: u32 = 0;
  let row = Math.floor(exponential(key, stream) / hazard);
  while (row < rows) {
    store<u32>(out + (<usize>size << 2), <u32>row);
    size++;
    row += 1 + Math.floor(exponential(key, stream) / hazard);
  }
  return size;
}
