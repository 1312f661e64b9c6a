import { Alert, Button, Checkbox, Group, Text, TextInput } from '@mantine/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import { choicesFromRows } from '../../../core/codebook/choices-from-rows.ts';
import type { CodebookDraft, DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { finishDraft } from '../../../core/codebook/finish-draft.ts';
import { codebookFailureMessage, problemColumn } from '../../messages/codebook-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { focusHeading } from '../../parts/focus-heading.ts';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { CodebookFiles } from './codebook-files.tsx';
import {
  CODEBOOK_DETAILS,
  CODEBOOK_PURPOSE,
  CODEBOOK_STAYS,
  CONFIRM_HELP,
  CONFIRM_PUBLIC,
  FROM_ROWS_TITLE,
  fileNoteText,
  fromRowsText,
} from './codebook-text.ts';
import { ColumnList } from './column-list.tsx';
import { replaceColumn } from './draft-edits.ts';
import { DraftHistory } from './draft-history.ts';
import { ProblemList } from './problem-list.tsx';

export function CodebookEditor({ draft }: { draft: CodebookDraft }) {
  const session = useSession();
  const { codebook, data } = useSessionState();
  const { fileFailure, fileNote } = codebook;
  const { profiles } = data;
  const [declaredPublic, setDeclaredPublic] = useState(false);
  const [attempts, setAttempts] = useState(0);
  const attempted = attempts > 0;
  const [wanted, setWanted] = useState<{ column: string } | null>(null);
  const [loads, setLoads] = useState(0);

  const problems = useMemo(() => {
    if (!attempted) return [];
    const finished = finishDraft(draft, { declaredPublic });
    return finished.ok ? [] : finished.failure;
  }, [attempted, draft, declaredPublic]);

  const warning = useMemo(() => fromRowsText(choicesFromRows(draft, profiles)), [draft, profiles]);

  const history = useRef(new DraftHistory());
  const edit = useCallback(
    (next: CodebookDraft, place: string) => {
      const now = session.getState().codebook.draft;
      if (now !== null) history.current.record(now, place, performance.now());
      session.editDraft(next);
    },
    [session],
  );
  const change = useCallback(
    (column: DraftColumn) => {
      const now = session.getState().codebook.draft;
      if (now !== null) edit(replaceColumn(now, column), column.name);
    },
    [session, edit],
  );
  const undo = () => {
    const before = history.current.takeBack();
    if (before === null) return;
    session.editDraft(before);
    setLoads(loads + 1);
  };

  const confirm = () => {
    setAttempts(attempts + 1);
    if (!finishDraft(draft, { declaredPublic }).ok) return;
    void session.confirmCodebook(true);
    focusHeading();
  };

  return (
    <PageFrame
      title="Codebook"
      purpose={CODEBOOK_PURPOSE}
      stays={CODEBOOK_STAYS}
      primary={<Button onClick={confirm}>Confirm the codebook</Button>}
    >
      {fileFailure !== null && (
        <FailureNote title="This codebook could not be loaded">
          {codebookFailureMessage(fileFailure)}
        </FailureNote>
      )}
      {fileNote !== null && fileNote.format !== 'twinpool' && (
        <Text size="sm" role="status">
          {fileNoteText(fileNote)}
        </Text>
      )}
      {problems.length > 0 && (
        <ProblemList problems={problems} attempts={attempts} onColumn={(column) => setWanted({ column })} />
      )}
      <Group align="end" gap="md">
        <TextInput
          label="Title of the codebook"
          value={draft.title}
          maxLength={200}
          flex={1}
          miw={220}
          onChange={(event) => edit({ ...draft, title: event.currentTarget.value }, '')}
        />
        <CodebookFiles
          declaredPublic={declaredPublic}
          onLoaded={() => {
            history.current.record(draft, '', performance.now());
            setLoads(loads + 1);
          }}
          onSave={() => setAttempts(attempts + 1)}
          onUndo={history.current.isEmpty ? null : undo}
        />
      </Group>
      <ColumnList
        key={loads}
        columns={draft.columns}
        problems={problems.filter((problem) => problemColumn(problem) !== null)}
        wanted={wanted}
        onChange={change}
      />
      {warning !== null && (
        <Alert role="note" color="local" variant="light" title={FROM_ROWS_TITLE}>
          {warning}
        </Alert>
      )}
      <Checkbox
        checked={declaredPublic}
        onChange={(event) => setDeclaredPublic(event.currentTarget.checked)}
        label={CONFIRM_PUBLIC}
        description={CONFIRM_HELP}
        error={
          attempted && !declaredPublic
            ? 'Tick this before you confirm, or change the codebook until you can.'
            : undefined
        }
      />
      <More summary="What belongs into a codebook?">
        <Paragraphs texts={CODEBOOK_DETAILS} />
      </More>
    </PageFrame>
  );
}
