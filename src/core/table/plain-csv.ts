import { strFromU8 } from 'fflate';
import { CellDictionary } from './cell-dictionary.ts';
import type { RawColumn } from './coded-table.ts';
import { decodeWindows1252, isUtf8, type TextEncoding } from './decode-text.ts';
import { DELIMITERS, type Delimiter, detectDelimiter, SAMPLE_CHARACTERS } from './detect-delimiter.ts';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
/** A record longer than this is no plain one. */
const LONGEST_RECORD = 1 << 22;

/** What a byte means to the reader; everything but PLAIN ends the tight loop over a cell. */
const PLAIN = 0;
const ENDS_CELL = 1;
const ENDS_LINE = 2;
const NEEDS_CARE = 3;

export interface PlainTable {
  readonly columns: readonly RawColumn[];
  readonly rowCount: number;
  readonly blankLineCount: number;
  readonly encoding: Extract<TextEncoding, 'utf-8' | 'windows-1252'>;
  readonly delimiter: Delimiter;
}

/**
 * The quick way through an ordinary file: plain cells, or cells in quotes that hold no quote and no line
 * break, in any encoding that keeps ASCII bytes. It works on bytes, in pieces, and makes text of distinct
 * cells only; a general parser makes a string of every cell, which is most of the time it takes.
 *
 * It never judges. At the first thing that is out of the ordinary (a doubled or stray quote, a line break
 * in a cell, a row of another length, a control byte, a lone carriage return, a bad header) it gives up,
 * and the file is read again by the library (`read-csv.ts`), which has the last word.
 */
export class PlainCsvReader {
  private readonly classes: Uint8Array;
  private delimiter: Delimiter | undefined;
  private delimiterByte = 0;
  private readonly limits: { readonly rows: number; readonly columns: number };
  private names: Uint8Array[] | null = null;
  private columns: CellDictionary[] = [];
  private rowCount = 0;
  private blankLineCount = 0;
  private rest: Uint8Array = new Uint8Array(0);
  private started = false;
  /** Places of the cells of the record at hand, and their hashes. */
  private starts = new Uint32Array(64);
  private ends = new Uint32Array(64);
  private hashes = new Int32Array(64);

  /** @param delimiter found from the first lines where it is not given */
  constructor(limits: { readonly rows: number; readonly columns: number }, delimiter: Delimiter | undefined) {
    this.limits = limits;
    this.classes = Uint8Array.from({ length: 256 }, (_, byte) => (byte < 0x20 ? NEEDS_CARE : PLAIN));
    // Tabs and form feeds are blanks, which trimming takes care of.
    this.classes[0x09] = PLAIN;
    this.classes[0x0c] = PLAIN;
    this.classes[LINE_FEED] = ENDS_LINE;
    this.classes[CARRIAGE_RETURN] = ENDS_LINE;
    if (delimiter !== undefined) this.separateBy(delimiter);
  }

  private separateBy(delimiter: Delimiter): void {
    this.delimiter = delimiter;
    this.delimiterByte = DELIMITERS[delimiter].charCodeAt(0);
    this.classes[this.delimiterByte] = ENDS_CELL;
  }

  /** The next bytes of the file; false when the file is not an ordinary one. */
  push(piece: Uint8Array): boolean {
    this.rest = joined(this.rest, this.started ? piece : withoutMark(piece));
    this.started = true;
    if (this.delimiter === undefined && this.rest.length <= SAMPLE_CHARACTERS) return true;
    return this.readRest();
  }

  /** Reads the whole records of `rest`; what is left begins a record. */
  private readRest(): boolean {
    if (this.delimiter === undefined) this.separateBy(this.foundDelimiter());
    const bytes = this.rest;
    const read = this.readRecords(bytes);
    if (read < 0 || bytes.length - read > LONGEST_RECORD) return false;
    this.rest = bytes.slice(read);
    return true;
  }

  /** Delimiters, quotes and line ends are the same bytes in every encoding that comes this way. */
  private foundDelimiter(): Delimiter {
    const sample = strFromU8(this.rest.subarray(0, SAMPLE_CHARACTERS + 2), true);
    const lines = sample.replace(/\r\n?/g, '\n');
    return detectDelimiter(lines.length <= SAMPLE_CHARACTERS ? lines.replace(/\n$/, '') : lines);
  }

