/** What the CSV reader gives: text, one dictionary a column. Stays in memory, never stored. */
export interface RawTable {
  readonly columns: readonly RawColumn[];
  readonly rowCount: number;
}

/**
 * Cell i of the column is `dictionary[codes[i]]`, without blanks at its ends. A text has them only where the column also
 * holds it without (`outer-blanks.ts`).
 */
export interface RawColumn {
  readonly name: string;
  readonly dictionary: readonly string[];
  readonly codes: Uint32Array;
}

/**
 * A table under a codebook: column-major small integers.
 *
 * `columns[j][i]` is the level index (into `levelsOf(codebook.variables[j])`) of row i;
 * `outcome[i]` is 0/1 or a count. All arrays have length `rowCount`.
 */
export interface CodedTable {
  readonly rowCount: number;
  readonly columns: readonly Uint8Array[];
  readonly outcome: Uint32Array;
}
