import type { RandomSource } from './random-source.ts';
import { EDGE_BITS, PLACE_BITS, ZIGGURAT } from './ziggurat.ts';

/** A point on the ziggurat, as far as its binary digits are drawn: whole numbers of 32 bits where nothing else is said. */
export type DrawnPoint =
  | {
      readonly kind: 'layer';
      readonly layer: number;
      /** 39 bits */
      readonly place: number;
      readonly more: number;
      /** null: under the curve, whatever its height is */
      readonly height: number | null;
    }
  | {
      readonly kind: 'tail';
      /** n of [R + n/4, R + (n+1)/4) */
      readonly box: number;
      readonly place: number;
      readonly more: number;
      readonly height: number;
    };

/** Abscissas are whole multiples of 2^-79: all edges, R and quarters are. */
const UNIT_BITS = BigInt(EDGE_BITS + PLACE_BITS);
/** h_1 is a multiple of 2^-80. */
const HEIGHT_BITS = 80;
const FIRST_PRECISION = 128;

/** A real number in [low, high]. */
interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/**
 * round(scale · x) of a point with y < f(x), null of another (`rounded-normal.ts`), in whole numbers: digits are drawn, 32 of x
 * and 32 of y at a time, until the answer does not depend on those to come. Float64 leaves one draw in 10⁶ to it.
 */
export function settle(point: DrawnPoint, scale: number, source: RandomSource): number | null {
  const [scaleMantissa, scaleBits] = dyadic(scale);
  let place = (BigInt(point.place) << 32n) | BigInt(point.more);
  let placeBits = BigInt(32 + (point.kind === 'layer' ? PLACE_BITS : 32));
  let height = BigInt(point.height ?? 0);
  let heightBits = 32n;
  for (let precision = FIRST_PRECISION; ; precision += 64) {
    const x = abscissa(point, place, placeBits);
    const xBits = UNIT_BITS + placeBits;
    const half = 1n << (xBits + scaleBits - 1n);
    const least = (scaleMantissa * x.low + half) >> (xBits + scaleBits);
    // x is below its upper end.
    const most = (scaleMantissa * x.high + half - 1n) >> (xBits + scaleBits);
    const isBelow = point.height === null ? true : comparison(point, x, xBits, height, heightBits, precision);
    if (isBelow === false) return null;
    if (isBelow && least === most) return Number(least);
    place = (place << 32n) | BigInt(source.uint32());
    placeBits += 32n;
    if (point.height !== null) {
      height = (height << 32n) | BigInt(source.uint32());
      heightBits += 32n;
    }
  }
}

/** x in units of 2^-(79 + placeBits). */
function abscissa(point: DrawnPoint, place: bigint, placeBits: bigint): Interval {
  if (point.kind === 'layer') {
    const width = edgeOf(point.layer) << BigInt(PLACE_BITS);
    return { low: width * place, high: width * (place + 1n) };
  }
  const quarter = 1n << (UNIT_BITS - 2n);
  const start = (tailStart() + quarter * BigInt(point.box)) << placeBits;
  return { low: start + quarter * place, high: start + quarter * (place + 1n) };
}

/** Whether y < f(x); null where the digits do not say. */
function comparison(
  point: DrawnPoint,
  x: Interval,
  xBits: bigint,
  height: bigint,
  heightBits: bigint,
  precision: number,
): boolean | null {
  const p = BigInt(precision);
  const box =
    point.kind === 'layer' ? layerHeights(point.layer, precision) : tailHeights(point.box, precision);
  const lowest = box.from.low + ((box.size.low * height) >> heightBits);
  const highest = box.from.high + ((box.size.high * (height + 1n)) >> heightBits) + 1n;
  // x²/2 to `precision` bits: down for the largest f, up for the smallest.
  const square = (end: bigint) => (end * end) >> (2n * xBits + 1n - p);
  if (highest <= expMinus(square(x.high) + 1n, precision).low) return true;
  return lowest >= expMinus(square(x.low), precision).high ? false : null;
}

/** h_i, and h_{i+1} − h_i = V/e_i, in 2^-precision. */
export function layerHeights(layer: number, precision: number): { from: Interval; size: Interval } {
  const base = firstHeight() << BigInt(precision - HEIGHT_BITS);
  const area = edgeOf(0) * base;
  let sum = base;
  for (let k = 1; k < layer; k += 1) sum += area / edgeOf(k);
  const size = area / edgeOf(layer);
  // Every division was rounded down by less than 1.
  return { from: { low: sum, high: sum + BigInt(layer) }, size: { low: size, high: size + 1n } };
}

/** 0, and g 2^-n, g = 2 h_1 (e_0 − R). */
export function tailHeights(box: number, precision: number): { from: Interval; size: Interval } {
  const width = (edgeOf(0) << BigInt(PLACE_BITS)) - tailStart();
  const base = firstHeight() << BigInt(precision - HEIGHT_BITS);
  const size = (2n * base * width) >> (UNIT_BITS + BigInt(box));
  return { from: { low: 0n, high: 0n }, size: { low: size, high: size + 1n } };
}

/** R in 2^-79. */
export function tailStart(): bigint {
  return edgeOf(0) * BigInt(ZIGGURAT.threshold[0] as number);
}

/** e_i in 2^-40. */
export function edgeOf(layer: number): bigint {
  return BigInt((ZIGGURAT.edge[layer] as number) * 2 ** EDGE_BITS);
}

function firstHeight(): bigint {
  return BigInt((ZIGGURAT.height[1] as number) * 2 ** HEIGHT_BITS);
}

/** A float64 ≥ 0 as mantissa · 2^-bits. */
function dyadic(value: number): [bigint, bigint] {
  let mantissa = value;
  let bits = 0n;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    bits += 1n;
  }
  return [BigInt(mantissa), bits];
}

/** Working digits beyond `precision`: more than what 2^20 roundings of the last one can spoil. */
const GUARD_BITS = 48n;

/**
 * e^{−a} for a ≥ 0 in 2^-precision. With a = 2^k r, r < ¼: the series at r, then k squarings. Each product is rounded
 * down by less than one unit of the working digits and each squaring doubles what was lost before; series and
 * squarings together lose less than (2 · terms + 2) 2^k units. Where that could reach 2^48 units, a > 2^30, it is refused.
 */
export function expMinus(a: bigint, precision: number): Interval {
  const p = BigInt(precision);
  if (a >> (p + 30n) !== 0n) throw new Error('argument out of range');
  const digits = p + GUARD_BITS;
  let halvings = 0n;
  while (a >> (p - 2n + halvings) !== 0n) halvings += 1n;
  const r = (a << GUARD_BITS) >> halvings;
  const one = 1n << digits;
  let term = one;
  let sum = one;
  for (let n = 1n; term !== 0n; n += 1n) {
    term = (term * r) / (n << digits);
    sum += n % 2n === 1n ? -term : term;
  }
  for (let k = 0n; k < halvings; k += 1n) sum = (sum * sum) >> digits;
  const value = sum >> GUARD_BITS;
  return { low: value > 0n ? value - 1n : 0n, high: value + 2n };
}
