import { expect, it } from 'vitest';
import { cohortCodebook } from '../../../core/cohort/simulated-cohort.ts';
import { levelAdvice, noiseBesideAlike } from '../../../core/marginals/level-counts.ts';
import { planMarginals } from '../../../core/marginals/plan-marginals.ts';
import type { RowCountPolicy } from '../../../core/marginals/workload.ts';
import { noiseBesideAlikeWords } from './weights-text.ts';

function planOf(rowCount: RowCountPolicy, weights?: readonly number[]) {
  const planned = planMarginals({
    codebook: cohortCodebook(),
    rowCount,
    epsilon: 1,
    delta: 1e-6,
    ...(weights && { weights }),
  });
  if (!planned.ok) throw new Error(planned.failure.kind);
  return planned.value;
}

it.each([500, 'noisy'] as const)('compares with a plan in which all are alike, rows: %s', (rowCount) => {
  const plan = planOf(rowCount, [2, 1, 1, 0.5, 1]);
  const alike = levelAdvice(planOf(rowCount));
  const factors = noiseBesideAlike(plan);
  for (const [j, { noise }] of levelAdvice(plan).entries()) {
    expect(noise / factors[j]!).toBeCloseTo(alike[j]!.noise, 10);
  }
  expect(factors.map((factor) => factor > 1)).toEqual([false, true, true, true, true]);
  expect(noiseBesideAlike(planOf(rowCount))).toEqual([1, 1, 1, 1, 1]);
});

it('says how much more or less that is', () => {
  expect(noiseBesideAlikeWords(8.4123, 1)).toBe('8.41');
  expect(noiseBesideAlikeWords(8.4123, 0.623)).toBe('8.41, 38\u00a0% less');
  expect(noiseBesideAlikeWords(12.5, 1.25)).toBe('12.5, 25\u00a0% more');
});
