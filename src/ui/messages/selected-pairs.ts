import type { Codebook } from '../../core/codebook/codebook.ts';
import { selectedPairsOf } from '../../core/marginals/pair-selection.ts';
import {
  isMarginalsPlan,
  isNoisyTables,
  type SynthesisPlan,
  type SynthesisPosterior,
} from '../../core/synthesis/synthesizer.ts';
import { listWords } from '../parts/format.ts';

/** Which pairs the mechanism chose, and what that says; null where it chose none. */
export function selectedPairsWords({
  plan,
  posterior,
  codebook,
}: {
  readonly plan: SynthesisPlan;
  readonly posterior: SynthesisPosterior | null;
  readonly codebook: Codebook;
}): string | null {
  if (posterior === null || !isMarginalsPlan(plan) || !isNoisyTables(posterior)) return null;
  const selected = selectedPairsOf(posterior, plan.settings);
  if (selected.length === 0) return null;
  const names = selected.map(({ variables }) =>
    variables.map((variable) => codebook.variables[variable]!.label).join(' × '),
  );
  return `The mechanism chose ${listWords(names, names.length)}. This choice is part of the result and stands in the bundle. It was made under noise: a chosen pair need not go together, and a pair that was not chosen may.`;
}
