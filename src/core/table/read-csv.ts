import Papa from 'papaparse';
import { fail, type Result, succeed } from '../result.ts';
import type { RawColumn, RawTable } from './coded-table.ts';
import { decodeText, type NotText, recognise, type TextEncoding } from './decode-text.ts';
import { DELIMITERS, type Delimiter, detectDelimiter } from './detect-delimiter.ts';
import { PlainCsvReader } from './plain-csv.ts';

/** What the reader refuses to hold in a browser tab. */
export interface CsvLimits {
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

export const DEFAULT_CSV_LIMITS: CsvLimits = { bytes: 400_000_000, rows: 5_000_000, columns: 2_000 };

/** At most this many ragged lines are named; `total` counts all. */
const RAGGED_EXAMPLES = 5;
const CHUNK_CHARACTERS = 1 << 20;

/** Why a file is not a table. Lines count from 1, as an editor shows them; positions of columns too. */
export type CsvFailure =
  | NotText
  | { readonly kind: 'empty-file' }
  | { readonly kind: 'header-only'; readonly columns: readonly string[] }
  | {
      readonly kind: 'ragged-rows';
      /** Cells that the header announces. */
      readonly expected: number;
      /** How many rows have another number of cells. */
      readonly total: number;
      readonly examples: readonly { readonly line: number; readonly found: number }[];
    }
  | { readonly kind: 'duplicate-column'; readonly name: string; readonly positions: readonly number[] }
  | { readonly kind: 'empty-column-name'; readonly position: number }
  | { readonly kind: 'unclosed-quote'; readonly line: number }
  | { readonly kind: 'misplaced-quote'; readonly line: number }
  | {
      readonly kind: 'too-large';
      readonly what: keyof CsvLimits;
      readonly limit: number;
      /** What was found; for rows, where reading stopped. */
      readonly found: number;
    };

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
  readonly limits?: CsvLimits;
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

function tooManyBytes(limits: CsvLimits, found: number): Result<never, CsvFailure> {
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
  Papa.parse(text, {
    delimiter: DELIMITERS[delimiter],
    newline: '\n',
    chunkSize: CHUNK_CHARACTERS,
    chunk: (chunk, handle) => {
      reader.readChunk(chunk.data, chunk.errors[0]);
      charactersRead = chunk.meta.cursor;
      options.onProgress?.(Math.min(1, charactersRead / text.length));
      if (reader.failure !== null) handle.abort();
    },
  });
  const table = reader.finish();
  return table.ok ? succeed({ ...table.value, encoding, delimiter }) : table;
}

/** Takes rows as they come and keeps only codes and dictionaries. */
class RowReader {
  failure: CsvFailure | null = null;
  private readonly limits: CsvLimits;
  private builders: ColumnBuilder[] | null = null;
  private rowCount = 0;
  private blankLineCount = 0;
  private line = 1;
  private raggedTotal = 0;
  private readonly ragged: { line: number; found: number }[] = [];

  constructor(limits: CsvLimits) {
    this.limits = limits;
  }

  readChunk(rows: readonly string[][], error: { code: string; row?: number } | undefined): void {
    const brokenRow = error === undefined ? -1 : (error.row ?? 0);
    for (let i = 0; i < rows.length && this.failure === null; i++) {
      if (i === brokenRow) {
        const kind = error!.code === 'MissingQuotes' ? 'unclosed-quote' : 'misplaced-quote';
        this.failure = { kind, line: this.line };
        return;
      }
      this.readRow(rows[i]!);
    }
  }

  private readRow(cells: readonly string[]): void {
    const startLine = this.line;
    this.line++;
    let blank = true;
    for (const cell of cells) {
      if (cell === '') continue;
      // Only a quoted cell can hold a line break.
      for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) this.line++;
      if (blank && cell.trim() !== '') blank = false;
    }
    if (blank) {
      this.blankLineCount++;
    } else if (this.builders === null) {
      this.readHeader(cells);
    } else if (cells.length !== this.builders.length) {
      this.raggedTotal++;
      if (this.ragged.length < RAGGED_EXAMPLES) this.ragged.push({ line: startLine, found: cells.length });
    } else if (this.rowCount === this.limits.rows) {
      this.failure = { kind: 'too-large', what: 'rows', limit: this.limits.rows, found: this.rowCount + 1 };
    } else {
      for (let j = 0; j < cells.length; j++) this.builders[j]!.push(cells[j]!, this.rowCount);
      this.rowCount++;
    }
  }

  private readHeader(cells: readonly string[]): void {
    if (cells.length > this.limits.columns) {
      this.failure = { kind: 'too-large', what: 'columns', limit: this.limits.columns, found: cells.length };
      return;
    }
    const names = cells.map((cell) => cell.trim());
    const empty = names.indexOf('');
    const twice = names.find((name, j) => names.indexOf(name) !== j);
    if (empty >= 0) {
      this.failure = { kind: 'empty-column-name', position: empty + 1 };
    } else if (twice !== undefined) {
      const positions = names.flatMap((name, j) => (name === twice ? [j + 1] : []));
      this.failure = { kind: 'duplicate-column', name: twice, positions };
    } else {
      this.builders = names.map((name) => new ColumnBuilder(name));
    }
  }

  finish(): Result<RawTable & { blankLineCount: number }, CsvFailure> {
    if (this.failure !== null) return fail(this.failure);
    if (this.builders === null) return fail({ kind: 'empty-file' });
    if (this.raggedTotal > 0) {
      const { raggedTotal: total, ragged: examples } = this;
      return fail({ kind: 'ragged-rows', expected: this.builders.length, total, examples });
    }
    if (this.rowCount === 0) {
      return fail({ kind: 'header-only', columns: this.builders.map((builder) => builder.name) });
    }
    const columns = this.builders.map((builder) => builder.finish(this.rowCount));
    return succeed({ columns, rowCount: this.rowCount, blankLineCount: this.blankLineCount });
  }
}

class ColumnBuilder {
  readonly name: string;
  /** Cell text, as it stands and trimmed, to its code. */
  private readonly codeOf = new Map<string, number>();
  private readonly dictionary: string[] = [];
  private codes = new Uint32Array(1024);

  constructor(name: string) {
    this.name = name;
  }

  push(cell: string, row: number): void {
    if (row === this.codes.length) {
      const larger = new Uint32Array(2 * row);
      larger.set(this.codes);
      this.codes = larger;
    }
    const code = this.codeOf.get(cell);
    this.codes[row] = code === undefined ? this.add(cell) : code;
  }

  private add(cell: string): number {
    const trimmed = cell.trim();
    let code = this.codeOf.get(trimmed);
    if (code === undefined) {
      code = this.dictionary.length;
      this.dictionary.push(trimmed);
      this.codeOf.set(trimmed, code);
    }
    if (cell !== trimmed) this.codeOf.set(cell, code);
    return code;
  }

  finish(rowCount: number): RawColumn {
    return { name: this.name, dictionary: this.dictionary, codes: this.codes.slice(0, rowCount) };
  }
}
