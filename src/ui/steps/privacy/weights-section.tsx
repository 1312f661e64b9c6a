import { NativeSelect, Paper, Text } from '@mantine/core';
import { levelAdvice, noiseBesideAlike } from '../../../core/marginals/level-counts.ts';
import { isMarginalsPlan } from '../../../core/synthesis/synthesizer.ts';
import { declaredWeights, withWeight } from '../../../session/declared-weights.ts';
import { wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { precisionWords } from '../../messages/precision-words.ts';
import { More } from '../../parts/more.tsx';
import { type StackedColumn, StackedTable } from '../../parts/stacked-table.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import {
  noiseBesideAlikeWords,
  PRECISIONS,
  WEIGHTS_CAPTION,
  WEIGHTS_EXPECTATION,
  WEIGHTS_HELP,
  WEIGHTS_SUMMARY,
  WEIGHTS_TITLE,
} from './weights-text.ts';

interface Row {
  readonly name: string;
  readonly label: string;
  readonly weight: number;
  /** Null until there is a plan. */
  readonly noise: string | null;
}

/** Which variables noisy tables count more precisely, at the cost of the others: from public knowledge. */
export function WeightsSection() {
  const session = useSession();
  const { privacyForm, codebook, plan } = useSessionState();
  if (codebook.codebook === null) return null;
  const known = codebook.codebook;
  const { variables } = known;
  if (wayToMakeTwins(privacyForm, known) !== 'noisy-marginals' || variables.length < 2) return null;
  const chosen = new Map(privacyForm.weights);
  const marginals = plan.kind === 'ready' && isMarginalsPlan(plan.plan) ? plan.plan : null;
  const advice = marginals && levelAdvice(marginals);
  const factors = marginals && noiseBesideAlike(marginals);
  const rows = variables.map(
    ({ name, label }, j): Row => ({
      name,
      label,
      weight: chosen.get(name) ?? 1,
      noise: advice && factors && noiseBesideAlikeWords(advice[j]!.noise, factors[j]!),
    }),
  );
  const columns: readonly StackedColumn<Row>[] = [
    { heading: 'Variable', kind: 'names-row', cell: ({ label }) => label },
    {
      heading: 'Precision',
      cell: ({ name, label, weight }) => (
        <NativeSelect
          size="xs"
          aria-label={`Precision of ${label}`}
          value={String(weight)}
          data={PRECISIONS.map((one) => ({ value: String(one.weight), label: one.label }))}
          onChange={(event) =>
            session.editPrivacy({
              weights: withWeight(privacyForm, known, name, Number(event.currentTarget.value)),
            })
          }
        />
      ),
    },
    {
      heading: 'Noise, people',
      kind: 'number',
      oneLine: true,
      cell: ({ noise }) => noise ?? '…',
    },
  ];
  const weights = declaredWeights(privacyForm, known);
  const words = weights === undefined ? null : precisionWords(weights, known);
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--tp-card)" component="section" aria-label={WEIGHTS_TITLE}>
      <Text size="sm" fw={500}>
        {WEIGHTS_TITLE}
      </Text>
      <Text size="xs" c="dimmed" maw="72ch" mb="xs">
        {WEIGHTS_HELP}
      </Text>
      <More summary={WEIGHTS_SUMMARY}>
        <StackedTable
          caption={WEIGHTS_CAPTION}
          columns={columns}
          rows={rows}
          keyOf={({ name }) => name}
          leastWidth={520}
        />
      </More>
      <Text size="sm" mt="xs" maw="72ch" aria-live="polite">
        {words !== null && `${words}. ${WEIGHTS_EXPECTATION}`}
      </Text>
    </Paper>
  );
}
