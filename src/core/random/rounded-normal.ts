import { type DrawnPoint, settle } from './exact-point.ts';
import type { RandomSource } from './random-source.ts';
import { PLACE_BITS, ZIGGURAT } from './ziggurat.ts';

/** What float64 may be wrong by in a height that is compared with f, many times over, and half a step of 2^-32. */
export const HEIGHT_MARGIN = 2 ** -38;

/** How near to a border of rounding a place in float64, scaled, may come before more bits are asked for. */
export interface RoundingLimits {
  /** |scaled − nearest integer| at most this: decided by 39 bits. */
  readonly decided: number;
  /** The same by 71 bits. */
  readonly decidedFiner: number;
  /** A place x in the tail, of 64 bits: ½ minus this times x. */
  readonly tailMargin: number;
}

/** All three cover the bits that are not drawn yet and four roundings of float64. */
export function roundingLimits(scale: number): RoundingLimits {
  const margin = scale * 2 ** -48;
  const halfStep = 0.5 * scale * (ZIGGURAT.edge[0] as number) * 2 ** -PLACE_BITS;
  return { decided: 0.5 - halfStep - margin, decidedFiner: 0.5 - margin, tailMargin: scale * 2 ** -49 };
}

/**
 * Fills `out` with independent draws of round(scale · ξ), ξ a standard normal: the noise that privacy rests on. The law is
 * **exactly** P(k) = Φ((k + ½)/scale) − Φ((k − ½)/scale) if the words are fair; `scale` is the float64 as it is.
 *
 * A point (x, y) uniform on the layers of `Ziggurat` is accepted if y < f(x); so x has density ∝ f. Both coordinates are
 * real numbers whose binary digits are drawn when they are asked for: x begins with 39 digits, y with none. Two
 * questions are asked of a point, whether y < f(x) and what round(scale · x) is. Float64 answers where its answer is right
 * whatever the digits to come and however it rounded (`RoundingLimits`, `HEIGHT_MARGIN`); else `settle` answers in whole
 * numbers, and draws digits until there is an answer, which is with probability 1 after finitely many. So every answer is
 * that of the real numbers, and no digit is looked at before it is drawn.
 *
 * Two draws begin with three words, 48 bits each; all further words follow in the order in which they are asked for.
 *
 * @param scale σ 2^20, 0 ≤ scale ≤ 2^47; 0 gives no noise, for tests of limits
 * @param out filled to its end with whole numbers (−0 among them)
 */
export function fillRoundedNormal(source: RandomSource, scale: number, out: Float64Array): void {
  const limits = roundingLimits(scale);
  for (let k = 0; k < out.length; k += 2) {
    const first = source.uint32();
    const middle = source.uint32();
    const last = source.uint32();
    out[k] = drawFrom(source, scale, limits, first, middle & 0xffff);
    if (k + 1 < out.length) {
      out[k + 1] = drawFrom(source, scale, limits, ((middle >>> 16) | (last << 16)) >>> 0, last >>> 16);
    }
  }
}

/** One draw that begins with the 48 bits `high` · 2^32 + `low`. */
function drawFrom(
  source: RandomSource,
  scale: number,
  limits: RoundingLimits,
  low: number,
  high: number,
): number {
  for (;;) {
    const layer = low & 255;
    const place = high * 2 ** 23 + (low >>> 9);
    const size =
      place < (ZIGGURAT.threshold[layer] as number)
        ? roundPlace(source, scale, limits, layer, place)
        : layer === 0
          ? drawTail(source, scale, limits)
          : drawBorder(source, scale, limits, layer, place);
    if (size !== null) return (low & 256) === 0 ? size : -size;
    low = source.uint32();
    high = source.uint32() & 0xffff;
  }
}

/** A place that is under the curve whatever its height. */
function roundPlace(
  source: RandomSource,
  scale: number,
  limits: RoundingLimits,
  layer: number,
  place: number,
): number | null {
  const perPlace = scale * ((ZIGGURAT.edge[layer] as number) * 2 ** -PLACE_BITS);
  const scaled = (place + 0.5) * perPlace;
  const size = Math.round(scaled);
  if (Math.abs(scaled - size) <= limits.decided) return size;
  const more = source.uint32();
  const scaledFiner = (place + (more + 0.5) * 2 ** -32) * perPlace;
  const sizeFiner = Math.round(scaledFiner);
  if (Math.abs(scaledFiner - sizeFiner) <= limits.decidedFiner) return sizeFiner;
  return settle({ kind: 'layer', layer, place, more, height: null }, scale, source);
}

/** A place of a layer i ≥ 1 that may be beyond the curve; null where it is. */
function drawBorder(
  source: RandomSource,
  scale: number,
  limits: RoundingLimits,
  layer: number,
  place: number,
): number | null {
  const more = source.uint32();
  const height = source.uint32();
  const width = (ZIGGURAT.edge[layer] as number) * 2 ** -PLACE_BITS;
  const placeFiner = place + (more + 0.5) * 2 ** -32;
  const x = placeFiner * width;
  const low = ZIGGURAT.height[layer] as number;
  const y = low + (height + 0.5) * 2 ** -32 * ((ZIGGURAT.height[layer + 1] as number) - low);
  const point: DrawnPoint = { kind: 'layer', layer, place, more, height };
  return judge(source, scale, point, x, y, placeFiner * (scale * width), limits.decidedFiner);
}

/** A place x ≥ R: its box by the zeros before the first one among fair bits, 64 bits of the place in it. */
function drawTail(source: RandomSource, scale: number, limits: RoundingLimits): number | null {
  const box = leadingZeros(source);
  const place = source.uint32();
  const more = source.uint32();
  const height = source.uint32();
  const within = (place + (more + 0.5) * 2 ** -32) * 2 ** -32;
  const x = ZIGGURAT.tailStart + (box + within) * 0.25;
  const y = (height + 0.5) * 2 ** -32 * (ZIGGURAT.tailHeight * 2 ** -box);
  const point: DrawnPoint = { kind: 'tail', box, place, more, height };
  return judge(source, scale, point, x, y, scale * x, 0.5 - limits.tailMargin * x);
}

/** Accepts or refuses a point and rounds it: by float64 where that is safe. */
function judge(
  source: RandomSource,
  scale: number,
  point: DrawnPoint,
  x: number,
  y: number,
  scaled: number,
  decided: number,
): number | null {
  const above = y - Math.exp(-0.5 * x * x);
  if (above > HEIGHT_MARGIN) return null;
  const size = Math.round(scaled);
  if (above < -HEIGHT_MARGIN && Math.abs(scaled - size) <= decided) return size;
  return settle(point, scale, source);
}

/** After so many zero words in a row (probability 2^-1024) the source is broken, not unlucky. */
const MAX_ZERO_WORDS = 32;

function leadingZeros(source: RandomSource): number {
  for (let zeroWords = 0; zeroWords < MAX_ZERO_WORDS; zeroWords += 1) {
    const word = source.uint32();
    if (word !== 0) return 32 * zeroWords + Math.clz32(word);
  }
  throw new Error('random source gives only zeros');
}
