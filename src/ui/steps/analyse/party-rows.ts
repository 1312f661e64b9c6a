import type { Disagreement, MetaAnalysis } from '../../../core/analysis/meta-analysis.ts';
import { LOCAL_STUDY, type PartyAnalysis } from '../../../core/analysis/party-analysis.ts';
import type { LocalCell, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { listWords } from '../../parts/format.ts';
import type { RatioKind } from '../../plots/forest-rows.ts';
import { csvCell } from './estimates-csv.ts';

/** One comparison: what every centre says of it, and what they say together. */
export interface PartyRow {
  readonly variable: string;
  readonly variableLabel: string;
  readonly level: string;
  readonly levelLabel: string;
  readonly local: LocalCell;
  readonly parties: readonly { readonly id: string; readonly cell: PooledCell }[];
  readonly meta: MetaAnalysis | undefined;
}

/** The comparisons in the order of the regression: by variable, references left out. */
export function partyRows(compared: PartyAnalysis, codebook: Codebook): PartyRow[] {
  const labels = new Map(codebook.variables.map(({ name, label }) => [name, label]));
  return compared.coefficients.flatMap(({ term, local, parties, meta }) =>
    term.kind !== 'level'
      ? []
      : [
          {
            variable: term.variable,
            variableLabel: labels.get(term.variable) ?? term.variable,
            level: term.level,
            levelLabel: term.label,
            local,
            parties,
            meta,
          },
        ],
  );
}

/** How many comparisons, at most, are named as the reason of a flag. */
const NAMED = 3;

/** Which centre stands apart and where, in plain words; never why, for that the numbers do not say. */
export function disagreementSentences(
  compared: PartyAnalysis,
  codebook: Codebook,
  bundles: readonly BundleSummary[],
): string[] {
  if (compared.disagreements.length === 0)
    return [
      'Fewer than three centres have an estimate of the same ratio, so none can be told apart from the others.',
    ];
  const flagged = compared.disagreements.filter((party) => party.flagged);
  if (flagged.length === 0) return ['No centre stands apart from the others by more than chance explains.'];
  const labels = new Map(codebook.variables.map(({ name, label }) => [name, label]));
  const where = (party: Disagreement) =>
    listWords(
      party.evidence
        .filter(({ p }) => p * party.tested < 0.01)
        .slice(0, NAMED)
        .map(({ column }) => {
          const term = compared.coefficients[column]?.term;
          return term === undefined || term.kind === 'intercept'
            ? 'the overall level of the outcome'
            : `${labels.get(term.variable) ?? term.variable}: ${term.label}`;
        }),
    );
  return [
    ...flagged.map((party) =>
      party.id === LOCAL_STUDY
        ? `Your own rows stand apart from the other centres (most clearly in ${where(party)}).`
        : `The bundle of ${partyName(party.id, bundles)} stands apart from the other centres (most clearly in ${where(party)}).`,
    ),
    'It may serve other patients, its twins may be poor, or its numbers may be wrong: the table does not say which. Synthetic people understate their own error, so take this as a reason to ask, not as proof.',
  ];
}

export function partyName(id: string, bundles: readonly BundleSummary[]): string {
  return bundles.find((bundle) => bundle.id === id)?.partyName ?? 'a centre';
}

const NUMBERS = ['log_estimate', 'standard_error', 'ratio', 'nominal_95_lower', 'nominal_95_upper'];

/** One line for every comparison and source: own rows, each centre, and both combinations; all digits. */
export function partiesCsv(
  rows: readonly PartyRow[],
  bundles: readonly BundleSummary[],
  kind: RatioKind,
): string {
  const header = [
    'variable',
    'level',
    'label',
    'source',
    'centre',
    'status',
    ...NUMBERS,
    'i_squared',
    'ratio_kind',
  ];
  const lines: string[][] = [header];
  for (const row of rows) {
    const start = [row.variable, row.level, row.levelLabel];
    const add = (source: string, centre: string, values: string[], iSquared = '') =>
      lines.push([...start, source, centre, ...values, iSquared, kind]);
    add('own-rows', '', cellValues(row.local));
    for (const { id, cell } of row.parties) add('centre', partyName(id, bundles), cellValues(cell));
    const { meta } = row;
    const iSquared = meta === undefined || meta.studies < 2 ? '' : String(meta.heterogeneity.iSquared);
    const none = ['no-studies', ...NUMBERS.map(() => '')];
    add(
      'fixed-effect',
      '',
      meta === undefined
        ? none
        : values(meta.fixed.estimate, Math.sqrt(meta.fixed.variance), meta.fixed.inference),
      iSquared,
    );
    const knapp = meta?.random.hartungKnapp;
    add(
      'random-effects-hartung-knapp',
      '',
      meta === undefined || knapp === undefined
        ? none
        : values(meta.random.estimate, Math.sqrt(knapp.variance), knapp.inference),
      iSquared,
    );
  }
  return lines.map((cells) => `${cells.map(csvCell).join(',')}\r\n`).join('');
}

function cellValues(cell: LocalCell | PooledCell): string[] {
  return cell.kind === 'not-estimable'
    ? [cell.reason, ...NUMBERS.map(() => '')]
    : values(cell.estimate, cell.standardError, cell);
}

function values(estimate: number, standardError: number, ends: { lower: number; upper: number }): string[] {
  const numbers = [estimate, standardError, Math.exp(estimate), Math.exp(ends.lower), Math.exp(ends.upper)];
  return ['estimated', ...numbers.map(String)];
}
