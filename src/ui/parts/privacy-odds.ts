/**
 * What ε means as odds: someone who would guess 50:50 whether a person is in the table is afterwards at
 * most e^ε/(1 + e^ε) sure, except in cases of total probability δ.
 */
export function mostSure(epsilon: number): number {
  return 1 / (1 + Math.exp(-epsilon));
}

/** In whole per cent, to be said with “about”; close to certainty one decimal, rounded upwards. */
export function mostSurePercent(epsilon: number): number {
  const percent = 100 * mostSure(epsilon);
  return percent > 99 ? Math.ceil(percent * 10 - 1e-9) / 10 : Math.round(percent);
}

export type Strength = 'strong' | 'moderate' | 'weak' | 'very weak';

/** Words for the meter; where the lines are drawn is custom, not mathematics. */
export function strengthOf(epsilon: number): Strength {
  if (epsilon <= 1) return 'strong';
  if (epsilon <= 3) return 'moderate';
  return epsilon <= 8 ? 'weak' : 'very weak';
}

export function oddsSentence(epsilon: number): string {
  return `Someone who would guess 50:50 whether you are in this table could be at most about ${mostSurePercent(epsilon)} % sure after seeing everything that is released.`;
}
