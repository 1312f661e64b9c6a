import type { Design } from './design.ts';
import type { PatternIndex, PatternTable } from './pattern-table.ts';

/**
 * Covariate patterns as a prefix tree. Depth g holds the distinct prefixes (cell of factor 0, …, cell of
 * factor g); the leaves are the patterns. Linear predictors run down the tree and sums run up, so that two
 * patterns that agree in their first factors share that part of the work. With one-hot factors XᵀWX is
 * the total weight of every cell and of every pair of cells; no dense row of X ever exists.
 */
export interface CovariateTree {
  readonly design: Design;
  readonly leafCount: number;
  /** Depth by depth, root side first; the last depth is the leaves, one node each. */
  readonly depths: readonly Depth[];
  /** Number of cells of all factors together, L. */
  readonly cellCount: number;
  /** Column of each cell, −1 for none; length L. */
  readonly columnOfCell: Int32Array;
  /** Cell of each column, −1 for the intercept. */
  readonly cellOfColumn: Int32Array;
  /** Factor of each column, −1 for the intercept. */
  readonly factorOfColumn: Int32Array;
  /** First cell of each factor, then L. */
  readonly firstCell: Int32Array;
  /** exp(offset) and offset of each leaf, where the table has offsets. */
  readonly offset: Float64Array | undefined;
  readonly exposure: Float64Array | undefined;
  /** Leaf of each pattern of the index, −1 for patterns without rows in this tree. */
  readonly leafOfPattern: Int32Array;
}

export interface Depth {
  readonly nodeCount: number;
  /** Node of the depth above. */
  readonly parent: Int32Array;
  /** Cell of this depth's factor, numbered over all factors. */
  readonly cell: Int32Array;
  /** How the pairs with every shallower factor are summed, deepest one first. */
  readonly pairSteps: readonly PairStep[];
  readonly scratch: Float64Array;
}

/**
 * Entries are (prefix, cell of this depth); `place` is ancestorCell × L + cell, where an entry counts in `CellSums.pair`.
 * `fold` sums the entries into those of shorter prefixes, where that makes them much fewer: variables are
 * eliminated one by one, as in a junction tree, and later pairs are summed over the fewer entries.
 */
interface PairStep {
  readonly place: Int32Array;
  readonly fold: Int32Array | undefined;
  readonly folded: Float64Array;
}

/** Sums of a weight over all leaves, over the leaves of each cell (L) and of each pair of cells (L × L, upper part). */
export interface CellSums {
  total: number;
  readonly single: Float64Array;
  readonly pair: Float64Array;
}

/**
 * Builds the tree of those patterns of `table`'s index that `table` counts. Patterns are sorted by their
 * cells, so that neither the order of rows nor of tables changes a sum. O(patterns × factors² ).
 */
export function covariateTree(design: Design, table: PatternTable): CovariateTree {
  const { index } = table;
  const factors = design.factors.length;
  const firstCell = new Int32Array(Math.max(factors, 1) + 1);
  for (const [g, factor] of design.factors.entries()) firstCell[g + 1] = firstCell[g]! + factor.size;
  if (factors === 0) firstCell[1] = 1;
  const cellCount = firstCell[firstCell.length - 1]!;
  const patterns = sortedPatterns(table);
  const leafCount = patterns.length;
  const cells = Array.from({ length: Math.max(factors, 1) }, (_, g) =>
    cellsOf(design, index, patterns, g, firstCell),
  );
  const depths = buildDepths(cells, leafCount, cellCount);
  const leafOfPattern = new Int32Array(index.patternCount).fill(-1);
  for (let leaf = 0; leaf < leafCount; leaf += 1) leafOfPattern[patterns[leaf]!] = leaf;
  const offset = index.hasOffsets
    ? Float64Array.from(patterns, (pattern) => index.offsetOf(pattern))
    : undefined;
  return {
    design,
    leafCount,
    depths,
    cellCount,
    ...columnMaps(design, firstCell, cellCount),
    firstCell,
    offset,
    exposure: offset?.map(Math.exp),
    leafOfPattern,
  };
}

/** η at every leaf: offset + β_0 + Σ_g β[cell of factor g]. `cellEffect` has length L, zeros where no column. */
export function linearPredictor(
  tree: CovariateTree,
  intercept: number,
  cellEffect: Float64Array,
  out: Float64Array,
): void {
  let above: Float64Array | undefined;
  for (const [g, { nodeCount, parent, cell, scratch }] of tree.depths.entries()) {
    const here = g === tree.depths.length - 1 ? out : scratch;
    for (let node = 0; node < nodeCount; node += 1) {
      here[node] = (above === undefined ? intercept : above[parent[node]!]!) + cellEffect[cell[node]!]!;
    }
    above = here;
  }
  if (tree.offset !== undefined) for (let i = 0; i < tree.leafCount; i += 1) out[i]! += tree.offset[i]!;
}

