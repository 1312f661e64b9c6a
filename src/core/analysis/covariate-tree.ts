import type { Design } from './design.ts';
import type { PatternGrid } from './pattern-grid.ts';
import { gridPairs, gridPredictor, gridProduct, gridSingles, patternGrid } from './pattern-grid.ts';
import type { PatternIndex, PatternTable } from './pattern-table.ts';
import type { Depth, PairStep } from './tree-depths.ts';
import { buildDepths, gridDepths } from './tree-depths.ts';

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
  /** Leaf of each row of the index as it was when the tree was built. */
  readonly leafOfRow: Int32Array;
  /** Present where the leaves are all combinations of cells, occupied or not. */
  readonly grid: PatternGrid | undefined;
}

/** Sums of a weight over all leaves, over the leaves of each cell (L) and of each pair of cells (L × L, upper part and diagonal). */
export interface CellSums {
  total: number;
  readonly single: Float64Array;
  readonly pair: Float64Array;
}

/**
 * Builds the tree of those patterns of `table`'s index that `table` counts. Patterns are sorted by their
 * cells, so that neither the order of rows nor of tables changes a sum. O(patterns × factors² ).
 *
 * @param options grid: false keeps to the tree where a grid of all combinations would be quicker
 */
export function covariateTree(
  design: Design,
  table: PatternTable,
  options: { readonly grid?: boolean } = {},
): CovariateTree {
  const { index } = table;
  const factors = design.factors.length;
  const firstCell = new Int32Array(Math.max(factors, 1) + 1);
  for (const [g, factor] of design.factors.entries()) firstCell[g + 1] = firstCell[g]! + factor.size;
  if (factors === 0) firstCell[1] = 1;
  const cellCount = firstCell[firstCell.length - 1]!;
  const patterns = sortedPatterns(table);
  const leafOfPattern = new Int32Array(index.patternCount).fill(-1);
  const gridded = (options.grid ?? true) && worthAGrid(design, index, patterns.length);
  const sizes = design.factors.map(({ size }) => size);
  const leafCount = gridded ? sizes.reduce((product, size) => product * size, 1) : patterns.length;
  let depths: Depth[];
  if (gridded) {
    depths = gridDepths(sizes, firstCell);
    for (const pattern of patterns) leafOfPattern[pattern] = gridLeaf(design, index, pattern);
  } else {
    const cells = Array.from({ length: Math.max(factors, 1) }, (_, g) =>
      cellsOf(design, index, patterns, g, firstCell),
    );
    depths = buildDepths(cells, leafCount, cellCount);
    for (let leaf = 0; leaf < leafCount; leaf += 1) leafOfPattern[patterns[leaf]!] = leaf;
  }
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
    leafOfRow: Int32Array.from(index.rowViews().patterns, (pattern) => leafOfPattern[pattern]!),
    grid: gridded ? patternGrid(sizes, firstCell, cellCount) : undefined,
  };
}

/** A grid of this many times the patterns is still quicker than the tables of places. */
const GRID_PER_PATTERN = 3;

/** Every factor an axis of its own: no interactions, and no offsets that could tell two people of one combination apart. */
function worthAGrid(design: Design, index: PatternIndex, patternCount: number): boolean {
  const { factors } = design;
  const axes = factors.length > 0 && factors.every(({ variables }) => variables.length === 1);
  const combinations = factors.reduce((product, { size }) => product * size, 1);
  return axes && !index.hasOffsets && combinations <= GRID_PER_PATTERN * patternCount;
}

function gridLeaf({ factors }: Design, index: PatternIndex, pattern: number): number {
  return factors.reduce((leaf, { variables, size }) => leaf * size + index.codeOf(pattern, variables[0]!), 0);
}

