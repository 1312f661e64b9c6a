import type { Result } from '../../core/result.ts';
import type { RawTable } from '../../core/table/coded-table.ts';
import type { CsvFailure } from '../../core/table/read-csv.ts';

/** Text to a raw table, or the simulated cohort as one. The rows go to the caller and nowhere else. */
export interface IntakeContract {
  readTable(bytes: Uint8Array): Result<RawTable, CsvFailure>;
  simulateCohort(): Result<RawTable, never>;
}
