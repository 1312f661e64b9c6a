import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { codeTable } from '../table/code-table.ts';
import { profileTable } from '../table/column-profile.ts';
import { readCsv } from '../table/read-csv.ts';
import type { CodebookDraft, DraftColumn } from './codebook-draft.ts';
import { codebookId } from './codebook-id.ts';
import { draftFromCodebook, finishDraft } from './finish-draft.ts';
import { equalWidthCutPoints, numericLevels } from './numeric-levels.ts';
import { proposeCodebook } from './propose-codebook.ts';

function table(text: string | Uint8Array) {
  const raw = readCsv(text);
  if (!raw.ok) throw new Error(raw.failure.kind);
  return raw.value;
}
function propose(text: string, options = {}): CodebookDraft {
  return proposeCodebook(profileTable(table(text)), options);
}
const edit = (draft: CodebookDraft, name: string, changes: Partial<DraftColumn>): CodebookDraft => ({
  ...draft,
  columns: draft.columns.map((column) => (column.name === name ? { ...column, ...changes } : column)),
});
const roles = (draft: CodebookDraft) =>
  Object.fromEntries(draft.columns.map(({ name, role }) => [name, role]));
const failures = (draft: CodebookDraft, declaredPublic = true) => {
  const finished = finishDraft(draft, { declaredPublic });
  return finished.ok ? [] : finished.failure;
};

const small =
  'id,site,sex,age_group,smoker,test\np1,A,Male,75+,Yes,0\np2,B,Female,0-24,No,1\np3,A,Male,25-74,No,1\n';

describe('proposeCodebook', () => {
  it('proposes the last event-like column as outcome and says which value is the event', () => {
    const draft = propose(small, { siteColumn: 'site' });
    expect(roles(draft)).toMatchObject({
      site: 'ignored',
      sex: 'variable',
      smoker: 'variable',
      test: 'outcome',
    });
    expect(draft.columns.at(-1)).toMatchObject({ event: '1', noEvent: '0' });
  });

  it.each([
    ['True', 'False'],
    ['Positive', 'Negative'],
    ['yes', 'no'],
    ['Sim', 'Não'],
  ])('knows that %s is the event and %s is none', (event, noEvent) => {
    expect(propose(`x,y\na,${event}\nb,${noEvent}\n`).columns[1]).toMatchObject({
      role: 'outcome',
      event,
      noEvent,
    });
  });

  it('orders levels naturally and takes the first as reference, however rare', () => {
    const column = propose(small).columns[3]!;
    expect(column.levels.map(({ value }) => value)).toEqual(['0-24', '25-74', '75+']);
    expect(column).toMatchObject({ reference: '0-24', levelsFromFile: true });
  });

  it('does not depend on how often a value occurs or on the order of rows', () => {
    const [header, ...rows] = small.trim().split('\n');
    const other = propose([header, ...rows.toReversed(), rows[0]!].join('\n'));
    expect(other).toEqual(propose(small));
  });

  it('ignores columns of many texts, constants and blanks', () => {
    const rows = Array.from({ length: 100 }, (_, i) => `name ${i},x,,${i % 2},${i % 40}`).join('\n');
    const draft = propose(`person,same,empty,sex,age\n${rows}\n`);
    expect(roles(draft)).toEqual({
      person: 'ignored',
      same: 'ignored',
      empty: 'ignored',
      sex: 'outcome',
      age: 'variable',
    });
    expect(draft.columns[4]).toMatchObject({ kind: 'numeric', cutPoints: [], levels: [] });
  });

  it('proposes no outcome where nothing reads like one, and at most 64 variables', () => {
    const names = Array.from({ length: 200 }, (_, i) => `c${i}`).join(',');
    const row = (value: string) => Array.from({ length: 200 }, () => value).join(',');
    const draft = propose(`${names}\n${row('a')}\n${row('b')}\n${row('c')}\n`);
    expect(draft.columns.filter(({ role }) => role === 'variable')).toHaveLength(64);
    expect(failures(draft)).toEqual([{ kind: 'no-outcome' }]);
  });

  it('finds the codebook of the simulated cohort, labels aside', () => {
    const raw = simulateCentre('Barts', chacha20Source(new Uint8Array(32), 'synthesis'));
    const finished = finishDraft(proposeCodebook(profileTable(raw), { siteColumn: 'assessment_center' }), {
      declaredPublic: true,
    });
    if (!finished.ok) throw new Error(JSON.stringify(finished.failure));
    const own = cohortCodebook();
    expect(finished.value.outcome).toMatchObject({ name: own.outcome.name, event: 'True', noEvent: 'False' });
    finished.value.variables.forEach((variable, j) => {
      const values = variable.levels.map(({ value }) => value).sort();
      expect(values).toEqual(own.variables[j]!.levels.map(({ value }) => value).sort());
    });
  });

  const mexico = new URL('../../../../shared/data/mexico-16-states.csv', import.meta.url);
  it.runIf(existsSync(mexico))(
    'codes every row of mexico-16-states.csv, which is beside the checkout',
    () => {
      const raw = table(new Uint8Array(readFileSync(mexico)));
      const finished = finishDraft(proposeCodebook(profileTable(raw), { siteColumn: 'state' }), {
        declaredPublic: true,
      });
      if (!finished.ok) throw new Error(JSON.stringify(finished.failure));
      const coded = codeTable(raw, finished.value);
      if (!coded.ok) throw new Error(coded.failure.kind);
      expect(coded.value.table.rowCount).toBe(57530);
      // As the data's own description counts them.
      expect(coded.value.table.outcome.reduce((sum, y) => sum + y, 0)).toBe(15098);
      expect(finished.value.variables.map(({ name, reference }) => [name, reference])).toEqual([
        ['age_group', '0-24'],
        ['sex', 'Female'],
        ['speaks_indigenous_language', 'No'],
        ['sector', 'IMSS'],
        ['conditions', '0'],
      ]);
    },
  );
});

