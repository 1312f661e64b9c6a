import type { ParameterLayout } from '../model/layout.ts';
import type { CodedTable } from '../table/coded-table.ts';

/**
 * A table as its distinct rows (x, y) with multiplicities. Equal rows have equal gradients, so a batch costs
 * its distinct rows; with q = 1 the table is nothing but its counts.
 */
export interface RowPatterns {
  readonly count: number;
  /** Level row levelStart[j] + x_j of pattern p at [p·d + j]. */
  readonly levelRow: Uint16Array;
  /** y of each pattern. */
  readonly outcome: Float64Array;
  /** 1 + #{j : x_j ≠ reference}: entries of ∂/∂β that a row of this pattern touches. */
  readonly coefficientCount: Uint8Array;
  /** How many rows of the table have the pattern. */
  readonly multiplicity: Uint32Array;
  /** The pattern of every row, rows sorted by pattern; length N. */
  readonly patternOfSortedRow: Uint32Array;
}

/** The patterns of a table, sorted by (x_1, …, x_d, y): the order of its rows leaves no trace. */
export function mergeRows(layout: ParameterLayout, table: CodedTable): RowPatterns {
  const { variableCount: d } = layout;
  const N = table.rowCount;
  const order = sortedRows(table, d);
  const starts: number[] = [];
  const patternOfSortedRow = new Uint32Array(N);
  for (let i = 0; i < N; i += 1) {
    if (i === 0 || !sameRow(table, d, order[i - 1] as number, order[i] as number)) starts.push(i);
    patternOfSortedRow[i] = starts.length - 1;
  }
  const count = starts.length;
  const patterns = {
    count,
    levelRow: new Uint16Array(count * d),
    outcome: new Float64Array(count),
    coefficientCount: new Uint8Array(count),
    multiplicity: new Uint32Array(count),
    patternOfSortedRow,
  };
  starts.forEach((start, p) => {
    const row = order[start] as number;
    let coefficients = 1;
    for (let j = 0; j < d; j += 1) {
      const levelRow = (layout.levelStart[j] as number) + ((table.columns[j] as Uint8Array)[row] as number);
      patterns.levelRow[p * d + j] = levelRow;
      if ((layout.betaIndex[levelRow] as number) >= 0) coefficients += 1;
    }
    patterns.outcome[p] = table.outcome[row] as number;
    patterns.coefficientCount[p] = coefficients;
    patterns.multiplicity[p] = (starts[p + 1] ?? N) - start;
  });
  return patterns;
}

/** Row indices sorted by (x_1, …, x_d, y): a stable counting pass a column, the last key first. */
function sortedRows(table: CodedTable, variableCount: number): Uint32Array {
  let order: Uint32Array = Uint32Array.from({ length: table.rowCount }, (_, i) => i).sort(
    (a, b) => (table.outcome[a] as number) - (table.outcome[b] as number),
  );
  for (let j = variableCount - 1; j >= 0; j -= 1) {
    const column = table.columns[j] as Uint8Array;
    const position = new Uint32Array(257);
    for (const row of order) {
      const next = (column[row] as number) + 1;
      position[next] = (position[next] as number) + 1;
    }
    for (let c = 0; c < 256; c += 1) {
      position[c + 1] = (position[c + 1] as number) + (position[c] as number);
    }
    const sorted = new Uint32Array(order.length);
    for (const row of order) {
      const code = column[row] as number;
      const at = position[code] as number;
      sorted[at] = row;
      position[code] = at + 1;
    }
    order = sorted;
  }
  return order;
}

function sameRow(table: CodedTable, variableCount: number, a: number, b: number): boolean {
  if (table.outcome[a] !== table.outcome[b]) return false;
  for (let j = 0; j < variableCount; j += 1) {
    const column = table.columns[j] as Uint8Array;
    if (column[a] !== column[b]) return false;
  }
  return true;
}

/** A batch as distinct patterns and how often each was drawn; buffers as long as there are patterns. */
export interface PatternBatch {
  /** How many of the entries below are in use. */
  patternCount: number;
  /** Rows drawn in all. Depends on the data: never leaves the step. */
  rowCount: number;
  readonly pattern: Uint32Array;
  readonly multiplicity: Float64Array;
}

export function allocateBatch(patterns: RowPatterns): PatternBatch {
  return {
    patternCount: 0,
    rowCount: 0,
    pattern: new Uint32Array(patterns.count),
    multiplicity: new Float64Array(patterns.count),
  };
}

/** The batch of the sorted rows `rows[0 … size−1]`, ascending. */
export function gatherBatch(
  patterns: RowPatterns,
  rows: Uint32Array,
  size: number,
  batch: PatternBatch,
): void {
  let filled = 0;
  let previous = -1;
  for (let i = 0; i < size; i += 1) {
    const p = patterns.patternOfSortedRow[rows[i] as number] as number;
    if (p === previous) {
      batch.multiplicity[filled - 1] = (batch.multiplicity[filled - 1] as number) + 1;
      continue;
    }
    batch.pattern[filled] = p;
    batch.multiplicity[filled] = 1;
    filled += 1;
    previous = p;
  }
  batch.patternCount = filled;
  batch.rowCount = size;
}

/** The batch of q = 1: every row once. */
export function fullBatch(patterns: RowPatterns, batch: PatternBatch): void {
  for (let p = 0; p < patterns.count; p += 1) {
    batch.pattern[p] = p;
    batch.multiplicity[p] = patterns.multiplicity[p] as number;
  }
  batch.patternCount = patterns.count;
  batch.rowCount = patterns.patternOfSortedRow.length;
}
