import Papa from 'papaparse';
import { fail, type Result, succeed } from '../result.ts';
import type { RawTable } from './coded-table.ts';
import { decodeText, type NotText, recognise, type TextEncoding } from './decode-text.ts';
import { DELIMITERS, type Delimiter, detectDelimiter } from './detect-delimiter.ts';
import { PlainCsvReader } from './plain-csv.ts';
import { RowReader, type RowsFailure, type TableLimits } from './row-reader.ts';

export const DEFAULT_CSV_LIMITS: TableLimits = { bytes: 400_000_000, rows: 5_000_000, columns: 2_000 };

const CHUNK_CHARACTERS = 1 << 20;

/** Why a file is not a table. Lines count from 1, as an editor shows them; positions of columns too. */
export type CsvFailure =
  | NotText
  | RowsFailure
  | { readonly kind: 'unclosed-quote'; readonly line: number }
  | { readonly kind: 'misplaced-quote'; readonly line: number };

/** A raw table with what the reader had to find out to read it. */
export interface CsvTable extends RawTable {
  readonly encoding: TextEncoding | 'text';
  readonly delimiter: Delimiter;
  /** Lines without any value, which are nobody's row and were left out. */
  readonly blankLineCount: number;
}

export interface ReadCsvOptions {
  /** Without it the delimiter is found from the first lines. */
  readonly delimiter?: Delimiter;
  readonly limits?: TableLimits;
  /** Called about once a megabyte with the fraction read. */
  readonly onProgress?: (fraction: number) => void;
}

/**
 * CSV, TSV or semicolon-separated text to columns of text with one dictionary each.
 *
 * The first line names the columns. Cells are trimmed; a line whose cells are all blank is left out (it
 * is no person). RFC 4180 quoting, quoted line breaks, any line end. Memory: the dictionaries and four
 * bytes a cell; rows are never kept as objects. Ordinary files take the quick way (`plain-csv.ts`), all
 * others the library's; both give the same table.
 *
 * @param input the file's bytes, or text that was decoded elsewhere
 * @returns the table, or the first reason why there is none
 */
export function readCsv(
  input: Uint8Array | string,
  options: ReadCsvOptions = {},
): Result<CsvTable, CsvFailure> {
  const limits = options.limits ?? DEFAULT_CSV_LIMITS;
  if (input.length > limits.bytes) return tooManyBytes(limits, input.length);
  if (typeof input !== 'string' && recognise(input) === 'unknown') {
    const plain = new PlainCsvReader(limits, options.delimiter);
    let ordinary = true;
    for (let at = 0; at < input.length && ordinary; at += CHUNK_CHARACTERS) {
      ordinary = plain.push(input.subarray(at, at + CHUNK_CHARACTERS));
      options.onProgress?.(Math.min(1, at / input.length));
    }
    const table = ordinary ? plain.finish() : null;
    if (table !== null) return succeed(table);
  }
  return readCsvAnyhow(input, options);
}

/** A file that comes in pieces, or whole where a second look is needed. */
export interface FileSource {
  readonly byteLength: number;
  readonly pieces: () => AsyncIterable<Uint8Array>;
  readonly whole: () => Promise<Uint8Array>;
}

/** `readCsv` of a file that is never in memory whole, unless it is out of the ordinary. */
export async function readCsvFile(
  file: FileSource,
  options: ReadCsvOptions = {},
): Promise<Result<CsvTable, CsvFailure>> {
  const limits = options.limits ?? DEFAULT_CSV_LIMITS;
  if (file.byteLength > limits.bytes) return tooManyBytes(limits, file.byteLength);
  const plain = new PlainCsvReader(limits, options.delimiter);
  let read = 0;
  for await (const piece of file.pieces()) {
    if ((read === 0 && recognise(piece) !== 'unknown') || !plain.push(piece)) {
      return readCsvAnyhow(await file.whole(), options);
    }
    read += piece.length;
    options.onProgress?.(Math.min(1, read / file.byteLength));
  }
  const table = plain.finish();
  return table !== null ? succeed(table) : readCsvAnyhow(await file.whole(), options);
}

function tooManyBytes(limits: TableLimits, found: number): Result<never, CsvFailure> {
  return fail({ kind: 'too-large', what: 'bytes', limit: limits.bytes, found });
}

/** Any file, by the library, and with the reason where there is no table in it. */
export function readCsvAnyhow(
  input: Uint8Array | string,
  options: ReadCsvOptions = {},
): Result<CsvTable, CsvFailure> {
  const limits = options.limits ?? DEFAULT_CSV_LIMITS;
  let text: string;
  let encoding: CsvTable['encoding'] = 'text';
  if (typeof input === 'string') {
    text = input.charCodeAt(0) === 0xfeff ? input.slice(1) : input;
  } else {
    const decoded = decodeText(input);
    if (!decoded.ok) return decoded;
    text = decoded.value.text;
    encoding = decoded.value.encoding;
  }
  // papaparse takes one line end a file; real files mix them.
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  if (text.endsWith('\u001a')) text = text.slice(0, -1);
  // The line end that closes the last line opens no other.
  if (text.endsWith('\n')) text = text.slice(0, -1);
  if (!/\S/.test(text)) return fail({ kind: 'empty-file' });

  const delimiter = options.delimiter ?? detectDelimiter(text);
  const reader = new RowReader(limits);
  let charactersRead = 0;
  let broken: CsvFailure | null = null;
  Papa.parse(text, {
    delimiter: DELIMITERS[delimiter],
    newline: '\n',
    chunkSize: CHUNK_CHARACTERS,
    chunk: (chunk, handle) => {
      broken = readChunk(reader, chunk.data, chunk.errors[0]);
      charactersRead = chunk.meta.cursor;
      options.onProgress?.(Math.min(1, charactersRead / text.length));
      if (broken !== null || reader.failure !== null) handle.abort();
    },
  });
  if (broken !== null) return fail(broken);
  const table = reader.finish();
  return table.ok ? succeed({ ...table.value, encoding, delimiter }) : table;
}

/** Hands the rows of a chunk on up to the first broken quote, which is answered. */
function readChunk(
  reader: RowReader,
  rows: readonly string[][],
  error: { code: string; row?: number } | undefined,
): CsvFailure | null {
  const brokenRow = error === undefined ? -1 : (error.row ?? 0);
  for (let i = 0; i < rows.length && reader.failure === null; i++) {
    if (i === brokenRow) {
      const kind = error!.code === 'MissingQuotes' ? 'unclosed-quote' : 'misplaced-quote';
      return { kind, line: reader.nextLine };
    }
    reader.readRow(rows[i]!);
  }
  return null;
}
