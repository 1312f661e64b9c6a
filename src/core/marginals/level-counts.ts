import { NORMAL_95 } from '../analysis/normal-distribution.ts';
import type { NoisyTables } from './noisy-tables.ts';
import type { MarginalsPlan } from './plan-marginals.ts';
import { rowCountNoise, tableNoise } from './workload.ts';

/** What a release says about how many people are in one level. */
export interface LevelCount {
  readonly variable: number;
  readonly level: number;
  /** The noisy count, cut to 0 … N. */
  readonly people: number;
  /** 95 % interval about the true count: the noise is known, so it holds exactly that often. Cut to 0 … N. */
  readonly lower: number;
  readonly upper: number;
  /** The interval reaches 0: there may be nobody. */
  readonly mayBeEmpty: boolean;
}

/** One a variable and level. From the release only: may be shown and shared. */
export function levelCounts(release: NoisyTables): LevelCount[] {
  const { rowCount, rowCountStandardDeviation, tables } = release;
  return tables.flatMap(({ variable, levels, counts, standardDeviation }) =>
    Array.from({ length: levels }, (_, level): LevelCount => {
      const noisy = counts[2 * level]! + counts[2 * level + 1]!;
      const half = NORMAL_95 * levelNoise(standardDeviation, levels, rowCountStandardDeviation);
      // Nobody knows how many people there are at most where that is counted with noise.
      const most = rowCountStandardDeviation === undefined ? rowCount : Number.POSITIVE_INFINITY;
      const cut = (count: number) => Math.min(most, Math.max(0, count));
      return {
        variable,
        level,
        people: cut(noisy),
        lower: cut(noisy - half),
        upper: cut(noisy + half),
        mayBeEmpty: noisy - half <= 0,
      };
    }),
  );
}

/** A level is the sum of its two cells; the noise of the events cancels in it: √(2 σ² (1 − 1/C) + σ_N²/C²), σ_N = 0 where N is public. */
function levelNoise(standardDeviation: number, levels: number, ofRows = 0): number {
  return Math.sqrt(2 * standardDeviation ** 2 * (1 - 1 / levels) + (ofRows / levels) ** 2);
}

/** Levels below so many noise standard deviations are hardly told from nobody (UTILITY 5). */
const TOLD_APART = 4;

/** What a plan can say before anything is measured. */
export interface LevelAdvice {
  readonly variable: number;
  /** Standard deviation of the noise of a level's count, in people. */
  readonly noise: number;
  /** Levels that are expected to have fewer people than this are better merged with a neighbour. */
  readonly smallestTold: number;
  /** So many levels of equal size could all be told apart; at least 1. Unknown where N is not public. */
  readonly mostLevels?: number;
  /** The variable is known to have more levels than that: some must be smaller than `smallestTold`. */
  readonly tooMany: boolean;
}

/** From public numbers only: N, the levels and the noise. Which levels are small, a person has to know. */
export function levelAdvice({ workload, noise, rowCount, rowCountNoise }: MarginalsPlan): LevelAdvice[] {
  return workload.tables.map(({ variable, levels }, t) => {
    const deviation = levelNoise(noise[t]!, levels, rowCountNoise);
    const smallestTold = TOLD_APART * deviation;
    if (rowCount === 'noisy') return { variable, noise: deviation, smallestTold, tooMany: false };
    const mostLevels = Math.max(1, Math.floor(rowCount / smallestTold));
    return { variable, noise: deviation, smallestTold, mostLevels, tooMany: levels > mostLevels };
  });
}

/**
 * How much a variable's weight and those of others change the noise of its level counts, one a variable: the plan's noise over that of a
 * plan with all variables at weight 1 and all else the same. The noise multiplier follows from (ε, δ) alone.
 */
export function noiseBesideAlike(plan: MarginalsPlan): number[] {
  const { noiseMultiplier } = plan.mechanism.parameters;
  const workload = {
    ...plan.workload,
    tables: plan.workload.tables.map((table) => ({ ...table, weight: 1 })),
  };
  const ofRows = rowCountNoise(workload, noiseMultiplier);
  const alike = levelAdvice({
    ...plan,
    workload,
    noise: tableNoise(workload, noiseMultiplier),
    ...(ofRows !== undefined && { rowCountNoise: ofRows }),
  });
  return levelAdvice(plan).map(({ noise }, j) => noise / alike[j]!.noise);
}
