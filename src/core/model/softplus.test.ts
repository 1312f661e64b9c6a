import { describe, expect, it } from 'vitest';
import { rawScaleOf, scaleOf, softplus, softplusSlope } from './softplus.ts';

describe('softplus', () => {
  it('is undone by rawScaleOf, relatively', () => {
    for (const scale of [1e-200, 1e-12, 1e-3, 0.1, 1, 5, 40, 700]) {
      // Where s is large and negative, τ = e^s: an error of one ulp in s is |s| ulps in τ.
      expect(Math.abs(softplus(rawScaleOf(scale)) / scale - 1)).toBeLessThan(2e-13);
    }
  });

  it('has the slope 1/(1 + e^-s), between 0 and 1 everywhere', () => {
    for (const s of [-30, -2, -0.1, 0, 0.3, 8]) {
      const h = 1e-6;
      expect(Math.abs((softplus(s + h) - softplus(s - h)) / (2 * h) - softplusSlope(s))).toBeLessThan(1e-8);
    }
    expect(softplusSlope(-1e4)).toBe(0);
    expect(softplusSlope(1e4)).toBe(1);
  });

  it('never gives a scale of 0 or infinity from a finite raw scale', () => {
    expect(scaleOf(-1e4)).toBeGreaterThan(0);
    expect(scaleOf(1e4)).toBe(1e4);
    // ENGINE's term softplus'(s)/(Nτ) must not be 0·∞.
    expect(Number.isFinite(softplusSlope(-1e4) / scaleOf(-1e4))).toBe(true);
  });
});
