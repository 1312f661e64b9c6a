import type { RawTable } from './coded-table.ts';

/** Rows of one centre: those whose cell in `column` is `value`. */
export interface RowFilter {
  readonly column: string;
  readonly value: string;
}

/**
 * The cells of a table as bytes that depend on nothing but the cells: names, and for every column its values in the
 * order in which they first occur with one 32-bit number a row. Two tables have equal bytes exactly if they have the
 * same columns with the same text in the same rows, whatever codebook they are read under.
 *
 * @returns null where the filter's column is not there
 */
export function tableBytes(table: RawTable, filter: RowFilter | null): Uint8Array<ArrayBuffer> | null {
  const site = filter === null ? null : table.columns.find(({ name }) => name === filter.column);
  if (site === undefined) return null;
  const rows: number[] = [];
  for (let i = 0; i < table.rowCount; i += 1) {
    if (site === null || site.dictionary[site.codes[i]!] === filter?.value) rows.push(i);
  }
  const parts: Uint8Array[] = [];
  const text = new TextWriter(parts);
  text.whole(table.columns.length);
  text.whole(rows.length);
  for (const { name, dictionary, codes } of table.columns) {
    const numberOf = new Map<number, number>();
    const column = new Uint8Array(4 * rows.length);
    const view = new DataView(column.buffer);
    rows.forEach((row, i) => {
      const code = codes[row]!;
      const known = numberOf.get(code) ?? numberOf.size;
      numberOf.set(code, known);
      view.setUint32(4 * i, known, true);
    });
    text.string(name);
    text.whole(numberOf.size);
    for (const code of numberOf.keys()) text.string(dictionary[code]!);
    parts.push(column);
  }
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Numbers as 32 bits, texts as UTF-16 with their length before them: no two lists of texts give the same bytes. */
class TextWriter {
  constructor(private readonly parts: Uint8Array[]) {}

  whole(value: number): void {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, value, true);
    this.parts.push(bytes);
  }

  string(value: string): void {
    this.whole(value.length);
    const bytes = new Uint8Array(2 * value.length);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < value.length; i += 1) view.setUint16(2 * i, value.charCodeAt(i), true);
    this.parts.push(bytes);
  }
}
