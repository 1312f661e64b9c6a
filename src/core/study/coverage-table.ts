import type { CoverageCell, TrueCoefficient } from './coverage-design.ts';
import type { CoverageMethod } from './coverage-intervals.ts';
import { type CellSummary, COMMON_EVENTS, type MeasuredShare } from './coverage-summary.ts';

/** The result of a study as a markdown table, standard errors of the simulation beside every share. */

const NAMES: Readonly<Record<CoverageMethod, string>> = {
  'all-real': 'all real rows (ideal)',
  local: 'local only',
  naive: 'naive stacking',
  'rubin-plus': 'Rubin, v⁺ always',
  rubin: 'Rubin, v⁻ or v⁺, normal',
  'rubin-t': 'Rubin, v⁻ or v⁺, t',
  'meta-fixed': 'meta-analysis, fixed',
  'meta-random': 'meta-analysis, random',
  'meta-hartung-knapp': 'meta-analysis, Hartung–Knapp',
  tables: 'own rows and noisy tables',
  'tables-without-pairs': 'own rows and noisy tables, pairs unread',
  'tables-wide': 'own rows and noisy tables, wide prior',
  'bootstrap-widened': 'bootstrap, widened for the pull',
  'bootstrap-corrected': 'bootstrap, pull taken away once',
  'bootstrap-unpulled': 'bootstrap, effects divided by what is left',
};

export interface CellResult {
  readonly cell: CoverageCell;
  readonly summary: CellSummary;
}

export function coverageTable(results: readonly CellResult[]): string {
  const head = [
    '| N | ε | interval | holds the truth, % | common levels, % | rare levels, % | strong effects, % | width | error | distance | pull, % | estimated, % | fallback, % |',
    '|---|---|---|---|---|---|---|---|---|---|---|---|---|',
  ];
  const rows = results.flatMap(({ cell, summary }) =>
    summary.methods
      .filter(({ covered }) => covered.counted > 0)
      .map((one) => {
        const usesFallback = one.method === 'rubin' || one.method === 'rubin-t';
        const cells = [
          cell.rowCount,
          cell.epsilon,
          NAMES[one.method],
          percent(one.covered),
          percent(one.coveredCommon),
          percent(one.coveredRare),
          percent(one.coveredStrong),
          one.relativeWidth.toFixed(2),
          one.relativeError.toFixed(2),
          one.distance.toFixed(2),
          (100 * one.pull).toFixed(0),
          (100 * one.estimated).toFixed(0),
          usesFallback ? percent(summary.fallback) : '',
        ];
        return `| ${cells.join(' | ')} |`;
      }),
  );
  const legend =
    `Shares are followed by ± one Monte Carlo standard error. Common: at least ${COMMON_EVENTS} events a centre in the level. ` +
    'Strong: a true risk ratio of at least 1.5 or at most 1/1.5. ' +
    'Width and error: medians relative to all real rows. Distance: median |estimate − all real rows| in standard errors of the latter. ' +
    'Pull: how much of the strong effects is missing in the mean, 1 − Σ estimates / Σ truth. Estimated: coefficients that the method could estimate at all.';
  return [...head, ...rows, '', legend].join('\n');
}

/** One table a cell: coverage of each coefficient under each method. */
export function coefficientTable({ cell, summary }: CellResult, truth: readonly TrueCoefficient[]): string {
  const { methods, eventsPerCentre } = summary;
  return [
    `N ${cell.rowCount}, ε ${cell.epsilon}: each coefficient, %`,
    '',
    `| coefficient | truth | events a centre | ${methods.map(({ method }) => NAMES[method]).join(' | ')} |`,
    `|---|---|---|${'---|'.repeat(methods.length)}`,
    ...truth.map(({ label, value }, column) => {
      const shares = methods.map(({ byCoefficient }) => percent(byCoefficient[column]!));
      return `| ${[label, value.toFixed(2), eventsPerCentre[column]!.toFixed(1), ...shares].join(' | ')} |`;
    }),
  ].join('\n');
}

function percent({ share, standardError, counted }: MeasuredShare): string {
  if (counted === 0) return '–';
  const error = Number.isNaN(standardError) ? '?' : (100 * standardError).toFixed(1);
  return `${(100 * share).toFixed(1)} ± ${error}`;
}
