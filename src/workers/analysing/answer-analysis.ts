import type { HeldOutFailure } from '../../core/analysis/held-out.ts';
import { evaluateHeldOut, holdOut } from '../../core/analysis/held-out.ts';
import { analyseParties } from '../../core/analysis/party-analysis.ts';
import type { PartySets, PooledAnalysisInput, PooledCell } from '../../core/analysis/pooled-analysis.ts';
import { analysePooled } from '../../core/analysis/pooled-analysis.ts';
import type { NoisyTables } from '../../core/marginals/noisy-tables.ts';
import { tablesOutcome } from '../../core/marginals/tables-outcome.ts';
import type { RandomSource } from '../../core/random/random-source.ts';
import { type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { AnalysisChoice } from '../../session/records.ts';
import type { AnalysisAnswer, AnalysisRequest } from '../../session/requests.ts';

/** The answer to a request whose files have been read. */
export function answerAnalysis(
  request: Pick<AnalysisRequest, 'question' | 'heldOut' | 'codebook' | 'local' | 'choice'>,
  sets: {
    readonly parties: readonly PartySets[];
    readonly ownTwins: readonly CodedTable[] | undefined;
    /** Noisy tables of the parties that sent some under our codebook. */
    readonly releases?: readonly { readonly id: string; readonly release: NoisyTables | null }[];
  },
  report: (done: number, total: number) => void,
  source: RandomSource,
): Result<AnalysisAnswer, HeldOutFailure> {
  const { codebook, local, choice } = request;
  const predictors = codebook.variables
    .map(({ name }) => name)
    .filter((name) => !choice.switchedOff.includes(name));
  const input: PooledAnalysisInput = {
    codebook,
    choice: {
      predictors,
      references: choice.references,
      interactions: choice.interactions,
      subgroup: choice.subgroup,
      siteEffect: choice.siteEffect,
      ...(choice.outcome === null ? {} : { outcome: choice.outcome }),
    },
    family: choice.family,
    errors: choice.errors,
    local,
    ownTwins: sets.ownTwins,
    parties: sets.parties,
  };
  const shown = (cell: PooledCell) => withInterval(cell, choice.interval);
  if (request.question === 'by-party') {
    const compared = analyseParties(input, report);
    if (!compared.ok) return compared;
    const coefficients = compared.value.coefficients.map((coefficient) => ({
      ...coefficient,
      parties: coefficient.parties.map(({ id, cell }) => ({ id, cell: shown(cell) })),
    }));
    return succeed({ kind: 'by-party', parties: { ...compared.value, coefficients } });
  }
  if (request.question === 'held-out') {
    const { heldOut } = request;
    if (heldOut === undefined) throw new Error('no rows to hold out');
    const { training, test } =
      heldOut.kind === 'table'
        ? { training: local, test: heldOut.table }
        : holdOut(local, heldOut.share, source);
    const evaluated = evaluateHeldOut(
      { ...input, local: training, test, ownTwins: undefined },
      { ...HELD_OUT, source },
      report,
    );
    return evaluated.ok ? succeed({ kind: 'held-out', evaluation: evaluated.value }) : evaluated;
  }
  const pooled = analysePooled(input, report);
  if (!pooled.ok) return pooled;
  const rows = pooled.value.rows.map((row) => ({ ...row, pooled: shown(row.pooled) }));
  // Own rows may not stand in a result that is to hold nothing private.
  const releases = sets.ownTwins === undefined ? (sets.releases ?? []) : [];
  const { family, errors } = choice;
  const tables = tablesOutcome({ codebook, choice: input.choice, family, errors, local }, releases);
  return succeed({ kind: 'pooled', analysis: { ...pooled.value, rows }, tables });
}

/** 100 draws as in METHOD §8; orders and sets of the gain curve so few that it takes seconds. */
const HELD_OUT = { draws: 100, orders: 12, gainSets: 20 };

/** A pooled cell with interval and p-value from the chosen reference distribution; estimate and error stay. */
export function withInterval(cell: PooledCell, interval: AnalysisChoice['interval']): PooledCell {
  if (cell.kind === 'not-estimable' || interval === 'normal') return cell;
  const { lower, upper, p } = cell.rubin.t;
  return { ...cell, lower, upper, p };
}
