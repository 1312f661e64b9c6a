import type { RawTable } from './coded-table.ts';

/** Rows of one centre: those whose cell in `column` is `value`. */
export interface RowFilter {
  readonly column: string;
  readonly value: string;
}

/**
 * The cells of a table as bytes that depend on nothing but the cells: names, and for every column its values in the
 * order in which they first occur with one 32-bit number a row. Two tables have equal bytes exactly if they have the
 * same columns with the same text in the same rows, whatever codebook they are read under. Blanks at the ends of a cell
 * count for nothing here, or the same people would be another table once somebody has them ignored.
 *
 * @returns null where the filter's column is not there
 */
export function tableBytes(table: RawTable, filter: RowFilter | null): Uint8Array<ArrayBuffer> | null {
  const site = filter === null ? null : table.columns.find(({ name }) => name === filter.column);
  if (site === undefined) return null;
  const wanted = site === null ? -1 : site.dictionary.indexOf(filter!.value);
  let rows = Uint32Array.from({ length: table.rowCount }, (_, row) => row);
  if (site !== null) rows = rows.filter((row) => site.codes[row] === wanted);
  const parts: Uint8Array[] = [];
  const text = new TextWriter(parts);
  text.whole(table.columns.length);
  text.whole(rows.length);
  for (const { name, dictionary, codes } of table.columns) {
    const { codeOf, plain } = plainTexts(dictionary);
    /** Number + 1 of each plain text, in order of first occurrence; 0 while none. */
    const numberOf = new Uint32Array(plain.length);
    const met: number[] = [];
    const column = new Uint8Array(4 * rows.length);
    const view = new DataView(column.buffer);
    for (let i = 0; i < rows.length; i += 1) {
      const code = codeOf[codes[rows[i]!]!]!;
      if (numberOf[code] === 0) numberOf[code] = met.push(code);
      view.setUint32(4 * i, numberOf[code]! - 1, true);
    }
    text.string(name);
    text.whole(met.length);
    for (const code of met) text.string(plain[code]!);
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

/** The texts without blanks at their ends, each once, and the place among them of each given one. */
function plainTexts(texts: readonly string[]) {
  const places = new Map<string, number>();
  const codeOf = Uint32Array.from(texts, (text) => {
    const trimmed = text.trim();
    const code = places.get(trimmed) ?? places.size;
    places.set(trimmed, code);
    return code;
  });
  return { codeOf, plain: [...places.keys()] };
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
