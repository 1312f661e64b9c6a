import { fail, type Result, succeed } from '../result.ts';
import type { RawColumn, RawTable } from './coded-table.ts';
import { trimmedApart } from './outer-blanks.ts';

/** What the reader refuses to hold in a browser tab. */
export interface TableLimits {
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** At most this many ragged lines are named; `total` counts all. */
const RAGGED_EXAMPLES = 5;
/** Why rows of cells are no table. */
export type RowsFailure =
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
  | {
      readonly kind: 'too-large';
      readonly what: keyof TableLimits;
      readonly limit: number;
      /** What was found; for rows, where reading stopped. */
      readonly found: number;
    };

/** Takes rows as they come and keeps only codes and dictionaries. */
export class RowReader {
  failure: RowsFailure | null = null;
  private readonly limits: TableLimits;
  private builders: ColumnBuilder[] | null = null;
  private rowCount = 0;
  private blankLineCount = 0;
  private line = 1;
  private raggedTotal = 0;
  private readonly ragged: { line: number; found: number }[] = [];

  constructor(limits: TableLimits) {
    this.limits = limits;
  }

  /** The line that the next row begins on. */
  get nextLine(): number {
    return this.line;
  }

  /** The header has this many cells; null before there is one. */
  get width(): number | null {
    return this.builders?.length ?? null;
  }

  /** The next row; the first one that is not blank is the header. */
  readRow(cells: readonly string[]): void {
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

  finish(): Result<RawTable & { blankLineCount: number }, RowsFailure> {
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
  /** Cell text as it stands to its place among the texts. */
  private readonly codeOf = new Map<string, number>();
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
    let code = this.codeOf.get(cell);
    if (code === undefined) {
      code = this.codeOf.size;
      this.codeOf.set(cell, code);
    }
    this.codes[row] = code;
  }

  finish(rowCount: number): RawColumn {
    const { dictionary, codeOf } = trimmedApart([...this.codeOf.keys()]);
    const codes = this.codes.slice(0, rowCount);
    if (dictionary.length < codeOf.length) for (let i = 0; i < rowCount; i++) codes[i] = codeOf[codes[i]!]!;
    return { name: this.name, dictionary, codes };
  }
}
