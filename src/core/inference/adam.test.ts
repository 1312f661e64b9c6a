import { describe, expect, it } from 'vitest';
import { adamAscend, learningRateAt } from './adam.ts';

describe('Adam', () => {
  it('is algorithm 1 of Kingma and Ba, uphill', () => {
    const gradients = [
      [0.3, -2, 1e-9],
      [-0.1, -1, 0],
      [5, 0.5, 1e-3],
    ];
    const x = Float64Array.of(1, 2, 3);
    const m = new Float64Array(3);
    const v = new Float64Array(3);
    const textbook = { x: [1, 2, 3], m: [0, 0, 0], v: [0, 0, 0] };
    gradients.forEach((g, i) => {
      const t = i + 1;
      adamAscend(x, Float64Array.from(g), m, v, 0, t, 0.01);
      g.forEach((value, k) => {
        textbook.m[k] = 0.9 * textbook.m[k]! + 0.1 * value;
        textbook.v[k] = 0.999 * textbook.v[k]! + 0.001 * value * value;
        const mHat = textbook.m[k]! / (1 - 0.9 ** t);
        const vHat = textbook.v[k]! / (1 - 0.999 ** t);
        textbook.x[k] = textbook.x[k]! + (0.01 * mHat) / (Math.sqrt(vHat) + 1e-8);
      });
    });
    // The two forms differ by rounding only; 1 − 0.999 carries 1e-13 relatively.
    textbook.x.forEach((value, k) => void expect(Math.abs(x[k]! - value)).toBeLessThan(1e-12));
  });

  it('moves by the learning rate at its first step, whatever the gradient’s size', () => {
    for (const size of [1e-4, 1, 1e6]) {
      const x = Float64Array.of(0);
      adamAscend(x, Float64Array.of(-size), new Float64Array(1), new Float64Array(1), 0, 1, 0.05);
      // ε̂ = 1e-8 against 1e-4 leaves 1e-4 relatively.
      expect(x[0]).toBeCloseTo(-0.05, 5);
    }
  });

  it('uses the moments from the offset on', () => {
    const moments = new Float64Array(4);
    adamAscend(Float64Array.of(0, 0), Float64Array.of(1, 2), moments, new Float64Array(4), 2, 1, 0.1);
    expect([...moments.slice(0, 2)]).toEqual([0, 0]);
    expect(moments[3]).toBeCloseTo(0.2, 14);
  });
});

describe('the learning rate', () => {
  const rate = { initial: 5e-2, final: 5e-3 };

  it('falls geometrically from initial to final', () => {
    expect(learningRateAt(rate, 1, 1000)).toBe(5e-2);
    expect(learningRateAt(rate, 1000, 1000)).toBeCloseTo(5e-3, 16);
    const ratios = [2, 500, 1000].map(
      (t) => learningRateAt(rate, t, 1000) / learningRateAt(rate, t - 1, 1000),
    );
    for (const ratio of ratios) expect(ratio).toBeCloseTo(0.1 ** (1 / 999), 13);
  });

  it('is the initial one where there is one step only', () => {
    expect(learningRateAt(rate, 1, 1)).toBe(5e-2);
  });
});
