/**
 * Counted tables of distinct rows (METHOD §7): a row is a covariate pattern x with an outcome y, and a
 * table is how many people share it. Everything a regression needs follows from these counts exactly, so
 * its cost grows with patterns and not with people, and the order of rows cannot matter.
 */

/** Rows to count: `columns[j][i]` is the level of variable j in row i; all arrays have `rowCount` entries. */
export interface CountableRows {
  readonly rowCount: number;
  readonly columns: readonly ArrayLike<number>[];
  /** Any finite number: 0/1, a count, or a measurement for the Gaussian family. */
  readonly outcome: ArrayLike<number>;
  /** Frequency weights ≥ 0: a row with weight w counts as w people. */
  readonly weights?: ArrayLike<number> | undefined;
  /** Known part of the linear predictor, for example ln(exposure). Needs an index made with `offsets`. */
  readonly offset?: ArrayLike<number> | undefined;
  /** Rows with `keep[i] = 0` are left out (a subgroup). */
  readonly keep?: Uint8Array | undefined;
}

/** How many people share each distinct row: `counts[n]` for row `ids[n]` of the index. */
export interface PatternTable {
  readonly index: PatternIndex;
  readonly ids: Int32Array;
  readonly counts: Float64Array;
  /** Σ counts: people, or the sum of the weights. */
  readonly total: number;
}

const DENSE_KEYS = 1 << 20;
const MAX_OFFSETS = 1 << 20;
/** Patterns are numbered below 2^26, so that (pattern, code) stays an exact integer below 2^53. */
const MAX_PATTERNS = 2 ** 26;

/**
 * Numbers the distinct rows of any number of tables over the same variables. Made once, it lets the k-th sets
 * of all parties be pooled by adding counts.
 *
 * Patterns are found by a mixed-radix key; where the product of the level counts would pass 2^53, the key
 * of the variables so far is itself numbered first (`stages`).
 */
export class PatternIndex {
  readonly sizes: readonly number[];
  readonly hasOffsets: boolean;
  /** Distinct covariate patterns so far. */
  patternCount = 0;
  /** Distinct (pattern, outcome) rows so far. */
  rowCount = 0;
  readonly #stages: { readonly variables: number[]; readonly numbering: KeyNumbering }[] = [];
  readonly #rows = new KeyNumbering(0);
  readonly #outcomeCodes = new Map<number, number>();
  readonly #offsetCodes = new Map<number, number>();
  #codes = new Uint16Array(0);
  #offsets = new Float64Array(0);
  #rowPatterns = new Int32Array(0);
  #rowOutcomes = new Float64Array(0);

  /** @param sizes number of levels of each variable (1 to 65,535) */
  constructor(sizes: readonly number[], options: { readonly offsets?: boolean } = {}) {
    this.sizes = sizes;
    this.hasOffsets = options.offsets === true;
    const radices = this.hasOffsets ? [...sizes, MAX_OFFSETS] : sizes;
    let variables: number[] = [];
    let span = 1;
    const close = () => this.#stages.push({ variables, numbering: new KeyNumbering(span) });
    for (const [variable, radix] of radices.entries()) {
      if (!(radix >= 1)) throw new Error(`variable ${variable} has no levels`);
      if (span * radix > Number.MAX_SAFE_INTEGER) {
        close();
        variables = [];
        span = MAX_PATTERNS;
      }
      variables.push(variable);
      span *= radix;
    }
    close();
  }

  /** Level of variable j in pattern p. */
  codeOf(pattern: number, variable: number): number {
    return this.#codes[pattern * this.sizes.length + variable]!;
  }

  offsetOf(pattern: number): number {
    return this.hasOffsets ? this.#offsets[pattern]! : 0;
  }

  patternOf(row: number): number {
    return this.#rowPatterns[row]!;
  }

  outcomeOf(row: number): number {
    return this.#rowOutcomes[row]!;
  }

  /** Pattern and outcome of every row so far, for loops over many rows. Not to be kept: later tables may move them. */
  rowViews(): { readonly patterns: Int32Array; readonly outcomes: Float64Array } {
    return {
      patterns: this.#rowPatterns.subarray(0, this.rowCount),
      outcomes: this.#rowOutcomes.subarray(0, this.rowCount),
    };
  }

  /** Counts the rows of a table; unseen patterns and outcomes get the next numbers. O(rows × variables). */
  count(rows: CountableRows): PatternTable {
    const { rowCount, outcome, weights, offset, keep } = rows;
    if (rows.columns.length !== this.sizes.length) throw new Error('columns do not fit the pattern index');
    if ((offset !== undefined) !== this.hasOffsets) throw new Error('offset does not fit the pattern index');
    const columns =
      offset === undefined ? rows.columns : [...rows.columns, this.#codeOffsets(offset, rowCount)];
    const keys = this.#patternKeys(columns, rowCount, keep);
    const last = this.#stages.at(-1)!.numbering;
    const rowIds = new Int32Array(rowCount);
    for (let i = 0; i < rowCount; i += 1) {
      if (keep !== undefined && keep[i] === 0) continue;
      const pattern = last.numberOf(keys[i]!);
      if (pattern === this.patternCount) this.#addPattern(rows, i);
      const y = outcome[i]!;
      const row = this.#rows.numberOf(this.#outcomeCode(y) * MAX_PATTERNS + pattern);
      if (row === this.rowCount) this.#addRow(pattern, y);
      rowIds[i] = row;
    }
    return this.#gather(rowIds, weights, keep);
  }

  #patternKeys(columns: readonly ArrayLike<number>[], rowCount: number, keep: Uint8Array | undefined) {
    const keys = new Float64Array(rowCount);
    for (const [n, { variables }] of this.#stages.entries()) {
      if (n > 0) {
        const { numbering } = this.#stages[n - 1]!;
        for (let i = 0; i < rowCount; i += 1) {
          if (keep === undefined || keep[i] !== 0) keys[i] = numbering.numberOf(keys[i]!);
        }
      }
      for (const variable of variables) {
        const column = columns[variable]!;
        const radix = this.sizes[variable] ?? MAX_OFFSETS;
        for (let i = 0; i < rowCount; i += 1) {
          const code = column[i]!;
          if (!(code < radix))
            throw new RangeError(`code ${code} of variable ${variable} is not below ${radix}`);
          keys[i] = keys[i]! * radix + code;
        }
      }
    }
    return keys;
  }

