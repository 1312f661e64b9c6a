import type { LocalCell, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import type { ShownAnalysis } from '../../../session/shown-analysis.ts';
import { type EffectKind, isRatio } from '../../plots/effect-kind.ts';
import { forestRows } from '../../plots/forest-rows.ts';
import { csvText } from './csv-text.ts';

/** "risk_ratio"; differences too go by their own name. */
export function effectColumn(kind: EffectKind): string {
  return kind.replaceAll(' ', '_');
}

/** The estimates with all their digits; the intercept first, references in their places, interactions, centres last. */
export function estimatesCsv(
  analysis: ShownAnalysis,
  codebook: Codebook,
  kind: EffectKind = 'risk ratio',
  pooled = MADE_FROM['real-rows'],
): string {
  const header = [
    'variable',
    'level',
    'label',
    'role',
    ...['local', 'pooled'].flatMap((whose) => [
      `${whose}_status`,
      `${whose}_log_estimate`,
      `${whose}_standard_error`,
      `${whose}_${effectColumn(kind)}`,
      `${whose}_nominal_95_lower`,
      `${whose}_nominal_95_upper`,
      `${whose}_p`,
      `${whose}_made_from`,
    ]),
    'pooled_fallback_variance',
    'pooled_fits_used',
    'pooled_t_degrees_of_freedom',
    'pooled_monte_carlo_error',
    'pooled_classical_standard_error',
  ].map((name) => (isRatio(kind) ? name : name.replace('log_estimate', 'estimate')));
  const numbers = (cell: LocalCell | PooledCell, madeFrom: string) => [...numbersOf(cell, kind), madeFrom];
  const local = 'real rows';
  const both = (row: { readonly local: LocalCell; readonly pooled: LocalCell | PooledCell }) => [
    ...numbers(row.local, local),
    ...numbers(row.pooled, pooled),
    ...rubin(row.pooled),
  ];
  const lines: string[][] = [header];
  for (const row of analysis.rows)
    if (row.term.kind === 'intercept') lines.push(['(intercept)', '', '', 'intercept', ...both(row)]);
  for (const row of forestRows(analysis, codebook)) {
    const start = [row.variable, row.level, row.levelLabel, row.kind];
    const reference = ['reference', '0', '', isRatio(kind) ? '1' : '0', '', '', '', ''];
    lines.push(
      row.kind === 'reference' || row.local === null || row.pooled === null
        ? [...start, ...reference, ...reference, '', '', '', '', '']
        : [...start, ...both({ local: row.local, pooled: row.pooled })],
    );
  }
  for (const { term, pooled: cell } of analysis.rows)
    if (term.kind === 'site') {
      const none = ['not-in-model', '', '', '', '', '', '', ''];
      lines.push([
        '(centre)',
        term.level,
        term.label,
        'centre',
        ...none,
        ...numbers(cell, pooled),
        ...rubin(cell),
      ]);
    }
  return csvText(lines);
}

/** What stands behind the pooled numbers, in the words of the file. */
export const MADE_FROM: Readonly<Record<AnalysisChoice['ownPart'] | 'tables', string>> = {
  'real-rows': 'real rows and synthetic people',
  'own-twins': 'synthetic people',
  tables: 'real rows and noisy tables',
};

function numbersOf(cell: LocalCell | PooledCell, kind: EffectKind): string[] {
  if (cell.kind === 'not-estimable') return [cell.reason, '', '', '', '', '', ''];
  const { estimate, standardError, lower, upper, p } = cell;
  const scaled = (x: number) => (isRatio(kind) ? Math.exp(x) : x);
  return [
    'estimated',
    ...[estimate, standardError, scaled(estimate), scaled(lower), scaled(upper), p].map(String),
  ];
}

/** How the pooled number of twins came about: fallback, fits, and what other rules would have said. */
function rubin(cell: LocalCell | PooledCell): string[] {
  if (cell.kind === 'not-estimable' || !('rubin' in cell)) return ['', '', '', '', ''];
  const { t, monteCarloErrorOfEstimate, classical } = cell.rubin;
  return [
    cell.usedFallback ? 'yes' : 'no',
    ...[cell.fitsUsed, t.degreesOfFreedom, monteCarloErrorOfEstimate, classical.standardError].map(String),
  ];
}
