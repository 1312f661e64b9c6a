import type { Codebook } from '../core/codebook/codebook.ts';
import type { PrivacyForm } from './records.ts';

/**
 * w_j of each variable as declared, 1 where nothing was. Undefined where all are alike, for then there is nothing to tell apart: such
 * a plan is the one of a person who declared nothing.
 */
export function declaredWeights(
  { weights = [] }: PrivacyForm,
  { variables }: Codebook,
): readonly number[] | undefined {
  const byName = new Map(weights);
  const all = variables.map(({ name }) => byName.get(name) ?? 1);
  return all.every((weight) => weight === all[0]) ? undefined : all;
}

/** The declaration with one variable changed, without those that the codebook has no more. */
export function withWeight(
  { weights = [] }: PrivacyForm,
  { variables }: Codebook,
  changed: string,
  weight: number,
): NonNullable<PrivacyForm['weights']> {
  const known = new Set(variables.map(({ name }) => name));
  const others = weights.filter(([name]) => name !== changed && known.has(name));
  return weight === 1 ? others : [...others, [changed, weight]];
}
