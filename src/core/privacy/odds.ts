import type { CertifiedCost } from './mechanism.ts';

/** How often a guess about one person can be right, before and after looking at the release. */
export interface OddsStatement {
  /** A coin toss: as many people asked about are in the table as are not. */
  readonly rightBefore: 0.5;
  /** No rule of guessing, with whatever knowledge besides, is right more often. */
  readonly rightAtMost: number;
}

/**
 * ε as odds: guesses "in the table or not", 50:50 beforehand, are right with probability at most
 *
 *     (e^ε + δ)/(1 + e^ε)
 *
 * since every test has α e^ε + β ≥ 1 − δ and α + β e^ε ≥ 1 − δ (Wasserman and Zhou 2010), whence (α + β)/2 ≥ (1 − δ)/(1 + e^ε).
 * This is a statement about how often, and holds as it stands. "At most that sure, except with probability δ" would
 * not: the loss exceeds ε with a probability larger than δ (about eleven times for one Gaussian release at ε = 1, δ = 1e-6).
 */
export function oddsStatement(cost: Pick<CertifiedCost, 'epsilonUpper' | 'delta'>): OddsStatement {
  const shrink = Math.exp(-cost.epsilonUpper);
  return { rightBefore: 0.5, rightAtMost: (1 + cost.delta * shrink) / (1 + shrink) };
}
