import { describe, expect, it } from 'vitest';
import { normalUpperTail } from '../privacy/normal.ts';
import { chacha20Source } from './chacha20.ts';
import { expMinus, layerHeights, settle, tailHeights, tailStart } from './exact-point.ts';
import type { RandomSource } from './random-source.ts';
import { fillRoundedNormal, roundingLimits } from './rounded-normal.ts';
import { EDGE_BITS, LAYERS, PLACE_BITS, ZIGGURAT } from './ziggurat.ts';

const PRECISION = 160;
const one = 1n << BigInt(PRECISION);

/** f at x = numerator/2^bits as an interval in 2^-PRECISION. */
function density(numerator: bigint, bits: number) {
  const square = (numerator * numerator) >> BigInt(2 * bits + 1 - PRECISION);
  return { low: expMinus(square + 1n, PRECISION).low, high: expMinus(square, PRECISION).high };
}

/** A source that gives these words and no more. */
function words(list: number[]): RandomSource {
  return { uint32: () => list.shift() ?? expect.fail('one word too many') };
}

const edge = (layer: number) => BigInt((ZIGGURAT.edge[layer] as number) * 2 ** EDGE_BITS);
const threshold = (layer: number) => BigInt(ZIGGURAT.threshold[layer] as number);

describe('the ziggurat, in whole numbers', () => {
  it('has edges on its grid and thresholds below 2^39', () => {
    for (let i = 0; i < LAYERS; i += 1) {
      expect(Number.isInteger((ZIGGURAT.edge[i] as number) * 2 ** EDGE_BITS)).toBe(true);
      expect(Number.isInteger(ZIGGURAT.threshold[i])).toBe(true);
      expect(ZIGGURAT.threshold[i]).toBeLessThan(2 ** PLACE_BITS);
      expect(ZIGGURAT.threshold[i]).toBeGreaterThanOrEqual(0);
    }
  });

  it('covers the area under the curve: f(e_i) ≤ h_i, h_256 ≥ 1, f(R) ≤ g, R/4 > ln 2', () => {
    for (let i = 1; i < LAYERS; i += 1) {
      expect(density(edge(i), EDGE_BITS).high <= layerHeights(i, PRECISION).from.low).toBe(true);
    }
    const last = layerHeights(LAYERS - 1, PRECISION);
    expect(last.from.low + last.size.low >= one).toBe(true);
    const start = density(tailStart(), EDGE_BITS + PLACE_BITS);
    expect(start.high <= tailHeights(0, PRECISION).size.low).toBe(true);
    expect(ZIGGURAT.tailStart).toBeGreaterThan(4 * Math.LN2 + 0.1);
  });

  it('is under the curve wherever a place is below its threshold', () => {
    for (let i = 1; i < LAYERS; i += 1) {
      const { from, size } = layerHeights(i, PRECISION);
      const inner = density(edge(i) * threshold(i), EDGE_BITS + PLACE_BITS).low;
      expect(threshold(i) === 0n || inner >= from.high + size.high).toBe(true);
    }
    const base = layerHeights(1, PRECISION).from.high;
    expect(density(tailStart(), EDGE_BITS + PLACE_BITS).low >= base).toBe(true);
  });

  it('has float64 heights within 2^-45 of the real ones', () => {
    for (let i = 1; i < LAYERS; i += 1) {
      const exact = Number(layerHeights(i, PRECISION).from.low) * 2 ** -PRECISION;
      expect(Math.abs((ZIGGURAT.height[i] as number) - exact)).toBeLessThan(2 ** -45);
    }
    const tail = Number(tailHeights(3, PRECISION).size.low) * 2 ** -PRECISION;
    expect(Math.abs(ZIGGURAT.tailHeight / 8 - tail)).toBeLessThan(2 ** -55);
  });

  it('loses little: a draw is repeated once in a hundred times', () => {
    const area = (ZIGGURAT.edge[0] as number) * (ZIGGURAT.height[1] as number) * LAYERS;
    expect(area / Math.sqrt(Math.PI / 2)).toBeLessThan(1.015);
  });
});

