import { expect, it } from 'vitest';
import { cohortCodebook } from '../../../core/cohort/simulated-cohort.ts';
import { planMarginals } from '../../../core/marginals/plan-marginals.ts';
import { ROW_COUNT_WEIGHT } from '../../../core/marginals/workload.ts';
import { noiseOfPairs, selectionAdvice } from './pairs-text.ts';

/** Of the cohort's variables. */
const LEVELS = [7, 2, 8, 4, 5];

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
  expect(noiseOfPairs(LEVELS, [[0, 1]])).toContain(
    `1 table more, so every count carries ${Math.round(100 * more)}\u00a0% more`,
  );
  // Δ² is 4.03 without pairs, and a pair adds nearly 1.
  const four = [
    [0, 1],
    [0, 2],
    [0, 3],
    [0, 4],
  ] as const;
  expect(noiseOfPairs(LEVELS, four)).toContain('40\u00a0%');
});

it('reckons with the weights of the plan that the pairs come on top of', () => {
  const weights = [2, 1, 2, 0.5, 1];
  const plan = (pairs: readonly { readonly variables: readonly [string, string] }[]) => {
    const planned = planMarginals({
      codebook: cohortCodebook(),
      rowCount: 'noisy',
      epsilon: 1,
      delta: 1e-6,
      weights,
      pairs,
    });
    if (!planned.ok) throw new Error(planned.failure.kind);
    return planned.value.noise[0]!;
  };
  const more = plan([{ variables: ['age_group', 'sex'] }]) / plan([]) - 1;
  const said = noiseOfPairs(LEVELS, [[0, 1]], 0, { weights, rowCountWeight: ROW_COUNT_WEIGHT });
  expect(said).toContain(`carries ${Math.round(100 * more)}\u00a0% more`);
  expect(said).not.toBe(noiseOfPairs(LEVELS, [[0, 1]]));
});

it('says what choosing costs and when it is not worth it, from public numbers alone', () => {
  const plan = (rowCount: number, count: number) => {
    const planned = planMarginals({
      codebook: cohortCodebook(),
      rowCount,
      epsilon: 1,
      delta: 1e-6,
      selection: { count },
    });
    if (!planned.ok) throw new Error(planned.failure.kind);
    return planned.value;
  };
  const more = plan(500, 2).noise[0]! / plan(500, 0).noise[0]! - 1;
  expect(noiseOfPairs(LEVELS, [], 2)).toContain(
    `2 tables more and 2 choices, so every count carries ${Math.round(100 * more)}\u00a0% more`,
  );
  expect(selectionAdvice(plan(500, 0))).toBeNull();
  expect(selectionAdvice(plan(500, 2))).toContain('better let none be chosen');
  expect(selectionAdvice(plan(5000, 2))).toMatch(/about 3\u00a0% of all people/);
});
