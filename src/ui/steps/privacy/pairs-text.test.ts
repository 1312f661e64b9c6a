import { expect, it } from 'vitest';
import { cohortCodebook } from '../../../core/cohort/simulated-cohort.ts';
import { planMarginals } from '../../../core/marginals/plan-marginals.ts';
import { noiseOfPairs } from './pairs-text.ts';

it('says by how much the noise of the plan grows', () => {
  const plan = (pairs: readonly (readonly [string, string])[]) => {
    const planned = planMarginals({
      codebook: cohortCodebook(),
      rowCount: 500,
      epsilon: 1,
      delta: 1e-6,
      pairs: pairs.map((variables) => ({ variables })),
    });
    if (!planned.ok) throw new Error(planned.failure.kind);
    return planned.value.noise[0]!;
  };
  const more = plan([['age_group', 'sex']]) / plan([]) - 1;
  expect(noiseOfPairs(5, 1)).toContain(
    `1 table more, so every count carries ${Math.round(100 * more)} % more`,
  );
  expect(noiseOfPairs(5, 4)).toContain('34 %');
});
