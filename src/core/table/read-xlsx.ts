import { zipSync } from 'fflate';
import { streamXlsxRows } from 'hucre/xlsx';
import { inflateEntry, readZipDirectory, type ZipFailure, type ZipLimits } from '../bundle/zip-directory.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { RawTable } from './coded-table.ts';
import { RowReader, type RowsFailure, type TableLimits } from './row-reader.ts';

export type XlsxFailure =
  | RowsFailure
  /** The zip that a spreadsheet is, is not one to unpack. */
  | { readonly kind: 'unsafe-spreadsheet'; readonly failure: ZipFailure }
  /** Protected by a password, another program's zip, or broken inside. */
  | { readonly kind: 'not-a-spreadsheet' };

export interface XlsxTable extends RawTable {
  /** Counted from 1: the first sheet that holds anything, which is the one that was read. */
  readonly sheet: number;
  readonly sheetCount: number;
}

/** A sheet's XML is some ten times its CSV; beyond this a CSV is the better way. */
export const XLSX_ZIP_LIMITS: ZipLimits = {
  fileBytes: 100_000_000,
  entries: 5_000,
  entryBytes: 200_000_000,
  totalBytes: 400_000_000,
  ratio: 250,
  ratioFrom: 5_000_000,
};

/** The XML of an XLSX that says what is in its cells; pictures, charts and macros are not even unpacked. */
const CELL_PARTS =
  /^(\[Content_Types\]\.xml|_rels\/\.rels|xl\/(workbook|sharedStrings|styles)\.xml|xl\/_rels\/workbook\.xml\.rels|xl\/worksheets\/[^/]+\.xml)$/i;

/**
 * The first sheet of an XLSX file that holds anything, as a raw table: the first filled row names the
 * columns, empty columns at the edge are left out, short rows are filled up with empty cells.
 *
 * The sizes of the zip are bounded before anything is unpacked, and only the parts that say what is in the
 * cells are; the library sees what was unpacked within those bounds. Numbers are written with the 15 digits
 * that a spreadsheet shows, days as 2026-11-24, truth values as TRUE and FALSE; formulas count with the
 * value that was last stored.
 */
export async function readXlsx(
  bytes: Uint8Array,
  limits: TableLimits,
  zipLimits: ZipLimits = XLSX_ZIP_LIMITS,
): Promise<Result<XlsxTable, XlsxFailure>> {
  const directory = readZipDirectory(bytes, zipLimits);
  if (!directory.ok) return fail({ kind: 'unsafe-spreadsheet', failure: directory.failure });
  const parts: Record<string, Uint8Array> = {};
  for (const [name, entry] of directory.value) {
    if (!CELL_PARTS.test(name)) continue;
    const inflated = inflateEntry(bytes, entry);
    if (!inflated.ok) return fail({ kind: 'unsafe-spreadsheet', failure: inflated.failure });
    parts[name] = inflated.value;
  }
  const sheetCount = Object.keys(parts).filter((name) => /^xl\/worksheets\//i.test(name)).length;
  // Stored, not deflated: the library unpacks nothing on its own.
  const stored = zipSync(parts, { level: 0 });
  try {
    for (let sheet = 1; sheet <= sheetCount; sheet++) {
      const table = await readSheet(stored, sheet, limits);
      if (table.ok) return succeed({ ...table.value, sheet, sheetCount });
      if (table.failure.kind !== 'empty-file') return table;
    }
  } catch {
    return fail({ kind: 'not-a-spreadsheet' });
  }
  return fail({ kind: sheetCount === 0 ? 'not-a-spreadsheet' : 'empty-file' });
}

/** Row by row, so that two cells in far corners are two cells and no rectangle. */
async function readSheet(
  zip: Uint8Array,
  sheet: number,
  limits: TableLimits,
): Promise<Result<RawTable, RowsFailure>> {
  const reader = new RowReader(limits);
  for await (const { values } of streamXlsxRows(zip, { sheet: sheet - 1 })) {
    const filled = values.findLastIndex((cell) => cellText(cell) !== '') + 1;
    const width = Math.max(filled, reader.width ?? 0);
    reader.readRow(Array.from({ length: width }, (_, j) => cellText(values[j])));
    if (reader.failure !== null) break;
  }
  return reader.finish();
}

/** A cell as a person reads it in the spreadsheet, formats aside. */
function cellText(cell: unknown): string {
  if (typeof cell === 'string') return cell.replace(/\r\n?/g, '\n');
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (typeof cell === 'number') return String(Number(cell.toPrecision(15)));
  if (!(cell instanceof Date) || Number.isNaN(cell.getTime())) return '';
  const text = cell.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('.000Z', '').replace('T', ' ');
}
