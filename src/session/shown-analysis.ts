import type { LocalCell, PooledAnalysis, PooledCell } from '../core/analysis/pooled-analysis.ts';
import type { TablesAnalysis } from '../core/marginals/tables-analysis.ts';
import type { TablesOutcome } from '../core/marginals/tables-outcome.ts';

/** What the column “pooled” shows. */
export interface ShownAnalysis {
  readonly references: PooledAnalysis['references'];
  readonly rows: readonly {
    readonly term: PooledAnalysis['rows'][number]['term'];
    readonly local: LocalCell;
    readonly pooled: LocalCell | PooledCell;
  }[];
}

/**
 * The estimate from own rows and noisy tables where every centre in use shared tables; it stands in for the twins', whose intervals
 * are wrong more often (`core/study/README.md`). Null where some centre has twins only: then both are shown.
 */
export function tablesInPlaceOfTwins(tables: TablesOutcome): TablesAnalysis | null {
  return tables.kind === 'ready' && tables.partiesWithout === 0 ? tables.analysis : null;
}

export function shownAnalysis(analysis: PooledAnalysis, tables: TablesOutcome): ShownAnalysis {
  const recommended = tablesInPlaceOfTwins(tables);
  if (recommended === null) return analysis;
  const keyOf = ({ kind, variable, level }: ShownAnalysis['rows'][number]['term']) =>
    `${kind}\u0000${variable}\u0000${level}`;
  const found = new Map(recommended.rows.map((row) => [keyOf(row.term), row]));
  return {
    references: analysis.references,
    rows: analysis.rows.map(({ term, local, pooled }) => {
      const row = found.get(keyOf(term));
      if (row === undefined) return { term, local, pooled };
      const { estimate, standardError, lower, upper, p } = row;
      const cell = { estimate, standardError, lower, upper, p, flooredToModel: false, absorbs: [] };
      return { term, local, pooled: { kind: 'estimated', ...cell } };
    }),
  };
}
