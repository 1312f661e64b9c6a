/**
 * Declared weights w_j in words, for people: "Age twice as precise; the others as usual". The noise of a table is σ Δ / w_j, so that a
 * table of weight 2 has half the noise of one of weight 1. Null where all weights are alike.
 *
 * @param weights one a variable
 * @param names one a variable
 * @param list joins the names of those that share a weight
 */
export function weightWords(
  weights: readonly number[],
  names: readonly string[],
  list = (some: readonly string[]) => some.join(', '),
): string | null {
  const different = [...new Set(weights)].sort((a, b) => b - a);
  if (different.length < 2) return null;
  const parts = different
    .filter((weight) => weight !== 1)
    .map((weight) => `${list(names.filter((_, j) => weights[j] === weight))} ${timesAsPrecise(weight)}`);
  return [...parts, ...(different.includes(1) ? ['the others as usual'] : [])].join('; ');
}

/** As usual is weight 1. */
export function timesAsPrecise(weight: number): string {
  if (weight === 2) return 'twice as precise';
  return weight === 0.5 ? 'half as precise' : `${weight} times as precise`;
}
