import { zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { describe, expect, it } from 'vitest';
import { readXlsx, XLSX_ZIP_LIMITS } from './read-xlsx.ts';

const LIMITS = { bytes: 1e8, rows: 1000, columns: 50 };
type Rows = (string | number | boolean | Date | null)[][];

const workbook = (...sheets: Rows[]) =>
  writeXlsx({ sheets: sheets.map((rows, i) => ({ name: `Sheet ${i + 1}`, rows })) });

async function rowsOf(...sheets: Rows[]) {
  const table = await readXlsx(await workbook(...sheets), LIMITS);
  if (!table.ok) throw new Error(JSON.stringify(table.failure));
  const { columns, rowCount } = table.value;
  return [
    columns.map(({ name }) => name),
    ...Array.from({ length: rowCount }, (_, i) => columns.map((c) => c.dictionary[c.codes[i]!])),
  ];
}

const encoder = new TextEncoder();
/** A workbook of one sheet with this XML, as another program might have written it. */
function handmade(sheet: string, more: Record<string, Uint8Array> = {}): Uint8Array {
  const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
  const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const packages = 'http://schemas.openxmlformats.org/package/2006/relationships';
  const files: Record<string, string> = {
    '[Content_Types].xml': `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
    '_rels/.rels': `<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${main}"><sheetData>${sheet}</sheetData></worksheet>`,
  };
  const parts = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, encoder.encode(text)]));
  return zipSync({ ...parts, ...more });
}
const failureOf = async (bytes: Uint8Array, limits = LIMITS) => {
  const table = await readXlsx(bytes, limits);
  return table.ok ? null : table.failure;
};

describe('a spreadsheet', () => {
  it('is read as a person sees it', async () => {
    expect(
      await rowsOf([
        ['idade', 'sexo', 'peso', 'data', 'óbito'],
        [40, ' Não ', 0.1 + 0.2, new Date('2020-03-01T00:00:00Z'), true],
        [null, null, null, null, null],
        ['99', 'Ignorado', -1, new Date('2020-03-01T12:30:00Z'), false],
      ]),
    ).toEqual([
      ['idade', 'sexo', 'peso', 'data', 'óbito'],
      ['40', 'Não', '0.3', '2020-03-01', 'TRUE'],
      ['99', 'Ignorado', '-1', '2020-03-01 12:30:00', 'FALSE'],
    ]);
  });

  it('is its first sheet that holds anything, without empty edges, short rows filled up', async () => {
    const sheets: Rows[] = [[[]], [[], ['a', 'b', null], [1], [2, 3]], [['other']]];
    expect(await rowsOf(...sheets)).toEqual([
      ['a', 'b'],
      ['1', ''],
      ['2', '3'],
    ]);
    expect(await readXlsx(await workbook(...sheets), LIMITS)).toMatchObject({
      value: { sheet: 2, sheetCount: 3 },
    });
  });

  it('says why it is no table', async () => {
    expect(await failureOf(await workbook([[]]))).toEqual({ kind: 'empty-file' });
    expect(await failureOf(await workbook([['a', 'b']]))).toEqual({
      kind: 'header-only',
      columns: ['a', 'b'],
    });
    expect(
      await failureOf(
        await workbook([
          ['a', 'a'],
          [1, 2],
        ]),
      ),
    ).toMatchObject({ kind: 'duplicate-column' });
    expect(
      await failureOf(
        await workbook([
          ['a', null, 'b'],
          [1, 2, 3],
        ]),
      ),
    ).toMatchObject({ kind: 'empty-column-name', position: 2 });
    expect(await failureOf(await workbook([['a'], [1, 2]]))).toMatchObject({
      kind: 'ragged-rows',
      expected: 1,
    });
  });
});

describe('a hostile spreadsheet', () => {
  it('of two cells in far corners is two cells', async () => {
    const sheet =
      '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>';
    expect(await failureOf(handmade(sheet))).toMatchObject({ kind: 'ragged-rows', expected: 1 });
  });

  it('with a cell outside any sheet is refused', async () => {
    expect(await failureOf(handmade('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'))).toEqual({
      kind: 'not-a-spreadsheet',
    });
  });

  it('that would unpack to too much is not unpacked', async () => {
    const bomb = handmade('', { 'xl/media/a.bin': new Uint8Array(20_000_000) });
    expect(await failureOf(bomb)).toEqual({
      kind: 'unsafe-spreadsheet',
      failure: { kind: 'too-large', what: 'ratio', limit: XLSX_ZIP_LIMITS.ratio },
    });
  });

  it('with an entry that climbs out is refused', async () => {
    const climbing = handmade('', { '../evil.xml': encoder.encode('x') });
    expect(await failureOf(climbing)).toMatchObject({
      kind: 'unsafe-spreadsheet',
      failure: { kind: 'unsafe-zip', reason: 'path' },
    });
  });

  it('with entities that multiply, or with none of the parts, is refused', async () => {
    const laughs = handmade('', {
      'xl/sharedStrings.xml': encoder.encode(
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><sst><si><t>&b;</t></si></sst>',
      ),
    });
    expect(await failureOf(laughs)).not.toBeNull();
    expect(await failureOf(zipSync({ 'a.txt': encoder.encode('x') }))).toEqual({ kind: 'not-a-spreadsheet' });
    expect(await failureOf(encoder.encode('PK'))).toMatchObject({ kind: 'unsafe-spreadsheet' });
  });

  it('of more rows or columns than the page holds is refused', async () => {
    const long = await workbook([['a'], ...Array.from({ length: 6 }, (_, i) => [i])]);
    expect(await failureOf(long, { ...LIMITS, rows: 5 })).toMatchObject({
      kind: 'too-large',
      what: 'rows',
      limit: 5,
    });
    const wide = await workbook([
      ['a', 'b', 'c'],
      [1, 2, 3],
    ]);
    expect(await failureOf(wide, { ...LIMITS, columns: 2 })).toMatchObject({
      kind: 'too-large',
      what: 'columns',
    });
  });
});
