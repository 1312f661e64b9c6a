import type { LocalCell, PooledAnalysis, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import { forestRows, type RatioKind } from '../../plots/forest-rows.ts';

const HEADER = [
  'variable',
  'level',
  'label',
  'role',
  ...['local', 'pooled'].flatMap((whose) => [
    `${whose}_status`,
    `${whose}_log_estimate`,
    `${whose}_standard_error`,
    `${whose}_risk_ratio`,
    `${whose}_nominal_95_lower`,
    `${whose}_nominal_95_upper`,
  ]),
  'pooled_fallback_variance',
  'pooled_fits_used',
  'ratio_kind',
];

/**
 * The estimates with all their digits; the intercept first, references in their places, centres last. Columns
 * called `…_risk_ratio` hold whatever ratio `ratio_kind` names.
 */
export function estimatesCsv(
  analysis: PooledAnalysis,
  codebook: Codebook,
  kind: RatioKind = 'risk ratio',
): string {
  const lines: string[][] = [HEADER];
  for (const { term, local, pooled } of analysis.rows)
    if (term.kind === 'intercept')
      lines.push([
        '(intercept)',
        '',
        '',
        'intercept',
        ...numbers(local),
        ...numbers(pooled),
        ...rubin(pooled),
        '',
      ]);
  for (const row of forestRows(analysis, codebook)) {
    const start = [row.variable, row.level, row.levelLabel, row.kind];
    const reference = ['reference', '0', '', '1', '', ''];
    lines.push(
      row.kind === 'reference' || row.local === null || row.pooled === null
        ? [...start, ...reference, ...reference, '', '', kind]
        : [...start, ...numbers(row.local), ...numbers(row.pooled), ...rubin(row.pooled), kind],
    );
  }
  for (const { term, pooled } of analysis.rows)
    if (term.kind === 'site') {
      const local = ['not-in-model', '', '', '', '', ''];
      lines.push([
        '(centre)',
        term.level,
        term.label,
        'centre',
        ...local,
        ...numbers(pooled),
        ...rubin(pooled),
        kind,
      ]);
    }
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function numbers(cell: LocalCell | PooledCell): string[] {
  if (cell.kind === 'not-estimable') return [cell.reason, '', '', '', '', ''];
  const { estimate, standardError, lower, upper } = cell;
  return [
    'estimated',
    ...[estimate, standardError, Math.exp(estimate), Math.exp(lower), Math.exp(upper)].map(String),
  ];
}

function rubin(cell: PooledCell): string[] {
  return cell.kind === 'not-estimable' ? ['', ''] : [cell.usedFallback ? 'yes' : 'no', String(cell.fitsUsed)];
}

/** A cell that no spreadsheet runs as a formula and no comma breaks. Plain numbers stay numbers. */
export function csvCell(text: string): string {
  const number = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
  const safe = !number && /^[=+\-@\t\r|%]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
