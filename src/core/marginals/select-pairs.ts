import { drawChoice } from '../privacy/noisy-choice.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { Pair } from './junction-tree.ts';
import { pairScore, SCORE_RANGE } from './pair-score.ts';
import { byPosition, candidatePairs, type PairSelection } from './pair-selection.ts';

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
    const candidates = candidatePairs(levelCounts, [...declared, ...chosen]);
    if (candidates.length === 0) break;
    chosen.push(candidates[drawChoice(candidates.map(scoreOf), SCORE_RANGE, input.noiseMultiplier, random)]!);
  }
  return chosen.toSorted(byPosition);
}

/** Shares of the levels of a variable from the cells of its table, level c without the event at 2c and with it at 2c + 1. */
export function levelShares(cells: ArrayLike<number>): Float64Array {
  return sharesOf(Array.from({ length: cells.length / 2 }, (_, c) => cells[2 * c]! + cells[2 * c + 1]!));
}

/** Shares of levels from their noisy counts: what is below 0 counts for nothing, and where nothing is left all are alike. */
export function sharesOf(counts: readonly number[]): Float64Array {
  const kept = Float64Array.from(counts, (n) => Math.max(0, n));
  const total = kept.reduce((sum, n) => sum + n, 0);
  return kept.map((n) => (total > 0 ? n / total : 1 / kept.length));
}
