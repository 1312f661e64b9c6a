import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { LeftOutParty } from '../../../session/state.ts';
import { listWords } from '../../parts/format.ts';

/** Which centres in use are not in this analysis, and for want of what. */
export function leftOutSentence(leftOut: readonly LeftOutParty[], codebook: Codebook): string {
  const label = (name: string) => codebook.variables.find((one) => one.name === name)?.label ?? name;
  const parties = leftOut.map(
    ({ bundle, lacks }) =>
      `${bundle.partyName} (has no ${listWords(lacks.map((name) => `“${label(name)}”`))})`,
  );
  return `Left out of this analysis: ${listWords(parties)}. Switch those variables off to take them in.`;
}
