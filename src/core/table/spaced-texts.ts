import type { RawColumn } from './coded-table.ts';

/** At most this many texts of a column are named. */
const SPACED_SHOWN = 5;

/** What a column says of texts that its file holds with and without outer blanks; nothing where there is none. */
export function spacedTexts(texts: ReadonlySet<string>): Pick<RawColumn, 'spaced'> {
  return texts.size === 0 ? {} : { spaced: [...texts].slice(0, SPACED_SHOWN) };
}
