/** The depths of a covariate tree, and how the sums of each go to pairs of cells. */

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
export interface PairStep {
  readonly place: Int32Array;
  readonly fold: Int32Array | undefined;
  readonly folded: Float64Array;
}

/** @param cells the cell of every leaf, factor by factor */
export function buildDepths(cells: readonly Int32Array[], leafCount: number, cellCount: number): Depth[] {
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

/** The depths of a full tree; its sums are taken along the axes and need no steps. */
export function gridDepths(sizes: readonly number[], firstCell: Int32Array): Depth[] {
  let nodeCount = 1;
  return sizes.map((size, g) => {
    nodeCount *= size;
    return {
      nodeCount,
      parent: Int32Array.from({ length: nodeCount }, (_, node) => Math.floor(node / size)),
      cell: Int32Array.from({ length: nodeCount }, (_, node) => firstCell[g]! + (node % size)),
      pairSteps: [],
      scratch: new Float64Array(0),
    };
  });
}
