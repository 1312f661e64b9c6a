import { describe, expect, it } from 'vitest';
import { chacha20Source } from '../random/chacha20.ts';
import { initialPosterior, interceptOfRate } from './initial-posterior.ts';
import { parameterLayout } from './layout.ts';
import { outcomeMean } from './outcome-family.ts';
import type { ModelShape, OutcomeFamily } from './shape.ts';
import { softplus } from './softplus.ts';

const shape: ModelShape = { levelCounts: [3, 2], referenceLevels: [0, 0], components: 4, family: 'poisson' };
const random = (byte: number) => chacha20Source(new Uint8Array(32).fill(byte), 'initialLocation');

describe('the start of a training', () => {
  it.each<OutcomeFamily>(['poisson', 'bernoulli-log', 'bernoulli-logit'])(
    'has the guessed mean outcome under %s, and no effect of any variable',
    (family) => {
      const layout = parameterLayout({ ...shape, family });
      const { location } = initialPosterior({ ...shape, family }, 0.07, 0.1, random(1));
      expect(outcomeMean(family, location[layout.intercept]!)).toBeCloseTo(0.07, 14);
      expect(location.slice(layout.intercept + 1).every((beta) => beta === 0)).toBe(true);
      expect(location[layout.intercept]).toBe(interceptOfRate(family, 0.07));
    },
  );

  it('breaks the symmetry of the components', () => {
    const { location } = initialPosterior(shape, 0.1, 0.1, random(1));
    const layout = parameterLayout(shape);
    expect(new Set(location.slice(0, layout.intercept)).size).toBe(layout.intercept);
  });

  it('is a function of the random source alone', () => {
    const first = initialPosterior(shape, 0.1, 0.1, random(1)).location;
    expect(initialPosterior(shape, 0.1, 0.1, random(1)).location).toEqual(first);
    expect(initialPosterior(shape, 0.1, 0.1, random(2)).location).not.toEqual(first);
  });

  it('has the declared scale everywhere', () => {
    const { rawScale } = initialPosterior(shape, 0.1, 0.1, random(1));
    for (const s of rawScale) expect(softplus(s)).toBeCloseTo(0.1, 15);
  });
});
