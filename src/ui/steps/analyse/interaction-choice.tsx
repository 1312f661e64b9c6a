import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { PairPicker } from '../../parts/pair-picker.tsx';
import { useSession } from '../../session-context.tsx';

/** Pairs of variables whose effects may depend on each other. */
export function InteractionChoice({ codebook, choice }: { codebook: Codebook; choice: AnalysisChoice }) {
  const session = useSession();
  return (
    <PairPicker
      title="Interactions"
      description="Whether the effect of one variable differs between the levels of another. Twins of small tables know little about that."
      what="an interaction"
      addLabel="Add the interaction"
      variables={codebook.variables.filter(({ name }) => !choice.switchedOff.includes(name))}
      pairs={choice.interactions}
      onChange={(interactions) => session.choose({ interactions })}
    />
  );
}
