import type { Codebook } from '../../core/codebook/codebook.ts';
import type { Result } from '../../core/result.ts';
import type { CodingFailure, CodingReport, SiteFilter } from '../../core/table/code-table.ts';
import type { CodedTable, RawTable } from '../../core/table/coded-table.ts';
import type { ColumnProfile } from '../../core/table/column-profile.ts';
import type { Packed } from '../../core/table/packed-texts.ts';
import type { CsvFailure, CsvTable } from '../../core/table/read-csv.ts';
import type { XlsxFailure, XlsxTable } from '../../core/table/read-xlsx.ts';
import type { ReportProgress } from '../boundary/progress.ts';

/** A table as it travels: its texts in buffers, with what each column holds. */
export interface PackedRows<T extends RawTable> {
  readonly table: Packed<T>;
  readonly profiles: readonly ColumnProfile[];
}

/**
 * Text to a raw table, or the simulated cohort as one; a raw table under a codebook. The rows go to the caller and
 * nowhere else.
 */
export interface IntakeContract {
  /** A file is read in pieces; bytes are what there is where nobody has a file. */
  readTable(
    file: Blob | Uint8Array,
    report: ReportProgress,
  ): Promise<Result<PackedRows<CsvTable>, CsvFailure>>;
  simulateCohort(): Result<PackedRows<RawTable>, never>;
  codeTable(
    request: {
      /** Only columns that the codebook or the site names need be there. */
      readonly raw: Packed<RawTable>;
      readonly codebook: Codebook;
      readonly site?: SiteFilter | undefined;
    },
    report: ReportProgress,
  ): Result<{ readonly table: CodedTable; readonly report: CodingReport }, CodingFailure>;
  tableBytes(raw: Packed<RawTable>, filter: SiteFilter | null): Result<Uint8Array<ArrayBuffer> | null, never>;
}

/** The same for spreadsheets, in a worker of its own: its library is loaded with the first of them. */
export interface SpreadsheetContract {
  readSpreadsheet(bytes: Uint8Array): Promise<Result<PackedRows<XlsxTable>, XlsxFailure>>;
}