describe('e^{−a} in whole numbers', () => {
  it.each([0, 1e-9, 0.1, 1, 6.5, 40, 700])('holds e^−%d in an interval of three units', (a) => {
    const argument = (BigInt(Math.round(a * 2 ** 40)) << BigInt(PRECISION - 40)) + 0n;
    const { low, high } = expMinus(argument, PRECISION);
    expect(high - low <= 3n).toBe(true);
    const rounded = Math.round(a * 2 ** 40) * 2 ** -40;
    const middle = Number(low + 1n) * 2 ** -PRECISION;
    // Math.exp is good to an ulp or two; below 2^-160 there is nothing left of the number.
    expect(Math.abs(middle - Math.exp(-rounded))).toBeLessThan(4e-16 * Math.exp(-rounded) + 2 ** -157);
  });

  it('narrows with the precision, every interval inside the one before', () => {
    const third = (precision: number) => (1n << BigInt(precision)) / 3n;
    let before = { low: 0n, high: 1n << 64n };
    for (const precision of [64, 128, 192, 320]) {
      const { low, high } = expMinus(third(precision), precision);
      const shift = BigInt(precision - 64);
      // A third is rounded down by less than a unit: one more at either end.
      expect(low - 2n <= (before.high + 2n) << shift && high + 2n >= (before.low - 2n) << shift).toBe(true);
      before = { low: low >> shift, high: (high >> shift) + 1n };
    }
  });

  it('is e^{−a}: its square is that of 2a', () => {
    for (const a of [one / 7n, one, 9n * one]) {
      const single = expMinus(a, PRECISION);
      const double = expMinus(2n * a, PRECISION);
      expect((single.low * single.low) / one <= double.high).toBe(true);
      expect((single.high * single.high) / one + 1n >= double.low).toBe(true);
    }
  });
});

