import { describe, expect, it } from 'vitest';
import { poolRubin } from './rubin.ts';

const pooled = (estimates: number[], variances: number[], complete?: number) => {
  const result = poolRubin(estimates, variances, complete);
  if (result === undefined) throw new Error('nothing to pool');
  return result;
};

describe('poolRubin', () => {
  it('is the formulas of the method, on numbers worked by hand', () => {
    // w̄ = 2, b = (1 + 0 + 1) / 2 = 1, v̄ = 0.5, (1 + 1/3) b = 4/3
    const found = pooled([1, 2, 3], [0.4, 0.5, 0.6]);
    expect(found.estimate).toBe(2);
    expect(found.between).toBe(1);
    expect(found.within).toBeCloseTo(0.5, 15);
    expect(found.vMinus).toBeCloseTo(4 / 3 - 0.5, 14);
    expect(found.vPlus).toBeCloseTo(4 / 3 + 0.5, 14);
    expect(found.usedFallback).toBe(false);
    expect(found.variance).toBe(found.vMinus);
    // (K − 1)(1 − v̄ / ((1 + 1/K) b))² = 2 (1 − 0.375)²
    expect(found.t.degreesOfFreedom).toBeCloseTo(2 * 0.625 ** 2, 13);
    expect(found.partiallySynthetic.variance).toBeCloseTo(0.5 + 1 / 3, 14);
    expect(found.monteCarloErrorOfEstimate).toBeCloseTo(Math.sqrt(1 / 3), 14);
  });

  it('falls back, flagged, when the sets carry too little spread', () => {
    const found = pooled([1, 1.1, 0.9], [0.4, 0.4, 0.4]);
    expect(found.usedFallback).toBe(true);
    expect(found.variance).toBe(found.vPlus);
    expect(found.reiter2002Variance).toBe(found.within);
    expect(found.t.degreesOfFreedom).toBe(found.classical.degreesOfFreedom);
  });

  it('K identical sets: no between-variance to the last bit', () => {
    const found = pooled(Array(100).fill(0.1), Array(100).fill(0.04));
    expect(found.between).toBe(0);
    expect(found.variance).toBe(found.within);
    expect(found.classical.rubin1987DegreesOfFreedom).toBe(Number.POSITIVE_INFINITY);
    expect(found.t.lower).toBeCloseTo(found.normal.lower, 12);
  });

  it('one set: its own variance, and no Monte-Carlo error is claimed', () => {
    const found = pooled([0.7], [0.09]);
    expect([found.estimate, found.variance, found.usedFallback]).toEqual([0.7, 0.09, true]);
    expect(found.monteCarloErrorOfEstimate).toBeNaN();
    expect(found.normal.p).toBeGreaterThan(0);
  });

  it('leaves out fits without the coefficient, and has no answer when all lack it', () => {
    const found = pooled([1, Number.NaN, 3], [0.1, Number.NaN, 0.1]);
    expect(found.fitsUsed).toBe(2);
    expect(found).toEqual(pooled([1, 3], [0.1, 0.1]));
    expect(poolRubin([Number.NaN], [Number.NaN])).toBeUndefined();
  });

  it('does not depend on the order of sets, and scales', () => {
    const [w, v] = [
      [0.2, 1.3, 0.5, -0.4],
      [0.1, 0.3, 0.2, 0.15],
    ];
    const found = pooled(w, v);
    const turned = pooled(w.toReversed(), v.toReversed());
    // Sums in another order differ by roundings.
    expect(turned.variance).toBeCloseTo(found.variance, 14);
    const scaled = pooled(
      w.map((x) => 10 * x),
      v.map((x) => 100 * x),
    );
    expect(scaled.normal.p).toBeCloseTo(found.normal.p, 12);
    expect(scaled.t.degreesOfFreedom).toBeCloseTo(found.t.degreesOfFreedom, 12);
  });

  it('certain and zero: no effect, p = 1', () => {
    expect(pooled([0, 0], [0, 0]).normal.p).toBe(1);
    expect(pooled([2, 2], [0, 0]).normal.p).toBe(0);
  });

  it('Barnard–Rubin degrees of freedom never exceed those of a complete table', () => {
    for (const complete of [3, 30, 3000]) {
      expect(pooled([1, 1.2, 0.8], [0.5, 0.5, 0.5], complete).classical.degreesOfFreedom).toBeLessThan(
        complete,
      );
    }
  });
});