/**
 * e^η at every leaf as a product down the tree: L exponentials instead of one a leaf. Caller sees to it
 * that no factor leaves the range of doubles.
 */
export function exponentialPredictor(
  tree: CovariateTree,
  intercept: number,
  cellEffect: Float64Array,
  out: Float64Array,
): void {
  const factor = cellEffect.map(Math.exp);
  let above: Float64Array | undefined;
  const base = Math.exp(intercept);
  for (const [g, { nodeCount, parent, cell, scratch }] of tree.depths.entries()) {
    const here = g === tree.depths.length - 1 ? out : scratch;
    if (above === undefined) {
      for (let node = 0; node < nodeCount; node += 1) here[node] = base * factor[cell[node]!]!;
    } else {
      for (let node = 0; node < nodeCount; node += 1)
        here[node] = above[parent[node]!]! * factor[cell[node]!]!;
    }
    above = here;
  }
  if (tree.exposure !== undefined) for (let i = 0; i < tree.leafCount; i += 1) out[i]! *= tree.exposure[i]!;
}

export function emptySums(tree: CovariateTree, withPairs: boolean): CellSums {
  const size = tree.cellCount;
  return {
    total: 0,
    single: new Float64Array(size),
    pair: new Float64Array(withPairs ? size * size : 0),
  };
}

/** Sums of `leafValues` over cells; over pairs of cells too when `sums.pair` has room. */
export function sumCells(tree: CovariateTree, leafValues: Float64Array, sums: CellSums): void {
  const withPairs = sums.pair.length > 0;
  sums.single.fill(0);
  if (withPairs) sums.pair.fill(0);
  let values = leafValues;
  for (let g = tree.depths.length - 1; g >= 0; g -= 1) {
    const { nodeCount, parent, cell, pairSteps } = tree.depths[g]!;
    if (withPairs && g > 0) addPairs(sums.pair, pairSteps, values);
    else addAt(sums.single, cell, values, nodeCount);
    if (g > 0) {
      const up = tree.depths[g - 1]!.scratch;
      addChildren(up, parent, values, nodeCount);
      values = up;
    }
  }
  const [begin, end] = [tree.firstCell[0]!, tree.firstCell[1]!];
  let total = 0;
  for (let cell = begin; cell < end; cell += 1) total += sums.single[cell]!;
  sums.total = total;
  if (!withPairs) return;
  // Every row is in exactly one cell of factor 0, so the pairs with it add up to the cell.
  const size = tree.cellCount;
  for (let first = begin; first < end; first += 1) {
    for (let cell = end; cell < size; cell += 1) sums.single[cell]! += sums.pair[first * size + cell]!;
  }
}

/** The symmetric p × p matrix XᵀWX over the chosen columns, row-major, from the cell sums of W. */
export function crossProducts(
  tree: CovariateTree,
  sums: CellSums,
  columns: Int32Array,
  out: Float64Array,
): void {
  const p = columns.length;
  const size = tree.cellCount;
  for (let a = 0; a < p; a += 1) {
    const cellA = tree.cellOfColumn[columns[a]!]!;
    const factorA = tree.factorOfColumn[columns[a]!]!;
    for (let b = 0; b <= a; b += 1) {
      const cellB = tree.cellOfColumn[columns[b]!]!;
      const factorB = tree.factorOfColumn[columns[b]!]!;
      let value = 0;
      if (cellB < 0) value = cellA < 0 ? sums.total : sums.single[cellA]!;
      else if (cellA < 0) value = sums.single[cellB]!;
      else if (cellA === cellB) value = sums.single[cellA]!;
      else if (factorA !== factorB) {
        value = sums.pair[factorA < factorB ? cellA * size + cellB : cellB * size + cellA]!;
      }
      out[a * p + b] = value;
      out[b * p + a] = value;
    }
  }
}

function addAt(target: Float64Array, place: Int32Array, values: Float64Array, length: number): void {
  for (let i = 0; i < length; i += 1) target[place[i]!]! += values[i]!;
}

/** Nodes lie in the order of their parents, so that a parent's sum stays in a register until its last child. */
function addChildren(up: Float64Array, parent: Int32Array, values: Float64Array, length: number): void {
  let current = 0;
  let sum = 0;
  for (let i = 0; i < length; i += 1) {
    const above = parent[i]!;
    if (above !== current) {
      up[current] = sum;
      sum = 0;
      current = above;
    }
    sum += values[i]!;
  }
  up[current] = sum;
}

function addPairs(target: Float64Array, steps: readonly PairStep[], nodeValues: Float64Array): void {
  let values = nodeValues;
  for (const { place, fold, folded } of steps) {
    if (fold === undefined) addAt(target, place, values, place.length);
    else {
      folded.fill(0);
      for (let i = 0; i < place.length; i += 1) {
        const value = values[i]!;
        target[place[i]!]! += value;
        folded[fold[i]!]! += value;
      }
      values = folded;
    }
  }
}

