import type { RowCountPolicy } from '../../../core/marginals/workload.ts';
import type { CertifiedCost, DirectionCost } from '../../../core/privacy/mechanism.ts';
import { oddsStatement } from '../../../core/privacy/odds.ts';
import { formatDelta, roundedDown, roundedUp } from '../../parts/format.ts';

/** 0.73106 to "73.2": a limit from above is rounded upwards. */
export function percentUp(share: number): string {
  return String(Math.ceil(1000 * share - 1e-9) / 10);
}

/** 0.26894 to "26.8": a limit from below is rounded downwards. */
export function percentDown(share: number): string {
  return String(Math.floor(1000 * share + 1e-9) / 10);
}

/** What ε and δ let an attacker guess. */
export function oddsSentences(
  cost: Pick<CertifiedCost, 'epsilonUpper' | 'delta'>,
  rowCount: RowCountPolicy,
): string {
  const { rightAtMost } = oddsStatement(cost);
  return [
    'Take somebody who knows everything else about a person, and for whom it is 50:50 whether that person is in your table.',
    `Whatever this training releases, such guesses are right at most ${percentUp(rightAtMost)}\u00a0% of the time (δ\u00a0=\u00a0${formatDelta(cost.delta)} is counted in).`,
    rowCount === 'noisy'
      ? 'What the number of rows gives away is counted: it has noise on it too.'
      : 'What the number of rows itself gives away is not counted: you declare it public.',
  ].join(' ');
}

/** The two error rates at one point of the curve. */
export function missedSentence(falsePositiveRate: number, missed: number): string {
  return `To be wrong about at most ${percentUp(falsePositiveRate)}\u00a0% of outsiders, even the best attacker misses at least ${percentDown(missed)}\u00a0% of the people in the table. Guessing blindly would miss ${percentDown(1 - falsePositiveRate)}\u00a0%.`;
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
  if (round === 'up') return roundedUp(epsilon, 6);
  return round === 'down' ? roundedDown(epsilon, 6) : epsilon.toFixed(6);
}

export const ATTACKER_TITLE = 'What an attacker could tell';
export const RATES_SUMMARY = 'Show the best attacker’s error rates';
export const SOURCE_SUMMARY = 'Where this number comes from';
export const RATES_NOTE =
  'An attacker who decides “in the table” or “not in the table” makes two kinds of mistake. Whoever makes fewer of one makes more of the other. No attacker, with whatever method, gets below the blue line; the nearer it lies to the dashed line, the less the release tells.';
export const RATES_CALCULATING = 'Calculating the error rates…';
export const RATES_NOT_AVAILABLE =
  'The error rates could not be calculated. The plan and its certified ε hold without them.';
