import type { Outcome } from '../codebook/codebook.ts';

/** The ways to make twins that a person chooses from. */
export const WAYS = ['noisy-marginals', 'short', 'paper'] as const;
export type WayToMakeTwins = (typeof WAYS)[number];

/**
 * What is recommended, from the outcome's kind alone, which is public. For a 0/1 event noisy tables: at every N and ε that was simulated
 * (four alike centres, 150 to 4,700 people, ε 0.5 to 4) the intervals from own rows and tables held the truth in 94 to 99 %, those from DPVI twins in 48 to 87 %
 * (`core/study/README.md`). A count cannot be measured in tables: one person can move them by more than one.
 */
export function recommendedWay({ kind }: Pick<Outcome, 'kind'>): WayToMakeTwins {
  return kind === 'binary' ? 'noisy-marginals' : 'short';
}

/** Whether a public guess of the mean outcome has to be declared: where DPVI starts. Tables start nowhere. */
export function needsRateGuess(way: WayToMakeTwins): boolean {
  return way !== 'noisy-marginals';
}
