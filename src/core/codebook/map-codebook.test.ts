import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import type { CategoricalVariable, Codebook, NumericVariable, Outcome, Variable } from './codebook.ts';
import { codebookId } from './codebook-id.ts';
import { applyMapping, checkMapping, proposeMapping } from './map-codebook.ts';
import { numericLevels } from './numeric-levels.ts';

const levels = (...values: string[]) => values.map((value) => ({ value, label: value }));
const base = { missingCodes: [], missing: { kind: 'exclude' } } as const;
const sex: CategoricalVariable = {
  ...base,
  name: 'sex',
  label: 'Sex',
  kind: 'binary',
  levels: levels('Female', 'Male'),
  reference: 'Female',
};
const age = (cutPoints: number[]): NumericVariable => ({
  ...base,
  name: 'age',
  label: 'Age',
  kind: 'numeric',
  cutPoints,
  levels: numericLevels(cutPoints),
  reference: numericLevels(cutPoints)[0]!.value,
});
const book = (variables: readonly Variable[], outcome?: Outcome): Codebook => ({
  ...cohortCodebook(),
  variables,
  outcome: outcome ?? cohortCodebook().outcome,
});
const count = (maximum: number): Outcome => ({
  kind: 'count',
  name: 'n',
  label: 'n',
  maximum,
  missingCodes: [],
});
function mappable(own: Codebook, other: Codebook) {
  const proposal = proposeMapping(own, other);
  if (proposal.kind !== 'mappable') throw new Error(JSON.stringify(proposal));
  return proposal;
}

describe('proposeMapping', () => {
  it('calls the same what has the same identity', () => {
    expect(proposeMapping(book([sex]), book([sex]))).toEqual({ kind: 'same', id: codebookId(book([sex])) });
  });

  it('matches columns and levels by name, value and label, case aside', () => {
    const other: CategoricalVariable = {
      ...sex,
      name: 'SEX',
      levels: [
        { value: 'M', label: 'male' },
        { value: 'F', label: 'female' },
      ],
      reference: 'M',
    };
    expect(mappable(book([sex]), book([other]))).toEqual({
      kind: 'mappable',
      mapping: { variables: [{ own: 'sex', other: 'SEX', levels: [1, 0] }] },
      unmapped: [],
      unreached: [],
    });
    expect(mappable(book([sex]), book([{ ...sex, name: 'gender' }])).mapping.variables[0]!.other).toBe(
      'gender',
    );
  });

  it('says which variables and levels have no counterpart', () => {
    const other = book([
      { ...sex, levels: levels('Female', 'Male', 'Divers'), kind: 'categorical' },
      age([40]),
    ]);
    const proposal = mappable(book([sex, age([40]), { ...sex, name: 'smoker', label: 'Smoker' }]), other);
    expect(proposal.mapping.variables.map(({ own }) => own)).toEqual(['age']);
    expect(proposal.unmapped).toEqual([
      { own: 'sex', reason: 'levels-unknown', unknownLevels: ['Divers'] },
      { own: 'smoker', reason: 'no-such-column', unknownLevels: [] },
    ]);
  });

  it('says which of our levels nobody there can have', () => {
    const own = book([{ ...sex, levels: levels('Female', 'Male', 'Divers'), kind: 'categorical' }]);
    expect(mappable(own, book([sex])).unreached).toEqual([{ own: 'sex', levels: ['Divers'] }]);
  });

  it('merges finer bins and refuses coarser or crossing ones', () => {
    expect(
      mappable(book([age([40, 60])]), book([age([30, 40, 50, 60, 70])])).mapping.variables[0]!.levels,
    ).toEqual([0, 0, 1, 1, 2, 2]);
    for (const cutPoints of [[40], [40, 61]]) {
      const proposal = mappable(book([sex, age([40, 60])]), book([sex, age(cutPoints)]));
      expect(proposal.unmapped).toEqual([{ own: 'age', reason: 'bins-do-not-nest', unknownLevels: [] }]);
    }
  });

  it('sends "missing" to "missing" only', () => {
    const missing = { kind: 'level', label: 'n/k' } as const;
    const ownMissing = { kind: 'level', label: 'not known' } as const;
    for (const variable of [sex, age([40])]) {
      const own = book([{ ...variable, missing: ownMissing }]);
      expect(mappable(own, book([{ ...variable, missing }])).mapping.variables[0]!.levels).toEqual([0, 1, 2]);
      expect(proposeMapping(book([variable]), book([{ ...variable, missing }]))).toMatchObject({
        kind: 'mappable',
        mapping: { variables: [] },
        unmapped: [{ reason: 'levels-unknown' }],
      });
    }
  });

  it('refuses what has another kind of outcome, larger counts, or nothing in common', () => {
    const reason = (own: Codebook, other: Codebook) => proposeMapping(own, other);
    expect(reason(book([sex]), book([sex], count(3)))).toEqual({
      kind: 'refused',
      reason: 'outcome-kind-differs',
    });
    expect(reason(book([sex], count(3)), book([sex], count(4)))).toEqual({
      kind: 'refused',
      reason: 'counts-exceed-ours',
    });
    expect(reason(book([sex], count(4)), book([sex], count(3))).kind).toBe('mappable');
    expect(reason(book([sex]), book([age([40])]))).toEqual({
      kind: 'refused',
      reason: 'no-variable-in-common',
    });
  });
});

