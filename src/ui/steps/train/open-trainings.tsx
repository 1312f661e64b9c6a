import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { Play, X } from 'lucide-react';
import { openTrainings } from '../../../session/journey.ts';
import type { ReleaseRecord } from '../../../session/records.ts';
import type { SessionState } from '../../../session/state.ts';
import { formatDay, formatEpsilonUpper } from '../../parts/format.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { isOfChangedRows, isOfRowsAtHand, trainingToGoOnWith } from './to-go-on.ts';
import { CHANGED_TABLE_TEXT, OTHER_TABLE_TEXT, stepWords, waitingWords } from './train-text.ts';

/** Trainings that were agreed to and are neither running here nor ended. */
export function OpenTrainings() {
  const state = useSessionState();
  const { training } = state;
  const open = openTrainings(state).filter(
    ({ id }) => !('releaseId' in training) || training.releaseId !== id,
  );
  if (open.length === 0) return null;
  return (
    <section aria-labelledby="open-trainings">
      <Title order={2} size="h4" mb="sm" id="open-trainings">
        Not finished yet
      </Title>
      <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: 'none' }}>
        {open.map((release) => (
          <OpenTraining key={release.id} release={release} state={state} />
        ))}
      </Stack>
    </section>
  );
}

function OpenTraining({ release, state }: { release: ReleaseRecord; state: SessionState }) {
  const session = useSession();
  const { source, site, plan, stepsDone } = release;
  const { cost, parameters } = plan.mechanism;
  const kind = kindOf(release, state);
  const isChanged = isOfChangedRows(release, state);
  const isOfRows = isOfRowsAtHand(release, state);
  const what = `${site ?? source.label}, ε\u00a0=\u00a0${formatEpsilonUpper(cost.epsilonUpper)}, ${formatDay(release.startedOn)}`;
  return (
    <Paper component="li" withBorder radius="lg" p="md" bg="var(--tp-card)">
      <Group justify="space-between" gap="md">
        <div>
          <Text fw={600}>{what}</Text>
          <Text size="sm" c="dimmed">
            {waitingWords(kind)} · {stepWords(stepsDone, parameters.steps)}
            {!isOfRows && kind !== 'waiting' && ` · ${isChanged ? CHANGED_TABLE_TEXT : OTHER_TABLE_TEXT}`}
          </Text>
        </div>
        <Group gap="xs">
          {kind !== 'waiting' && (
            <Button
              variant={trainingToGoOnWith(state) === release ? 'filled' : 'default'}
              leftSection={<Play size={16} aria-hidden />}
              disabled={!isOfRows}
              aria-label={`${kind === 'queued' ? 'Begin' : 'Go on'}: ${what}`}
              onClick={() => void session.resumeTraining(release.id)}
            >
              {kind === 'queued' ? 'Begin' : kind === 'elsewhere' ? 'Go on here' : 'Go on'}
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<X size={16} aria-hidden />}
            aria-label={`Cancel: ${what}`}
            onClick={() => void session.cancelTraining(release.id)}
          >
            Cancel
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}

function kindOf({ id, status }: ReleaseRecord, { queue, elsewhere }: SessionState) {
  if (queue.includes(id)) return 'waiting';
  if (status === 'queued' || status === 'paused') return status;
  return elsewhere.includes(id) ? 'elsewhere' : 'interrupted';
}