/** η at every leaf: offset + β_0 + Σ_g β[cell of factor g]. `cellEffect` has length L, zeros where no column. */
export function linearPredictor(
  tree: CovariateTree,
  intercept: number,
  cellEffect: Float64Array,
  out: Float64Array,
): void {
  if (tree.grid !== undefined) {
    gridPredictor(tree.grid, intercept, cellEffect, out);
    return;
  }
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
  const { depths, exposure } = tree;
  const factor = cellEffect.map(Math.exp);
  const base = Math.exp(intercept);
  if (tree.grid !== undefined) {
    gridProduct(tree.grid, base, factor, out);
    return;
  }
  const root = depths[0]!;
  let above = depths.length === 1 ? out : root.scratch;
  for (let node = 0; node < root.nodeCount; node += 1) above[node] = base * factor[root.cell[node]!]!;
  for (let g = 1; g < depths.length; g += 1) {
    const { nodeCount, parent, cell, scratch } = depths[g]!;
    const here = g === depths.length - 1 ? out : scratch;
    for (let node = 0; node < nodeCount; node += 1) here[node] = above[parent[node]!]! * factor[cell[node]!]!;
    above = here;
  }
  if (exposure !== undefined) for (let i = 0; i < tree.leafCount; i += 1) out[i]! *= exposure[i]!;
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
  const { single, pair } = sums;
  single.fill(0);
  if (withPairs) pair.fill(0);
  if (tree.grid === undefined) sumTree(tree, leafValues, single, withPairs ? pair : undefined);
  else if (withPairs) gridPairs(tree.grid, leafValues, single, pair);
  else gridSingles(tree.grid, leafValues, single);
  const [begin, end] = [tree.firstCell[0]!, tree.firstCell[1]!];
  let total = 0;
  for (let c = begin; c < end; c += 1) total += single[c]!;
  sums.total = total;
  if (!withPairs) return;
  // Every row is in exactly one cell of factor 0, so the pairs with it add up to the cell.
  const size = tree.cellCount;
  for (let first = begin; first < end; first += 1) {
    for (let c = end; c < size; c += 1) single[c]! += pair[first * size + c]!;
  }
  // A cell meets itself in all of its rows, and no other cell of its factor.
  for (let c = 0; c < size; c += 1) pair[c * size + c] = single[c]!;
}

/** Adds up the tree; with pairs, `single` gets the cells of factor 0 only. */
function sumTree(
  tree: CovariateTree,
  leafValues: Float64Array,
  single: Float64Array,
  pair: Float64Array | undefined,
): void {
  let values = leafValues;
  for (let g = tree.depths.length - 1; g > 0; g -= 1) {
    const { nodeCount, parent, cell, pairSteps } = tree.depths[g]!;
    const up = tree.depths[g - 1]!.scratch;
    if (pair !== undefined) {
      addPairsAndChildren(pair, pairSteps[0]!, values, up, parent, nodeCount);
      addPairs(pair, pairSteps, values);
    } else {
      addAt(single, cell, values, nodeCount);
      addChildren(up, parent, values, nodeCount);
    }
    values = up;
  }
  const { nodeCount, cell } = tree.depths[0]!;
  addAt(single, cell, values, nodeCount);
}

/** The symmetric p × p matrix XᵀWX over the chosen columns, row-major, from the cell sums of W. */
export function crossProducts(
  tree: CovariateTree,
  sums: CellSums,
  columns: Int32Array,
  out: Float64Array,
): void {
  const p = columns.length;
  const { cellCount, cellOfColumn } = tree;
  const { single, pair } = sums;
  for (let a = 0; a < p; a += 1) {
    const cellA = cellOfColumn[columns[a]!]!;
    // Cells ascend with columns, and pairs are kept with the smaller cell first.
    for (let b = 0; b <= a; b += 1) {
      const cellB = cellOfColumn[columns[b]!]!;
      let value = 0;
      if (cellB >= 0) value = pair[cellB * cellCount + cellA]!;
      else value = cellA < 0 ? sums.total : single[cellA]!;
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

/** The first pair step of a depth and the sums of its parents in one pass over the nodes. */
function addPairsAndChildren(
  target: Float64Array,
  { place, fold, folded }: PairStep,
  values: Float64Array,
  up: Float64Array,
  parent: Int32Array,
  length: number,
): void {
  let current = 0;
  let sum = 0;
  if (fold === undefined) {
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!;
      const above = parent[i]!;
      if (above !== current) {
        up[current] = sum;
        sum = 0;
        current = above;
      }
      sum += value;
      target[place[i]!]! += value;
    }
  } else {
    folded.fill(0);
    for (let i = 0; i < length; i += 1) {
      const value = values[i]!;
      const above = parent[i]!;
      if (above !== current) {
        up[current] = sum;
        sum = 0;
        current = above;
      }
      sum += value;
      target[place[i]!]! += value;
      folded[fold[i]!]! += value;
    }
  }
  up[current] = sum;
}

/** The pair steps after the first one. */
function addPairs(target: Float64Array, steps: readonly PairStep[], nodeValues: Float64Array): void {
  let values = steps[0]!.fold === undefined ? nodeValues : steps[0]!.folded;
  for (let n = 1; n < steps.length; n += 1) {
    const { place, fold, folded } = steps[n]!;
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
