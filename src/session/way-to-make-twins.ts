import type { Codebook } from '../core/codebook/codebook.ts';
import type { RowCountPolicy } from '../core/marginals/workload.ts';
import { needsRateGuess, recommendedWay, type WayToMakeTwins } from '../core/synthesis/recommended.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import type { PrivacyForm } from './records.ts';

/** What a person chose, or what is recommended for the codebook's outcome. */
export function wayToMakeTwins(
  { preset }: Pick<PrivacyForm, 'preset'>,
  { outcome }: Codebook,
): WayToMakeTwins {
  return preset ?? recommendedWay(outcome);
}

interface TableAtHand {
  readonly codebook: Codebook | null;
  readonly coded: { readonly table: Pick<CodedTable, 'rowCount'> } | null;
}

/** N where a person said that it may be known, of this table and no other; or that it is counted with noise, which only noisy tables can be. */
export function declaredRows(form: PrivacyForm, { codebook, coded }: TableAtHand): RowCountPolicy | null {
  if (codebook === null || coded === null) return null;
  const { declaredRowCount } = form;
  if (declaredRowCount === 'noisy')
    return wayToMakeTwins(form, codebook) === 'noisy-marginals' ? 'noisy' : null;
  return declaredRowCount === coded.table.rowCount ? declaredRowCount : null;
}

/** A plan waits for what only a person can declare: what may be known of N, and for a training a guess of the rate. */
export function lacksPublicFacts(form: PrivacyForm, table: TableAtHand): boolean {
  const { codebook } = table;
  if (codebook === null || declaredRows(form, table) === null) return true;
  return needsRateGuess(wayToMakeTwins(form, codebook)) && form.eventRateGuess.trim() === '';
}