  #codeOffsets(offset: ArrayLike<number>, rowCount: number): Uint32Array {
    const codes = new Uint32Array(rowCount);
    for (let i = 0; i < rowCount; i += 1) codes[i] = numberValue(this.#offsetCodes, offset[i]!);
    return codes;
  }

  #outcomeCode(y: number): number {
    return y === 0 || y === 1 ? y : 2 + numberValue(this.#outcomeCodes, y);
  }

  #addPattern(rows: CountableRows, i: number): void {
    const width = this.sizes.length;
    const pattern = this.patternCount;
    if (pattern >= MAX_PATTERNS) throw new RangeError('more than 2^26 distinct covariate patterns');
    this.#codes = grown(this.#codes, (pattern + 1) * width, Uint16Array);
    for (let j = 0; j < width; j += 1) this.#codes[pattern * width + j] = rows.columns[j]![i]!;
    if (rows.offset !== undefined) {
      this.#offsets = grown(this.#offsets, pattern + 1, Float64Array);
      this.#offsets[pattern] = rows.offset[i]!;
    }
    this.patternCount += 1;
  }

  #addRow(pattern: number, y: number): void {
    const row = this.rowCount;
    this.#rowPatterns = grown(this.#rowPatterns, row + 1, Int32Array);
    this.#rowOutcomes = grown(this.#rowOutcomes, row + 1, Float64Array);
    this.#rowPatterns[row] = pattern;
    this.#rowOutcomes[row] = y;
    this.rowCount += 1;
  }

  #gather(rowIds: Int32Array, weights: ArrayLike<number> | undefined, keep: Uint8Array | undefined) {
    const dense = new Float64Array(this.rowCount);
    for (let i = 0; i < rowIds.length; i += 1) {
      if (keep !== undefined && keep[i] === 0) continue;
      const weight = weights === undefined ? 1 : weights[i]!;
      if (!(weight >= 0)) throw new RangeError(`weight ${weight} of row ${i} is not a number ≥ 0`);
      dense[rowIds[i]!]! += weight;
    }
    return sparseTable(this, dense);
  }
}

/** Adds the counts of several tables of one index: own rows with the k-th set of every other party (METHOD §1.4). */
export function poolPatterns(tables: readonly PatternTable[]): PatternTable {
  const [first] = tables;
  if (first === undefined) throw new Error('nothing to pool');
  const dense = new Float64Array(first.index.rowCount);
  for (const { index, ids, counts } of tables) {
    if (index !== first.index) throw new Error('tables of different pattern indexes cannot be pooled');
    for (let n = 0; n < ids.length; n += 1) dense[ids[n]!]! += counts[n]!;
  }
  return sparseTable(first.index, dense);
}

function sparseTable(index: PatternIndex, dense: Float64Array): PatternTable {
  let present = 0;
  let total = 0;
  for (const count of dense) {
    if (count > 0) present += 1;
    total += count;
  }
  const ids = new Int32Array(present);
  const counts = new Float64Array(present);
  let n = 0;
  for (let row = 0; row < dense.length; row += 1) {
    if (dense[row]! > 0) {
      ids[n] = row;
      counts[n] = dense[row]!;
      n += 1;
    }
  }
  return { index, ids, counts, total };
}

/** Numbers integer keys 0, 1, 2, … in the order in which they come. Small spans look up an array. */
class KeyNumbering {
  readonly #dense: Int32Array | undefined;
  readonly #sparse = new Map<number, number>();
  #count = 0;

  /** @param span keys are below it; 0: not known */
  constructor(span: number) {
    this.#dense = span > 0 && span <= DENSE_KEYS ? new Int32Array(span) : undefined;
  }

  numberOf(key: number): number {
    if (this.#dense !== undefined) {
      const known = this.#dense[key]!;
      if (known > 0) return known - 1;
      this.#count += 1;
      this.#dense[key] = this.#count;
      return this.#count - 1;
    }
    const known = this.#sparse.get(key);
    if (known !== undefined) return known;
    this.#sparse.set(key, this.#count);
    this.#count += 1;
    return this.#count - 1;
  }
}

function numberValue(codes: Map<number, number>, value: number): number {
  if (!Number.isFinite(value)) throw new RangeError('outcomes and offsets must be finite numbers');
  const known = codes.get(value);
  if (known !== undefined) return known;
  if (codes.size >= MAX_OFFSETS) throw new RangeError('more than 2^20 distinct outcomes or offsets');
  codes.set(value, codes.size);
  return codes.size - 1;
}

function grown<T extends { readonly length: number; set(values: T): void }>(
  values: T,
  needed: number,
  make: new (length: number) => T,
): T {
  if (needed <= values.length) return values;
  const larger = new make(Math.max(needed, 2 * values.length, 256));
  larger.set(values);
  return larger;
}
