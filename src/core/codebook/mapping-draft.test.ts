import { describe, expect, it } from 'vitest';
import type { CodedTable } from '../table/coded-table.ts';
import type { Codebook, Variable } from './codebook.ts';
import { checkMapping, fillMapped, lackingVariables, proposeMapping } from './map-codebook.ts';
import { draftMapping, draftOf, mappingProgress, withCounterpart, withLevel } from './mapping-draft.ts';

const base = { missingCodes: [], missing: { kind: 'exclude' } } as const;
const categories = (name: string, label: string, values: readonly string[]): Variable => ({
  ...base,
  kind: 'categorical',
  name,
  label,
  levels: values.map((value) => ({ value, label: value })),
  reference: values[0]!,
});
const bins = (name: string, cutPoints: readonly number[]): Variable => ({
  ...base,
  kind: 'numeric',
  name,
  label: name,
  cutPoints,
  levels: Array.from({ length: cutPoints.length + 1 }, (_, i) => ({ value: `bin ${i}`, label: `bin ${i}` })),
  reference: 'bin 0',
});
const codebook = (...variables: Variable[]): Codebook => ({
  format: 'twinpool-codebook',
  version: 1,
  title: 'A codebook',
  variables,
  outcome: { kind: 'binary', name: 'ill', label: 'Ill', event: '1', noEvent: '0', missingCodes: [] },
  declaredPublic: true,
});

const own = codebook(
  categories('sex', 'Sex', ['F', 'M']),
  bins('age', [40, 65]),
  categories('ward', 'Ward', ['A', 'B']),
);
const other = codebook(
  categories('sexo', 'sex', ['f', 'm', 'other']),
  bins('age', [30, 40, 50, 70]),
  categories('region', 'Region', ['north', 'south']),
);

describe('a mapping in the making', () => {
  const draft = draftMapping(own, other);

  it('holds what names and labels say, and leaves the rest open', () => {
    expect(draft.variables).toEqual([
      { own: 'sex', other: 'sexo', levels: [0, 1, null] },
      { own: 'age', other: 'age', levels: [0, 0, 1, null, 2] },
      { own: 'ward', other: null, levels: [] },
    ]);
    const progress = mappingProgress(other, draft);
    expect(progress.lacking).toEqual(['ward']);
    expect(progress.open).toEqual([
      { own: 'sex', levels: ['other'] },
      { own: 'age', levels: ['bin 3'] },
    ]);
  });

  it('is done when everything is said or given up, and then fits both codebooks', () => {
    const merged = withLevel(draft, 'sex', 2, 1);
    const done = withCounterpart(merged, own.variables[1]!, null);
    const { mapping, lacking, open } = mappingProgress(other, done);
    expect(open).toEqual([]);
    expect(lacking).toEqual(['age', 'ward']);
    expect(checkMapping(own, other, mapping)).toEqual({ ok: true, value: mapping });
    expect(draftOf(own, mapping)).toEqual(done);
  });

  it('gives a column to one variable only', () => {
    const moved = withCounterpart(draft, own.variables[2]!, other.variables[0]!);
    expect(moved.variables.map(({ other: theirs }) => theirs)).toEqual([null, 'age', 'sexo']);
    expect(moved.variables[2]!.levels).toEqual([null, null, null]);
  });

  it('agrees with the proposal where that maps', () => {
    expect(proposeMapping(own, other)).toMatchObject({ kind: 'mappable', mapping: { variables: [] } });
    const strange = codebook(categories('fruit', 'Fruit', ['apple', 'pear']));
    expect(proposeMapping(own, strange)).toEqual({ kind: 'refused', reason: 'no-variable-in-common' });
    const nested = codebook(bins('age', [40, 50, 65]), categories('sex', 'Sex', ['M', 'F']));
    const nestedProposal = proposeMapping(own, nested);
    const progress = mappingProgress(nested, draftMapping(own, nested));
    expect(nestedProposal).toMatchObject({ kind: 'mappable', mapping: progress.mapping });
  });
});

describe('a table under a mapping, as an analysis wants it', () => {
  it('has our columns in our order; those it lacks are level 0 and named', () => {
    const table: CodedTable = {
      rowCount: 3,
      columns: [Uint8Array.of(0, 1, 2), Uint8Array.of(0, 2, 4), Uint8Array.of(0, 1, 0)],
      outcome: Uint32Array.of(0, 1, 0),
    };
    const mapping = { variables: [{ own: 'sex', other: 'sexo', levels: [0, 1, 1] }] };
    expect(fillMapped(table, own, other, mapping)).toEqual({
      rowCount: 3,
      columns: [Uint8Array.of(0, 1, 1), new Uint8Array(3), new Uint8Array(3)],
      outcome: table.outcome,
    });
    expect(lackingVariables(['sex', 'age'], mapping)).toEqual(['age']);
  });
});
