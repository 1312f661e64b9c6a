import { describe, expect, it } from 'vitest';
import { codeTable } from './code-table.ts';
import type { RawTable } from './coded-table.ts';
import { profileTable } from './column-profile.ts';
import { ignoringBlanksIn, ignoringOuterBlanks, trimmedApart } from './outer-blanks.ts';
import { readCsv } from './read-csv.ts';
import { tableBytes } from './table-bytes.ts';

function table(text: string | Uint8Array): RawTable {
  const read = readCsv(text);
  if (!read.ok) throw new Error(read.failure.kind);
  return read.value;
}
const cells = ({ columns, rowCount }: RawTable, j = 0) =>
  Array.from({ length: rowCount }, (_, i) => columns[j]!.dictionary[columns[j]!.codes[i]!]!);

const TEXT = 'sex,age,ill\nF,30,0\nF ,31,1\nM,30 ,0\n  , 30,1\n\tM,31,0\n';

describe('blanks at the ends of cells', () => {
  it.each([
    ['the quick reader', new TextEncoder().encode(TEXT)],
    ['the library', TEXT],
  ])('go where nothing is merged by it, and stay where something would be: %s', (_, input) => {
    const read = table(input);
    expect(cells(read)).toEqual(['F', 'F ', 'M', '', '\tM']);
    expect(cells(table('x\n a \n a \n  b\n'))).toEqual(['a', 'a', 'b']);
    expect(trimmedApart([' a', 'a  ', 'b']).dictionary).toEqual(['a', 'a  ', 'b']);
  });

  it('are merged when a person says so, in that column only', () => {
    const read = table(TEXT);
    const merged = ignoringBlanksIn(read, ['sex']);
    expect(cells(merged)).toEqual(['F', 'F', 'M', '', 'M']);
    expect(merged.columns[1]).toBe(read.columns[1]);
    expect(ignoringOuterBlanks(read.columns[2]!)).toBe(read.columns[2]);
  });

  it('are named by the profile with their cells, and make no levels', () => {
    const [sex] = profileTable(table(TEXT));
    expect(sex).toMatchObject({
      kind: 'binary',
      spaced: [
        { value: 'F ', count: 1 },
        { value: '\tM', count: 1 },
      ],
    });
    expect(sex!.spellings).toEqual([]);
  });

  it('are nothing to a number, nor to a missing code that is one', () => {
    const variable = {
      name: 'age',
      label: 'Age',
      kind: 'numeric',
      cutPoints: [31],
      levels: [
        { value: 'low', label: 'low' },
        { value: 'high', label: 'high' },
      ],
      reference: 'low',
      missingCodes: ['99'],
      missing: { kind: 'level', label: 'Missing' },
    } as const;
    const outcome = {
      kind: 'binary',
      name: 'ill',
      label: 'Ill',
      event: '1',
      noEvent: '0',
      missingCodes: [],
    } as const;
    const coded = codeTable(table('age,ill\n30,0\n30 ,1\n31 ,0\n31,0\n99,0\n99 ,0\n'), {
      format: 'twinpool-codebook',
      version: 1,
      title: 'x',
      variables: [variable],
      outcome,
      declaredPublic: true,
    });
    expect(coded.ok && [...coded.value.table.columns[0]!]).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('do not make another table of a table: its fingerprint does not change with what is said of them', () => {
    const read = table(TEXT);
    const bytes = tableBytes(read, null);
    expect(tableBytes(ignoringBlanksIn(read, ['sex', 'age']), null)).toEqual(bytes);
    expect(bytes).toEqual(tableBytes(table(TEXT.replaceAll(' ', '').replace('\t', '')), null));
  });
});
