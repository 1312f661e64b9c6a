import type { RawColumn, RawTable } from './coded-table.ts';

/** Texts as two buffers, which pass from thread to thread without a copy: text i ends at `ends[i]` in UTF-16 units. */
export interface PackedTexts {
  readonly units: Uint16Array<ArrayBuffer>;
  readonly ends: Uint32Array<ArrayBuffer>;
}

export interface PackedColumn extends Omit<RawColumn, 'dictionary'> {
  readonly texts: PackedTexts;
}

/** A raw table, with whatever else its reader said of it, ready to be sent. */
export type Packed<T extends RawTable> = Omit<T, 'columns'> & { readonly columns: readonly PackedColumn[] };

/** Longest run of units that is made text at once: arguments of a call are bounded. */
const UNITS_AT_ONCE = 1 << 13;

export function packTexts(texts: readonly string[]): PackedTexts {
  const ends = new Uint32Array(texts.length);
  let length = 0;
  for (let i = 0; i < texts.length; i++) {
    length += texts[i]!.length;
    ends[i] = length;
  }
  const units = new Uint16Array(length);
  let at = 0;
  for (const text of texts) for (let k = 0; k < text.length; k++) units[at++] = text.charCodeAt(k);
  return { units, ends };
}

export function unpackTexts({ units, ends }: PackedTexts): string[] {
  let start = 0;
  return Array.from(ends, (end) => {
    let text = '';
    for (; start < end; start = Math.min(end, start + UNITS_AT_ONCE))
      text += String.fromCharCode(...units.subarray(start, Math.min(end, start + UNITS_AT_ONCE)));
    return text;
  });
}

/** A column whose texts become strings when somebody first reads them: a million of them take a screen's patience. */
class LazyColumn implements RawColumn {
  readonly name: string;
  readonly codes: Uint32Array;
  readonly texts: PackedTexts;
  private unpacked: readonly string[] | undefined;

  constructor({ name, codes, texts }: PackedColumn) {
    this.name = name;
    this.codes = codes;
    this.texts = texts;
  }

  get dictionary(): readonly string[] {
    this.unpacked ??= unpackTexts(this.texts);
    return this.unpacked;
  }
}

export function packTable<T extends RawTable>(table: T): Packed<T> {
  const columns = table.columns.map((column): PackedColumn => {
    const { name, codes } = column;
    return { name, codes, texts: column instanceof LazyColumn ? column.texts : packTexts(column.dictionary) };
  });
  return { ...table, columns };
}

/** The table again; its dictionaries are made of the buffers when first read. */
export function unpackTable<T extends RawTable>(packed: Packed<T>): T {
  return { ...packed, columns: packed.columns.map((column) => new LazyColumn(column)) } as unknown as T;
}

/** What a packed table is made of, to be handed over with it. */
export function buffersOf({ columns }: Packed<RawTable>): ArrayBuffer[] {
  return columns.flatMap(({ codes, texts }) => [
    codes.buffer as ArrayBuffer,
    texts.units.buffer,
    texts.ends.buffer,
  ]);
}
