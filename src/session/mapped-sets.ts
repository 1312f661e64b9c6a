import type { Codebook } from '../core/codebook/codebook.ts';
import { checkMapping, fillMapped, lackingVariables } from '../core/codebook/map-codebook.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import { neededVariables } from './needed-variables.ts';
import type { AnalysisRequest, RequestedParty } from './requests.ts';

/**
 * A party's sets under our codebook. Parties that lack a variable of the analysis were left out by whoever
 * asked; a mapping that fits neither codebook, or lacks one, is a programmer's error and never a silent zero.
 */
export function setsUnder(
  { codebook, choice }: Pick<AnalysisRequest, 'codebook' | 'choice'>,
  bundle: { readonly codebook: Codebook; readonly sets: readonly CodedTable[] },
  mapping: RequestedParty['mapping'],
): readonly CodedTable[] {
  if (mapping === null) return bundle.sets;
  const checked = checkMapping(codebook, bundle.codebook, mapping);
  if (!checked.ok) throw new Error(`a stored mapping does not fit: ${checked.failure.kind}`);
  const needed = neededVariables(codebook, choice);
  const [lacking] = lackingVariables(needed, mapping);
  if (lacking !== undefined) throw new Error(`a party without ${lacking} was not left out`);
  return bundle.sets.map((set) => fillMapped(set, codebook, bundle.codebook, checked.value));
}
