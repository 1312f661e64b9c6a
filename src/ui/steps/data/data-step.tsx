import { Button } from '@mantine/core';
import { isCentreNamed } from '../../../session/journey.ts';
import { tableFailureMessage } from '../../messages/table-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { TableUndo } from '../../parts/table-undo.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { DATA_DETAILS, DATA_PURPOSE, DATA_STAYS } from './data-text.ts';
import { Doors } from './doors.tsx';
import { OpenTable } from './open-table.tsx';
import { ReadingNote } from './reading-note.tsx';
import { ReopenNote } from './reopen-note.tsx';

export function DataStep() {
  const session = useSession();
  const state = useSessionState();
  const { data } = state;
  const { raw, source, failure, reading } = data;
  return (
    <PageFrame
      title="Data"
      purpose={DATA_PURPOSE}
      stays={DATA_STAYS}
      {...(raw === null || source === null
        ? {}
        : {
            primary: (
              <Button disabled={!isCentreNamed(state)} onClick={() => session.goTo('codebook')}>
                Continue to the codebook
              </Button>
            ),
          })}
    >
      {failure !== null && failure.kind !== 'cancelled' && (
        <FailureNote title="This file could not be opened">{tableFailureMessage(failure)}</FailureNote>
      )}
      {reading && <ReadingNote />}
      {!reading && <TableUndo />}
      {!reading && raw === null && source !== null && (
        <ReopenNote
          label={source.label}
          isSimulated={source.kind === 'simulated'}
          remembered={data.remembered}
        />
      )}
      {!reading && raw !== null && source !== null ? <OpenTable raw={raw} source={source} /> : <Doors />}
      <More summary="What kind of file is right?">
        <Paragraphs texts={DATA_DETAILS} />
      </More>
    </PageFrame>
  );
}
