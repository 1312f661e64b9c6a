/** What the CSV reader gives: text, one dictionary a column. Stays in memory, never stored. */
export interface RawTable {
  readonly columns: readonly RawColumn[];
  readonly rowCount: number;
}

/** Cell i of the column is `dictionary[codes[i]]` (trimmed text). */
export interface RawColumn {
  readonly name: string;
  readonly dictionary: readonly string[];
  readonly codes: Uint32Array;
  /** Some of the texts that the file holds with and without blanks around them; they are read as one. */
  readonly spaced?: readonly string[];
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
