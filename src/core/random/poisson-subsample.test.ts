import { describe, expect, it } from 'vitest';
import { chacha20Source } from './chacha20.ts';
import { gapsOf, poissonSubsample } from './poisson-subsample.ts';

const source = () => chacha20Source(new Uint8Array(32).fill(11), 'subsample');

describe('a Poisson subsample', () => {
  it('with q = 1 is every row, and draws nothing', () => {
    const out = new Uint32Array(7);
    const none = { uint32: () => expect.fail('drew') };
    expect(poissonSubsample(none, 7, 1, out, null)).toBe(7);
    expect([...out]).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('is ascending, without repeats, within the table', () => {
    const out = new Uint32Array(1000);
    const random = source();
    const gaps = gapsOf(0.3);
    for (let i = 0; i < 200; i += 1) {
      const size = poissonSubsample(random, 1000, 0.3, out, gaps);
      for (let k = 1; k < size; k += 1) expect(out[k]).toBeGreaterThan(out[k - 1] as number);
      if (size > 0) expect(out[size - 1]).toBeLessThan(1000);
    }
  });

  it.each([
    [373, 0.01],
    [100, 0.5],
    [50, 0.9],
    [2000, 0.001],
  ])('of %d rows at q = %d has the size of a binomial: mean Nq, variance Nq(1 − q)', (rows, q) => {
    const out = new Uint32Array(rows);
    const random = source();
    const gaps = gapsOf(q);
    const repeats = 40_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < repeats; i += 1) {
      const size = poissonSubsample(random, rows, q, out, gaps);
      sum += size;
      squares += (size - rows * q) ** 2;
    }
    const variance = rows * q * (1 - q);
    // Five standard errors; the fourth central moment of a binomial is 3v² + v(1 − 6q(1 − q)).
    const fourth = 3 * variance ** 2 + variance * (1 - 6 * q * (1 - q));
    expect(Math.abs(sum / repeats - rows * q)).toBeLessThan(5 * Math.sqrt(variance / repeats));
    expect(Math.abs(squares / repeats - variance)).toBeLessThan(
      5 * Math.sqrt((fourth - variance ** 2) / repeats),
    );
  });

  it('takes every row with the same probability and every pair independently', () => {
    const rows = 12;
    const q = 0.3;
    const out = new Uint32Array(rows);
    const random = source();
    const gaps = gapsOf(q);
    const repeats = 60_000;
    const single = new Float64Array(rows);
    const pair = new Float64Array(rows * rows);
    for (let i = 0; i < repeats; i += 1) {
      const size = poissonSubsample(random, rows, q, out, gaps);
      for (let a = 0; a < size; a += 1) {
        const row = out[a] as number;
        single[row] = (single[row] as number) + 1;
        for (let b = a + 1; b < size; b += 1) {
          const cell = row * rows + (out[b] as number);
          pair[cell] = (pair[cell] as number) + 1;
        }
      }
    }
    // Five standard errors of a proportion; 78 comparisons at 6e-7 each.
    const error = (p: number) => 5 * Math.sqrt((p * (1 - p)) / repeats);
    for (let a = 0; a < rows; a += 1) {
      expect(Math.abs((single[a] as number) / repeats - q)).toBeLessThan(error(q));
      for (let b = a + 1; b < rows; b += 1) {
        expect(Math.abs((pair[a * rows + b] as number) / repeats - q * q)).toBeLessThan(error(q * q));
      }
    }
  });

  it('honours a tiny q relatively: the first row is taken exactly when the uniform is below q', () => {
    const q = 1e-12;
    const out = new Uint32Array(1);
    // Words so that v is just below and just above q: v = 2^-33 · 2^-32·(high + …) after one zero word.
    const first = (high: number) => {
      const words = [0, high, 0, 2 ** 31, 1];
      return poissonSubsample({ uint32: () => words.shift() as number }, 1, q, out, null);
    };
    const border = q * 2 ** 65;
    expect(first(Math.floor(border * (1 - 1e-6)))).toBe(1);
    expect(first(Math.ceil(border * (1 + 1e-6)))).toBe(0);
  });

  it('may be empty', () => {
    const out = new Uint32Array(3);
    const random = source();
    const gaps = gapsOf(0.01);
    const sizes = Array.from({ length: 1000 }, () => poissonSubsample(random, 3, 0.01, out, gaps));
    expect(sizes).toContain(0);
    expect(sizes.some((size) => size > 0)).toBe(true);
  });

  it('refuses q outside (0, 1]', () => {
    for (const q of [0, -0.1, 1.1, Number.NaN]) {
      expect(() => poissonSubsample(source(), 3, q, new Uint32Array(3), null)).toThrow('sampling rate');
    }
  });
});
