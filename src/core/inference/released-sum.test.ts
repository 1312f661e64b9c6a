import { describe, expect, it } from 'vitest';
import { parameterLayout } from '../model/layout.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { publicKey } from './check-problem.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM, releaseSum } from './released-sum.ts';

const noise = (number: number) => chacha20Source(publicKey(number), 'mechanismNoise');

describe('a released sum', () => {
  it('is sum plus noise on the grid: whole multiples of 2^-20 C', () => {
    const clipNorm = 2;
    const sum = Float64Array.from({ length: 500 }, (_, k) => 1000 * k - 7);
    releaseSum(26.7, clipNorm, noise(1), sum, new Float64Array(500));
    expect(sum.every((value) => Number.isInteger(value / (GRID_PER_CLIP_NORM * clipNorm)))).toBe(true);
  });

  it('has noise of standard deviation σ C, also where the batch was empty', () => {
    const n = 200_000;
    const sum = new Float64Array(n);
    releaseSum(3, 0.5, noise(2), sum, new Float64Array(n));
    const variance = sum.reduce((total, value) => total + value * value, 0) / n;
    const mean = sum.reduce((total, value) => total + value, 0) / n;
    // Five standard errors of mean and variance.
    expect(Math.abs(mean)).toBeLessThan((5 * 1.5) / Math.sqrt(n));
    expect(Math.abs(variance / 2.25 - 1)).toBeLessThan((5 * Math.SQRT2) / Math.sqrt(n));
  });

  it('adds the same noise whatever the sum is: the noise does not look at the data', () => {
    const grid = GRID_PER_CLIP_NORM * 2;
    const empty = new Float64Array(100);
    const full = Float64Array.from({ length: 100 }, (_, k) => 12345 * k);
    releaseSum(5, 2, noise(3), empty, new Float64Array(100));
    releaseSum(5, 2, noise(3), full, new Float64Array(100));
    full.forEach((value, k) => void expect(value / grid - 12345 * k).toBe((empty[k] as number) / grid));
  });

  it('without noise is the sum', () => {
    const sum = Float64Array.of(3, -4, 0);
    releaseSum(0, 1, noise(4), sum, new Float64Array(3));
    expect([...sum]).toEqual([3 * 2 ** -20, -4 * 2 ** -20, 0]);
  });

  it('leaves no noise in its buffer', () => {
    const buffer = new Float64Array(10);
    releaseSum(1, 1, noise(5), new Float64Array(10), buffer);
    expect(buffer.every((value) => value === 0)).toBe(true);
  });
});

describe('the effective clip norm', () => {
  it('costs under 1e-4 of C for the paper’s model, and little for the largest', () => {
    const paper = parameterLayout({
      levelCounts: [7, 2, 8, 4, 5],
      referenceLevels: [0, 0, 0, 0, 0],
      components: 16,
      family: 'poisson',
    });
    expect(effectiveClipNorm(paper, 2)).toBeLessThan(2);
    expect(effectiveClipNorm(paper, 2)).toBeGreaterThan(2 * (1 - 1e-4));
    const largest = parameterLayout({
      levelCounts: new Array(64).fill(256),
      referenceLevels: new Array(64).fill(0),
      components: 128,
      family: 'poisson',
    });
    expect(effectiveClipNorm(largest, 1)).toBeGreaterThan(0.99);
  });
});
