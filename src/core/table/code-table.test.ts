import { describe, expect, it } from 'vitest';
import type { Codebook, Variable } from '../codebook/codebook.ts';
import { binOf, codeTable } from './code-table.ts';
import { readCsv } from './read-csv.ts';
import { countSites, takeSite } from './split-by-site.ts';

function table(text: string) {
  const raw = readCsv(text);
  if (!raw.ok) throw new Error(raw.failure.kind);
  return raw.value;
}

const level = (value: string) => ({ value, label: value });
const sex: Variable = {
  name: 'sex',
  label: 'Sex',
  kind: 'binary',
  levels: [level('Female'), level('Male')],
  reference: 'Female',
  missingCodes: ['NA', '?'],
  missing: { kind: 'exclude' },
};
const age: Variable = {
  name: 'age',
  label: 'Age',
  kind: 'numeric',
  cutPoints: [40, 65.5],
  levels: [level('young'), level('middle'), level('old')],
  reference: 'young',
  missingCodes: ['999'],
  missing: { kind: 'exclude' },
};
function codebook(changes: Partial<Codebook> = {}): Codebook {
  return {
    format: 'twinpool-codebook',
    version: 1,
    title: 'test',
    variables: [sex, age],
    outcome: { kind: 'binary', name: 'test', label: 'Test', event: '1', noEvent: '0', missingCodes: ['9'] },
    declaredPublic: true,
    ...changes,
  };
}
const clean = 'sex,age,test,site\nFemale,39,0,A\nMale,40,1,B\nMale,65.4,1,A\nFemale,65.5,0,B\n';

