import { type OddsStatement, oddsStatement } from '../../../core/privacy/meaning.ts';
import type { CertifiedCost, DirectionCost } from '../../../core/privacy/mechanism.ts';
import { formatDelta } from '../../parts/format.ts';

/** Somebody who thinks of a few people only. */
const RARE_PRIOR = 0.01;

/** 0.73106 to "73.2": a limit from above is rounded upwards. */
export function percentUp(share: number): string {
  return String(Math.ceil(1000 * share - 1e-9) / 10);
}

/** 0.26894 to "26.8": a limit from below is rounded downwards. */
export function percentDown(share: number): string {
  return String(Math.floor(1000 * share + 1e-9) / 10);
}

/** What ε and δ let an attacker believe, with both limits, for two beliefs beforehand. */
export function oddsSentences(cost: Pick<CertifiedCost, 'epsilonUpper' | 'delta'>): string {
  const even = oddsStatement(cost);
  const rare = oddsStatement(cost, RARE_PRIOR);
  return [
    `Take somebody who knows everything else about a person and thinks it 50:50 whether that person is in your table. Whatever this training releases, they end between ${between(even)} sure that the person is in it.`,
    `Had they thought it 1 in 100, they would end at ${percentUp(rare.posteriorAtMost)} % at most.`,
    `Over the noise, the promise may fail with a probability of up to δ = ${formatDelta(cost.delta)}.`,
  ].join(' ');
}

function between({ posteriorAtLeast, posteriorAtMost }: OddsStatement): string {
  return `${percentDown(posteriorAtLeast)} % and ${percentUp(posteriorAtMost)} %`;
}

/** The two error rates at one point of the curve. */
export function missedSentence(falsePositiveRate: number, missed: number): string {
  return `To be wrong about at most ${percentUp(falsePositiveRate)} % of outsiders, even the best attacker misses at least ${percentDown(missed)} % of the people in the table. Guessing blindly would miss ${percentDown(1 - falsePositiveRate)} %.`;
}

/** The neighbouring table that is easier to tell apart sets the claim. */
export function decidingDirection(
  cost: CertifiedCost,
): { readonly name: 'remove' | 'add'; readonly cost: DirectionCost } | null {
  const { remove, add } = cost;
  if (remove === undefined || add === undefined) return null;
  return remove.epsilonUpper >= add.epsilonUpper
    ? { name: 'remove', cost: remove }
    : { name: 'add', cost: add };
}

export const DIRECTION_WORDS = {
  remove: 'one person taken out of your table',
  add: 'one person added to your table',
} as const;

/** ε to six decimals, rounded so that a bound stays one. */
export function epsilonSixDecimals(epsilon: number, round: 'up' | 'nearest' | 'down'): string {
  const millionths = epsilon * 1e6;
  const whole =
    round === 'up'
      ? Math.ceil(millionths)
      : round === 'down'
        ? Math.floor(millionths)
        : Math.round(millionths);
  return (whole / 1e6).toFixed(6);
}

export const ATTACKER_TITLE = 'What an attacker could tell';
export const RATES_SUMMARY = 'Show the best attacker’s error rates';
export const SOURCE_SUMMARY = 'Where this number comes from';
export const RATES_NOTE =
  'An attacker who decides “in the table” or “not in the table” makes two kinds of mistake. Whoever makes fewer of one makes more of the other. No attacker, with whatever method, gets below the blue line; the nearer it lies to the dashed line, the less the release tells.';
export const RATES_CALCULATING = 'Calculating the error rates…';
export const RATES_NOT_AVAILABLE =
  'The error rates could not be calculated. The plan and its certified ε hold without them.';
