import type { Codebook } from '../codebook/codebook.ts';
import type { NoisyTables } from '../marginals/noisy-tables.ts';
import { analyseTables } from '../marginals/tables-analysis.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { type Estimate, STUDY_FAMILY } from './study-scores.ts';

/**
 * The regression of own rows with other parties' noisy tables as the Analyse step makes it, without a synthetic row: prior N(0, 1) on
 * every log ratio, model-based errors (of a robust kind nothing is known for tables). The intercept is everybody's, as that of a regression of
 * everybody's rows is, where the people of all centres that share judge it.
 *
 * @returns undefined where the equations have no solution
 */
export function tablesEstimate(
  codebook: Codebook,
  local: CodedTable,
  releases: readonly NoisyTables[],
  intercept: 'own' | 'everybody' = 'everybody',
): Estimate | undefined {
  const found = analyseTables({
    codebook,
    choice: { predictors: codebook.variables.map(({ name }) => name) },
    family: STUDY_FAMILY,
    errors: 'model',
    intercept,
    local,
    parties: releases.map((release, m) => ({ id: String(m), release })),
  });
  if (!found.ok) return undefined;
  const { rows, covariance } = found.value;
  return {
    mean: Float64Array.from(rows, ({ estimate }) => estimate),
    variances: Float64Array.from(rows, ({ standardError }) => standardError ** 2),
    covariance,
  };
}
