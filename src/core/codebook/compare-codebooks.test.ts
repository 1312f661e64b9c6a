import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import type { CategoricalVariable, Codebook } from './codebook.ts';
import { codebookId } from './codebook-id.ts';
import { compareCodebooks } from './compare-codebooks.ts';

const own = cohortCodebook();
const sex = own.variables[1] as CategoricalVariable;
const withSex = (changes: Partial<CategoricalVariable>): Codebook => ({
  ...own,
  variables: own.variables.map((variable) => (variable.name === 'sex' ? { ...sex, ...changes } : variable)),
});
const differences = (other: Codebook) => {
  const compared = compareCodebooks(own, other);
  return compared.kind === 'same' ? [] : compared.differences;
};

describe('compareCodebooks', () => {
  it('calls the same what has the same identity', () => {
    expect(compareCodebooks(own, cohortCodebook())).toEqual({ kind: 'same', id: codebookId(own) });
  });

  it.each<[string, Codebook, object[]]>([
    ['title', { ...own, title: 'x' }, [{ kind: 'title', own: own.title, other: 'x' }]],
    [
      'a variable less',
      { ...own, variables: own.variables.slice(1) },
      [{ kind: 'variable-only-in-own', variable: 'age_group' }],
    ],
    [
      'a variable more',
      { ...own, variables: [...own.variables, { ...sex, name: 'gender' }] },
      [{ kind: 'variable-only-in-other', variable: 'gender' }],
    ],
    [
      'order of variables',
      { ...own, variables: own.variables.toReversed() },
      [
        {
          kind: 'variable-order',
          own: own.variables.map(({ name }) => name),
          other: own.variables.map(({ name }) => name).toReversed(),
        },
      ],
    ],
    [
      'kind',
      withSex({ kind: 'categorical' }),
      [{ kind: 'variable-kind', variable: 'sex', own: 'binary', other: 'categorical' }],
    ],
    [
      'levels',
      withSex({ levels: [sex.levels[0]!, { value: 'M', label: 'M' }] }),
      [{ kind: 'levels', variable: 'sex', onlyInOwn: ['Male'], onlyInOther: ['M'] }],
    ],
    [
      'order of levels',
      withSex({ levels: sex.levels.toReversed() }),
      [{ kind: 'level-order', variable: 'sex', own: ['Female', 'Male'], other: ['Male', 'Female'] }],
    ],
    [
      'reference',
      withSex({ reference: 'Male' }),
      [{ kind: 'reference', variable: 'sex', own: 'Female', other: 'Male' }],
    ],
    [
      'missing policy',
      withSex({ missing: { kind: 'level', label: 'not known' } }),
      [{ kind: 'missing-policy', variable: 'sex', own: 'exclude', other: 'level: not known' }],
    ],
    [
      'missing codes',
      withSex({ missingCodes: ['NA'] }),
      [{ kind: 'missing-codes', column: 'sex', own: [], other: ['NA'] }],
    ],
    ['labels', withSex({ label: 'Gender' }), [{ kind: 'labels', column: 'sex' }]],
    [
      'outcome',
      { ...own, outcome: { ...own.outcome, name: 'died' } },
      [{ kind: 'outcome', own: 'covid_test_result', other: 'died' }],
    ],
    [
      'outcome values',
      { ...own, outcome: { ...own.outcome, event: '1', noEvent: '0' } as Codebook['outcome'] },
      [{ kind: 'outcome-values', own: 'False / True', other: '0 / 1' }],
    ],
    [
      'outcome kind',
      {
        ...own,
        outcome: { kind: 'count', name: own.outcome.name, label: 'n', maximum: 3, missingCodes: [] },
      },
      [{ kind: 'outcome-kind', own: 'binary', other: 'count' }],
    ],
  ])('says that the %s differs', (_, other, expected) => expect(differences(other)).toEqual(expected));

  it('sees cut points', () => {
    const age = (cutPoints: number[]): Codebook => ({
      ...own,
      variables: [{ ...sex, kind: 'numeric', name: 'age', cutPoints, levels: sex.levels }],
    });
    const compared = compareCodebooks(age([40]), age([50]));
    expect(compared).toMatchObject({
      differences: [{ kind: 'cut-points', variable: 'age', own: [40], other: [50] }],
    });
  });

  it('finds something whenever the identities differ', () => {
    const variants = [
      own,
      withSex({ reference: 'Male' }),
      { ...own, variables: own.variables.slice(2) },
      { ...own, title: 'y' },
    ];
    for (const a of variants) {
      for (const b of variants) {
        const compared = compareCodebooks(a, b);
        if (a === b) expect(compared.kind).toBe('same');
        else expect(compared.kind === 'different' && compared.differences.length).toBeGreaterThan(0);
      }
    }
  });
});
