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
}

/** Share of the gap to real rows that sharing closes, all of these centres together. */
export function closedShares(centres: readonly CentreGain[]): {
  readonly closed: number;
  readonly ridgeClosed: number;
} {
  const sum = (of: (one: CentreGain) => number) =>
    centres.reduce((total, one) => total + (one.missing > 0 && Number.isNaN(of(one)) ? 0 : of(one)), 0);
  return {
    closed: sum(({ pointGain }) => pointGain) / sum(({ gap }) => gap),
    ridgeClosed: sum(({ ridgeGain }) => ridgeGain) / sum(({ ridgeGap }) => ridgeGap),
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
