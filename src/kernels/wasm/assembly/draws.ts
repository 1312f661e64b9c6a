// η, the noise and the batch, word for word as `core/random` consumes its keystreams: under one key this kernel and the
// reference draw the same noise and the same batches, and the same η up to float32.
import { exp1, log1, log1p1 } from './elementary';
import { radius4, storeTurned4 } from './elementary32';
import { nextWord, refill, takeWords, wordsLeft } from './keystream';
import * as P from './parameters';

/** core/random/ziggurat.ts */
const TAIL_START: f64 = 3.6541528853610088;

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

/** 53 bits in [0, 1), as `uniform` there. */
function uniform(key: usize, stream: usize): f64 {
  const first = nextWord(key, stream) >> 5;
  const second = nextWord(key, stream) >> 6;
  return (<f64>first * 67108864 + <f64>second) * 1.1102230246251565e-16;
}

/** `count` values of η, rounded up to whole groups of eight, at `to`. The buffer holds whole groups. */
export function fillVariationalDraw(key: usize, stream: usize, to: usize, count: u32): void {
  const end = to + (((<usize>count + 7) & ~7) << 2);
  while (to < end) {
    if (wordsLeft(stream) == 0) refill(key, stream);
    const left = <usize>wordsLeft(stream) << 2, wanted = end - to;
    const bytes = left < wanted ? left : wanted;
    const from = takeWords(stream, <u32>(bytes >> 2));
    for (let k: usize = 0; k < bytes; k += 32) v128.store(to + k, radius4(v128.load(from + k)));
    for (let k: usize = 0; k < bytes; k += 32) {
      storeTurned4(v128.load(to + k), v128.load(from + k, 16), to + k);
    }
    to += bytes;
  }
}

/** |x| given |x| > R. */
function drawTail(key: usize, stream: usize): f64 {
  while (true) {
    const beyond = exponential(key, stream) / TAIL_START;
    if (2 * exponential(key, stream) > beyond * beyond) return TAIL_START + beyond;
  }
}

/** One normal word by word, wherever a refill, a border of a layer or the tail comes in between. */
function drawNormal(p: usize, key: usize, stream: usize): f64 {
  const edge = <usize>load<u32>(p + P.ZIGGURAT_EDGE), width = <usize>load<u32>(p + P.ZIGGURAT_WIDTH);
  const height = <usize>load<u32>(p + P.ZIGGURAT_HEIGHT);
  while (true) {
    const first = nextWord(key, stream);
    const second = nextWord(key, stream);
    const layer = <usize>(first & 255) << 3;
    const sign: f64 = (first & 256) == 0 ? 1 : -1;
    const x = (<f64>second * 2097152 + <f64>(first >> 11)) * load<f64>(width + layer);
    if (x < load<f64>(edge + layer, 8)) return sign * x;
    if (layer == 0) return sign * drawTail(key, stream);
    const low = load<f64>(height + layer);
    const level = low + uniform(key, stream) * (load<f64>(height + layer, 8) - low);
    if (level < exp1(-0.5 * x * x)) return sign * x;
  }
}

/** `count` standard normals of the mechanism's noise (core/random/ziggurat.ts) at `to`, float64. */
export function fillMechanismNoise(p: usize, key: usize, stream: usize, to: usize, count: u32): void {
  const edge = <usize>load<u32>(p + P.ZIGGURAT_EDGE), width = <usize>load<u32>(p + P.ZIGGURAT_WIDTH);
  const end = to + (<usize>count << 3);
  while (to < end) {
    if (wordsLeft(stream) == 0) refill(key, stream);
    const start = takeWords(stream, 0);
    const words = <usize>(wordsLeft(stream) & ~1) << 2;
    const wanted = end - to;
    const limit = start + (words < wanted ? words : wanted);
    let from = start;
    while (from < limit) {
      const bits = load<u64>(from);
      const layer = (<usize>bits & 255) << 3;
      const x = <f64>(<i64>(bits >> 11)) * load<f64>(width + layer);
      if (x >= load<f64>(edge + layer, 8)) break;
      store<u64>(to, reinterpret<u64>(x) | ((bits & 256) << 55));
      from += 8;
      to += 8;
    }
    takeWords(stream, <u32>((from - start) >> 2));
    if (from == limit && from > start) continue;
    store<f64>(to, drawNormal(p, key, stream));
    to += 8;
  }
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
