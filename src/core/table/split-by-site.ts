import { fail, type Result, succeed } from '../result.ts';
import type { RawTable } from './coded-table.ts';

/** At most this many sites are named in a failure. */
const SITES_SHOWN = 50;

export type SiteFailure =
  | { readonly kind: 'missing-site-column'; readonly column: string; readonly found: readonly string[] }
  | {
      readonly kind: 'unknown-site';
      readonly column: string;
      readonly value: string;
      readonly sites: readonly string[];
    };

export interface SiteCount {
  /** Text of the site column; empty for rows without a site. */
  readonly value: string;
  readonly rowCount: number;
}

/** The sites of a file that holds several centres, in order of first appearance, with their rows. */
export function countSites(raw: RawTable, column: string): Result<readonly SiteCount[], SiteFailure> {
  const sites = raw.columns.find(({ name }) => name === column);
  if (sites === undefined) {
    return fail({ kind: 'missing-site-column', column, found: raw.columns.map(({ name }) => name) });
  }
  const counts = new Uint32Array(sites.dictionary.length);
  for (const code of sites.codes) counts[code]!++;
  return succeed(sites.dictionary.map((value, code) => ({ value, rowCount: counts[code]! })));
}

/** Row indices of one site, ascending. */
export function siteRows(
  raw: RawTable,
  site: { readonly column: string; readonly value: string },
): Result<Uint32Array, SiteFailure> {
  const sites = raw.columns.find(({ name }) => name === site.column);
  if (sites === undefined) {
    return fail({
      kind: 'missing-site-column',
      column: site.column,
      found: raw.columns.map(({ name }) => name),
    });
  }
  const wanted = sites.dictionary.indexOf(site.value);
  if (wanted < 0) {
    return fail({ kind: 'unknown-site', ...site, sites: sites.dictionary.slice(0, SITES_SHOWN) });
  }
  const rows: number[] = [];
  for (let row = 0; row < raw.rowCount; row++) if (sites.codes[row] === wanted) rows.push(row);
  return succeed(Uint32Array.from(rows));
}

/** The rows of one site as a table of their own; dictionaries are shared with `raw`. */
export function takeSite(
  raw: RawTable,
  site: { readonly column: string; readonly value: string },
): Result<RawTable, SiteFailure> {
  const rows = siteRows(raw, site);
  if (!rows.ok) return rows;
  const columns = raw.columns.map((column) => ({
    ...column,
    codes: rows.value.map((row) => column.codes[row]!),
  }));
  return succeed({ columns, rowCount: rows.value.length });
}
