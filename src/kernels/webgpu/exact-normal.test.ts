import { describe, expect, it } from 'vitest';
import { publicKey } from '../../core/inference/check-problem.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { roundedNormal } from './exact-normal.ts';
import { halfNormalThresholds } from './half-normal-table.ts';

const draws = (number: number, scale: number, count: number): Float64Array => {
  const source = chacha20Source(publicKey(number), 'mechanismNoise');
  return Float64Array.from({ length: count }, () => roundedNormal(source, scale));
};

/** Φ by its series, for |x| < 6: independent of everything that is tested here. */
function normalDistribution(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 200; n += 1) {
    term *= (x * x) / (2 * n + 1);
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

describe('the whole part of a half normal', () => {
  it('has the thresholds of P(k) ∝ exp(−k²/2), never falling', () => {
    const thresholds = halfNormalThresholds();
    const weights = Array.from({ length: 40 }, (_, k) => Math.exp((-k * k) / 2));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let cumulative = 0;
    thresholds.forEach(([high, middle], k) => {
      cumulative += weights[k] as number;
      // float64 against 96 bits.
      expect((high * 2 ** 32 + middle) / 2 ** 64).toBeCloseTo(cumulative / total, 14);
    });
    const asIntegers = thresholds.map(([a, b, c]) => (BigInt(a) << 64n) + (BigInt(b) << 32n) + BigInt(c));
    asIntegers
      .slice(1)
      .forEach((threshold, k) => void expect(threshold >= (asIntegers[k] as bigint)).toBe(true));
  });
});

describe('the rounded exact normal', () => {
  it('has the law of round(scale · ξ), cell by cell, at a scale so small that every cell fills', () => {
    // The smallest scale that the machine allows is 2^17; the law is right at any, and shows best at a small one.
    for (const scale of [1, 2, 3]) {
      const count = 400_000;
      const seen = new Map<number, number>();
      for (const value of draws(40 + scale, scale, count)) seen.set(value, (seen.get(value) ?? 0) + 1);
      let chiSquared = 0;
      let cells = 0;
      for (let k = -4 * scale; k <= 4 * scale; k += 1) {
        const probability = normalDistribution((k + 0.5) / scale) - normalDistribution((k - 0.5) / scale);
        const expected = probability * count;
        if (expected < 20) continue;
        cells += 1;
        chiSquared += ((seen.get(k) ?? 0) - expected) ** 2 / expected;
      }
      // A χ² of n has mean n and variance 2n; 5 standard deviations.
      expect(Math.abs(chiSquared - cells)).toBeLessThan(5 * Math.sqrt(2 * cells));
    }
  });

  it('agrees with Φ at scale 2^20: the largest gap of the distribution function (Kolmogorov)', () => {
    const scale = 2 ** 20;
    const count = 200_000;
    const sorted = draws(50, scale, count).sort();
    let gap = 0;
    sorted.forEach((value, i) => {
      const phi = normalDistribution(value / scale);
      gap = Math.max(gap, Math.abs(phi - i / count), Math.abs(phi - (i + 1) / count));
    });
    // √n D exceeds 2.2 once in 8,000 samples.
    expect(gap * Math.sqrt(count)).toBeLessThan(2.2);
  });

  it('decides ties of whole parts by further bits', () => {
    // k = 0; x = (5 + 0.9…)/2^20; z ties with j = 5 and loses or wins by the next word.
    const scale = 2 ** 20;
    const high = 2 ** 31 + 2 ** 30;
    const tieLost = [0, 5, high, 5, 2 ** 32 - 1, 0];
    expect(roundedNormal({ uint32: () => tieLost.shift() as number }, scale)).toBe(6);
    // z < x by its fraction; the face of k = 0 is 1: not below, so n stays 0 and x is accepted.
    const tieWon = [0, 5, high, 5, 7, 1, 1];
    expect(roundedNormal({ uint32: () => tieWon.shift() as number }, scale)).toBe(-6);
  });

  it('uses lower words of the table where the first one ties', () => {
    const [first] = halfNormalThresholds();
    const [high, middle, low] = first as [number, number, number];
    const scale = 2 ** 20;
    const tail = [0, 0, 1, 0];
    const below = [high, middle, low - 1, ...tail];
    const at = [high, middle, low, ...[0, 0, 1, 1, 0]];
    expect(roundedNormal({ uint32: () => below.shift() as number }, scale)).toBe(0);
    expect(roundedNormal({ uint32: () => at.shift() as number }, scale)).toBe(scale);
  });

  it('is nothing at scale 0', () => {
    expect(roundedNormal({ uint32: () => 1 }, 0)).toBe(0);
  });
});
