import type { Result } from '../../core/result.ts';
import type { RawTable } from '../../core/table/coded-table.ts';
import type { CsvFailure, CsvTable } from '../../core/table/read-csv.ts';
import type { XlsxFailure, XlsxTable } from '../../core/table/read-xlsx.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** Text to a raw table, or the simulated cohort as one. The rows go to the caller and nowhere else. */
export interface IntakeContract {
  /** A file is read in pieces; bytes are what there is where nobody has a file. */
  readTable(file: Blob | Uint8Array, report: ReportProgress): Promise<Result<CsvTable, CsvFailure>>;
  simulateCohort(): Result<RawTable, never>;
}

/** The same for spreadsheets, in a worker of its own: its library is loaded with the first of them. */
export interface SpreadsheetContract {
  readSpreadsheet(bytes: Uint8Array): Promise<Result<XlsxTable, XlsxFailure>>;
}
