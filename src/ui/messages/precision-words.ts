import type { Codebook } from '../../core/codebook/codebook.ts';
import { weightWords } from '../../core/marginals/weight-words.ts';
import { isMarginalsPlan, type SynthesisPlan } from '../../core/synthesis/synthesizer.ts';
import { listWords } from '../parts/format.ts';

/** Which variables are more precise than others, by label; null where all are alike. */
export function precisionWords(weights: readonly number[], { variables }: Codebook): string | null {
  return weightWords(
    weights,
    variables.map(({ label }) => label),
    (labels) => listWords(labels),
  );
}

/** The same of a plan; null also where variables have no weights. */
export function planPrecisionWords(plan: SynthesisPlan, codebook: Codebook): string | null {
  return isMarginalsPlan(plan) ? precisionWords(plan.settings.weights, codebook) : null;
}