/** Distinct patterns of the table, ordered by variable 0, then 1, …, then offset. */
function sortedPatterns({ index, ids }: PatternTable): number[] {
  const seen = new Uint8Array(index.patternCount);
  const patterns: number[] = [];
  for (const row of ids) {
    const pattern = index.patternOf(row);
    if (seen[pattern] === 0) patterns.push(pattern);
    seen[pattern] = 1;
  }
  const width = index.sizes.length;
  return patterns.sort((a, b) => {
    for (let j = 0; j < width; j += 1) {
      const difference = index.codeOf(a, j) - index.codeOf(b, j);
      if (difference !== 0) return difference;
    }
    return index.offsetOf(a) - index.offsetOf(b);
  });
}

function cellsOf(
  design: Design,
  index: PatternIndex,
  patterns: readonly number[],
  g: number,
  firstCell: Int32Array,
): Int32Array {
  const factor = design.factors[g];
  if (factor === undefined) return new Int32Array(patterns.length);
  return Int32Array.from(patterns, (pattern) => {
    let cell = 0;
    for (const variable of factor.variables) {
      cell = cell * design.variables[variable]!.size + index.codeOf(pattern, variable);
    }
    return firstCell[g]! + cell;
  });
}

function buildDepths(cells: readonly Int32Array[], leafCount: number, cellCount: number): Depth[] {
  const depths: Depth[] = [];
  const last = cells.length - 1;
  /** Node of every leaf at each depth so far. */
  const nodes: Int32Array[] = [];
  for (const [g, cellOfLeaf] of cells.entries()) {
    const above = nodes[g - 1] ?? new Int32Array(leafCount);
    const parent: number[] = [];
    const firstLeaf: number[] = [];
    const next = new Int32Array(leafCount);
    for (let leaf = 0; leaf < leafCount; leaf += 1) {
      const same = leaf > 0 && above[leaf] === above[leaf - 1] && cellOfLeaf[leaf] === cellOfLeaf[leaf - 1];
      if (!same || g === last) {
        parent.push(above[leaf]!);
        firstLeaf.push(leaf);
      }
      next[leaf] = parent.length - 1;
    }
    depths.push({
      nodeCount: parent.length,
      parent: Int32Array.from(parent),
      cell: Int32Array.from(firstLeaf, (leaf) => cellOfLeaf[leaf]!),
      pairSteps: pairSteps(cells, nodes, g, firstLeaf, cellCount),
      scratch: new Float64Array(parent.length),
    });
    nodes.push(next);
  }
  return depths;
}

/** @param firstLeaf a leaf of every node at depth g */
function pairSteps(
  cells: readonly Int32Array[],
  nodes: readonly Int32Array[],
  g: number,
  firstLeaf: readonly number[],
  cellCount: number,
): PairStep[] {
  const steps: PairStep[] = [];
  /** A leaf of every entry. */
  let entries: readonly number[] = firstLeaf;
  for (let shallower = g - 1; shallower >= 0; shallower -= 1) {
    const place = Int32Array.from(entries, (leaf) => cells[shallower]![leaf]! * cellCount + cells[g]![leaf]!);
    const numbers = new Map<number, number>();
    const fold = new Int32Array(entries.length);
    const fewer: number[] = [];
    if (shallower > 0) {
      for (const [i, leaf] of entries.entries()) {
        const key = nodes[shallower - 1]![leaf]! * cellCount + cells[g]![leaf]!;
        const known = numbers.get(key);
        fold[i] = known ?? fewer.length;
        if (known === undefined) {
          numbers.set(key, fewer.length);
          fewer.push(leaf);
        }
      }
    }
    const worthIt = shallower > 0 && fewer.length < WORTH_FOLDING * entries.length;
    steps.push({
      place,
      fold: worthIt ? fold : undefined,
      folded: new Float64Array(worthIt ? fewer.length : 0),
    });
    if (worthIt) entries = fewer;
  }
  return steps;
}

/** Folding costs one more addition an entry now and saves one for each entry that it removes, in every later step. */
const WORTH_FOLDING = 0.7;

function columnMaps(design: Design, firstCell: Int32Array, cellCount: number) {
  const columnOfCell = new Int32Array(cellCount).fill(-1);
  const cellOfColumn = new Int32Array(design.terms.length).fill(-1);
  const factorOfColumn = new Int32Array(design.terms.length).fill(-1);
  for (const [g, factor] of design.factors.entries()) {
    for (const [cell, column] of factor.columnOfCell.entries()) {
      columnOfCell[firstCell[g]! + cell] = column;
      if (column >= 0) {
        cellOfColumn[column] = firstCell[g]! + cell;
        factorOfColumn[column] = g;
      }
    }
  }
  return { columnOfCell, cellOfColumn, factorOfColumn };
}