describe('a rounded normal draw', () => {
  const scale = 26.7316 * 2 ** 20;

  it('has the probabilities Φ((k + ½)/s) − Φ((k − ½)/s) where the grid is coarse', () => {
    // Every cell from the centre to the tail, at a scale where cells are wide: χ² of 40 cells or so.
    for (const s of [0.3, 1, 4.5]) {
      const n = 400_000;
      const draws = new Float64Array(n);
      fillRoundedNormal(chacha20Source(new Uint8Array(32).fill(7), 'mechanismNoise'), s, draws);
      const counts = new Map<number, number>();
      for (const k of draws) counts.set(k + 0, (counts.get(k + 0) ?? 0) + 1);
      let chi2 = 0;
      let cells = 0;
      const largest = Math.ceil(3.5 * s);
      for (let k = -largest; k <= largest; k += 1) {
        const p = normalUpperTail((Math.abs(k) - 0.5) / s) - normalUpperTail((Math.abs(k) + 0.5) / s);
        if (n * p < 10) continue;
        chi2 += ((counts.get(k) ?? 0) - n * p) ** 2 / (n * p);
        cells += 1;
      }
      // Mean `cells`, variance 2 `cells`; five standard deviations.
      expect(Math.abs(chi2 - cells)).toBeLessThan(5 * Math.sqrt(2 * cells) + 5);
    }
  });

  it('is the same whole number at every fineness: a finer grid rounds to the coarser one', () => {
    // The same point x under scales s and 2^10 s: |round(s x) − round(2^10 s x)/2^10| ≤ ½ + 2^-11.
    const draw = (number: number, s: number) => {
      const key = new Uint8Array(32);
      new DataView(key.buffer).setUint32(0, number);
      const out = new Float64Array(1);
      fillRoundedNormal(chacha20Source(key, 'mechanismNoise'), s, out);
      return out[0] as number;
    };
    for (let number = 0; number < 300; number += 1) {
      const gap = Math.abs(draw(number, scale) - draw(number, scale * 2 ** 10) / 2 ** 10);
      expect(gap).toBeLessThanOrEqual(0.5 + 2 ** -11);
    }
  });

  it('draws words only where they are needed, and settles what float64 cannot', () => {
    // A place whose 39 bits leave the rounding open: look one up in layer 9.
    const layer = 9;
    const perPlace = scale * ((ZIGGURAT.edge[layer] as number) * 2 ** -PLACE_BITS);
    const { decided } = roundingLimits(scale);
    let place = 1000;
    while (Math.round(place * perPlace) === Math.round((place + 1) * perPlace)) place += 1;
    const scaled = (place + 0.5) * perPlace;
    expect(Math.abs(scaled - Math.round(scaled))).toBeGreaterThan(decided);
    const low = (((place % 2 ** 23) << 9) | layer) >>> 0;
    const high = Math.floor(place / 2 ** 23);
    const out = new Float64Array(1);
    const border = Math.round(place * perPlace) + 0.5;
    // Where the border lies among the 2^32 finer places, from the place's lower end.
    const fraction = (border / perPlace - place) * 2 ** 32;
    expect(fraction > 0 && fraction < 2 ** 32).toBe(true);
    fillRoundedNormal(words([low, high, 0, 0]), scale, out);
    expect(out[0]).toBe(Math.floor(border));
    fillRoundedNormal(words([low, high, 0, 2 ** 32 - 1]), scale, out);
    expect(out[0]).toBe(Math.floor(border) + 1);
    // On the border itself float64 does not know, 71 bits may not either: more words are asked for, and they decide.
    const near = Math.round(fraction);
    const sides = new Set<number>();
    for (const next of [0, 2 ** 32 - 1]) {
      for (const more of [near - 200, near, near + 200]) {
        const list = [low, high, 0, more, next, next, next];
        fillRoundedNormal(words(list), scale, out);
        sides.add(out[0] as number);
      }
    }
    expect([...sides].sort((a, b) => a - b)).toEqual([Math.floor(border), Math.floor(border) + 1]);
  });

  it('rounds by digits that were not drawn before: the border of ½ under a scale of 1', () => {
    // e_i and the scale are exact: x = ½ lies at a place that whole numbers know to any digit.
    const layer = 100;
    const width = edge(layer);
    const at = (1n << BigInt(EDGE_BITS + PLACE_BITS + 32 - 1)) / width;
    const place = Number(at >> 32n);
    const more = Number(at & 0xffffffffn);
    // The remainder of that division decides on which side a next word falls.
    const next = Number((((1n << BigInt(EDGE_BITS + PLACE_BITS + 32 - 1)) % width) << 32n) / width);
    const point = { kind: 'layer', layer, place, more, height: null } as const;
    expect(settle(point, 1, words([next - 1]))).toBe(0);
    expect(settle(point, 1, words([next + 1]))).toBe(1);
    expect(settle({ ...point, more: more - 1 }, 1, words([]))).toBe(0);
    expect(settle({ ...point, more: more + 1 }, 1, words([]))).toBe(1);
  });

  it('accepts a point below the curve and refuses one above, digit by digit', () => {
    const layer = 40;
    // Half-way between threshold and edge: the curve crosses the layer there.
    const place = Math.floor(((ZIGGURAT.threshold[layer] as number) + 2 ** PLACE_BITS) / 2);
    const x = edge(layer) * BigInt(place) * 2n + edge(layer);
    const { from, size } = layerHeights(layer, PRECISION);
    const curve = density(x, EDGE_BITS + PLACE_BITS + 1).low;
    const height = Number(((curve - from.low) << 32n) / size.low);
    expect(height > 0 && height < 2 ** 32).toBe(true);
    // Two steps of 2^-32 are further than the place's other digits reach.
    const more = 2 ** 31;
    const point = { kind: 'layer', layer, place, more, height } as const;
    expect(settle({ ...point, height: height - 3 }, 100, words([]))).toBeGreaterThan(0);
    expect(settle({ ...point, height: height + 3 }, 100, words([]))).toBeNull();
    // On the curve further digits decide: of the place for, of the height against.
    const answers = [-1, 0, 1].flatMap((shift) => [
      settle({ ...point, height: height + shift }, 100, words([0, 0, 0, 0, 0, 0])),
      settle({ ...point, height: height + shift }, 100, words(new Array(6).fill(2 ** 32 - 1))),
    ]);
    expect(answers.some((size) => size === null)).toBe(true);
    expect(answers.some((size) => size !== null)).toBe(true);
  });

  it('goes as far into the tail as zero bits lead it', () => {
    // Layer 0 beyond its threshold; box 40 by 40 zeros, the middle of it, the lowest height.
    const list = [0xfffffe00, 0xffff, 0, 0, 0x00800000, 2 ** 31, 0, 0];
    const out = new Float64Array(1);
    let asked = 0;
    fillRoundedNormal({ uint32: () => (asked++ < 8 ? (list.shift() as number) : 0) }, 1, out);
    expect(out[0]).toBe(Math.round(ZIGGURAT.tailStart + 40.5 / 4));
  });

  it('is nothing at scale 0, with the words of any other', () => {
    const out = new Float64Array(1001).fill(7);
    fillRoundedNormal(chacha20Source(new Uint8Array(32), 'mechanismNoise'), 0, out);
    expect(out.every((k) => k === 0)).toBe(true);
  });

  it('refuses a source that gives only zeros in the tail', () => {
    const list = [0xfffffe00, 0xffff, 0];
    expect(() => fillRoundedNormal({ uint32: () => list.shift() ?? 0 }, scale, new Float64Array(1))).toThrow(
      'only zeros',
    );
  });
});
