import { describe, expect, it } from 'vitest';
import { chacha20Source } from './chacha20.ts';
import { drawGap, gapTable, SMALLEST_TABLED_RATE } from './geometric-gaps.ts';

const OUTCOMES = 1024;

/** The probability of each outcome that a table stands for, read off its thresholds. */
function outcomeProbabilities(q: number): Float64Array {
  const { cell, rest } = gapTable(q);
  const probabilities = new Float64Array(OUTCOMES);
  for (let i = 0; i < OUTCOMES; i += 1) {
    const alias = cell[i]! & (OUTCOMES - 1);
    const own = (cell[i]! >>> 10) * 2 ** -22 + rest[i]! * 2 ** -54;
    probabilities[i] = probabilities[i]! + own / OUTCOMES;
    probabilities[alias] = probabilities[alias]! + (1 - own) / OUTCOMES;
  }
  return probabilities;
}

describe('a gap between rows of a batch', () => {
  it.each([SMALLEST_TABLED_RATE, 0.002, 0.01, 0.1, 0.5, 0.99])(
    'is n rows with probability q (1 − q)^n, at q = %d',
    (q) => {
      const probabilities = outcomeProbabilities(q);
      for (let n = 0; n < OUTCOMES - 1; n += 1) {
        // Thresholds of 54 bits and the rounding of a thousand pairings: relative to q, 1e-12 and better.
        expect(Math.abs(probabilities[n]! - q * (1 - q) ** n)).toBeLessThan(1e-12 * q);
      }
      expect(Math.abs(probabilities[OUTCOMES - 1]! - (1 - q) ** (OUTCOMES - 1))).toBeLessThan(1e-12);
    },
  );

  it('takes a second word exactly where the first leaves it open', () => {
    const table = gapTable(0.01);
    const i = table.cell.findIndex((cell, k) => (cell & (OUTCOMES - 1)) !== k);
    const upper = table.cell[i]! >>> 10;
    const drawn = (fraction: number, second?: number) => {
      const words = second === undefined ? [i * 2 ** 22 + fraction] : [i * 2 ** 22 + fraction, second];
      const gap = drawGap({ uint32: () => words.shift() ?? expect.fail('one word too many') }, table, 2000);
      expect(words.length).toBe(0);
      return gap;
    };
    const alias = table.cell[i]! & (OUTCOMES - 1);
    expect(drawn(upper - 1)).toBe(i);
    expect(drawn(upper + 1)).toBe(alias);
    expect(drawn(upper, table.rest[i]! - 1)).toBe(i);
    expect(drawn(upper, table.rest[i]!)).toBe(alias);
  });

  it('has the mean of its law where most gaps are longer than the table', () => {
    const q = SMALLEST_TABLED_RATE;
    const source = chacha20Source(new Uint8Array(32).fill(4), 'subsample');
    const table = gapTable(q);
    const n = 100_000;
    let sum = 0;
    for (let i = 0; i < n; i += 1) sum += drawGap(source, table, 1e9);
    const mean = (1 - q) / q;
    // Five standard errors; the standard deviation of a geometric gap is √(1 − q)/q.
    expect(Math.abs(sum / n - mean)).toBeLessThan((5 * Math.sqrt(1 - q)) / q / Math.sqrt(n));
  });

  it('ends at the limit: rows beyond the table need no word', () => {
    const none = { uint32: () => expect.fail('drew') };
    expect(drawGap(none, gapTable(0.01), 0)).toBe(0);
  });
});
