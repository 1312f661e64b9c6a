import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../../../core/cohort/simulated-cohort.ts';
import { planMarginals } from '../../../core/marginals/plan-marginals.ts';
import { levelAdviceText } from './level-advice-text.ts';

const codebook = cohortCodebook();
const text = (rowCount: number) => {
  const plan = planMarginals({ codebook, rowCount, epsilon: 1, delta: 1e-6 });
  if (!plan.ok) throw new Error(plan.failure.kind);
  return levelAdviceText(plan.value, codebook);
};

describe('advice on levels', () => {
  it('names the variables that have too many for so few people', () => {
    expect(text(150)).toContain('Ethnicity');
    expect(text(150)).not.toContain('“Sex”');
    expect(text(50_000)).not.toContain('so many levels');
  });

  it('says how small is too small: the same at every N', () => {
    const [, least, most] = /fewer than about (\d+) to (\d+), depending/.exec(text(150)) ?? [];
    // Four standard deviations of a level, 8.5 √(2 (1 − 1/C)) people with C = 2 and 8.
    expect(Number(least)).toBeGreaterThan(32);
    expect(Number(least)).toBeLessThan(36);
    expect(Number(most) / Number(least)).toBeCloseTo(Math.sqrt(7 / 4), 1);
    expect(text(50_000)).toContain(`about ${least} to ${most},`);
  });
});