  /** The table; null when the file is not an ordinary one. Call once, after the last piece. */
  finish(): PlainTable | null {
    if (this.rest.length > 0 && !this.readRest()) return null;
    if (this.rest.length > 0) {
      const last = joined(this.rest, Uint8Array.of(LINE_FEED));
      if (this.readRecords(last) !== last.length) return null;
    }
    const { delimiter } = this;
    if (this.names === null || this.rowCount === 0 || delimiter === undefined) return null;
    const utf8 = this.names.every(isUtf8) && this.columns.every((column) => column.isUtf8());
    const encoding = utf8 ? 'utf-8' : 'windows-1252';
    const names = this.names.map((bytes) => (utf8 ? strFromU8(bytes) : decodeWindows1252(bytes)).trim());
    if (names.includes('') || new Set(names).size < names.length) return null;
    const columns = names.map((name, j) => ({ name, ...this.columns[j]!.finish(this.rowCount, encoding) }));
    // A row of nothing but blanks outside ASCII is a blank line, which only the text shows.
    if (columns.every(({ dictionary }) => dictionary.includes(''))) {
      const blank = columns.map(({ dictionary }) => dictionary.indexOf(''));
      for (let row = 0; row < this.rowCount; row++) {
        if (columns.every(({ codes }, j) => codes[row] === blank[j])) return null;
      }
    }
    return { columns, rowCount: this.rowCount, blankLineCount: this.blankLineCount, encoding, delimiter };
  }

  /** Reads whole records; where the next one begins, or −1 when this is no ordinary file. */
  private readRecords(bytes: Uint8Array): number {
    const { classes } = this;
    const length = bytes.length;
    let at = 0;
    let record = 0;
    let cells = 0;
    let blank = true;
    while (at < length) {
      let start = at;
      let hash = 0x811c9dc5 | 0;
      let end: number;
      if (bytes[at] === QUOTE) {
        start = ++at;
        while (at < length && bytes[at] !== QUOTE) {
          const byte = bytes[at]!;
          if (byte !== this.delimiterByte && classes[byte] !== PLAIN) return -1;
          hash = Math.imul(hash ^ byte, 0x01000193);
          if (byte > 0x20) blank = false;
          at++;
        }
        end = at++;
        if (at >= length) return record;
        if (classes[bytes[at]!] === PLAIN) return -1;
      } else {
        let byte = bytes[at]!;
        while (classes[byte] === PLAIN) {
          if (byte === QUOTE) return -1;
          hash = Math.imul(hash ^ byte, 0x01000193);
          if (byte > 0x20) blank = false;
          if (++at === length) return record;
          byte = bytes[at]!;
        }
        end = at;
      }
      if (cells === this.starts.length) this.widen();
      this.starts[cells] = start;
      this.ends[cells] = end;
      this.hashes[cells] = hash ^ (hash >>> 15);
      cells++;
      const closing = classes[bytes[at]!]!;
      if (closing === NEEDS_CARE || cells > this.limits.columns) return -1;
      if (closing === ENDS_CELL) {
        at++;
        continue;
      }
      if (bytes[at] === CARRIAGE_RETURN) {
        if (at + 1 === length) return record;
        // A lone one ends lines in old files only; the last line of this one may end in one.
        if (bytes[at + 1] !== LINE_FEED) return -1;
        at++;
      }
      at++;
      if (!this.takeRecord(bytes, cells, blank)) return -1;
      record = at;
      cells = 0;
      blank = true;
    }
    return record;
  }

  private takeRecord(bytes: Uint8Array, cells: number, blank: boolean): boolean {
    if (blank) {
      this.blankLineCount++;
    } else if (this.names === null) {
      this.names = Array.from({ length: cells }, (_, j) => bytes.slice(this.starts[j]!, this.ends[j]!));
      this.columns = this.names.map(() => new CellDictionary());
    } else if (cells !== this.columns.length || this.rowCount === this.limits.rows) {
      return false;
    } else {
      for (let j = 0; j < cells; j++) {
        this.columns[j]!.push(bytes, this.starts[j]!, this.ends[j]!, this.hashes[j]!, this.rowCount);
      }
      this.rowCount++;
    }
    return true;
  }

  private widen(): void {
    const wider = <T extends Uint32Array | Int32Array>(old: T): T => {
      const larger = new (old.constructor as new (length: number) => T)(2 * old.length);
      larger.set(old);
      return larger;
    };
    this.starts = wider(this.starts);
    this.ends = wider(this.ends);
    this.hashes = wider(this.hashes);
  }
}

function withoutMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
