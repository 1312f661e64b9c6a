import type { Codebook } from '../codebook/codebook.ts';
import { cohortCodebook, SITE_COLUMN, simulateCohort } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { type RandomSource, uniformInteger } from '../random/random-source.ts';
import { fail, type Result, succeed } from '../result.ts';
import { codeTable } from '../table/code-table.ts';
import type { CodedTable, RawTable } from '../table/coded-table.ts';
import { countSites } from '../table/split-by-site.ts';
import { trueCoefficients } from './coverage-design.ts';
import { studyKey } from './study-key.ts';

/** The parties of a study: invented people, or people whose rows are public. Never a table that must be protected. */
export interface StudyData {
  readonly codebook: Codebook;
  /** M ≥ 2. */
  readonly centres: readonly StudyCentre[];
  /** True effects in the order of the regression's columns, of invented people; NaN for the intercept, which differs between centres. */
  readonly truth?: Float64Array;
}

export interface StudyCentre {
  readonly name: string;
  readonly table: CodedTable;
}

/** What an arrangement needs to know of a centre: no rows. */
export interface CentreSize {
  readonly name: string;
  readonly rowCount: number;
}

export function centreSizes({ centres }: StudyData): CentreSize[] {
  return centres.map(({ name, table }) => ({ name, rowCount: table.rowCount }));
}

export type StudyDataFailure =
  | { readonly kind: 'no-site-column'; readonly column: string }
  | { readonly kind: 'site-does-not-fit'; readonly site: string }
  | { readonly kind: 'too-few-centres'; readonly found: number; readonly fewest: number }
  | {
      readonly kind: 'centre-too-small';
      readonly centre: string;
      readonly rows: number;
      readonly fewest: number;
    };

/** A centre keeps something to train on at the smallest subsample. */
const FEWEST_ROWS = 50;

/** A public table with a column that tells centres apart, as the parties of a study; rows without a site are left out. */
export function studyDataOf(
  raw: RawTable,
  codebook: Codebook,
  siteColumn: string,
): Result<StudyData, StudyDataFailure> {
  const sites = countSites(raw, siteColumn);
  if (!sites.ok) return fail({ kind: 'no-site-column', column: siteColumn });
  const centres: StudyCentre[] = [];
  for (const { value } of sites.value) {
    if (value === '') continue;
    const coded = codeTable(raw, codebook, { column: siteColumn, value });
    if (!coded.ok) return fail({ kind: 'site-does-not-fit', site: value });
    const { table } = coded.value;
    if (table.rowCount < FEWEST_ROWS)
      return fail({ kind: 'centre-too-small', centre: value, rows: table.rowCount, fewest: FEWEST_ROWS });
    centres.push({ name: value, table });
  }
  if (centres.length < 3) return fail({ kind: 'too-few-centres', found: centres.length, fewest: 3 });
  return succeed({ codebook, centres });
}

/** The 16 centres of the simulated cohort, invented from a seed. */
export function simulatedStudyData(seed: Uint8Array): StudyData {
  const codebook = cohortCodebook();
  const raw = simulateCohort(chacha20Source(studyKey(seed, 'cohort'), 'synthesis'));
  const data = studyDataOf(raw, codebook, SITE_COLUMN);
  if (!data.ok) throw new Error(`the simulated cohort is no study: ${data.failure.kind}`);
  const truth = Float64Array.from(trueCoefficients(data.value.centres[0]!.name, codebook), (one) =>
    one.position < 0 ? Number.NaN : one.value,
  );
  return { ...data.value, truth };
}

/** Training rows of every centre, and the test rows of all centres together. */
export interface StudySplit {
  readonly train: readonly CodedTable[];
  readonly test: CodedTable;
}

/** A random share of every centre's rows is set aside for testing: stratified by centre, as in the paper. */
export function splitForTest(data: StudyData, testShare: number, random: RandomSource): StudySplit {
  const train: CodedTable[] = [];
  const test: CodedTable[] = [];
  for (const { table } of data.centres) {
    const order = shuffled(table.rowCount, random);
    const held = Math.round(testShare * table.rowCount);
    test.push(takeRows(table, order.subarray(0, held)));
    train.push(takeRows(table, order.subarray(held)));
  }
  return { train, test: stackTables(test) };
}

/** The first rows of a shuffled table: subsamples of one order are nested, so that sizes differ by size alone. */
export function firstShare(table: CodedTable, share: number): CodedTable {
  const rows = Math.max(1, Math.round(share * table.rowCount));
  return takeRows(
    table,
    Uint32Array.from({ length: rows }, (_, i) => i),
  );
}

/** A uniformly random order of 0 … n − 1 (Fisher and Yates). */
export function shuffled(n: number, random: RandomSource): Uint32Array {
  const order = Uint32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = uniformInteger(random, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

export function takeRows(table: CodedTable, rows: Uint32Array): CodedTable {
  return {
    rowCount: rows.length,
    columns: table.columns.map((column) => Uint8Array.from(rows, (row) => column[row]!)),
    outcome: rows.map((row) => table.outcome[row]!),
  };
}

/** The rows of several tables in one. */
export function stackTables(tables: readonly CodedTable[]): CodedTable {
  const rowCount = tables.reduce((sum, table) => sum + table.rowCount, 0);
  const columns = (tables[0]?.columns ?? []).map(() => new Uint8Array(rowCount));
  const outcome = new Uint32Array(rowCount);
  let start = 0;
  for (const table of tables) {
    for (const [j, column] of table.columns.entries()) columns[j]!.set(column, start);
    outcome.set(table.outcome, start);
    start += table.rowCount;
  }
  return { rowCount, columns, outcome };
}
