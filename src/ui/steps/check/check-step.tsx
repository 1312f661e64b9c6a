import { Button, Group, Loader, Text } from '@mantine/core';
import { useEffect } from 'react';
import { isNoisyTables } from '../../../core/synthesis/synthesizer.ts';
import { currentRelease } from '../../../session/journey.ts';
import { analysisFailureMessage } from '../../messages/analysis-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { SelectedPairsNote } from '../../parts/selected-pairs-note.tsx';
import { StaysPanel } from '../../parts/stays-here.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { CHECK_DETAILS, CHECK_NEED, CHECK_PURPOSE, CHECK_STAYS, TABLES_CHECKED } from './check-text.ts';
import { ComparisonTables } from './comparison-tables.tsx';
import { Verdict } from './verdict.tsx';

/** Twins beside rows. It runs when the step is opened: there is nothing to decide before. */
export function CheckStep() {
  const session = useSession();
  const state = useSessionState();
  const { check } = state;
  const release = currentRelease(state);
  const releaseId = release?.id;
  const isStale = check.kind === 'ready' && check.releaseId !== releaseId;
  const start = check.kind === 'idle' || isStale;
  useEffect(() => {
    if (start) void session.checkTwins();
  }, [session, start]);
  return (
    <PageFrame
      title="Check"
      purpose={CHECK_PURPOSE}
      stays={CHECK_STAYS}
      primary={<Button onClick={() => session.goTo('share')}>Continue to share</Button>}
    >
      {check.kind === 'running' && (
        <Group role="status">
          <Loader size="sm" aria-hidden />
          <Text>{CHECK_NEED}</Text>
          <Button variant="default" size="xs" onClick={() => session.cancelCheck()}>
            Cancel
          </Button>
        </Group>
      )}
      {check.kind === 'cancelled' && (
        <Button variant="default" w="fit-content" onClick={() => void session.checkTwins()}>
          Compare twins and rows
        </Button>
      )}
      {check.kind === 'failed' && (
        <FailureNote title="The comparison ended without a result">
          <Text mb="sm">{analysisFailureMessage(check.failure)}</Text>
          <Button variant="default" onClick={() => void session.checkTwins()}>
            Try again
          </Button>
        </FailureNote>
      )}
      {release !== null && isNoisyTables(release.posterior) && <Text maw="72ch">{TABLES_CHECKED}</Text>}
      <SelectedPairsNote release={release} />
      {check.kind === 'ready' && !isStale && (
        <StaysPanel>
          <Verdict comparison={check.comparison} />
          <ComparisonTables comparison={check.comparison} />
        </StaysPanel>
      )}
      <More summary="How to read this">
        <Paragraphs texts={CHECK_DETAILS} />
      </More>
    </PageFrame>
  );
}
