import type { CodedTable } from '../table/coded-table.ts';

/** One synthetic data set: rows nobody is. Same coding as a real table. */
export type SyntheticSet = CodedTable;
