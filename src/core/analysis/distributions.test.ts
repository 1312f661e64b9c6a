import { describe, expect, it } from 'vitest';
import { chiSquaredCdf, chiSquaredSf, logChiSquaredSf } from './chi-squared.ts';
import { digamma, logGamma, logGammaHalfStep } from './gamma-function.ts';
import { logNormalSf, NORMAL_95, normalCdf, normalQuantile } from './normal-distribution.ts';
import { logStudentTSf, studentTCdf, studentTQuantile, studentTSf } from './student-t.ts';

/** Relative gap. Values are compared to 1e-13 where both sides are exact formulas: a few roundings. */
const gap = (own: number, exact: number) => Math.abs(own / exact - 1);

describe('gamma function', () => {
  it('factorials, the half-integer value, the recurrence', () => {
    let factorial = 1;
    for (let n = 2; n <= 20; n += 1) {
      factorial *= n;
      expect(gap(logGamma(n + 1), Math.log(factorial))).toBeLessThan(1e-14);
    }
    expect(logGamma(1)).toBe(0);
    expect(logGamma(2)).toBe(0);
    expect(gap(logGamma(0.5), Math.log(Math.PI) / 2)).toBeLessThan(1e-14);
    for (const x of [0.3, 1.7, 11.5, 12.5, 400.25]) {
      expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThan(1e-13 * logGamma(x + 13));
      expect(gap(digamma(x + 1) - digamma(x), 1 / x)).toBeLessThan(1e-11);
    }
    expect(gap(logGammaHalfStep(1e8), 0.5 * Math.log(1e8))).toBeLessThan(1e-9);
    expect(logGamma(-1)).toBeNaN();
    expect(digamma(0)).toBeNaN();
  });
});

describe('normal', () => {
  it('symmetric, and far tails follow ln φ(z) − ln z', () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.3) + normalCdf(-1.3)).toBeCloseTo(1, 15);
    const z = 1e4;
    expect(
      gap(logNormalSf(z), -0.5 * z * z - Math.log(z * Math.sqrt(2 * Math.PI)) - 1 / z ** 2),
    ).toBeLessThan(1e-14);
    expect(gap(normalQuantile(0.975), NORMAL_95)).toBeLessThan(1e-15);
  });
  it.each([1e-300, 1e-20, 0.024, 0.2499, 0.2501, 0.4, 0.5, 0.7, 0.999])('quantile of %d leads back', (p) => {
    expect(gap(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-12);
  });
  it('quantiles at the ends and outside', () => {
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(normalQuantile(1.1)).toBeNaN();
  });
});

describe('Student t', () => {
  it.each([-3, -0.2, 0, 1e-9, 1, 40, 1e20])('df 1 is Cauchy and df 2 is algebraic at %d', (t) => {
    expect(gap(studentTSf(t, 1), Math.atan2(1, t) / Math.PI)).toBeLessThan(1e-13);
    const two = t > 0 ? 1 / (t * t + 2 + t * Math.sqrt(t * t + 2)) : (1 - t / Math.sqrt(t * t + 2)) / 2;
    expect(gap(studentTSf(t, 2), two)).toBeLessThan(1e-13);
  });
  it('meets the normal for many degrees of freedom, without a step between the two ways', () => {
    expect(studentTCdf(1.5, Number.POSITIVE_INFINITY)).toBe(normalCdf(1.5));
    expect(gap(logStudentTSf(5, 0.999e9), logStudentTSf(5, 1.001e9))).toBeLessThan(1e-9);
  });
  it.each([0.05, 0.8, 1, 2.5, 30, 1e6, 1e12])('quantiles of %d degrees of freedom lead back', (df) => {
    for (const p of [1e-10, 0.025, 0.3, 0.6, 0.975]) {
      expect(gap(studentTCdf(studentTQuantile(p, df), df), p)).toBeLessThan(1e-10);
    }
  });
  it('a tail too heavy for doubles has an infinite quantile', () => {
    expect(studentTQuantile(0.975, 0.001)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('chi-squared', () => {
  it('df 2 is exponential; df 1 is a squared normal', () => {
    for (const x of [0.001, 1, 30, 700]) {
      expect(gap(logChiSquaredSf(x, 2), -x / 2)).toBeLessThan(1e-12);
      expect(gap(chiSquaredSf(x, 1), 2 * Math.exp(logNormalSf(Math.sqrt(x))))).toBeLessThan(1e-12);
    }
    expect([chiSquaredCdf(0, 3), chiSquaredSf(0, 3)]).toEqual([0, 1]);
  });
});