describe('finishDraft', () => {
  const draft = propose(small, { siteColumn: 'site' });
  const ready = edit(draft, 'id', { role: 'ignored' });

  it('makes a codebook of a confirmed draft, and a draft of the codebook again', () => {
    const finished = finishDraft(ready, { declaredPublic: true });
    if (!finished.ok) throw new Error(JSON.stringify(finished.failure));
    expect(finished.value.variables.map(({ name }) => name)).toEqual(['sex', 'age_group', 'smoker']);
    for (const again of [
      draftFromCodebook(finished.value),
      draftFromCodebook(finished.value, profileTable(table(small))),
    ]) {
      const twice = finishDraft(again, { declaredPublic: true });
      expect(twice.ok && codebookId(twice.value)).toBe(codebookId(finished.value));
    }
    expect(roles(draftFromCodebook(finished.value, profileTable(table(small))))).toMatchObject({
      id: 'ignored',
      site: 'ignored',
    });
  });

  it('makes no codebook without the confirmation', () => {
    expect(failures(ready, false)).toEqual([{ kind: 'not-declared-public' }]);
  });

  it.each<[string, CodebookDraft, object[]]>([
    ['no outcome', edit(ready, 'test', { role: 'ignored' }), [{ kind: 'no-outcome' }]],
    [
      'two outcomes',
      edit(ready, 'smoker', { role: 'outcome' }),
      [{ kind: 'several-outcomes', columns: ['smoker', 'test'] }],
    ],
    [
      'a numeric variable without cut points',
      edit(ready, 'sex', { kind: 'numeric' }),
      [{ kind: 'no-cut-points', column: 'sex' }],
    ],
    [
      'a count as variable',
      edit(ready, 'sex', { kind: 'count' }),
      [{ kind: 'variable-kind', column: 'sex', found: 'count' }],
    ],
    [
      'a numeric outcome',
      edit(ready, 'test', { kind: 'numeric' }),
      [{ kind: 'outcome-kind', column: 'test', found: 'numeric' }],
    ],
    ['no event', edit(ready, 'test', { event: null }), [{ kind: 'no-event', column: 'test' }]],
    [
      'a count without maximum',
      edit(ready, 'test', { kind: 'count' }),
      [{ kind: 'no-maximum', column: 'test' }],
    ],
    ['no reference', edit(ready, 'sex', { reference: null }), [{ kind: 'no-reference', column: 'sex' }]],
    [
      'one level',
      edit(ready, 'sex', { levels: [{ value: 'Male', label: 'Male' }], reference: 'Male' }),
      [{ kind: 'column', column: 'sex', path: 'levels', reason: 'too-few' }],
    ],
    [
      'a reference that went',
      edit(ready, 'sex', { reference: 'x' }),
      [{ kind: 'column', column: 'sex', path: 'reference', reason: 'reference-not-a-level' }],
    ],
    [
      'the same event twice',
      edit(ready, 'test', { event: '0' }),
      [{ kind: 'column', column: 'test', path: 'event', reason: 'event-equals-no-event' }],
    ],
    ['no title', { ...ready, title: ' ' }, [{ kind: 'title', reason: 'empty' }]],
  ])('says what to do about %s', (_, bad, expected) => expect(failures(bad)).toEqual(expected));

  it('says that there are no variables', () => {
    const none = { ...ready, columns: ready.columns.filter(({ role }) => role !== 'variable') };
    expect(failures(none)).toEqual([{ kind: 'no-variables' }]);
  });

  it('says that there are too many variables', () => {
    const column = ready.columns.find(({ name }) => name === 'sex')!;
    const many = Array.from({ length: 70 }, (_, i) => ({ ...column, name: `v${i}` }));
    expect(failures({ ...ready, columns: [...many, ready.columns.at(-1)!] })).toEqual([
      { kind: 'too-many-variables', found: 70 },
    ]);
  });

  it('lists the problems of several columns at once', () => {
    const bad = edit(edit(ready, 'sex', { kind: 'numeric' }), 'age_group', { reference: null });
    expect(failures(bad, false).map(({ kind }) => kind)).toEqual([
      'no-cut-points',
      'no-reference',
      'not-declared-public',
    ]);
  });

  it('names the bins of declared cut points', () => {
    const finished = finishDraft(edit(ready, 'sex', { kind: 'numeric', cutPoints: [18, 65] }), {
      declaredPublic: true,
    });
    expect(finished.ok && finished.value.variables[0]).toMatchObject({
      reference: '(-inf, 18)',
      levels: numericLevels([18, 65]),
    });
  });
});

describe('bins', () => {
  it('are named as people say them', () => {
    expect(numericLevels([25, 65.5])).toEqual([
      { value: '(-inf, 25)', label: 'under 25' },
      { value: '[25, 65.5)', label: '25 to under 65.5' },
      { value: '[65.5, inf)', label: '65.5 and over' },
    ]);
    expect(numericLevels([])).toEqual([]);
  });

  it('of equal width come from a declared range', () => {
    expect(equalWidthCutPoints({ from: 20, to: 80, bins: 6 })).toEqual([30, 40, 50, 60, 70]);
    expect(equalWidthCutPoints({ from: 0, to: 1, bins: 10 })).toEqual([
      0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9,
    ]);
    for (const bad of [
      { from: 1, to: 1, bins: 2 },
      { from: 0, to: 1, bins: 1 },
      { from: Number.NaN, to: 1, bins: 2 },
    ]) {
      expect(equalWidthCutPoints(bad)).toEqual([]);
    }
  });
});
