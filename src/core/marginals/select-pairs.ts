import { drawChoice } from '../privacy/noisy-choice.ts';
import type { RandomSource } from '../random/random-source.ts';
import { pairScore, SCORE_RANGE } from './pair-score.ts';
import { isTooWide, pairWidth } from './pair-width.ts';

/** Positions of two variables, the smaller first. */
export type Pair = readonly [number, number];

/** Pairs that the mechanism chooses; a declaration, decided without the data. */
export interface PairSelection {
  /** At most so many. */
  readonly count: number;
  /** Of the table of each chosen pair, as of a declared one. */
  readonly weight: number;
  /** Of each choice: as if it were one table more of this weight. */
  readonly choiceWeight: number;
  /** Positions of the variables to choose among, ascending; all when absent. */
  readonly among?: readonly number[];
}

/** More cannot be told apart from chance at any budget that leaves something for the tables. */
export const MAX_SELECTED = 5;

/** What a selection adds to the weights of a workload, whatever is chosen: k choices and k tables. */
export function selectionWeights({ count, weight, choiceWeight }: PairSelection): number[] {
  return [...new Array<number>(count).fill(weight), ...new Array<number>(count).fill(choiceWeight)];
}

/** Pairs that may come next: among the named variables, none twice, together with the others not too wide. Public. */
export function candidatePairs(
  levelCounts: readonly number[],
  others: readonly Pair[],
  among: readonly number[] = levelCounts.map((_, j) => j),
): Pair[] {
  const taken = new Set(others.map((pair) => pair.join()));
  return among
    .flatMap((i, k) => among.slice(k + 1).map((j): Pair => [i, j]))
    .filter((pair) => !taken.has(pair.join()) && !isTooWide(pairWidth(levelCounts, [...others, pair])));
}

/** What a selection looks at. */
export interface SelectionInput {
  readonly selection: PairSelection;
  readonly levelCounts: readonly number[];
  /** Counted anyway. */
  readonly declared: readonly Pair[];
  /** Of each choice, in units of what one row moves a score by. */
  readonly noiseMultiplier: number;
  /** Shares of the levels of each variable, from the released tables. */
  readonly shares: readonly Float64Array[];
  /** The exact counts of a pair: from the rows. */
  readonly countsOf: (pair: Pair) => Float64Array;
}

/**
 * The pairs that hang together most, chosen one after the other by the exponential mechanism on `pairScore`, each time among those that are left
 * and leave the junction tree narrow. Choices and the tables that follow them cost what Gaussian releases of the same weights cost
 * (`drawChoice`), so tables, choices and tables of the chosen pairs are together one Gaussian mechanism of the workload's sensitivity.
 *
 * Unlike MST (McKenna et al. 2021) and AIM (2022) no pair is needed: what does not stand out is chosen by chance, and costs as much.
 *
 * @returns at most `count` pairs, by position; fewer only where no more fit, which the levels decide and not the rows
 */
export function selectPairs(input: SelectionInput, random: RandomSource): Pair[] {
  const { selection, levelCounts, declared, shares, countsOf } = input;
  const scores = new Map<string, number>();
  const scoreOf = (pair: Pair) => {
    const known = scores.get(pair.join());
    if (known !== undefined) return known;
    const counts = countsOf(pair);
    const score = pairScore(counts, [shares[pair[0]]!, shares[pair[1]]!]);
    counts.fill(0);
    scores.set(pair.join(), score);
    return score;
  };
  const chosen: Pair[] = [];
  while (chosen.length < selection.count) {
    const candidates = candidatePairs(levelCounts, [...declared, ...chosen], selection.among);
    if (candidates.length === 0) break;
    chosen.push(candidates[drawChoice(candidates.map(scoreOf), SCORE_RANGE, input.noiseMultiplier, random)]!);
  }
  return chosen.toSorted(byPosition);
}

export function byPosition(one: Pair, other: Pair): number {
  return one[0] - other[0] || one[1] - other[1];
}

/** Shares of levels from their noisy counts: what is below 0 counts for nothing, and where nothing is left all are alike. */
export function sharesOf(counts: readonly number[]): Float64Array {
  const kept = Float64Array.from(counts, (n) => Math.max(0, n));
  const total = kept.reduce((sum, n) => sum + n, 0);
  return kept.map((n) => (total > 0 ? n / total : 1 / kept.length));
}
