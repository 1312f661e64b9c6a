import type { Disagreement, Influence, MetaAnalysis } from '../../../core/analysis/meta-analysis.ts';
import {
  LOCAL_STUDY,
  type PartyAnalysis,
  type PooledWithout,
} from '../../../core/analysis/party-analysis.ts';
import type { LocalCell, PooledCell } from '../../../core/analysis/pooled-analysis.ts';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { listWords } from '../../parts/format.ts';
import { type EffectKind, effectFrom, effectOf, isRatio } from '../../plots/effect-kind.ts';
import type { EffectSource } from '../../plots/effect-plot.tsx';
import { csvText } from './csv-text.ts';
import { effectColumn } from './estimates-csv.ts';

/** One comparison: what every centre says of it, and what they say together. */
export interface PartyRow {
  readonly variable: string;
  readonly variableLabel: string;
  readonly level: string;
  readonly levelLabel: string;
  readonly local: LocalCell;
  readonly parties: readonly { readonly id: string; readonly cell: PooledCell }[];
  readonly meta: MetaAnalysis | undefined;
  /** The combination of estimates without each source in turn. */
  readonly leaveOneOut: readonly Influence[];
  /** The pooled rows without each centre in turn. */
  readonly withoutParty: readonly PooledWithout[];
}

/** The comparisons in the order of the regression: by variable, references left out. */
export function partyRows(compared: PartyAnalysis, codebook: Codebook): PartyRow[] {
  const labels = new Map(codebook.variables.map(({ name, label }) => [name, label]));
  return compared.coefficients.flatMap(({ term, local, parties, meta, leaveOneOut, withoutParty }) =>
    term.kind !== 'level' && term.kind !== 'interaction'
      ? []
      : [
          {
            variable: term.variable,
            variableLabel: term.variable
              .split(' × ')
              .map((name) => labels.get(name) ?? name)
              .join(' × '),
            level: term.level,
            levelLabel: term.label,
            local,
            parties,
            meta,
            leaveOneOut,
            withoutParty,
          },
        ],
  );
}

/** One comparison, source by source, for its forest plot. */
export function effectSources(
  row: PartyRow,
  bundles: readonly BundleSummary[],
  kind: EffectKind,
): EffectSource[] {
  const { meta } = row;
  const knapp = meta?.random.hartungKnapp;
  return [
    { label: 'Your own rows', role: 'local', effect: effectOf(row.local, kind) },
    ...row.parties.map(
      ({ id, cell }): EffectSource => ({
        label: partyName(id, bundles),
        role: 'party',
        effect: effectOf(cell, kind),
      }),
    ),
    {
      label: 'Combined, fixed',
      role: 'combined',
      effect: meta === undefined ? null : effectFrom(meta.fixed.estimate, meta.fixed.inference, kind),
    },
    {
      label: 'Combined, random',
      role: 'combined',
      effect:
        meta === undefined || knapp === undefined
          ? null
          : effectFrom(meta.random.estimate, knapp.inference, kind),
    },
  ];
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
        .map(({ column, residual }) => {
          const term = compared.coefficients[column]?.term;
          return term === undefined || term.kind === 'intercept'
            ? `the overall level of the outcome, ${direction(residual)}`
            : `${labels.get(term.variable) ?? term.variable}: ${term.label}, ${direction(residual)}`;
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

/** How far the estimate lies from what the others say, in the standard error of that difference. */
function direction(residual: number): string {
  return `${Math.abs(residual).toFixed(1)} standard errors ${residual > 0 ? 'higher' : 'lower'}`;
}

export function partyName(id: string, bundles: readonly BundleSummary[]): string {
  return bundles.find((bundle) => bundle.id === id)?.partyName ?? 'a centre';
}

/**
 * One line for every comparison and source: own rows, each centre, both combinations, and each leave-one-out; all digits.
 */
export function partiesCsv(
  rows: readonly PartyRow[],
  bundles: readonly BundleSummary[],
  kind: EffectKind,
): string {
  const numbers = [
    isRatio(kind) ? 'log_estimate' : 'estimate',
    'standard_error',
    effectColumn(kind),
    'nominal_95_lower',
    'nominal_95_upper',
  ];
  const header = ['variable', 'level', 'label', 'source', 'centre', 'status', ...numbers];
  const further = ['shift_in_standard_errors', 'i_squared', 'tau_squared', 'heterogeneity_p', 'made_from'];
  const lines: string[][] = [[...header, ...further]];
  const none = (status: string) => [status, ...numbers.map(() => '')];
  const values = (estimate: number, standardError: number, ends: { lower: number; upper: number }) => {
    const effect = effectFrom(estimate, ends, kind);
    const shown = effect === null ? ['', '', ''] : [effect.value, effect.lower, effect.upper].map(String);
    return ['estimated', String(estimate), String(standardError), ...shown];
  };
  const cellValues = (cell: LocalCell | PooledCell) =>
    cell.kind === 'not-estimable' ? none(cell.reason) : values(cell.estimate, cell.standardError, cell);
  for (const row of rows) {
    const start = [row.variable, row.level, row.levelLabel];
    const add = (source: string, centre: string, cells: string[], rest: Partial<Further> = {}) => {
      const { shift, meta, madeFrom = 'real rows and synthetic people' } = rest;
      const spread = meta === undefined || meta.studies < 2 ? undefined : meta.heterogeneity;
      lines.push([
        ...start,
        source,
        centre,
        ...cells,
        shift === undefined || Number.isNaN(shift) ? '' : String(shift),
        ...[spread?.iSquared, spread?.tauSquared, spread?.p].map((x) => (x === undefined ? '' : String(x))),
        madeFrom,
      ]);
    };
    add('own-rows', '', cellValues(row.local), { madeFrom: 'real rows' });
    for (const { id, cell } of row.parties)
      add('centre', partyName(id, bundles), cellValues(cell), { madeFrom: 'synthetic people' });
    const { meta } = row;
    const combined = (one: MetaAnalysis | undefined, how: 'fixed' | 'random') => {
      if (one === undefined) return none('no-studies');
      if (how === 'fixed')
        return values(one.fixed.estimate, Math.sqrt(one.fixed.variance), one.fixed.inference);
      const knapp = one.random.hartungKnapp;
      return knapp === undefined
        ? none('one-study')
        : values(one.random.estimate, Math.sqrt(knapp.variance), knapp.inference);
    };
    add('fixed-effect', '', combined(meta, 'fixed'), { meta });
    add('random-effects-hartung-knapp', '', combined(meta, 'random'), { meta });
    for (const { id, without, shift } of row.leaveOneOut)
      add('random-effects-without', sourceName(id, bundles), combined(without, 'random'), {
        shift,
        meta: without,
      });
    for (const { id, cell, shift } of row.withoutParty)
      add('pooled-rows-without', partyName(id, bundles), cellValues(cell), { shift });
  }
  return csvText(lines);
}

interface Further {
  readonly shift: number;
  readonly meta: MetaAnalysis | undefined;
  readonly madeFrom: string;
}

export function sourceName(id: string, bundles: readonly BundleSummary[]): string {
  return id === LOCAL_STUDY ? 'your own rows' : partyName(id, bundles);
}
