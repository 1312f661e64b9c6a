import { Button, Group, Text } from '@mantine/core';
import { use, useState, useSyncExternalStore } from 'react';
import type { StudyDesk } from '../../session/study-desk.ts';
import { FailureNote } from '../parts/failure-note.tsx';
import { formatDuration } from '../parts/format.ts';
import { JobProgress } from '../parts/job-progress.tsx';
import { More, Paragraphs } from '../parts/more.tsx';
import { PageFrame } from '../parts/page-frame.tsx';
import { UndoOffer } from '../parts/undo-offer.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { StudyChoices, type StudySource } from './study-choices.tsx';
import { StudyResult } from './study-result.tsx';
import {
  graphicsSentence,
  STUDY_DETAILS,
  STUDY_PURPOSE,
  STUDY_STAYS,
  studyFailureMessage,
} from './study-text.ts';

export function StudyPage() {
  const desk = use(useSession().study());
  const { run, view, forgotten, graphics } = useSyncExternalStore(desk.subscribe, desk.getState);
  const { data, codebook } = useSessionState();
  const [source, setSource] = useState<StudySource>({ kind: 'simulated' });
  const { raw, siteColumn } = data;
  const table =
    source.kind === 'opened-table' && raw !== null && siteColumn !== null && codebook.codebook !== null
      ? { raw, siteColumn, codebook: codebook.codebook }
      : null;
  const ready = source.kind === 'simulated' || (table !== null && source.declaredPublic);
  const busy = run.kind === 'opening' || run.kind === 'running' || run.kind === 'pausing';
  return (
    <PageFrame
      title="Study"
      purpose={STUDY_PURPOSE}
      stays={STUDY_STAYS}
      primary={
        busy ? undefined : (
          <Button
            variant={run.kind === 'done' ? 'default' : 'filled'}
            disabled={!ready}
            onClick={() => void desk.start(table)}
          >
            {run.kind === 'paused' ? 'Go on' : run.kind === 'done' ? 'Show again' : 'Run this figure'}
          </Button>
        )
      }
    >
      <StudyChoices desk={desk} source={source} onSource={setSource} disabled={busy} />
      <Running desk={desk} />
      {graphics !== null && run.kind !== 'failed' && (
        <Text size="sm" c="dimmed">
          {graphicsSentence(graphics)}
        </Text>
      )}
      {run.kind === 'failed' && <FailureNote>{studyFailureMessage(run.failure)}</FailureNote>}
      {run.kind === 'paused' && (
        <Text>
          Paused: {run.done} of {run.total} parts are done and kept in this browser.
        </Text>
      )}
      {view !== null && <StudyResult view={view} desk={desk} finished={run.kind === 'done'} />}
      {forgotten && (
        <UndoOffer
          what="The results of studies that this browser kept are forgotten."
          onUndo={() => void desk.undoForgetting()}
        />
      )}
      {!busy && run.kind !== 'idle' && (
        <Group>
          <Button variant="subtle" onClick={() => void desk.forget()}>
            Forget the results that this browser keeps
          </Button>
        </Group>
      )}
      <More summary="What is compared, and what to make of it">
        <Paragraphs texts={STUDY_DETAILS} />
      </More>
    </PageFrame>
  );
}

/** How far the parts are; those that this browser had kept are there at once and say nothing about the time left. */
function Running({ desk }: { desk: StudyDesk }) {
  const { run } = useSyncExternalStore(desk.subscribe, desk.getState);
  if (run.kind === 'opening') {
    const detail = 'opening the centres';
    return (
      <JobProgress
        label="Study"
        done={0}
        total={1}
        detail={detail}
        onCancel={() => desk.cancel()}
        cancelLabel="Cancel"
      />
    );
  }
  if (run.kind !== 'running' && run.kind !== 'pausing') return null;
  const leftMs = run.made > 0 ? (run.elapsedMs / run.made) * (run.total - run.done) : null;
  const left = leftMs === null ? '' : `, ${leftMs < 1000 ? '' : 'about '}${formatDuration(leftMs)} left`;
  return (
    <div>
      <JobProgress
        label={run.kind === 'pausing' ? 'Finishing the parts in work' : 'Study'}
        done={run.done}
        total={run.total}
        detail={`${run.done} of ${run.total} parts${left}`}
        onCancel={() => desk.cancel()}
        cancelLabel="Cancel"
      />
      <Group justify="flex-end" mt="xs">
        <Button variant="default" disabled={run.kind === 'pausing'} onClick={() => desk.pause()}>
          Pause
        </Button>
      </Group>
    </div>
  );
}
