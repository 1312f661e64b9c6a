import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RawTable } from './coded-table.ts';
import { readCsv } from './read-csv.ts';

/** The table as an array of rows, header first. */
function rowsOf(table: RawTable): string[][] {
  const body = Array.from({ length: table.rowCount }, (_, i) =>
    table.columns.map(({ dictionary, codes }) => dictionary[codes[i]!]!),
  );
  return [table.columns.map(({ name }) => name), ...body];
}
function read(text: string | Uint8Array): string[][] {
  const table = readCsv(text);
  if (!table.ok) throw new Error(JSON.stringify(table.failure));
  return rowsOf(table.value);
}
function failureOf(text: string | Uint8Array, options = {}) {
  const table = readCsv(text, options);
  return table.ok ? null : table.failure;
}

describe('readCsv reads', () => {
  const expected = [
    ['age', 'sex'],
    ['40', 'Female'],
    ['50', 'Male'],
  ];

  it.each([
    ['commas', 'age,sex\n40,Female\n50,Male\n'],
    ['no line end at the end', 'age,sex\n40,Female\n50,Male'],
    ['CRLF', 'age,sex\r\n40,Female\r\n50,Male\r\n'],
    ['CR only', 'age,sex\r40,Female\r50,Male\r'],
    ['mixed line ends', 'age,sex\r\n40,Female\n50,Male\r\n'],
    ['semicolons', 'age;sex\n40;Female\n50;Male\n'],
    ['tabs', 'age\tsex\n40\tFemale\n50\tMale\n'],
    ['quotes', '"age","sex"\n"40","Female"\n"50","Male"\n'],
    ['blanks around cells', ' age , sex \n 40 ,Female \n50,\tMale\n'],
    ['trailing blank lines', 'age,sex\n40,Female\n50,Male\n\n\n\r\n'],
    ['blank lines between', 'age,sex\n\n40,Female\n,\n50,Male\n'],
    ['a byte order mark', '\ufeffage,sex\n40,Female\n50,Male\n'],
    ['the end-of-file mark of old programs', 'age,sex\n40,Female\n50,Male\n\u001a'],
  ])('%s', (_, text) => expect(read(text)).toEqual(expected));

  it('quoted delimiters, quotes and line breaks', () => {
    expect(read('a,b\n"x, y","she said ""no"""\n"two\r\nlines",z\n')).toEqual([
      ['a', 'b'],
      ['x, y', 'she said "no"'],
      ['two\nlines', 'z'],
    ]);
  });

  it('semicolons with decimal commas', () => {
    const table = readCsv('peso;altura\n70,5;1,80\n81,2;1,75\n');
    expect(table.ok && [table.value.delimiter, table.value.columns.length]).toEqual(['semicolon', 2]);
  });

  it('one column, and empty cells as empty text', () => {
    expect(read('result\n0\n1\n')).toEqual([['result'], ['0'], ['1']]);
    expect(read('a,b\n,1\n2,\n')).toEqual([
      ['a', 'b'],
      ['', '1'],
      ['2', ''],
    ]);
  });

  it('200 columns, and 3 rows', () => {
    const header = Array.from({ length: 200 }, (_, j) => `c${j}`).join(',');
    const row = Array.from({ length: 200 }, (_, j) => String(j)).join(',');
    const table = readCsv(`${header}\n${row}\n${row}\n${row}\n`);
    expect(table.ok && [table.value.columns.length, table.value.rowCount]).toEqual([200, 3]);
  });

  it('whatever a careful writer wrote, over any chunking of the parser', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', ' ', '=', '😀'),
      maxLength: 6,
    });
    const table = fc
      .integer({ min: 1, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }),
      );
    fc.assert(
      fc.property(table, (rows) => {
        const width = rows[0]!.length;
        const names = Array.from({ length: width }, (_, j) => `c${j}`);
        const text = [names, ...rows]
          .map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(','))
          .join('\n');
        const kept = rows.map((row) => row.map((c) => c.trim())).filter((row) => row.some((c) => c !== ''));
        const result = readCsv(text, { delimiter: 'comma' });
        const cells = result.ok
          ? rowsOf(result.value).map((row) => row.map((c) => c.trim()))
          : result.failure.kind;
        expect(typeof cells === 'string' ? cells : cells.slice(1)).toEqual(
          kept.length > 0 ? kept : 'header-only',
        );
      }),
      { numRuns: 300 },
    );
  });

  it('a file longer than one chunk, with a quoted line break across its edge', () => {
    const row = `${'x'.repeat(50)},"two\nlines"\n`;
    const rows = Math.ceil((3 << 20) / row.length);
    const table = readCsv(`a,b\n${row.repeat(rows)}`);
    expect(table.ok && [table.value.rowCount, table.value.columns[1]!.dictionary]).toEqual([
      rows,
      ['two\nlines'],
    ]);
  });

  it('tells how far it is', () => {
    const seen: number[] = [];
    readCsv(`a,b\n${'1,2\n'.repeat(600_000)}`, { onProgress: (fraction) => seen.push(fraction) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });
});

