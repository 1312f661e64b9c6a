// η, the noise and the batch, word for word as `core/random` consumes its keystreams: under one key this kernel and the
// reference draw the same noise and the same batches, and the same η up to float32.
import { exp1, log1, log1p1 } from './elementary';
import { radius4, storeTurned4 } from './elementary32';
import { nextWord, refill, takeWords, wordsLeft } from './keystream';
import * as P from './parameters';

/** core/random/rounded-normal.ts */
const HEIGHT_MARGIN: f64 = 3.637978807091713e-12; // 2^-38
const MAX_ZERO_WORDS: u32 = 32;
const WORD: f64 = 2.3283064365386963e-10; // 2^-32

/**
 * `settle` of core/random/exact-point.ts, which the host lends: round(scale · x), −1 for a point that is refused. `box` is the
 * layer, or 256 + n in the tail; `height` is −1 where none was drawn. Asks for further words of the stream.
 */
// @ts-ignore: decorator
@external("host", "settle")
declare function settle(key: usize, stream: usize, box: u32, place: f64, more: u32, height: f64, scale: f64): f64;

/** Exponential(1), as `exponential` in core/random/random-source.ts. */
function exponential(key: usize, stream: usize): f64 {
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

/** Six words that lie on both sides of a refill. */
const TORN_GROUP = memory.data(32, 16);

/** `count` values of η, rounded up to whole groups of eight, at `to`. The buffer holds whole groups. */
export function fillVariationalDraw(key: usize, stream: usize, to: usize, count: u32): void {
  const end = to + (((<usize>count + 7) & ~7) << 2);
  while (to < end) {
    const left = <usize>wordsLeft(stream) / 6, wanted = (end - to) >> 5;
    const groups = left < wanted ? left : wanted;
    if (groups == 0) {
      for (let k: usize = 0; k < 24; k += 4) store<u32>(TORN_GROUP + k, nextWord(key, stream));
      turnGroups(TORN_GROUP, to, 1);
      to += 32;
      continue;
    }
    turnGroups(takeWords(stream, <u32>groups * 6), to, groups);
    to += groups << 5;
  }
}

/** Groups of six words to groups of eight normals: two short loops, so that a processor overlaps their turns. */
function turnGroups(words: usize, to: usize, groups: usize): void {
  const end = to + (groups << 5);
  for (let from = words, at = to; at < end; from += 24, at += 32) v128.store(at, radius4(v128.load(from)));
  for (let from = words, at = to; at < end; from += 24, at += 32) {
    const halves = v128.or(i32x4.shl(v128.load16x4_u(from, 16), 16), i32x4.splat(0x8000));
    storeTurned4(v128.load(at), halves, at);
  }
}

/** A place that is under the curve whatever its height. */
function roundPlace(p: usize, key: usize, stream: usize, layer: u32, place: f64): f64 {
  const perPlace = load<f64>(<usize>load<u32>(p + P.ZIGGURAT_LAYERS) + (<usize>layer << 4), 8);
  const scaled = (place + 0.5) * perPlace;
  const size = nearest(scaled);
  if (Math.abs(scaled - size) <= load<f64>(p + P.DECIDED)) return size;
  const more = nextWord(key, stream);
  const scaledFiner = (place + (<f64>more + 0.5) * WORD) * perPlace;
  const sizeFiner = nearest(scaledFiner);
  if (Math.abs(scaledFiner - sizeFiner) <= load<f64>(p + P.DECIDED_FINER)) return sizeFiner;
  return settle(key, stream, layer, place, more, -1, load<f64>(p + P.NOISE_SCALE));
}

/** −1 for a point that is not under the curve. */
function judge(
  p: usize, key: usize, stream: usize,
  box: u32, place: f64, more: u32, height: u32,
  x: f64, y: f64, scaled: f64, decided: f64,
): f64 {
  // Beyond 37 the density is no number of float64; 0 is near enough.
  const above = y - (x < 37 ? exp1(-0.5 * x * x) : 0);
  if (above > HEIGHT_MARGIN) return -1;
  const size = nearest(scaled);
  if (above < -HEIGHT_MARGIN && Math.abs(scaled - size) <= decided) return size;
  return settle(key, stream, box, place, more, <f64>height, load<f64>(p + P.NOISE_SCALE));
}

/** A place of a layer i ≥ 1 that may be beyond the curve. */
function drawBorder(p: usize, key: usize, stream: usize, layer: u32, place: f64): f64 {
  const more = nextWord(key, stream);
  const height = nextWord(key, stream);
  const placeFiner = place + (<f64>more + 0.5) * WORD;
  const x = placeFiner * load<f64>(<usize>load<u32>(p + P.ZIGGURAT_WIDTH) + (<usize>layer << 3));
  const heights = <usize>load<u32>(p + P.ZIGGURAT_HEIGHT) + (<usize>layer << 3);
  const low = load<f64>(heights);
  const y = low + (<f64>height + 0.5) * WORD * (load<f64>(heights, 8) - low);
  const perPlace = load<f64>(<usize>load<u32>(p + P.ZIGGURAT_LAYERS) + (<usize>layer << 4), 8);
  const decided = load<f64>(p + P.DECIDED_FINER);
  return judge(p, key, stream, layer, place, more, height, x, y, placeFiner * perPlace, decided);
}

/** A place x ≥ R: its box by the zeros before the first one among fair bits. */
function drawTail(p: usize, key: usize, stream: usize): f64 {
  let word = nextWord(key, stream);
  let box: u32 = 0;
  for (let zeroWords: u32 = 0; word == 0; zeroWords++) {
    if (zeroWords == MAX_ZERO_WORDS - 1) unreachable();
    word = nextWord(key, stream);
    box += 32;
  }
  box += clz<u32>(word);
  const place = nextWord(key, stream);
  const more = nextWord(key, stream);
  const height = nextWord(key, stream);
  const within = (<f64>place + (<f64>more + 0.5) * WORD) * WORD;
  const x = load<f64>(p + P.TAIL_START) + (<f64>box + within) * 0.25;
  // 2^-n as a number of float64, below 2^-1022 as 0.
  const share = box < 1023 ? reinterpret<f64>(<u64>(1023 - box) << 52) : 0;
  const y = (<f64>height + 0.5) * WORD * (load<f64>(p + P.TAIL_HEIGHT) * share);
  const decided = 0.5 - load<f64>(p + P.TAIL_MARGIN) * x;
  const scaled = load<f64>(p + P.NOISE_SCALE) * x;
  return judge(p, key, stream, 256 + box, <f64>place, more, height, x, y, scaled, decided);
}

/** One draw that begins with the 48 bits `high` · 2^32 + `low`. */
function drawFrom(p: usize, key: usize, stream: usize, low: u32, high: u32): f64 {
  while (true) {
    const layer = low & 255;
    const place = <f64>high * 8388608 + <f64>(low >> 9);
    let size: f64;
    if (place < load<f64>(<usize>load<u32>(p + P.ZIGGURAT_LAYERS) + (<usize>layer << 4))) {
      size = roundPlace(p, key, stream, layer, place);
    } else if (layer == 0) size = drawTail(p, key, stream);
    else size = drawBorder(p, key, stream, layer, place);
    if (size >= 0) return (low & 256) == 0 ? size : -size;
    low = nextWord(key, stream);
    high = nextWord(key, stream) & 0xffff;
  }
}

/** Two draws that begin with three words. */
// @ts-ignore: decorator
@inline
function storePair(p: usize, key: usize, stream: usize, to: usize, first: u32, middle: u32, last: u32): void {
  store<f64>(to, drawFrom(p, key, stream, first, middle & 0xffff));
  store<f64>(to, drawFrom(p, key, stream, (middle >> 16) | (last << 16), last >> 16), 8);
}

/**
 * `count` whole numbers round(σ 2^20 ξ) at `to`, float64 (core/random/rounded-normal.ts has the argument). Pairs that 48 bits
 * decide are done here, two lanes at once; all others by `drawFrom`, word for word as there.
 */
export function fillMechanismNoise(p: usize, key: usize, stream: usize, to: usize, count: u32): void {
  const layers = <usize>load<u32>(p + P.ZIGGURAT_LAYERS);
  const decided = f64x2.splat(load<f64>(p + P.DECIDED));
  const end = to + (<usize>(count >> 1) << 4);
  while (to < end) {
    const words = <usize>wordsLeft(stream) / 3;
    if (words == 0) {
      const first = nextWord(key, stream), middle = nextWord(key, stream);
      storePair(p, key, stream, to, first, middle, nextWord(key, stream));
      to += 16;
      continue;
    }
    const start = takeWords(stream, 0);
    const wanted = (end - to) >> 4;
    const limit = start + (words < wanted ? words : wanted) * 12;
    let from = start;
    while (from < limit) {
      // 48 bits a lane.
      const bits = v128.swizzle(
        v128.load(from),
        i8x16(0, 1, 2, 3, 4, 5, -1, -1, 6, 7, 8, 9, 10, 11, -1, -1),
      );
      const a = v128.load(layers + (<usize>load<u8>(from) << 4));
      const b = v128.load(layers + (<usize>load<u8>(from, 6) << 4));
      // Under the exponent of 2^52 a whole number is a float64; 2^52 − ½ less leaves it and a half.
      const place = f64x2.sub(
        v128.or(i64x2.shr_u(bits, 9), i64x2.splat(0x4330000000000000)),
        f64x2.splat(4503599627370495.5),
      );
      const scaled = f64x2.mul(place, v128.shuffle<i64>(a, b, 1, 3));
      const size = f64x2.nearest(scaled);
      const open = v128.or(
        f64x2.ge(place, v128.shuffle<i64>(a, b, 0, 2)),
        f64x2.gt(f64x2.abs(f64x2.sub(scaled, size)), decided),
      );
      if (v128.any_true(open)) break;
      v128.store(to, v128.xor(size, i64x2.shl(v128.and(bits, i64x2.splat(256)), 55)));
      from += 12;
      to += 16;
    }
    takeWords(stream, <u32>((from - start) >> 2));
    if (from == limit) continue;
    const own = takeWords(stream, 3);
    storePair(p, key, stream, to, load<u32>(own), load<u32>(own, 4), load<u32>(own, 8));
    to += 16;
  }
  if ((count & 1) == 0) return;
  const first = nextWord(key, stream), middle = nextWord(key, stream);
  nextWord(key, stream);
  store<f64>(to, drawFrom(p, key, stream, first, middle & 0xffff));
}

/** A gap from the alias table (core/random/geometric-gaps.ts), at least `limit` where it is not shorter. */
// @ts-ignore: decorator
@inline
function drawGap(key: usize, stream: usize, cells: usize, rests: usize, limit: u32): u32 {
  let passed: u32 = 0;
  while (passed < limit) {
    const word = nextWord(key, stream);
    const i = word >> 22;
    const fraction = word & 0x3fffff;
    const cell = load<u32>(cells + (<usize>i << 2));
    const above = cell >> 10;
    // All ones where the cell's own gap is taken: a branch would be guessed wrong half of the time.
    let own = <u32>((<i32>(fraction - above)) >> 31);
    if (fraction == above) own = nextWord(key, stream) < load<u32>(rests + (<usize>i << 2)) ? 0xffffffff : 0;
    const outcome = (i & own) | (cell & 1023 & ~own);
    if (outcome < 1023) return passed + outcome;
    passed += 1023;
  }
  return passed;
}

/** Rows until the next of a Poisson subsample, at least `limit` where there is none; hazard = −ln(1 − q). */
export function nextGap(p: usize, key: usize, stream: usize, limit: u32): u32 {
  const cells = <usize>load<u32>(p + P.GAP_CELL);
  if (cells != 0) return drawGap(key, stream, cells, <usize>load<u32>(p + P.GAP_REST), limit);
  const gap = Math.floor(exponential(key, stream) / load<f64>(p + P.HAZARD));
  return gap < <f64>limit ? <u32>gap : limit;
}

/**
 * Up to `most` rows of a Poisson subsample from row `row` on, ascending, to `out`, and behind them the row to go on with.
 * Word for word as `nextGap`, which takes over where a word is not the whole story. Returns how many.
 */
export function fillRows(p: usize, key: usize, stream: usize, row: u32, rowCount: u32, out: usize, most: u32): u32 {
  const cells = <usize>load<u32>(p + P.GAP_CELL);
  const start = out, end = out + (<usize>most << 2);
  while (row < rowCount && out < end) {
    if (cells != 0) {
      if (wordsLeft(stream) == 0) refill(key, stream);
      const words = takeWords(stream, 0);
      const left = <usize>wordsLeft(stream) << 2, room = end - out;
      const limit = words + (left < room ? left : room);
      let from = words;
      while (from < limit && row + 1 < rowCount) {
        const word = load<u32>(from);
        const i = word >> 22;
        const fraction = word & 0x3fffff;
        const cell = load<u32>(cells + (<usize>i << 2));
        const above = cell >> 10;
        const own = <u32>((<i32>(fraction - above)) >> 31);
        const outcome = (i & own) | (cell & 1023 & ~own);
        if (<u32>(fraction == above) | <u32>(outcome == 1023)) break;
        store<u32>(out, row);
        out += 4;
        from += 4;
        row += 1 + outcome;
      }
      takeWords(stream, <u32>((from - words) >> 2));
      if (row >= rowCount || out >= end) break;
    }
    store<u32>(out, row);
    out += 4;
    row += 1;
    row += nextGap(p, key, stream, rowCount - row);
  }
  store<u32>(out, row);
  return <u32>((out - start) >> 2);
}
