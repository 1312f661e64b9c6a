import { welchOnRanks } from '../analysis/rank-tests.ts';
import type { FigureDesign } from './experiments.ts';

/** Two samples of log-likelihoods per row, and whether the combined one is better (METHOD §8). */
export interface Comparison {
  readonly label: string;
  readonly local: readonly number[];
  readonly combined: readonly number[];
  /** Mean of combined less mean of local. */
  readonly gain: number;
  /** Natural logarithm of the p-value of Welch's test on ranks; NaN where it is not defined. */
  readonly logP: number;
  /** The test, in the design's direction, is below 5 % and combined ranks higher. */
  readonly gains: boolean;
  /** Below 5 % and combined ranks lower (of a one-sided test: in the other direction). */
  readonly loses: boolean;
}

/** A centre's comparison with the other yardsticks of METHOD §8 beside it, means over the repeats. */
export interface CentreGain extends Comparison {
  readonly rows: number;
  /** Part of the picture; every centre is part of the table. */
  readonly shown: boolean;
  readonly pointGain: number;
  readonly fullGain: number;
  /** Point estimate of combined less that of a ridge-regularised local fit. */
  readonly ridgeGain: number;
  /** By the point estimate, from local only to all real rows of this size: of it sharing closes `pointGain`. */
  readonly gap: number;
  /** The same from the ridge-regularised local fit. */
  readonly ridgeGap: number;
  /** Repeats that are left out, because one of the two sides has no regression. */
  readonly missing: number;
  /** The repeats that are not left out; the means above are over them. */
  readonly repeats: readonly RepeatGain[];
}

/** Gains and gaps of one repeat, as `CentreGain` has their means. */
export interface RepeatGain {
  readonly repeat: number;
  readonly pointGain: number;
  readonly ridgeGain: number;
  readonly gap: number;
  readonly ridgeGap: number;
}

/** Point scores of one centre in one repeat; NaN where there is none. */
export interface PointScores {
  readonly local: number;
  /** Of a ridge-regularised local fit. */
  readonly ridge: number;
  /** Of what is judged. */
  readonly together: number;
  /** Of all real rows of the same size. */
  readonly ideal: number;
}

export function repeatGain(repeat: number, { local, ridge, together, ideal }: PointScores): RepeatGain {
  return {
    repeat,
    pointGain: together - local,
    ridgeGain: together - ridge,
    gap: ideal - local,
    ridgeGap: ideal - ridge,
  };
}

type Repeated = Pick<CentreGain, 'repeats'>;

/** A ratio of sums over centres with its standard error; the error is NaN where there are fewer than two repeats. */
export interface ClosedShare {
  readonly share: number;
  readonly standardError: number;
}

/** Shares of the gap to real rows that sharing closes, all of these centres together. */
export function closedShares(centres: readonly Repeated[]): {
  readonly closed: ClosedShare;
  readonly ridgeClosed: ClosedShare;
} {
  return {
    closed: shareOverRepeats(
      centres,
      ({ pointGain }) => pointGain,
      ({ gap }) => gap,
    ),
    ridgeClosed: shareOverRepeats(
      centres,
      ({ ridgeGain }) => ridgeGain,
      ({ ridgeGap }) => ridgeGap,
    ),
  };
}

/**
 * r = Σ_c gain_c / Σ_c gap_c, gains and gaps of centre c being means over repeats, with the jackknife over the R repeats,
 * √((R − 1)/R Σ_t (r₋t − r̄₋)²) (Efron & Stein 1981): the centres of one repeat share their twins and are no independent
 * observations. A centre without any repeat counts for nothing.
 */
export function shareOverRepeats<T extends { readonly repeat: number }>(
  centres: readonly { readonly repeats: readonly T[] }[],
  gainOf: (one: T) => number,
  gapOf: (one: T) => number,
): ClosedShare {
  const without = (repeat: number | undefined) => {
    let [gain, gap] = [0, 0];
    for (const { repeats } of centres) {
      const kept = repeats.filter((one) => one.repeat !== repeat);
      if (kept.length === 0) continue;
      gain += meanOf(kept.map(gainOf));
      gap += meanOf(kept.map(gapOf));
    }
    return gain / gap;
  };
  const all = [...new Set(centres.flatMap(({ repeats }) => repeats.map(({ repeat }) => repeat)))];
  const left = all.map(without);
  const mean = meanOf(left);
  const spread = left.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return {
    share: without(undefined),
    standardError: all.length < 2 ? Number.NaN : Math.sqrt(((all.length - 1) / all.length) * spread),
  };
}

export const SIGNIFICANT = 0.05;

export function compare(
  label: string,
  local: readonly number[],
  combined: readonly number[],
  test: FigureDesign['test'],
): Comparison {
  const gain = meanOf(combined) - meanOf(local);
  if (local.length === 0 || combined.length === 0)
    return { label, local, combined, gain: Number.NaN, logP: Number.NaN, gains: false, loses: false };
  const welch = welchOnRanks(combined, local);
  if (!welch.ok) return { label, local, combined, gain, logP: Number.NaN, gains: false, loses: false };
  const { logPGreater, logPLess, logPTwoSided, t } = welch.value;
  const level = Math.log(SIGNIFICANT);
  const oneSided = test === 'greater';
  return {
    label,
    local,
    combined,
    gain,
    logP: oneSided ? logPGreater : logPTwoSided,
    gains: oneSided ? logPGreater < level : logPTwoSided < level && t > 0,
    loses: oneSided ? logPLess < level : logPTwoSided < level && t < 0,
  };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The usual marks: * p < 0.05, ** p < 0.01, *** p < 0.001. */
export function starsOf(logP: number): string {
  if (!(logP < Math.log(0.05))) return '';
  if (!(logP < Math.log(0.01))) return '*';
  return logP < Math.log(0.001) ? '***' : '**';
}
