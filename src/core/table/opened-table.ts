import type { CsvFailure, CsvTable } from './read-csv.ts';
import type { XlsxFailure, XlsxTable } from './read-xlsx.ts';

/** A table as it was read from a file, with what had to be found out to read it. */
export type OpenedTable = CsvTable | XlsxTable;

/** Why a file is no table, whatever its format. */
export type TableFailure = CsvFailure | XlsxFailure;