describe('codeTable', () => {
  it('codes levels and bins in order', () => {
    const coded = codeTable(table(clean), codebook());
    if (!coded.ok) throw new Error(coded.failure.kind);
    expect(coded.value.table).toEqual({
      rowCount: 4,
      columns: [Uint8Array.of(0, 1, 1, 0), Uint8Array.of(0, 1, 1, 2)],
      outcome: Uint32Array.of(0, 1, 1, 0),
    });
    expect(coded.value.report).toMatchObject({ rowsRead: 4, rowsAtSite: 4, rowsKept: 4, rowsExcluded: 0 });
  });

  it('takes one site', () => {
    const coded = codeTable(table(clean), codebook(), { column: 'site', value: 'B' });
    expect(coded.ok && coded.value.table.outcome).toEqual(Uint32Array.of(1, 0));
    expect(coded.ok && coded.value.report).toMatchObject({ rowsRead: 4, rowsAtSite: 2, rowsKept: 2 });
    expect(codeTable(table(clean), codebook(), { column: 'site', value: 'C' })).toMatchObject({
      failure: { kind: 'unknown-site', sites: ['A', 'B'] },
    });
    expect(codeTable(table(clean), codebook(), { column: 'centre', value: 'A' })).toMatchObject({
      failure: { kind: 'missing-site-column', found: ['sex', 'age', 'test', 'site'] },
    });
  });

  it('leaves out rows with missing and undeclared values, and counts them', () => {
    const text =
      'sex,age,test\nFemale,30,0\n,30,0\nNA,30,1\nfemale,30,1\nDivers,30,1\nDivers,30,0\nMale,999,1\nMale,old,1\nMale,30,2\nMale,30,9\n';
    const coded = codeTable(table(text), codebook());
    if (!coded.ok) throw new Error(coded.failure.kind);
    expect(coded.value.table.rowCount).toBe(1);
    expect(coded.value.report).toEqual({
      rowsRead: 10,
      rowsAtSite: 10,
      rowsKept: 1,
      rowsExcluded: 9,
      columns: [
        {
          name: 'sex',
          role: 'variable',
          missing: 2,
          undeclared: 3,
          mappedToMissingLevel: false,
          undeclaredExamples: [
            { value: 'Divers', count: 2 },
            { value: 'female', count: 1 },
          ],
        },
        {
          name: 'age',
          role: 'variable',
          missing: 1,
          undeclared: 1,
          mappedToMissingLevel: false,
          undeclaredExamples: [{ value: 'old', count: 1 }],
        },
        {
          name: 'test',
          role: 'outcome',
          missing: 1,
          undeclared: 1,
          mappedToMissingLevel: false,
          undeclaredExamples: [{ value: '2', count: 1 }],
        },
      ],
    });
  });

  it('maps missing and undeclared values to the declared "missing" level, the last one', () => {
    const missing = { kind: 'level', label: 'not known' } as const;
    const own = codebook({
      variables: [
        { ...sex, missing },
        { ...age, missing },
      ],
    });
    const coded = codeTable(table('sex,age,test\nFemale,30,0\n?,x,1\n,,1\nMale,70,\n'), own);
    if (!coded.ok) throw new Error(coded.failure.kind);
    expect(coded.value.table.columns).toEqual([Uint8Array.of(0, 2, 2), Uint8Array.of(0, 3, 3)]);
    expect(coded.value.report.columns[0]).toMatchObject({
      missing: 2,
      undeclared: 0,
      mappedToMissingLevel: true,
    });
    expect(coded.value.report).toMatchObject({ rowsKept: 3, rowsExcluded: 1 });
  });

  it('shows at most five undeclared values, the most frequent', () => {
    const rows = ['a', 'b', 'c', 'd', 'e', 'f', 'f'].map((value) => `${value},30,0`).join('\n');
    const coded = codeTable(table(`sex,age,test\nMale,30,1\n${rows}\n`), codebook());
    const examples = coded.ok ? coded.value.report.columns[0]!.undeclaredExamples : [];
    expect(examples.map(({ value }) => value)).toEqual(['f', 'a', 'b', 'c', 'd']);
  });

  it('reads numbers with decimal commas and counts up to the declared maximum', () => {
    const outcome = { kind: 'count', name: 'test', label: 'n', maximum: 3, missingCodes: [] } as const;
    const text = 'sex;age;test\nMale;65,5;3\nMale;65,4;0\nMale;1;4\nMale;1;-1\nMale;1;1,5\nMale;1;\n';
    const coded = codeTable(table(text), codebook({ outcome }));
    expect(coded.ok && coded.value.table).toMatchObject({
      columns: [{}, Uint8Array.of(2, 1)],
      outcome: Uint32Array.of(3, 0),
    });
    expect(coded.ok && coded.value.report.columns[2]).toMatchObject({ missing: 1, undeclared: 3 });
  });

  it('names the columns that are not there', () => {
    expect(codeTable(table('sex,years\nMale,3\n'), codebook())).toEqual({
      ok: false,
      failure: { kind: 'missing-columns', columns: ['age', 'test'], found: ['sex', 'years'] },
    });
  });

  it('says why no row is left', () => {
    const coded = codeTable(table('sex,age,test\nm,30,yes\nf,30,no\n'), codebook());
    expect(coded).toMatchObject({
      failure: { kind: 'no-rows-left', report: { rowsKept: 0, rowsExcluded: 2 } },
    });
  });

  it('does not change with the order of rows but for their order', () => {
    const [header, ...rows] = clean.trim().split('\n');
    const forward = codeTable(table(clean), codebook());
    const backward = codeTable(table([header, ...rows.reverse()].join('\n')), codebook());
    if (!forward.ok || !backward.ok) throw new Error('coding failed');
    expect(backward.value.table.columns.map((column) => column.toReversed())).toEqual(
      forward.value.table.columns,
    );
    expect(backward.value.report).toEqual(forward.value.report);
  });
});

describe('binOf', () => {
  it('counts the cut points at or below', () => {
    const cuts = [-1, 0, 2.5];
    expect([-2, -1, -0.5, 0, 2.49, 2.5, 1e9].map((x) => binOf(x, cuts))).toEqual([0, 1, 1, 2, 2, 3, 3]);
  });
});

describe('sites', () => {
  it('are listed with their rows and taken apart', () => {
    const raw = table(clean);
    expect(countSites(raw, 'site')).toEqual({
      ok: true,
      value: [
        { value: 'A', rowCount: 2 },
        { value: 'B', rowCount: 2 },
      ],
    });
    expect(countSites(raw, 'x')).toMatchObject({ failure: { kind: 'missing-site-column' } });
    const own = takeSite(raw, { column: 'site', value: 'A' });
    if (!own.ok) throw new Error(own.failure.kind);
    const direct = codeTable(raw, codebook(), { column: 'site', value: 'A' });
    const apart = codeTable(own.value, codebook());
    expect(apart.ok && apart.value.table).toEqual(direct.ok && direct.value.table);
  });
});
