import { Button, Group, Loader, Text } from '@mantine/core';
import { JobProgress } from '../../parts/job-progress.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';

/** How far the table has been read; without a figure where nobody knows. */
export function ReadingNote() {
  const session = useSession();
  const { fractionRead } = useSessionState().data;
  if (fractionRead > 0)
    return (
      <JobProgress
        label="Reading the table"
        done={Math.round(100 * fractionRead)}
        total={100}
        detail={`${Math.round(100 * fractionRead)}\u00a0%`}
        cancelLabel="Cancel"
        onCancel={() => session.cancelReading()}
      />
    );
  return (
    <Group role="status">
      <Loader size="sm" aria-hidden />
      <Text>Reading the table…</Text>
      <Button variant="default" size="xs" onClick={() => session.cancelReading()}>
        Cancel
      </Button>
    </Group>
  );
}
