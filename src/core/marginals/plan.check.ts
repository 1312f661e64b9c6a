import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { departuresInPlace, exactCounts } from './noisy-tables.ts';
import { type MarginalsPlan, type MarginalsRequest, planMarginals } from './plan-marginals.ts';
import type { RowCountPolicy, Workload } from './workload.ts';

/** Fixed, public keys: the rows are invented. */
export const noise = (number: number) => chacha20Source(publicKey(number), 'mechanismNoise');

const codebook = cohortCodebook();

/** The cohort's plan. */
export function planned(
  rowCount: RowCountPolicy,
  epsilon = 1,
  weights?: readonly number[],
  pairs?: MarginalsRequest['pairs'],
  selection?: MarginalsRequest['selection'],
): MarginalsPlan {
  const plan = planMarginals({
    codebook,
    rowCount,
    epsilon,
    delta: 1e-6,
    ...(weights && { weights }),
    ...(pairs && { pairs }),
    ...(selection && { selection }),
  });
  if (!plan.ok) throw new Error(plan.failure.kind);
  return plan.value;
}

/** A neighbour. */
export const withoutRow = ({ rowCount, columns, outcome }: CodedTable, i: number): CodedTable => ({
  rowCount: rowCount - 1,
  columns: columns.map((column) => column.filter((_, k) => k !== i)),
  outcome: outcome.filter((_, k) => k !== i),
});

/**
 * Everything that is measured, in people: the events about half of the rows, then departures of tables and of pairs from equal shares, last the number of
 * rows where it is not public.
 */
export function measuredOf(workload: Workload, table: CodedTable): Float64Array[] {
  const events = table.outcome.reduce((sum, y) => sum + y, 0);
  const departures = exactCounts(workload, table).map((counts, t) => {
    const classes = t < workload.tables.length ? 2 : 1;
    const C = counts.length / classes;
    return departuresInPlace(counts, classes).map((m) => m / C);
  });
  const rows = workload.rowCountWeight === undefined ? [] : [Float64Array.of(table.rowCount)];
  return [Float64Array.of(events - table.rowCount / 2), ...departures, ...rows];
}
