import type { CertifiedCost } from '../../core/privacy/mechanism.ts';
import { type OddsStatement, oddsStatement } from '../../core/privacy/odds.ts';

type Claim = Pick<CertifiedCost, 'epsilonUpper' | 'delta'>;

/** How often a 50:50 guess about one person can be right after the release, in whole per cent or, near 100, tenths; rounded up near certainty. */
export function rightPercent(claim: Claim): number {
  const { rightAtMost }: OddsStatement = oddsStatement(claim);
  const percent = 100 * rightAtMost;
  return percent > 99 ? Math.ceil(percent * 10 - 1e-9) / 10 : Math.round(percent);
}

export type Strength = 'strong' | 'moderate' | 'weak' | 'very weak';

/** Words for the meter; where the lines are drawn is custom, not mathematics. */
export function strengthOf(epsilon: number): Strength {
  if (epsilon <= 1) return 'strong';
  if (epsilon <= 3) return 'moderate';
  return epsilon <= 8 ? 'weak' : 'very weak';
}

/** @param what "this training releases" or "all trainings here release" */
export function oddsSentence(claim: Claim, what: string): string {
  return `Someone who guesses 50:50 whether you are in this table is right 50 times in 100. After reading everything that ${what}, at most about ${rightPercent(claim)} times in 100.`;
}