describe('readCsv refuses', () => {
  it.each([
    ['an empty file', '', { kind: 'empty-file' }],
    ['blanks only', ' \n\r\n\t\n', { kind: 'empty-file' }],
    ['delimiters only', ',,\n,,\n', { kind: 'empty-file' }],
    ['a header only', 'age,sex\n', { kind: 'header-only', columns: ['age', 'sex'] }],
    ['a header and blank lines', 'age,sex\n\n,\n', { kind: 'header-only', columns: ['age', 'sex'] }],
    [
      'ragged rows, located by line',
      'a,b\n1,2\n3\n\n"x\ny",5\n4,5,6\n',
      {
        kind: 'ragged-rows',
        expected: 2,
        total: 2,
        examples: [
          { line: 3, found: 1 },
          { line: 7, found: 3 },
        ],
      },
    ],
    ['a duplicate column', 'a,b,a\n1,2,3\n', { kind: 'duplicate-column', name: 'a', positions: [1, 3] }],
    ['a column without a name', 'a,,b\n1,2,3\n', { kind: 'empty-column-name', position: 2 }],
    ['an unclosed quote', 'a,b\n1,2\n3,"4\n5,6\n', { kind: 'unclosed-quote', line: 3 }],
    ['a quote in the wrong place', 'a,b\n1,2\n"3"x,4\n', { kind: 'misplaced-quote', line: 3 }],
  ])('%s', (_, text, failure) => expect(failureOf(text)).toEqual(failure));

  it('at most five ragged lines by name, all by count', () => {
    expect(failureOf(`a,b\n${'1\n'.repeat(100)}`)).toMatchObject({ total: 100, examples: { length: 5 } });
  });

  it('what is not text', () => {
    expect(failureOf(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0))).toMatchObject({ kind: 'not-text' });
    expect(failureOf(Uint8Array.of(0x61, 0x2c, 0x62, 0x0a, 0x00, 0x01))).toMatchObject({
      kind: 'not-text',
      offset: 4,
    });
  });

  it('more than its limits', () => {
    const limits = { bytes: 1_000, rows: 3, columns: 2 };
    expect(failureOf('a\n1\n1\n1\n1\n', { limits })).toEqual({
      kind: 'too-large',
      what: 'rows',
      limit: 3,
      found: 4,
    });
    expect(failureOf('a,b,c\n1,2,3\n', { limits })).toMatchObject({ what: 'columns', found: 3 });
    expect(failureOf('x'.repeat(1_001), { limits })).toMatchObject({ what: 'bytes', found: 1_001 });
    expect(failureOf('a\n1\n1\n1\n', { limits })).toBeNull();
  });

  it('never by throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const result = readCsv(bytes);
        expect(typeof result.ok).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });
});

const mexico = new URL('../../../../shared/data/mexico-16-states.csv', import.meta.url);

describe('readCsv on a real file', () => {
  it.runIf(existsSync(mexico))(
    'reads mexico-16-states.csv, which is beside the checkout, within a second',
    () => {
      const bytes = new Uint8Array(readFileSync(mexico));
      const started = performance.now();
      const table = readCsv(bytes);
      const elapsedMs = performance.now() - started;
      if (!table.ok) throw new Error(table.failure.kind);
      expect([table.value.rowCount, table.value.columns.length, table.value.encoding]).toEqual([
        57530,
        7,
        'utf-8',
      ]);
      expect(table.value.columns[0]!.dictionary).toContain('Ciudad de México');
      // It takes about 0.1 s; a busy machine gets a generous factor.
      expect(elapsedMs).toBeLessThan(2_000);
    },
  );
});
