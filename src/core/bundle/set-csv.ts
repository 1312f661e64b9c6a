import { utf8ToBytes } from '@noble/hashes/utils.js';
import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { SyntheticSet } from '../synthesis/synthetic-set.ts';

/** First characters that make a spreadsheet read a cell as a formula; the apostrophe is there so that the guard can be undone. */
const FORMULA_START = /^[=+\-@\t\r'\uff1d\uff0b\uff0d\uff20]/;
/** Where a spreadsheet separates cells by semicolons or tabs, as in half of Europe, a cell begins behind each. */
const FORMULA_WITHIN = /([;\t])(?=\s*[=+\-@'\uff1d\uff0b\uff0d\uff20])/g;
const PLAIN_NUMBER = /^[+-]?\d+(\.\d+)?$/;

const COMMA = 0x2c;
const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const ZERO = 0x30;

export interface SetFailure {
  readonly reason: 'wrong-header' | 'not-a-level' | 'too-few-rows' | 'too-many-rows';
  /** Row from 1, header aside; 0 is the header. */
  readonly row: number;
  readonly column: string | null;
}

/**
 * A text as it stands in a bundle's CSV: with an apostrophe before anything a spreadsheet would run as a
 * formula, at its start or behind a semicolon or tab in it. Plain numbers such as `-1` are left alone. One-to-one, so
 * that reading gives the level back.
 */
export function formulaSafe(text: string): string {
  if (PLAIN_NUMBER.test(text)) return text;
  const within = text.replaceAll(FORMULA_WITHIN, "$1'");
  return FORMULA_START.test(text) ? `'${within}` : within;
}

/** The texts of each column's levels in a bundle's CSV, in the codebook's order; "missing" by its label. */
export function variableTexts(codebook: Codebook): readonly (readonly string[])[] {
  return codebook.variables.map((variable) =>
    levelsOf(variable).map(({ value, label }) => formulaSafe(value === '' ? label : value)),
  );
}

/** The texts of a 0/1 outcome: no event, event; null for a count, which is written in digits. */
export function outcomeTexts({ outcome }: Codebook): readonly [string, string] | null {
  return outcome.kind === 'binary' ? [formulaSafe(outcome.noEvent), formulaSafe(outcome.event)] : null;
}

/**
 * Writes and reads the sets of one codebook. The text is RFC 4180 with `\n` line ends and a header of
 * column names; cells are level values. Both ways work on bytes, since a bundle holds K·N·(d + 1) cells.
 */
export class SetFormat {
  private readonly header: Uint8Array;
  private readonly columnNames: readonly string[];
  /** Bytes of each level of each variable, and of the 0/1 outcome's texts where there is one. */
  private readonly cells: readonly (readonly Uint8Array[])[];
  private readonly lookups: readonly CellLookup[];
  private readonly outcome: Codebook['outcome'];
  private readonly longestRow: number;

  constructor(codebook: Codebook) {
    this.outcome = codebook.outcome;
    this.columnNames = [...codebook.variables.map(({ name }) => name), codebook.outcome.name];
    this.header = utf8ToBytes(`${this.columnNames.map((name) => quoted(formulaSafe(name))).join(',')}\n`);
    const outcomes = outcomeTexts(codebook);
    const texts = outcomes === null ? variableTexts(codebook) : [...variableTexts(codebook), outcomes];
    this.cells = texts.map((column) => column.map((text) => utf8ToBytes(quoted(text))));
    this.lookups = this.cells.map((column) => new CellLookup(column));
    // Ten digits hold any 32-bit count.
    const widths = this.cells.map((column) => Math.max(...column.map(({ length }) => length)));
    this.longestRow = widths.reduce((sum, width) => sum + width + 1, outcomes === null ? 11 : 0);
  }

  write(set: SyntheticSet): Uint8Array {
    const { rowCount, columns, outcome } = set;
    const variableCount = this.columnNames.length - 1;
    const bytes = new Uint8Array(this.header.length + rowCount * this.longestRow);
    bytes.set(this.header);
    let at = this.header.length;
    for (let row = 0; row < rowCount; row++) {
      for (let j = 0; j < variableCount; j++) {
        const cell = this.cells[j]![columns[j]![row]!];
        if (cell === undefined)
          throw new Error(`row ${row} has a code that is no level of ${this.columnNames[j]}`);
        for (let k = 0; k < cell.length; k++) bytes[at++] = cell[k]!;
        bytes[at++] = COMMA;
      }
      const y = outcome[row]!;
      if (y > (this.outcome.kind === 'count' ? this.outcome.maximum : 1)) {
        throw new Error(`row ${row} has an outcome beyond what the codebook declares`);
      }
      const cell = this.outcome.kind === 'count' ? utf8ToBytes(String(y)) : this.cells[variableCount]![y]!;
      for (let k = 0; k < cell.length; k++) bytes[at++] = cell[k]!;
      bytes[at++] = LINE_FEED;
    }
    return bytes.slice(0, at);
  }

  /** Exactly what `write` gives, for exactly `rowCount` rows; anything else is a failure. */
  read(bytes: Uint8Array, rowCount: number): Result<SyntheticSet, SetFailure> {
    const variableCount = this.columnNames.length - 1;
    if (!startsWith(bytes, this.header)) return fail({ reason: 'wrong-header', row: 0, column: null });
    // A cell and its end are two bytes at least: what cannot hold so many rows is refused before memory is asked for.
    const mostRows = Math.floor((bytes.length - this.header.length) / (2 * this.columnNames.length));
    if (mostRows < rowCount) return fail({ reason: 'too-few-rows', row: mostRows + 1, column: null });
    const columns = Array.from({ length: variableCount }, () => new Uint8Array(rowCount));
    const outcome = new Uint32Array(rowCount);
    let at = this.header.length;
    for (let row = 0; row < rowCount; row++) {
      if (at >= bytes.length) return fail({ reason: 'too-few-rows', row: row + 1, column: null });
      for (let j = 0; j <= variableCount; j++) {
        const end = cellEnd(bytes, at);
        const code =
          j === variableCount && this.outcome.kind === 'count'
            ? digits(bytes, at, end, this.outcome.maximum)
            : this.lookups[j]!.find(bytes, at, end);
        if (code < 0 || bytes[end] !== (j === variableCount ? LINE_FEED : COMMA)) {
          return fail({ reason: 'not-a-level', row: row + 1, column: this.columnNames[j]! });
        }
        if (j === variableCount) outcome[row] = code;
        else columns[j]![row] = code;
        at = end + 1;
      }
    }
    if (at !== bytes.length) return fail({ reason: 'too-many-rows', row: rowCount + 1, column: null });
    return succeed({ rowCount, columns, outcome });
  }
}

/** Level index by the bytes of its cell: hashed, then compared. */
class CellLookup {
  private readonly cells: readonly Uint8Array[];
  private readonly slots: Int16Array;
  private readonly mask: number;

  constructor(cells: readonly Uint8Array[]) {
    this.cells = cells;
    const size = 1 << Math.ceil(Math.log2(4 * cells.length));
    this.mask = size - 1;
    this.slots = new Int16Array(size).fill(-1);
    cells.forEach((cell, index) => {
      let slot = hash(cell, 0, cell.length) & this.mask;
      while (this.slots[slot]! >= 0) slot = (slot + 1) & this.mask;
      this.slots[slot] = index;
    });
  }

  find(bytes: Uint8Array, from: number, to: number): number {
    let slot = hash(bytes, from, to) & this.mask;
    for (let index = this.slots[slot]!; index >= 0; index = this.slots[slot]!) {
      const cell = this.cells[index]!;
      if (cell.length === to - from) {
        let k = 0;
        while (k < cell.length && cell[k] === bytes[from + k]) k++;
        if (k === cell.length) return index;
      }
      slot = (slot + 1) & this.mask;
    }
    return -1;
  }
}

/** FNV-1a, 32 bits. */
function hash(bytes: Uint8Array, from: number, to: number): number {
  let state = 0x811c9dc5;
  for (let i = from; i < to; i++) state = Math.imul(state ^ bytes[i]!, 0x01000193);
  return (state ^ (state >>> 15)) >>> 0;
}

/** Index of the byte that ends the cell that starts at `at`, or the length. */
function cellEnd(bytes: Uint8Array, at: number): number {
  let end = at;
  if (bytes[at] === QUOTE) {
    for (end = at + 1; end < bytes.length; end++) {
      if (bytes[end] !== QUOTE) continue;
      if (bytes[end + 1] !== QUOTE) return end + 1;
      end++;
    }
    return bytes.length;
  }
  while (end < bytes.length && bytes[end] !== COMMA && bytes[end] !== LINE_FEED) end++;
  return end;
}

/** A count without sign or leading zeros, at most `maximum`; −1 for anything else. */
function digits(bytes: Uint8Array, from: number, to: number, maximum: number): number {
  if (to === from || to - from > 10 || (bytes[from] === ZERO && to - from > 1)) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = bytes[i]! - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = 10 * value + digit;
  }
  return value <= maximum ? value : -1;
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, i) => bytes[i] === byte);
}

function quoted(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
