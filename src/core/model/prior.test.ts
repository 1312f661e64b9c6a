import { describe, expect, it } from 'vitest';
import { parameterLayout } from './layout.ts';
import { addPriorGradient, logPrior } from './prior.ts';

const layout = parameterLayout({
  levelCounts: [3, 2],
  referenceLevels: [0, 1],
  components: 2,
  family: 'poisson',
});

describe('the prior', () => {
  it('has the gradient of its log density, times the weight, added to what is there', () => {
    const z = Float64Array.from({ length: layout.dimension }, (_, k) => Math.sin(3 * k));
    const gradient = new Float64Array(layout.dimension).fill(7);
    addPriorGradient(layout, z, 0.5, gradient);
    for (let k = 0; k < layout.dimension; k += 1) {
      const h = 1e-5;
      const up = z.slice();
      const down = z.slice();
      up[k] = (up[k] as number) + h;
      down[k] = (down[k] as number) - h;
      const slope = (logPrior(layout, up) - logPrior(layout, down)) / (2 * h);
      // Central differences at h = 1e-5: truncation 1e-10, rounding 1e-10.
      expect(Math.abs((gradient[k] as number) - 7 - 0.5 * slope)).toBeLessThan(1e-8);
    }
  });

  it('is flat at its mode: logits 0, coefficients 0', () => {
    const gradient = new Float64Array(layout.dimension);
    addPriorGradient(layout, new Float64Array(layout.dimension), 1, gradient);
    expect(gradient.every((value) => value === 0)).toBe(true);
  });

  it('stays finite at absurd parameters', () => {
    const z = new Float64Array(layout.dimension).fill(1e5);
    const gradient = new Float64Array(layout.dimension);
    addPriorGradient(layout, z, 1, gradient);
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(Number.isFinite(logPrior(layout, z))).toBe(true);
  });
});
