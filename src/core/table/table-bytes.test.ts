import { describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.ts';
import { tableBytes } from './table-bytes.ts';

function bytesOf(csv: string, site?: string): readonly number[] {
  const read = readCsv(new TextEncoder().encode(csv));
  if (!read.ok) throw new Error(read.failure.kind);
  const bytes = tableBytes(read.value, site === undefined ? null : { column: 'site', value: site });
  if (bytes === null) throw new Error('no such column');
  return [...bytes];
}

describe('the bytes of a table', () => {
  const table = 'site,sex,ill\nA,F,0\nB,M,1\nA,M,1\n';

  it('are the same for the same cells, however the file ends its lines', () => {
    expect(bytesOf(table)).toEqual(bytesOf(table.replaceAll('\n', '\r\n')));
  });

  it('change with any cell, name or order of rows', () => {
    for (const other of [
      'site,sex,ill\nA,F,0\nB,M,1\nA,M,0\n',
      'site,sex,well\nA,F,0\nB,M,1\nA,M,1\n',
      'site,sex,ill\nB,M,1\nA,F,0\nA,M,1\n',
      'site,sex,ill\nA,F,0\nB,M,1\n',
    ])
      expect(bytesOf(other)).not.toEqual(bytesOf(table));
  });

  it('of one centre are those of a file with that centre alone', () => {
    expect(bytesOf(table, 'A')).toEqual(bytesOf('site,sex,ill\nA,F,0\nA,M,1\n'));
    expect(bytesOf(table, 'A')).not.toEqual(bytesOf(table, 'B'));
  });
});
