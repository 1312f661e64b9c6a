import { NativeSelect, Paper, Text } from '@mantine/core';
import { levelsOf } from '../../../core/codebook/codebook.ts';
import { MAX_SELECTED } from '../../../core/marginals/pair-selection.ts';
import { ROW_COUNT_WEIGHT } from '../../../core/marginals/workload.ts';
import { isMarginalsPlan } from '../../../core/synthesis/synthesizer.ts';
import { declaredWeights } from '../../../session/declared-weights.ts';
import { wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { PairPicker } from '../../parts/pair-picker.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import {
  noiseOfPairs,
  PAIRS_HELP,
  PAIRS_TITLE,
  SELECTION_HELP,
  SELECTION_LABEL,
  selectionAdvice,
} from './pairs-text.ts';

/** Pairs of variables that noisy tables count too: declared by those who know some, or chosen under noise. */
export function PairsSection() {
  const session = useSession();
  const { privacyForm, codebook, plan } = useSessionState();
  if (codebook.codebook === null) return null;
  const { variables } = codebook.codebook;
  if (wayToMakeTwins(privacyForm, codebook.codebook) !== 'noisy-marginals' || variables.length < 2)
    return null;
  const names = new Set(variables.map(({ name }) => name));
  const position = (name: string) => variables.findIndex((variable) => variable.name === name);
  const pairs = (privacyForm.pairs ?? []).filter((pair) => pair.every((name) => names.has(name)));
  const weights = declaredWeights(privacyForm, codebook.codebook);
  const { selectedPairs: selected = 0 } = privacyForm;
  const advice = plan.kind === 'ready' && isMarginalsPlan(plan.plan) ? selectionAdvice(plan.plan) : null;
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
      <NativeSelect
        mt="md"
        size="xs"
        maw="72ch"
        label={SELECTION_LABEL}
        description={SELECTION_HELP}
        value={String(selected)}
        data={Array.from({ length: MAX_SELECTED + 1 }, (_, count) => ({
          value: String(count),
          label: count === 0 ? 'none' : `up to ${count}`,
        }))}
        onChange={(event) => session.editPrivacy({ selectedPairs: Number(event.currentTarget.value) })}
      />
      {pairs.length + selected > 0 && (
        <Text size="sm" mt="sm" maw="72ch" aria-live="polite">
          {noiseOfPairs(
            variables.map((variable) => levelsOf(variable).length),
            pairs.map(([a, b]) => [position(a), position(b)]),
            selected,
            {
              ...(weights && { weights }),
              ...(privacyForm.declaredRowCount === 'noisy' && { rowCountWeight: ROW_COUNT_WEIGHT }),
            },
          )}{' '}
          {advice}
        </Text>
      )}
    </Paper>
  );
}
