import { Alert, Button, Group, Text } from '@mantine/core';
import { CircleCheck } from 'lucide-react';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import { codingFailureMessage } from '../../messages/table-messages.ts';
import { FailureNote } from '../../parts/failure-note.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StaysPanel } from '../../parts/stays-here.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { BlanksNote } from './blanks-note.tsx';
import { CODEBOOK_PURPOSE, CODEBOOK_STAYS, ROWS_GONE } from './codebook-text.ts';
import { CodingProgress } from './coding-progress.tsx';
import { CodingReportTable } from './coding-report-table.tsx';
import { SaveMenu } from './save-menu.tsx';
import { VariableTable } from './variable-table.tsx';

/** The codebook as it stands, and what it makes of the rows at hand. */
export function ConfirmedCodebook({ codebook }: { codebook: Codebook }) {
  const session = useSession();
  const { data, codebook: state } = useSessionState();
  const { coded, coding, codingFailure, codebookId } = state;
  const report = coded?.report ?? (codingFailure?.kind === 'no-rows-left' ? codingFailure.report : null);
  const isBroken = codingFailure?.kind === 'worker-crashed' || codingFailure?.kind === 'cancelled';
  return (
    <PageFrame
      title="Codebook"
      purpose={CODEBOOK_PURPOSE}
      stays={CODEBOOK_STAYS}
      primary={
        isBroken && data.raw !== null ? (
          <Button onClick={() => void session.codeAgain()}>Read the rows again</Button>
        ) : (
          <Button disabled={coded === null} onClick={() => session.goTo('privacy')}>
            Continue to privacy
          </Button>
        )
      }
    >
      {codingFailure !== null && (
        <FailureNote
          title={
            isBroken ? 'The rows were not read under this codebook' : 'Your rows do not fit this codebook'
          }
        >
          {codingFailureMessage(codingFailure)}
        </FailureNote>
      )}
      <Alert
        role="note"
        color="pooled"
        variant="light"
        icon={<CircleCheck size={18} aria-hidden />}
        title={`“${codebook.title}” is confirmed`}
      >
        <Text size="sm">
          Peers use the same codebook, or say how theirs is read under it. Its identity is{' '}
          <code className="tp-number" title={codebookId ?? ''}>
            {codebookId?.slice(0, 12)}
          </code>
          .
        </Text>
      </Alert>
      <Group gap="xs">
        <SaveMenu onSave={(format) => void session.saveCodebook(true, format)} />
        <Button variant="default" onClick={() => session.editCodebookAgain()}>
          Edit the codebook again
        </Button>
      </Group>
      {coding !== null && <CodingProgress />}
      {report !== null && (
        <StaysPanel>
          <CodingReportTable report={report} />
          {data.profiles
            .filter(({ name, spaced }) => {
              const used = report.columns.some((column) => column.name === name && column.undeclared > 0);
              return (used && spaced.length > 0) || data.blanksIgnored.includes(name);
            })
            .map(({ name, spaced }) => (
              <div key={name}>
                <Text size="sm" fw={600}>
                  {name}
                </Text>
                <BlanksNote name={name} spaced={spaced} />
              </div>
            ))}
        </StaysPanel>
      )}
      {data.raw === null && <Text c="dimmed">{ROWS_GONE}</Text>}
      <VariableTable codebook={codebook} />
    </PageFrame>
  );
}
