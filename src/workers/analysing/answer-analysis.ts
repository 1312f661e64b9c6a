import { analyseParties } from '../../core/analysis/party-analysis.ts';
import type {
  PartySets,
  PooledAnalysisFailure,
  PooledAnalysisInput,
  PooledCell,
} from '../../core/analysis/pooled-analysis.ts';
import { analysePooled } from '../../core/analysis/pooled-analysis.ts';
import { type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { AnalysisAnswer, AnalysisRequest } from '../../session/ports.ts';
import type { AnalysisChoice } from '../../session/records.ts';

/** The answer to a request whose files have been read. */
export function answerAnalysis(
  request: Pick<AnalysisRequest, 'question' | 'codebook' | 'local' | 'choice'>,
  sets: { readonly parties: readonly PartySets[]; readonly ownTwins: readonly CodedTable[] | undefined },
  report: (done: number, total: number) => void,
): Result<AnalysisAnswer, PooledAnalysisFailure> {
  const { codebook, local, choice } = request;
  const predictors = codebook.variables
    .map(({ name }) => name)
    .filter((name) => !choice.switchedOff.includes(name));
  const input: PooledAnalysisInput = {
    codebook,
    choice: { predictors, siteEffect: choice.siteEffect },
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
  const pooled = analysePooled(input, report);
  if (!pooled.ok) return pooled;
  const rows = pooled.value.rows.map((row) => ({ ...row, pooled: shown(row.pooled) }));
  return succeed({ kind: 'pooled', analysis: { ...pooled.value, rows } });
}

/** A pooled cell with interval and p-value from the chosen reference distribution; estimate and error stay. */
export function withInterval(cell: PooledCell, interval: AnalysisChoice['interval']): PooledCell {
  if (cell.kind === 'not-estimable' || interval === 'normal') return cell;
  const { lower, upper, p } = cell.rubin.t;
  return { ...cell, lower, upper, p };
}
