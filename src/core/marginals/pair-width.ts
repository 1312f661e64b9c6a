import { cliqueSizes, type Pair, pairGroups } from './junction-tree.ts';

/** What pairs ask of the inference; decided from level counts alone, before anything is measured. */
export interface PairWidth {
  /** Most cells that hang together: tables against the outcome and pairs of one group. */
  readonly cells: number;
  /** Entries of the largest clique's table. */
  readonly entries: number;
}

/** A fit takes seconds up to here; its steps cost the square of the cells, its start the cube. */
export const LARGEST_WIDTH: PairWidth = { cells: 300, entries: 4096 };

export function pairWidth(allLevels: readonly number[], allPairs: readonly Pair[]): PairWidth {
  // Variables in no pair are cliques of their own; without them many variables cost no more than few.
  const variables = [...new Set(allPairs.flat())].toSorted((a, b) => a - b);
  const levelCounts = variables.map((v) => allLevels[v]!);
  const pairs = allPairs.map(([i, j]): Pair => [variables.indexOf(i), variables.indexOf(j)]);
  const cells = pairGroups(levelCounts.length, pairs).map((group) => {
    const own = group.variables.reduce((sum, v) => sum + 2 * levelCounts[v]!, 0);
    return group.pairs.reduce((sum, t) => sum + levelCounts[pairs[t]![0]]! * levelCounts[pairs[t]![1]]!, own);
  });
  const entries = cliqueSizes(levelCounts, pairs);
  return { cells: Math.max(0, ...cells), entries: Math.max(0, ...entries) };
}

export function isTooWide({ cells, entries }: PairWidth): boolean {
  return cells > LARGEST_WIDTH.cells || entries > LARGEST_WIDTH.entries;
}

/** The pair without which the rest is narrowest. */
export function widestPair(levelCounts: readonly number[], pairs: readonly Pair[]): number {
  const share = ({ cells, entries }: PairWidth) =>
    Math.max(cells / LARGEST_WIDTH.cells, entries / LARGEST_WIDTH.entries);
  const widths = pairs.map((_, dropped) =>
    share(
      pairWidth(
        levelCounts,
        pairs.filter((_one, t) => t !== dropped),
      ),
    ),
  );
  return widths.indexOf(Math.min(...widths));
}
