import type { ErrorKind } from '../analysis/glm-covariance.ts';
import type { PartyAnalysis } from '../analysis/party-analysis.ts';
import { localCell, type PooledAnalysis } from '../analysis/pooled-analysis.ts';
import { normalInference } from '../analysis/rubin.ts';

/** The intervals that are compared. Each is a column of what a centre might publish as its 95 % interval. */
export const COVERAGE_METHODS = [
  /** All centres' real rows in one regression: what sharing rows would give. */
  'all-real',
  /** Own real rows only. */
  'local',
  /** Own rows and the first set of every other centre in one regression, as if all people were real. */
  'naive',
  /** Rubin's rules, v⁺ always. */
  'rubin-plus',
  /** Rubin's rules as METHOD §7: v⁻, and v⁺ where v⁻ ≤ 0; normal interval. What the Analyse step shows. */
  'rubin',
  /** The same with its t interval. */
  'rubin-t',
  /** Meta-analysis of own estimate and every twin's estimate, one common effect. */
  'meta-fixed',
  /** Random effects, τ² by REML, normal interval. */
  'meta-random',
  /** Random effects with the Hartung–Knapp interval. */
  'meta-hartung-knapp',
  /** Own rows and the other centres' noisy tables in one regression, prior N(0, 1) (`core/marginals`). */
  'tables',
  /** The same, with the tables of pairs among the released ones left unread. */
  'tables-without-pairs',
  /** With prior N(0, 2²). */
  'tables-wide',
  /** Own estimate and the twins' mean by inverse variance, variance by parametric bootstrap with the square of the pull (`coverage-bootstrap.ts`). */
  'bootstrap-widened',
  /** The same with the pull taken away once. */
  'bootstrap-corrected',
  /** The same with every effect divided by the share that training leaves of them. */
  'bootstrap-unpulled',
] as const;

export type CoverageMethod = (typeof COVERAGE_METHODS)[number];

export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
}

/** One coefficient in one repeat; a method is missing where it could not estimate the coefficient. */
export interface CoefficientIntervals {
  readonly intervals: Readonly<Partial<Record<CoverageMethod, Interval>>>;
  /** v⁻ ≤ 0; undefined where Rubin's rules gave nothing. */
  readonly usedFallback: boolean | undefined;
}

/** The 95 % intervals of every method, one entry a coefficient. */
export function intervalsOf(
  allReal: PooledAnalysis,
  pooled: PooledAnalysis,
  byParty: PartyAnalysis,
  errors: ErrorKind,
): CoefficientIntervals[] {
  const firstFit = pooled.fits[0];
  return pooled.rows.map(({ local, pooled: cell }, column) => {
    const intervals: Partial<Record<CoverageMethod, Interval>> = {};
    const add = (method: CoverageMethod, estimate: number, { lower, upper }: Omit<Interval, 'estimate'>) => {
      intervals[method] = { estimate, lower, upper };
    };
    const ideal = allReal.rows[column]!.local;
    if (ideal.kind === 'estimated') add('all-real', ideal.estimate, ideal);
    if (local.kind === 'estimated') add('local', local.estimate, local);
    if (firstFit !== undefined) {
      const naive = localCell(firstFit, pooled.terms, column, errors);
      if (naive.kind === 'estimated') add('naive', naive.estimate, naive);
    }
    if (cell.kind === 'estimated') {
      const { estimate, vPlus, normal, t } = cell.rubin;
      add('rubin-plus', estimate, normalInference(estimate, vPlus));
      add('rubin', estimate, normal);
      add('rubin-t', estimate, t);
    }
    const meta = byParty.coefficients[column]!.meta;
    if (meta !== undefined) {
      add('meta-fixed', meta.fixed.estimate, meta.fixed.inference);
      add('meta-random', meta.random.estimate, meta.random.inference);
      if (meta.random.hartungKnapp !== undefined)
        add('meta-hartung-knapp', meta.random.estimate, meta.random.hartungKnapp.inference);
    }
    return { intervals, usedFallback: cell.kind === 'estimated' ? cell.usedFallback : undefined };
  });
}
