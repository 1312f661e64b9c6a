import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { analysisFailureMessage } from '../../messages/analysis-messages.ts';
import { codingFailureMessage, tableFailureMessage } from '../../messages/table-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { FileButton } from '../../parts/file-drop.tsx';
import { formatCount } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { More } from '../../parts/more.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { HeldOutResult } from './held-out-result.tsx';
import { HELD_OUT_PURPOSE } from './held-out-text.ts';
import type { ReadyAnalysis } from './ready-analysis.ts';

const SHARES = [0.1, 0.2, 0.3, 0.5];
const FILE = 'file';

/** Whether pooling predicts better: on a share of the own rows, or on a table of other people. */
export function HeldOutPanel({ result }: { result: ReadyAnalysis }) {
  const session = useSession();
  const { testTable, codebook } = useSessionState();
  const [from, setFrom] = useState('0.2');
  const { heldOut, upToDate, choice } = result;
  const tableFits = testTable.kind === 'ready' && testTable.codebookId === codebook.codebookId;
  const running = heldOut.kind === 'running';
  return (
    <More summary="Does pooling predict better?">
      <Stack gap="md" py="xs">
        <Text maw="68ch">{HELD_OUT_PURPOSE}</Text>
        <NativeSelect
          label="Rows to predict"
          maw={460}
          value={from}
          data={[
            ...SHARES.map((share) => ({
              value: String(share),
              label: `a random ${Math.round(100 * share)}\u00a0% of your own rows`,
            })),
            { value: FILE, label: 'the rows of another file' },
          ]}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        {from === FILE && <TestTable fits={tableFits} />}
        {choice.ownPart === 'own-twins' && (
          <Text size="sm" c="dimmed" maw="68ch">
            Your own rows stand for themselves here: your twins were made from all of them and would have seen
            the rows to predict.
          </Text>
        )}
        {running ? (
          <JobProgress
            label="Fitting and predicting"
            done={heldOut.fitsDone}
            total={heldOut.fits}
            detail={
              heldOut.fits === 0
                ? 'reading the bundles'
                : `${formatCount(heldOut.fitsDone)} of ${formatCount(heldOut.fits)} regressions`
            }
            cancelLabel="Cancel the evaluation"
            onCancel={() => session.cancelAnalysis()}
          />
        ) : (
          <Group gap="sm">
            <Button
              variant="default"
              disabled={!upToDate || (from === FILE && !tableFits)}
              onClick={() => void session.evaluateHeldOut(from === FILE ? null : Number(from))}
            >
              {heldOut.kind === 'ready' ? 'Evaluate once more' : 'Evaluate'}
            </Button>
            {!upToDate && (
              <Text size="sm" c="dimmed">
                Run the analysis again first.
              </Text>
            )}
          </Group>
        )}
        {heldOut.kind === 'failed' && (
          <FailureNote title="The evaluation has no result">
            {analysisFailureMessage(heldOut.failure)}
          </FailureNote>
        )}
        {heldOut.kind === 'ready' && <HeldOutResult evaluation={heldOut.evaluation} from={heldOut.from} />}
      </Stack>
    </More>
  );
}

function TestTable({ fits }: { fits: boolean }) {
  const session = useSession();
  const { testTable } = useSessionState();
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <FileButton
          variant="default"
          label={testTable.kind === 'ready' ? 'Open another file' : 'Open a file of other people'}
          accept=".csv,.tsv,.txt,text/csv"
          testId="test-table-file"
          loading={testTable.kind === 'reading'}
          onFiles={([file]) => file !== undefined && void session.openTestTable(file)}
        />
        {testTable.kind === 'ready' && fits && (
          <Text size="sm">
            {testTable.fileName}: {formatCount(testTable.table.rowCount)} rows
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed" maw="68ch">
        Under your codebook, and of people who are in no centre’s table. It stays on this screen like your own
        rows.
      </Text>
      {testTable.kind === 'ready' && !fits && (
        <Text size="sm">The codebook has changed since that file was read. Open it again.</Text>
      )}
      {testTable.kind === 'failed' && (
        <FailureNote title="The file cannot be used">{failureWords(testTable.failure)}</FailureNote>
      )}
    </Stack>
  );
}

type TestTableFailure = Extract<
  ReturnType<typeof useSessionState>['testTable'],
  { kind: 'failed' }
>['failure'];

function failureWords(failure: TestTableFailure): string {
  switch (failure.kind) {
    case 'missing-columns':
    case 'missing-site-column':
    case 'unknown-site':
    case 'no-rows-left':
      return codingFailureMessage(failure);
    default:
      return tableFailureMessage(failure);
  }
}
