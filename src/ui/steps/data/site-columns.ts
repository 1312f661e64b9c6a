import type { ColumnProfile } from '../../../core/table/column-profile.ts';

/** More sites than this make no list a person can choose from. */
const MOST_SITES = 1000;

/** Columns that could name the centre: at least two values, and not nearly one a row. */
export function siteColumnNames(profiles: readonly ColumnProfile[], rowCount: number): string[] {
  return profiles
    .filter(({ distinctCount }) => distinctCount >= 2 && distinctCount <= Math.min(MOST_SITES, rowCount / 2))
    .map(({ name }) => name);
}
