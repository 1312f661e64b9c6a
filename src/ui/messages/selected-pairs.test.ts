import { expect, it } from 'vitest';
import { cohortCodebook } from '../../core/cohort/simulated-cohort.ts';
import { inventedTable, PAPER_LEVEL_COUNTS } from '../../core/inference/check-problem.ts';
import { releaseTables } from '../../core/marginals/noisy-tables.ts';
import { planMarginals } from '../../core/marginals/plan-marginals.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { selectedPairsWords } from './selected-pairs.ts';

it('names the pairs that were chosen, not those that were declared, and says nothing where none was', () => {
  const codebook = cohortCodebook();
  const table = inventedTable({
    levelCounts: [...PAPER_LEVEL_COUNTS],
    rowCount: 200,
    meanOutcome: 0.25,
    binary: true,
    number: 5,
  });
  const released = (count: number) => {
    const plan = planMarginals({
      codebook,
      rowCount: 200,
      epsilon: 1,
      delta: 1e-6,
      pairs: [{ variables: ['age_group', 'sex'] }],
      selection: { count },
    });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const random = chacha20Source(new Uint8Array(32), 'mechanismNoise');
    return { plan: plan.value, posterior: releaseTables(plan.value, table, random), codebook };
  };
  expect(selectedPairsWords(released(0))).toBeNull();
  expect(selectedPairsWords({ ...released(1), posterior: null })).toBeNull();
  const made = released(2);
  const words = selectedPairsWords(made);
  const labels = made.posterior.pairs!.map(({ variables }) =>
    variables.map((j) => codebook.variables[j]!.label).join(' × '),
  );
  expect(words).toContain(`chose ${labels[1]} and ${labels[2]}.`);
  expect(words).not.toContain(labels[0]);
});
