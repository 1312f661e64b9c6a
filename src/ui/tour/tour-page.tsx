import { Badge, Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { CENTRE_NAMES } from '../../core/cohort/simulated-cohort.ts';
import { currentRelease, includedPeers } from '../../session/journey.ts';
import { jobEndMessage } from '../messages/job-messages.ts';
import { FailureNote } from '../parts/failure-note.tsx';
import { formatCount } from '../parts/format.ts';
import { JobProgress } from '../parts/job-progress.tsx';
import { More, Paragraphs } from '../parts/more.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { TOUR_LEADER, TOUR_PURPOSE, TOUR_STAYS, TOUR_STEPS } from './tour-text.ts';
import { WidthTable } from './width-table.tsx';

/** The whole journey with invented centres, on one page, each part ticked when it is done. */
export function TourPage() {
  const session = useSession();
  const state = useSessionState();
  const { data, codebook, training, making, tour, plan, analysis } = state;
  const [chosen, setChosen] = useState(data.site ?? CENTRE_NAMES[0] ?? '');
  const plays = data.source?.kind === 'simulated' && codebook.coded !== null && data.site !== null;
  const trained = plays && currentRelease(state) !== null;
  const own =
    plays && state.bundles.some(({ origin, partyName }) => origin === 'own' && partyName === data.site);
  const peers = includedPeers(state);
  const next = CENTRE_NAMES.find(
    (name) => name !== data.site && !peers.some(({ partyName }) => partyName === name),
  );
  const busy = tour.kind === 'inviting' || state.importing || analysis.kind === 'running';
  return (
    <PageFrame
      title="Tour"
      purpose={TOUR_PURPOSE}
      stays={TOUR_STAYS}
      primary={
        !plays ? (
          <Button disabled={data.reading} onClick={() => void session.playCentre(chosen)}>
            Play this centre
          </Button>
        ) : !trained ? (
          <Button
            disabled={plan.kind !== 'ready' || training.kind === 'running'}
            onClick={() => void session.train()}
          >
            Train
          </Button>
        ) : !own ? (
          <Button disabled={making.kind === 'running'} onClick={() => void session.makeTourBundle()}>
            Make and save my bundle
          </Button>
        ) : (
          <Button
            disabled={busy || next === undefined}
            onClick={() => next !== undefined && void session.inviteCentre(next)}
          >
            {next === undefined ? 'All centres are in' : `Let ${next} join`}
          </Button>
        )
      }
    >
      <Stack component="ol" gap="md" p={0} m={0} style={{ listStyle: 'none' }}>
        <Part number={1} step="centre" isDone={plays}>
          <NativeSelect
            label="Centre that you play"
            data={[...CENTRE_NAMES]}
            value={plays ? (data.site ?? chosen) : chosen}
            maw={320}
            disabled={data.reading}
            onChange={(event) => {
              setChosen(event.currentTarget.value);
              if (plays) void session.playCentre(event.currentTarget.value);
            }}
          />
          {plays && (
            <Text size="sm" mt="xs">
              You are {data.site}, with {formatCount(codebook.coded?.table.rowCount ?? 0)} invented people.
            </Text>
          )}
        </Part>
        <Part number={2} step="train" isDone={trained}>
          {training.kind === 'running' && (
            <JobProgress
              label="Training"
              done={training.stepsDone}
              total={training.steps}
              detail={`${formatCount(training.stepsDone)} of ${formatCount(training.steps)} steps`}
              cancelLabel="Cancel"
              onCancel={() => void session.cancelTraining()}
            />
          )}
          {trained && (
            <Button variant="default" size="xs" onClick={() => session.goTo('check')}>
              Look at the check
            </Button>
          )}
        </Part>
        <Part number={3} step="share" isDone={own}>
          {making.kind === 'running' && <Text role="status">Drawing the twins…</Text>}
        </Part>
        <Part number={4} step="peers" isDone={peers.length > 0}>
          {tour.kind === 'inviting' && (
            <JobProgress
              label={`${tour.site} makes its bundle`}
              done={tour.done}
              total={tour.total}
              detail={
                tour.done === 0
                  ? 'counting with noise'
                  : `${formatCount(tour.done)} of ${formatCount(tour.total)} synthetic sets`
              }
              cancelLabel="Cancel"
              onCancel={() => session.cancelInvitation()}
            />
          )}
          {tour.kind === 'failed' && (
            <FailureNote title={`${tour.site} could not join`}>
              {tour.failure.kind === 'tour-not-possible'
                ? `Its twins could not be made here (${tour.failure.detail}). Reload the page and try again.`
                : jobEndMessage(tour.failure)}
            </FailureNote>
          )}
          {peers.length > 0 && (
            <Text size="sm" role="status">
              {peers.map(({ partyName }) => partyName).join(', ')}
            </Text>
          )}
          {own && (
            <Button variant="default" size="xs" mt="xs" onClick={() => session.goTo('peers')}>
              Take in files of the room
            </Button>
          )}
        </Part>
        <Part number={5} step="watch" isDone={state.tourWidths.length > 1}>
          <WidthTable widths={state.tourWidths} />
          {analysis.kind === 'ready' && (
            <Button variant="default" size="xs" mt="xs" onClick={() => session.goTo('analyse')}>
              See every ratio
            </Button>
          )}
        </Part>
      </Stack>
      <More summary="For whoever leads the workshop">
        <Paragraphs texts={TOUR_LEADER} />
      </More>
    </PageFrame>
  );
}

function Part(props: {
  number: number;
  step: keyof typeof TOUR_STEPS;
  isDone: boolean;
  children: ReactNode;
}) {
  const { title, text } = TOUR_STEPS[props.step];
  return (
    <Paper component="li" withBorder radius="lg" p="md" bg="var(--tp-card)">
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h4">
          {props.number}. {title}
        </Title>
        {props.isDone && (
          <Badge variant="outline" color="gray" c="var(--mantine-color-text)">
            Done
          </Badge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {text}
      </Text>
      {props.children}
    </Paper>
  );
}
