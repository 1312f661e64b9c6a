import { Paper, Text } from '@mantine/core';
import { wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { PairPicker } from '../../parts/pair-picker.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { noiseOfPairs, PAIRS_HELP, PAIRS_TITLE } from './pairs-text.ts';

/** Pairs of variables that noisy tables count too; for those who know some. */
export function PairsSection() {
  const session = useSession();
  const { privacyForm, codebook } = useSessionState();
  if (codebook.codebook === null) return null;
  const { variables } = codebook.codebook;
  if (wayToMakeTwins(privacyForm, codebook.codebook) !== 'noisy-marginals' || variables.length < 2)
    return null;
  const names = new Set(variables.map(({ name }) => name));
  const pairs = (privacyForm.pairs ?? []).filter((pair) => pair.every((name) => names.has(name)));
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--tp-card)" component="section" aria-label={PAIRS_TITLE}>
      <PairPicker
        title={PAIRS_TITLE}
        description={PAIRS_HELP}
        what="a pair"
        addLabel="Count this pair too"
        variables={variables}
        pairs={pairs}
        onChange={(chosen) => session.editPrivacy({ pairs: chosen })}
      />
      {pairs.length > 0 && (
        <Text size="sm" mt="sm" maw="72ch" aria-live="polite">
          {noiseOfPairs(variables.length, pairs.length)}
        </Text>
      )}
    </Paper>
  );
}
