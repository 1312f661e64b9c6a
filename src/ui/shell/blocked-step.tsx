import { Anchor, Button } from '@mantine/core';
import { blockedSteps } from '../../session/journey.ts';
import { isStep } from '../../session/steps.ts';
import { tableFailureMessage } from '../messages/table-messages.ts';
import { FailureNote } from '../parts/failure-note.tsx';
import { openAgainLabel } from '../parts/open-again.ts';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { blockedWords, PAGE_LABELS } from './pages.ts';

/** A step reached by its address before its time: says what is missing and leads there. */
export function BlockedStep() {
  const session = useSession();
  const state = useSessionState();
  if (!isStep(state.page)) return null;
  const why = blockedSteps(state)[state.page];
  if (why === null) return null;
  const { sentence, page } = blockedWords(why);
  const { data } = state;
  const again = why === 'open-the-table-again' && data.source?.kind === 'file' ? data.remembered : null;
  return (
    <PageFrame
      title={PAGE_LABELS[state.page]}
      purpose={sentence}
      primary={
        again === null ? (
          <Button onClick={() => session.goTo(page)}>Go to {PAGE_LABELS[page]}</Button>
        ) : (
          <Button loading={data.reading} onClick={() => void session.reopenFile()}>
            {openAgainLabel(again)}
          </Button>
        )
      }
    >
      {again !== null && data.failure !== null && (
        <FailureNote title="This file could not be opened">
          {tableFailureMessage(data.failure)} <Anchor href="#/data">Go to Data</Anchor>
        </FailureNote>
      )}
    </PageFrame>
  );
}