describe('checkMapping and applyMapping', () => {
  const own = book([sex, age([40])]);
  const other = book([age([40, 60]), { ...sex, levels: levels('Male', 'Female') }]);
  const table = {
    rowCount: 3,
    columns: [Uint8Array.of(0, 1, 2), Uint8Array.of(0, 0, 1)],
    outcome: Uint32Array.of(1, 0, 1),
  };

  it('bring a peer’s table into our order and levels, rows and outcome untouched', () => {
    const checked = checkMapping(own, other, {
      variables: mappable(own, other).mapping.variables.toReversed(),
    });
    if (!checked.ok) throw new Error(checked.failure.kind);
    expect(applyMapping(table, other, checked.value)).toEqual({
      rowCount: 3,
      columns: [Uint8Array.of(1, 1, 0), Uint8Array.of(0, 1, 1)],
      outcome: table.outcome,
    });
  });

  it('leave a table as it is when nothing differs', () => {
    const mapping = {
      variables: [
        { own: 'age', other: 'age', levels: [0, 1, 2] },
        { own: 'sex', other: 'sex', levels: [0, 1] },
      ],
    };
    expect(applyMapping(table, other, mapping)).toEqual(table);
  });

  it.each([
    [
      { own: 'x', other: 'sex', levels: [0, 1] },
      { kind: 'unknown-variable', side: 'own', name: 'x' },
    ],
    [
      { own: 'sex', other: 'x', levels: [0, 1] },
      { kind: 'unknown-variable', side: 'other', name: 'x' },
    ],
    [
      { own: 'sex', other: 'sex', levels: [0] },
      { kind: 'wrong-levels', own: 'sex' },
    ],
    [
      { own: 'sex', other: 'sex', levels: [0, 2] },
      { kind: 'wrong-levels', own: 'sex' },
    ],
    [
      { own: 'sex', other: 'sex', levels: [0, -1] },
      { kind: 'wrong-levels', own: 'sex' },
    ],
  ])('refuse %j', (variable, failure) => {
    expect(checkMapping(own, other, { variables: [variable] })).toEqual({ ok: false, failure });
  });

  it('refuse a variable twice', () => {
    const variable = { own: 'sex', other: 'sex', levels: [0, 1] };
    expect(checkMapping(own, other, { variables: [variable, variable] })).toMatchObject({
      failure: { kind: 'variable-twice' },
    });
  });
});
