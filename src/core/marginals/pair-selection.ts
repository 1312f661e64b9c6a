import type { Pair } from './junction-tree.ts';
import { isTooWide, pairWidth } from './pair-width.ts';

/** Pairs that the mechanism chooses; a declaration, decided without the data. */
export interface PairSelection {
  /** At most so many. */
  readonly count: number;
  /** Of the table of each chosen pair, as of a declared one. */
  readonly weight: number;
  /** Of each choice: as if it were one table more of this weight. */
  readonly choiceWeight: number;
}

/** More cannot be told apart from chance at any budget that leaves something for the tables. */
export const MAX_SELECTED = 5;

/** What a selection adds to the weights of a workload, whatever is chosen: k choices and k tables. */
export function selectionWeights({ count, weight, choiceWeight }: PairSelection): number[] {
  return [...new Array<number>(count).fill(weight), ...new Array<number>(count).fill(choiceWeight)];
}

/** Pairs that may come next: none twice, together with the others not too wide. Public. */
export function candidatePairs(levelCounts: readonly number[], others: readonly Pair[]): Pair[] {
  const taken = new Set(others.map((pair) => pair.join()));
  const positions = levelCounts.map((_, j) => j);
  return positions
    .flatMap((i) => positions.slice(i + 1).map((j): Pair => [i, j]))
    .filter((pair) => !taken.has(pair.join()) && !isTooWide(pairWidth(levelCounts, [...others, pair])));
}

/** Of the pairs of a release those that were chosen: they stand behind the declared ones. */
export function selectedPairsOf<T>(
  { pairs = [] }: { readonly pairs?: readonly T[] },
  { pairs: declared = [] }: { readonly pairs?: readonly unknown[] },
): readonly T[] {
  return pairs.slice(declared.length);
}

export function byPosition(one: Pair, other: Pair): number {
  return one[0] - other[0] || one[1] - other[1];
}

/**
 * How strongly two variables have to hang together for a selected pair to make twins better and not worse: the share of people who would
 * have to have another level before the two were independent, ½ Σ |p_ab − p_a p_b|, about 10 σ_t / N (unknown where N is not public) with σ_t the noise of a chosen pair's table. From
 * public numbers; found by simulation at 0.05, 0.12 and 0.22 (`npm run check:selection`), right within a factor of two.
 */
export function worthwhileDependence(plan: {
  readonly rowCount: number | 'noisy';
  readonly selectionNoise?: { readonly table: number };
}): number | undefined {
  if (plan.selectionNoise === undefined || plan.rowCount === 'noisy') return undefined;
  return (10 * plan.selectionNoise.table) / plan.rowCount;
}
