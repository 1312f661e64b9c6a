import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PlainCsvReader } from './plain-csv.ts';
import { type FileSource, readCsv, readCsvAnyhow, readCsvFile } from './read-csv.ts';

const LIMITS = { rows: 1e6, columns: 100 };
const encoder = new TextEncoder();

function plainly(bytes: Uint8Array, piece: number) {
  const reader = new PlainCsvReader(LIMITS, undefined);
  for (let at = 0; at < bytes.length; at += piece) {
    if (!reader.push(bytes.subarray(at, at + piece))) return null;
  }
  return reader.finish();
}

/** Files as programs write them, and as hands do: cells of a few words, blanks, quotes, marks and line ends. */
const cell = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '1',
    '1,5',
    'Não',
    '"q"',
    '"a,b"',
    '"a;b"',
    ' x ',
    '\u00a0',
    '"',
    'a"b',
    '"two\nlines"',
  ),
  fc.string({ maxLength: 4 }),
);
const file = fc
  .record({
    rows: fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
    delimiter: fc.constantFrom(',', ';', '\t'),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    closed: fc.boolean(),
    mark: fc.constantFrom('', '\ufeff'),
  })
  .map(({ rows, delimiter, end, closed, mark }) => {
    const text = rows.map((row) => row.join(delimiter)).join(end);
    return encoder.encode(mark + text + (closed ? end : ''));
  });

describe('the quick way through a file', () => {
  it('gives what the library gives, in pieces of any size, or gives up', () => {
    fc.assert(
      fc.property(file, fc.integer({ min: 1, max: 40 }), (bytes, piece) => {
        const plain = plainly(bytes, piece);
        if (plain === null) return;
        const anyhow = readCsvAnyhow(bytes);
        expect(anyhow).toEqual({ ok: true, value: plain });
      }),
      {
        numRuns: 3000,
        // A line that is blank in one encoding only must not decide on the delimiter.
        examples: [[encoder.encode('1\n\u00a0,'), 1]],
      },
    );
  });

  it('is taken by ordinary files, quoted, marked and ended in any way', () => {
    for (const text of [
      'age;sex\n40;F\n50;M\n',
      '\ufeff"age","sex"\r\n"40","F"\r\n"50","M"',
      ' age\tsex \n\n40\tF\n \t \n50\tM\n\n',
    ]) {
      const table = plainly(encoder.encode(text), 5);
      expect(table?.columns.map(({ name, dictionary }) => [name, dictionary])).toEqual([
        ['age', ['40', '50']],
        ['sex', ['F', 'M']],
      ]);
    }
  });

  it('tells UTF-8 from Windows-1252 by the whole file', () => {
    const latin = Uint8Array.from('a\nN\u00e3o\n1\n', (c) => c.charCodeAt(0));
    expect(plainly(latin, 3)).toMatchObject({
      encoding: 'windows-1252',
      columns: [{ dictionary: ['Não', '1'] }],
    });
    expect(plainly(encoder.encode('a\nNão\n1\n'), 3)).toMatchObject({
      encoding: 'utf-8',
      columns: [{ dictionary: ['Não', '1'] }],
    });
  });

  it.each([
    ['a doubled quote', 'a\n"x""y"\n'],
    ['a line break in a cell', 'a\n"x\ny"\n'],
    ['a quote in a cell', 'a\nx"y\n'],
    ['an open quote', 'a\n"x\n'],
    ['text behind a quote', 'a\n"x"y\n'],
    ['a row of another length', 'a,b\n1\n'],
    ['a control byte', 'a\nx\u0000\n'],
    ['a column twice', 'a,a\n1,2\n'],
    ['a column without a name', 'a,\n1,2\n'],
    ['a row of blanks outside ASCII', 'a,b\n1,2\n\u00a0,\u00a0\n'],
    ['no rows', 'a,b\n'],
    ['nothing', ''],
  ])('is not for %s', (_, text) => expect(plainly(encoder.encode(text), 4)).toBeNull());
});

function source(bytes: Uint8Array, piece: number): FileSource & { readonly wholes: () => number } {
  let wholes = 0;
  return {
    byteLength: bytes.length,
    pieces: async function* () {
      for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
    },
    whole: async () => {
      wholes++;
      return bytes;
    },
    wholes: () => wholes,
  };
}

describe('a file in pieces', () => {
  it('is read without ever being whole, and says how far it is', async () => {
    const seen: number[] = [];
    const bytes = encoder.encode('a,b\n1,2\n3,4\n');
    const file = source(bytes, 3);
    const table = await readCsvFile(file, { onProgress: (fraction) => seen.push(fraction) });
    expect(table).toEqual(readCsv(bytes));
    expect(file.wholes()).toBe(0);
    expect(seen).toEqual([0.25, 0.5, 0.75, 1]);
  });

  it('is taken whole where it is out of the ordinary', async () => {
    for (const text of ['a,b\n"x ""y""",2\n', 'a,b\n1\n', '\ufeff']) {
      const bytes = encoder.encode(text);
      const file = source(bytes, 3);
      expect(await readCsvFile(file)).toEqual(readCsvAnyhow(bytes));
      expect(file.wholes()).toBe(1);
    }
    const utf16 = new Uint8Array(Uint16Array.from('\ufeffa,b\n1,2\n', (c) => c.charCodeAt(0)).buffer);
    expect(await readCsvFile(source(utf16, 5))).toMatchObject({
      ok: true,
      value: { encoding: 'utf-16le', rowCount: 1 },
    });
  });

  it('too large is refused before a byte is read', async () => {
    const file = source(new Uint8Array(10), 1);
    const limits = { bytes: 9, rows: 1, columns: 1 };
    const refused = { kind: 'too-large', what: 'bytes', limit: 9, found: 10 };
    expect(await readCsvFile(file, { limits })).toEqual({ ok: false, failure: refused });
  });
});
