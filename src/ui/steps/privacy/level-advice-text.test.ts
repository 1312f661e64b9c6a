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
    const size = /fewer than about (\d+) people/.exec(text(150))?.[1];
    // Four standard deviations of the sum of two cells, each with noise of about 9.4 people.
    expect(Number(size)).toBeGreaterThan(50);
    expect(Number(size)).toBeLessThan(58);
    expect(text(50_000)).toContain(`about ${size} people`);
  });
});
