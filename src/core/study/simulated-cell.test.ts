import { describe, expect, it } from 'vitest';
import { partOfCodebook, peopleOf, type SimulatedCell, simulateCell } from './simulated-cell.ts';
import { SIMULATED_CENTRES } from './simulated-centres.ts';

const SEED = new Uint8Array(32).fill(4);
const cell: SimulatedCell = {
  centres: 'alike',
  rowCount: 400,
  epsilon: 1,
  delta: 1e-6,
  parties: [2, 3],
  setCounts: [2],
  repeat: 0,
};
const few = { ...cell, variables: ['age_group', 'sex', 'deprivation'] };

describe('people of a cell', () => {
  it.each(SIMULATED_CENTRES)('%s: as many as asked for, the same for every ε', (centres) => {
    const { own, test } = peopleOf({ ...cell, centres }, SEED);
    expect(own.map(({ rowCount }) => rowCount)).toEqual([400, 400, 400]);
    // Of everywhere that takes part.
    expect(test).toHaveLength(centres === 'alike' ? 1 : 3);
    expect(peopleOf({ ...cell, centres, epsilon: 4 }, SEED)).toEqual({ own, test });
    expect(peopleOf({ ...cell, centres, repeat: 1 }, SEED)).not.toEqual({ own, test });
  });
});

describe('a cell of noisy tables', () => {
  it('has one outcome a number of parties, a coefficient for every level but the references', async () => {
    for (const [which, columns] of [
      [cell, 21],
      [few, 10],
    ] as const) {
      const outcomes = await simulateCell(which, { kind: 'tables' }, SEED);
      expect(outcomes.map(({ parties, setCount }) => [parties, setCount])).toEqual([
        [2, 0],
        [3, 0],
      ]);
      for (const { counted, tCovered, normalCovered } of outcomes) {
        expect(counted).toBe(columns);
        expect(tCovered).toBe(normalCovered);
      }
    }
  });

  it('does not depend on whether the people were drawn before', async () => {
    const people = peopleOf(few, SEED);
    expect(await simulateCell(few, { kind: 'tables' }, SEED, people)).toEqual(
      await simulateCell(few, { kind: 'tables' }, SEED),
    );
  });

  it('comes near to all real rows where the budget is all but unlimited', async () => {
    const loud = await simulateCell({ ...few, epsilon: 0.1 }, { kind: 'tables' }, SEED);
    const quiet = await simulateCell({ ...few, epsilon: 40 }, { kind: 'tables' }, SEED);
    for (const [m, { combined, ridgeIdeal }] of quiet.entries()) {
      const distance = Math.abs(combined - ridgeIdeal);
      expect(distance).toBeLessThan(Math.abs(loud[m]!.combined - ridgeIdeal));
      // In log-likelihood a person; base rates of their own and the spread of people stay.
      expect(distance).toBeLessThan(0.003);
    }
  });
});

it('a part of the codebook keeps the order of the variables', () => {
  expect(partOfCodebook(['sex', 'age_group']).variables.map(({ name }) => name)).toEqual([
    'age_group',
    'sex',
  ]);
});
