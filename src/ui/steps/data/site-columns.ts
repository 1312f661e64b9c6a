import type { RawTable } from '../../../core/table/coded-table.ts';

/** More sites than this make no list a person can choose from. */
const MOST_SITES = 1000;

/** Columns that could name the centre: at least two values, and not nearly one a row. */
export function siteColumnNames(raw: RawTable): string[] {
  return raw.columns
    .filter(({ dictionary }) => {
      const distinct = dictionary.filter((text) => text !== '').length;
      return distinct >= 2 && distinct <= Math.min(MOST_SITES, raw.rowCount / 2);
    })
    .map(({ name }) => name);
}
