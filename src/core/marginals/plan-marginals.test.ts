import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { planned } from './plan.check.ts';
import { planMarginals } from './plan-marginals.ts';

const codebook = cohortCodebook();

describe('the plan', () => {
  it('costs at most what was asked for, and nearly that', () => {
    const { cost, parameters } = planned(500, 1).mechanism;
    expect(cost.epsilonUpper).toBeLessThanOrEqual(1);
    expect(cost.epsilonUpper).toBeGreaterThan(0.999);
    expect([parameters.samplingRate, parameters.steps]).toEqual([1, 1]);
  });

  it('refuses by name', () => {
    const base = { codebook, rowCount: 100, epsilon: 1, delta: 1e-6 };
    const kind = (request: object) => {
      const plan = planMarginals({ ...base, ...request });
      return plan.ok ? 'planned' : plan.failure.kind;
    };
    const count = { kind: 'count', name: 'y', label: 'y', maximum: 9, missingCodes: [] };
    expect([
      kind({ epsilon: 0 }),
      kind({ delta: 1 }),
      kind({ rowCount: 1.5 }),
      kind({ weights: [1, 1, 0, 1, 1] }),
      kind({ weights: [1] }),
      kind({ pairs: [{ variables: ['age_group', 'height'] }] }),
      kind({ pairs: [{ variables: ['age_group', 'age_group'] }] }),
      kind({ pairs: [{ variables: ['age_group', 'sex'] }, { variables: ['sex', 'age_group'] }] }),
      kind({ pairs: [{ variables: ['age_group', 'sex'], weight: 0 }] }),
      kind({ pairs: new Array(65).fill({ variables: ['age_group', 'sex'] }) }),
      kind({ selection: { count: 6 } }),
      kind({ selection: { count: 0.5 } }),
      kind({ selection: { count: 1, choiceWeight: 0 } }),
      kind({ selection: { count: 1 }, codebook: { ...codebook, variables: codebook.variables.slice(0, 1) } }),
      kind({ codebook: { ...codebook, outcome: count } }),
      kind({ codebook: { ...codebook, variables: [] } }),
      kind({}),
    ]).toEqual([
      'epsilon-out-of-range',
      'delta-out-of-range',
      'row-count-out-of-range',
      'weight-out-of-range',
      'weight-out-of-range',
      'not-a-pair',
      'not-a-pair',
      'not-a-pair',
      'pair-weight-out-of-range',
      'too-many-pairs',
      'selection-out-of-range',
      'selection-out-of-range',
      'selection-weight-out-of-range',
      'nothing-to-select',
      'outcome-is-a-count',
      'no-variables',
      'planned',
    ]);
  });
});

describe('pairs that cannot be computed with', () => {
  const categorical = (name: string, levels: number) => ({
    ...codebook.variables[0]!,
    kind: 'categorical' as const,
    name,
    levels: Array.from({ length: levels }, (_, c) => ({ value: `${c}`, label: `${c}` })),
    reference: '0',
  });
  const wide = (levels: readonly number[], pairs: readonly (readonly [string, string])[]) =>
    planMarginals({
      codebook: { ...codebook, variables: levels.map((C, j) => categorical(`v${j}`, C)) } as typeof codebook,
      rowCount: 1000,
      epsilon: 1,
      delta: 1e-6,
      pairs: pairs.map((variables) => ({ variables })),
    });

  it('are refused, with the one to drop', () => {
    // v0 × v1 has 400 cells of the 468 in all.
    const one = wide(
      [20, 20, 4],
      [
        ['v0', 'v1'],
        ['v1', 'v2'],
      ],
    );
    expect(one.ok ? one : one.failure).toEqual({
      kind: 'pairs-too-wide',
      width: { cells: 40 + 40 + 8 + 400 + 80, entries: 400 },
      drop: ['v0', 'v1'],
      isEnough: true,
    });
    const many = wide(
      [20, 20, 20],
      [
        ['v0', 'v1'],
        ['v1', 'v2'],
      ],
    );
    expect(many.ok ? many : many.failure).toMatchObject({ kind: 'pairs-too-wide', isEnough: false });
  });

  it('are few: the pairs of the cohort that meet in one variable are none', () => {
    expect(
      wide(
        [7, 8, 4, 5],
        [
          ['v0', 'v1'],
          ['v0', 'v2'],
          ['v0', 'v3'],
        ],
      ).ok,
    ).toBe(true);
    // A complete graph of six variables of four levels: one clique of 4⁶ entries, which just fits; its cells do not.
    const names = Array.from({ length: 7 }, (_, j) => `v${j}`);
    const all = names.flatMap((a, i) => names.slice(i + 1).map((b) => [a, b] as const));
    const complete = wide(
      names.map(() => 3),
      all,
    );
    expect(complete.ok).toBe(true);
    const wider = wide([...names.map(() => 3), 3], [...all, ...names.map((name) => [name, 'v7'] as const)]);
    expect(wider.ok ? wider : wider.failure).toMatchObject({ kind: 'pairs-too-wide', isEnough: true });
  });
});
