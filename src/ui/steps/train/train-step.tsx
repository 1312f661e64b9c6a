import { Alert, Button, Paper, Stack, Text, Title } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import { isNoisyTables } from '../../../core/synthesis/synthesizer.ts';
import { currentRelease } from '../../../session/journey.ts';
import { trainingFailureMessage } from '../../messages/job-messages.ts';
import { machineMessage } from '../../messages/machine-messages.ts';
import { CapNote } from '../../parts/cap-note.tsx';
import { FailureNote } from '../../parts/failure-note.tsx';
import { formatDuration, formatEpsilonUpper } from '../../parts/format.ts';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { PlanFacts } from '../../parts/plan-facts.tsx';
import { SelectedPairsNote } from '../../parts/selected-pairs-note.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { LevelCountTable } from './level-count-table.tsx';
import { OpenTrainings } from './open-trainings.tsx';
import { TrainPrimary } from './train-primary.tsx';
import {
  AGAIN_TEXT,
  CANCELLED_TEXT,
  NOT_KEPT_TEXT,
  NOT_KEPT_TITLE,
  PAUSED_TEXT,
  TRAIN_DETAILS,
  TRAIN_PURPOSE,
  TRAIN_STAYS,
  WHAT_IS_SPENT,
} from './train-text.ts';
import { TrainingProgress } from './training-progress.tsx';

export function TrainStep() {
  const session = useSession();
  const state = useSessionState();
  const { plan, training } = state;
  const finished = currentRelease(state);
  const running = training.kind === 'running';
  const underway =
    training.kind === 'running' ? state.releases.find(({ id }) => id === training.releaseId) : null;
  const machine =
    training.kind === 'finished'
      ? training.machine
      : (underway?.machine ?? (plan.kind === 'ready' ? plan.machine : (finished?.machine ?? null)));
  const { codebook } = state.codebook;
  const shown =
    underway ?? (plan.kind === 'ready' && codebook !== null ? { plan: plan.plan, codebook } : finished);
  return (
    <PageFrame title="Train" purpose={TRAIN_PURPOSE} stays={TRAIN_STAYS} primary={<TrainPrimary />}>
      {running && <TrainingProgress training={training} />}
      {!running && finished !== null && (
        <Alert
          color="pooled"
          variant="light"
          role="status"
          icon={<CircleCheck size={18} aria-hidden />}
          title="The training is finished"
        >
          {training.kind === 'finished' && `It took ${formatDuration(training.elapsedMs)}. `}
          Certified cost: ε&nbsp;=&nbsp;{formatEpsilonUpper(finished.plan.mechanism.cost.epsilonUpper)}.{' '}
          {AGAIN_TEXT}
        </Alert>
      )}
      {(training.kind === 'cancelled' || training.kind === 'paused') && (
        <Text role="status" c="dimmed">
          {training.kind === 'paused' ? PAUSED_TEXT : CANCELLED_TEXT}
        </Text>
      )}
      {training.kind === 'not-kept' && (
        <FailureNote title={NOT_KEPT_TITLE}>
          <Text mb="sm">{NOT_KEPT_TEXT}</Text>
          <Button onClick={() => void session.keepTrainingResult()}>Write the result again</Button>
        </FailureNote>
      )}
      {training.kind === 'failed' && (
        <FailureNote title="The training stopped">{trainingFailureMessage(training.failure)}</FailureNote>
      )}
      {!running && <CapNote />}
      {!running && finished !== null && isNoisyTables(finished.posterior) && (
        <LevelCountTable release={finished.posterior} codebook={finished.codebook} />
      )}
      {!running && <SelectedPairsNote release={finished} />}
      <OpenTrainings />
      {shown !== null && (
        <Paper withBorder radius="lg" p="lg" bg="var(--tp-card)">
          <Title order={2} size="h4" mb="sm">
            {finished === null ? 'What will run' : 'The plan'}
          </Title>
          <PlanFacts
            plan={shown.plan}
            codebook={shown.codebook}
            {...(plan.kind === 'ready' ? { expectedMs: plan.expectedMs } : {})}
          />
          {machine !== null && (
            <Text size="sm" mt="md">
              {machineMessage(machine)}
            </Text>
          )}
        </Paper>
      )}
      <Stack gap="xs">
        <Text>{WHAT_IS_SPENT}</Text>
        <More summary="Why is there no curve to watch?">
          <Paragraphs texts={TRAIN_DETAILS} />
        </More>
      </Stack>
      {!running && plan.kind !== 'ready' && (
        <Button variant="default" w="fit-content" onClick={() => session.goTo('privacy')}>
          {finished === null ? 'Plan a training' : 'Plan another training'}
        </Button>
      )}
    </PageFrame>
  );
}
