import { Button, Group, Stack, Text } from '@mantine/core';
import { checkRecord } from '../../../session/analysis-records.ts';
import type { AnalysisRecord } from '../../../session/records.ts';
import { CopyHash } from '../../parts/copy-hash.tsx';
import { formatDay, plural } from '../../parts/format.ts';
import { More } from '../../parts/more.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { RECORDS_PURPOSE, recordChange, recordObstacle, recordSentence } from './record-text.ts';

/** The analyses of this project: with what each was made, and how to make it again. */
export function AnalysisRecords() {
  const { analyses } = useSessionState();
  if (analyses.length === 0) return null;
  return (
    <More summary={`What was analysed so far (${plural(analyses.length, 'analysis', 'analyses')})`}>
      <Text size="sm" c="dimmed">
        {RECORDS_PURPOSE}
      </Text>
      <Stack
        component="ul"
        gap="md"
        pl={0}
        style={{ listStyle: 'none' }}
        aria-label="What was analysed so far"
      >
        {analyses.map((record) => (
          <li key={record.id}>
            <Entry record={record} />
          </li>
        ))}
      </Stack>
    </More>
  );
}

function Entry({ record }: { record: AnalysisRecord }) {
  const session = useSession();
  const state = useSessionState();
  const check = checkRecord(record, state);
  const obstacle = recordObstacle(check);
  const change = recordChange(check);
  return (
    <>
      <Text size="sm" fw={600}>
        {formatDay(record.madeOn)}
      </Text>
      <Text size="sm">{recordSentence(record)}</Text>
      <Group gap="sm">
        {record.bundles.map(({ id, partyName }) => (
          <Group key={id} gap={8} wrap="nowrap" align="center">
            <Text size="sm" c="dimmed">
              {partyName}
            </Text>
            <CopyHash hash={id} />
          </Group>
        ))}
      </Group>
      {(obstacle ?? change) !== null && (
        <Text size="sm" c="dimmed">
          {obstacle ?? change}
        </Text>
      )}
      <Button
        size="compact-sm"
        variant="default"
        mt={4}
        disabled={obstacle !== null || state.analysis.kind === 'running'}
        aria-label={`Make the analysis of ${formatDay(record.madeOn)} again: ${recordSentence(record)}`}
        onClick={() => void session.analyseAgain(record.id)}
      >
        Make it again
      </Button>
    </>
  );
}
