import type { LocalCell, PooledAnalysis, PooledCell } from '../../core/analysis/pooled-analysis.ts';
import { type Codebook, levelsOf } from '../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../session/records.ts';

/** One comparison with its reference, or the reference itself. Ratios are exp() of the coefficients. */
export interface ForestRow {
  readonly variable: string;
  readonly variableLabel: string;
  readonly level: string;
  readonly levelLabel: string;
  readonly kind: 'reference' | 'comparison';
  readonly local: LocalCell | null;
  readonly pooled: PooledCell | null;
}

/** What exp() of a coefficient is: a ratio of risks, or of odds. */
export type RatioKind = 'risk ratio' | 'odds ratio';

export function ratioKindOf(family: AnalysisChoice['family']): RatioKind {
  return family === 'binomial-logit' ? 'odds ratio' : 'risk ratio';
}

/** The regression's levels as people read them: by variable, in the codebook's order, the reference in its place;
 * variables that were left out are not there. */
export function forestRows(analysis: PooledAnalysis, codebook: Codebook): ForestRow[] {
  const cells = new Map(analysis.rows.map((row) => [`${row.term.variable}\u0000${row.term.level}`, row]));
  const used = new Set(analysis.references.map(({ variable }) => variable));
  const variables = codebook.variables.filter(({ name }) => used.has(name));
  return variables.flatMap((variable) =>
    levelsOf(variable).map((level): ForestRow => {
      const row = cells.get(`${variable.name}\u0000${level.value}`);
      return {
        variable: variable.name,
        variableLabel: variable.label,
        level: level.value,
        levelLabel: level.label,
        kind: level.value === variable.reference ? 'reference' : 'comparison',
        local: row?.local ?? null,
        pooled: row?.pooled ?? null,
      };
    }),
  );
}

export interface Ratio {
  readonly ratio: number;
  readonly lower: number;
  readonly upper: number;
}

export function ratioOf(cell: LocalCell | PooledCell | null): Ratio | null {
  if (cell === null || cell.kind !== 'estimated') return null;
  const ratio = { ratio: Math.exp(cell.estimate), lower: Math.exp(cell.lower), upper: Math.exp(cell.upper) };
  return Number.isFinite(ratio.ratio) ? ratio : null;
}

/** Beyond a sixty-fourth and sixty-four an interval says no more than that it is wide. */
const WIDEST = 64;
const TICKS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50];

/** The ends of the ratio axis and the ticks between them: around 1, wide enough for the intervals. */
export function ratioAxis(rows: readonly ForestRow[]): { from: number; to: number; ticks: number[] } {
  let from = 0.8;
  let to = 1.25;
  for (const row of rows)
    for (const cell of [row.local, row.pooled]) {
      const ratio = ratioOf(cell);
      if (ratio === null) continue;
      from = Math.min(from, ratio.lower);
      to = Math.max(to, ratio.upper);
    }
  from = Math.max(1 / WIDEST, from / 1.1);
  to = Math.min(WIDEST, to * 1.1);
  return { from, to, ticks: TICKS.filter((tick) => tick >= from && tick <= to) };
}
