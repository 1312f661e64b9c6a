import type { Codebook } from '../core/codebook/codebook.ts';
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

/** A plan waits for what only a person can declare: that N may be known, and for a training a guess of the rate. */
export function lacksPublicFacts(
  form: PrivacyForm,
  {
    codebook,
    coded,
  }: {
    readonly codebook: Codebook | null;
    readonly coded: { readonly table: Pick<CodedTable, 'rowCount'> } | null;
  },
): boolean {
  if (codebook === null || coded === null || form.declaredRowCount !== coded.table.rowCount) return true;
  return needsRateGuess(wayToMakeTwins(form, codebook)) && form.eventRateGuess.trim() === '';
}
