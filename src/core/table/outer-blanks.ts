import type { RawColumn, RawTable } from './coded-table.ts';

/**
 * The texts of a column, each once and in order of appearance, without blanks at their ends. Where that would make two
 * of them one (`Yes` and `Yes␣`), only the plain one is without and the others stay as they are: whether they mean the
 * same is for a person to say. All-blank cells are the empty cell.
 */
export function trimmedApart(texts: readonly string[]): {
  readonly dictionary: string[];
  /** Place in the dictionary of each given text. */
  readonly codeOf: Uint32Array;
} {
  /** For each text without its blanks, the one that may go without them: the plain one, or the first. */
  const plainest = new Map<string, string>();
  for (const text of texts) {
    const trimmed = text.trim();
    if (text === trimmed || !plainest.has(trimmed)) plainest.set(trimmed, text);
  }
  const dictionary: string[] = [];
  const known = new Map<string, number>();
  const codeOf = Uint32Array.from(texts, (text) => {
    const trimmed = text.trim();
    const kept = trimmed === '' || plainest.get(trimmed) === text ? trimmed : text;
    const code = known.get(kept) ?? dictionary.push(kept) - 1;
    known.set(kept, code);
    return code;
  });
  return { dictionary, codeOf };
}

/** The column with texts that differ only in blanks at their ends read as one; the same column where there are none. */
export function ignoringOuterBlanks(column: RawColumn): RawColumn {
  const { name, dictionary, codes } = column;
  if (dictionary.every((text) => text === text.trim())) return column;
  const plain = new Map<string, number>();
  const codeOf = dictionary.map((text) => {
    const trimmed = text.trim();
    const code = plain.get(trimmed) ?? plain.size;
    plain.set(trimmed, code);
    return code;
  });
  return { name, dictionary: [...plain.keys()], codes: codes.map((code) => codeOf[code]!) };
}

/** The table with that done in the columns of these names; the others are shared with it. */
export function ignoringBlanksIn(table: RawTable, names: readonly string[]): RawTable {
  const wanted = new Set(names);
  return {
    ...table,
    columns: table.columns.map((column) => (wanted.has(column.name) ? ignoringOuterBlanks(column) : column)),
  };
}
