/**
 * The same sums and predictors as in `covariate-tree.ts` where the patterns fill most of the grid of all levels: the
 * leaves are then every combination of cells in row-major order (last factor fastest), nobody is in some of them, and
 * loops over the axes replace the tables of places. A loop of fixed length costs a third of a look-up.
 */
export interface PatternGrid {
  /** Number of cells of each factor. */
  readonly sizes: readonly number[];
  /** First cell of each factor. */
  readonly firstCell: Int32Array;
  readonly cellCount: number;
  /** Room for the sums over the last axes: `prefixes[g]` has one entry for every combination of factors 0 … g. */
  readonly prefixes: readonly Float64Array[];
  /** `folds[g][f]`: room for combinations of factors f + 1 … g. */
  readonly folds: readonly (readonly Float64Array[])[];
}

export function patternGrid(sizes: readonly number[], firstCell: Int32Array, cellCount: number): PatternGrid {
  const span = (from: number, to: number) =>
    new Float64Array(sizes.slice(from, to + 1).reduce((product, size) => product * size, 1));
  return {
    sizes,
    firstCell,
    cellCount,
    prefixes: sizes.map((_, g) => span(0, g)),
    folds: sizes.map((_, g) => sizes.slice(0, g).map((_, f) => span(f + 1, g))),
  };
}

/** η at every leaf, without offset. */
export function gridPredictor(
  grid: PatternGrid,
  intercept: number,
  cellEffect: Float64Array,
  out: Float64Array,
): void {
  const last = grid.sizes.length - 1;
  let above: Float64Array = ROOT;
  above[0] = intercept;
  for (let g = 0; g <= last; g += 1) {
    const here = g === last ? out : grid.prefixes[g]!;
    const [begin, size] = [grid.firstCell[g]!, grid.sizes[g]!];
    for (let node = 0, leaf = 0; leaf < here.length; node += 1) {
      const base = above[node]!;
      for (let c = 0; c < size; c += 1, leaf += 1) here[leaf] = base + cellEffect[begin + c]!;
    }
    above = here;
  }
}

/** e^η at every leaf. @param factor e^effect of every cell */
export function gridProduct(grid: PatternGrid, base: number, factor: Float64Array, out: Float64Array): void {
  const last = grid.sizes.length - 1;
  let above: Float64Array = ROOT;
  above[0] = base;
  for (let g = 0; g <= last; g += 1) {
    const here = g === last ? out : grid.prefixes[g]!;
    const [begin, size] = [grid.firstCell[g]!, grid.sizes[g]!];
    for (let node = 0, leaf = 0; leaf < here.length; node += 1) {
      const prefix = above[node]!;
      for (let c = 0; c < size; c += 1, leaf += 1) here[leaf] = prefix * factor[begin + c]!;
    }
    above = here;
  }
}

/** Adds to `single` the sum over each cell. */
export function gridSingles(grid: PatternGrid, leafValues: Float64Array, single: Float64Array): void {
  let values = leafValues;
  for (let g = grid.sizes.length - 1; g >= 0; g -= 1) {
    const [begin, size] = [grid.firstCell[g]!, grid.sizes[g]!];
    const up = g === 0 ? ROOT : grid.prefixes[g - 1]!;
    for (let node = 0, leaf = 0; leaf < values.length; node += 1) {
      let run = 0;
      for (let c = 0; c < size; c += 1, leaf += 1) {
        const value = values[leaf]!;
        run += value;
        single[begin + c]! += value;
      }
      up[node] = run;
    }
    values = up;
  }
}

/** Adds to `pair` (L × L, smaller cell first) the sum over each pair of cells of different factors, to `single` those of factor 0. */
export function gridPairs(
  grid: PatternGrid,
  leafValues: Float64Array,
  single: Float64Array,
  pair: Float64Array,
): void {
  const { sizes, firstCell, cellCount } = grid;
  let values = leafValues;
  for (let g = sizes.length - 1; g > 0; g -= 1) {
    // Values over (0 … g): pairs of 0 with g, then without factor 0 those of 1 with g, and so on.
    let entries = values;
    for (let f = 0; f < g; f += 1) {
      const place = firstCell[f]! * cellCount + firstCell[g]!;
      const parents = f === 0 ? grid.prefixes[g - 1]! : NOTHING;
      const folded = f === g - 1 ? NOTHING : grid.folds[g]![f]!;
      addBlock(entries, sizes[f]!, sizes[g]!, { folded, parents, pair, place, stride: cellCount });
      entries = folded;
    }
    values = grid.prefixes[g - 1]!;
  }
  for (let c = 0; c < values.length; c += 1) single[firstCell[0]! + c]! += values[c]!;
}

interface BlockSums {
  /** Over `first`: (middle, last). Empty: not wanted. */
  readonly folded: Float64Array;
  /** Over `last`: (first, middle). Empty: not wanted. */
  readonly parents: Float64Array;
  /** Over the middle: added at `place` + row × `stride` + column. */
  readonly pair: Float64Array;
  readonly place: number;
  readonly stride: number;
}

/** Entries over (first, middle, last) summed over each of the three, in one pass. */
function addBlock(entries: Float64Array, first: number, last: number, sums: BlockSums): void {
  const { folded, parents, pair, place, stride } = sums;
  const block = entries.length / first;
  folded.fill(0);
  for (let row = 0, i = 0, node = 0; row < first; row += 1) {
    const target = place + row * stride;
    if (folded.length === 0 || parents.length === 0) {
      for (let end = i + block; i < end; ) {
        for (let c = 0; c < last; c += 1, i += 1) pair[target + c]! += entries[i]!;
      }
      if (folded.length > 0) for (let m = 0; m < block; m += 1) folded[m]! += entries[row * block + m]!;
      if (parents.length > 0) {
        for (let m = row * block; m < i; m += last, node += 1) {
          let run = 0;
          for (let c = 0; c < last; c += 1) run += entries[m + c]!;
          parents[node] = run;
        }
      }
      continue;
    }
    for (let m = 0; m < block; node += 1) {
      let run = 0;
      for (let c = 0; c < last; c += 1, i += 1, m += 1) {
        const value = entries[i]!;
        run += value;
        pair[target + c]! += value;
        folded[m]! += value;
      }
      parents[node] = run;
    }
  }
}

const ROOT = new Float64Array(1);
const NOTHING = new Float64Array(0);
