import { describe, expect, it } from 'vitest';
import {
  outcomeLogDensity,
  outcomeMean,
  outcomeResidual,
  rateOf,
  SMALLEST_NON_EVENT_PROBABILITY,
} from './outcome-family.ts';
import type { OutcomeFamily } from './shape.ts';

const families: OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];

describe.each(families)('%s', (family) => {
  const outcomes = family === 'poisson' ? [0, 1, 4] : [0, 1];

  it('has as residual the derivative of its log density', () => {
    for (const y of outcomes) {
      for (const linear of [-6, -2.3, -0.7, -0.05, 0.4, 1.5]) {
        const h = 1e-5;
        const slope =
          (outcomeLogDensity(family, linear + h, y) - outcomeLogDensity(family, linear - h, y)) / (2 * h);
        const residual = outcomeResidual(family, linear, y);
        // Central differences: h² times the third derivative and 1e-16/h of rounding, relative to size.
        expect(Math.abs(slope - residual)).toBeLessThan(1e-6 * (1 + Math.abs(residual)));
      }
    }
  });

  it('stays finite wherever the parameters go', () => {
    for (const y of outcomes) {
      for (const linear of [-1e6, -800, -80, -1e-12, 0, 1e-12, 80, 800, 1e6]) {
        expect(Number.isFinite(outcomeResidual(family, linear, y))).toBe(true);
        expect(Number.isFinite(outcomeLogDensity(family, linear, y))).toBe(true);
        expect(Number.isFinite(outcomeMean(family, linear))).toBe(true);
      }
    }
  });

  it('has an expected residual of 0 at the truth', () => {
    for (const linear of [-4, -1, -0.2]) {
      const mean = outcomeMean(family, linear);
      const expected =
        family === 'poisson'
          ? mean + outcomeResidual(family, linear, 0)
          : mean * outcomeResidual(family, linear, 1) + (1 - mean) * outcomeResidual(family, linear, 0);
      expect(Math.abs(expected)).toBeLessThan(1e-14);
    }
  });
});

describe('a Bernoulli outcome with log link', () => {
  it('is continuous where the log density is continued by its tangent', () => {
    const knee = Math.log1p(-SMALLEST_NON_EVENT_PROBABILITY);
    const below = outcomeLogDensity('bernoulli-log', knee - 1e-13, 0);
    const above = outcomeLogDensity('bernoulli-log', knee + 1e-13, 0);
    // Slope about 1e6 there, so 2e-13 apart may differ by 2e-7; 1 − λ is resolved to 1e-10.
    expect(Math.abs(below - above)).toBeLessThan(1e-6);
    const slopes = [knee - 1e-13, knee + 1e-13].map((at) => outcomeResidual('bernoulli-log', at, 0));
    expect((slopes[0] as number) / (slopes[1] as number)).toBeCloseTo(1, 5);
  });

  it('pushes the rate of a non-event down, and leaves an event alone, beyond λ = 1', () => {
    expect(outcomeResidual('bernoulli-log', 2, 0)).toBeLessThan(-1e5);
    expect(outcomeResidual('bernoulli-log', 2, 1)).toBe(0);
    expect(outcomeMean('bernoulli-log', 2)).toBe(1);
  });
});

describe('the residuals of METHOD §4', () => {
  it('are y − λ, (y − λ)/(1 − λ) and y − λ/(1 + λ)', () => {
    const linear = Math.log(0.2);
    expect(outcomeResidual('poisson', linear, 3)).toBeCloseTo(2.8, 14);
    expect(outcomeResidual('bernoulli-log', linear, 0)).toBeCloseTo(-0.25, 14);
    expect(outcomeResidual('bernoulli-log', linear, 1)).toBe(1);
    expect(outcomeResidual('bernoulli-logit', linear, 1)).toBeCloseTo(1 - 0.2 / 1.2, 14);
    expect(rateOf(linear)).toBeCloseTo(0.2, 15);
  });
});
