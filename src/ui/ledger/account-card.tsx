import { Badge, Button, Group, Paper, Text, Title } from '@mantine/core';
import type { TableAccount } from '../../session/ledger-state.ts';
import { formatDelta, formatEpsilonUpper, plural } from '../parts/format.ts';
import { PrivacyMeter } from '../parts/privacy-meter.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { CapForm } from './cap-form.tsx';
import { JOIN_HELP, leftSentence } from './ledger-text.ts';

/** One table: what was released from it, what that comes to, and its cap. */
export function AccountCard({ account }: { account: TableAccount }) {
  const session = useSession();
  const { ledger } = useSessionState();
  const { key, label, site, releaseCount, importedCount, total, cap, left } = account;
  const isOpen = key === ledger.openTable;
  const canJoin =
    !isOpen && importedCount === releaseCount && releaseCount > 0 && ledger.fingerprint !== null;
  const isReached = cap !== null && total !== null && cap.epsilon <= total.epsilonUpper;
  return (
    <Paper withBorder radius="lg" p="lg" bg="var(--tp-card)" component="section" aria-label={label}>
      <Group justify="space-between" mb="xs" wrap="wrap">
        <Title order={3} size="h5" style={{ overflowWrap: 'anywhere' }}>
          {site === null ? label : `${label}, ${site}`}
        </Title>
        {isOpen && <Badge variant="light">The table at hand</Badge>}
      </Group>
      <Text mb="sm">
        {releaseCount === 0
          ? 'Nothing has been released from it. '
          : `${plural(releaseCount, 'release')}${importedCount > 0 ? `, ${importedCount} of them imported` : ''}. ${
              total === null
                ? 'Their total could not be certified.'
                : `Certified total: ε\u00a0=\u00a0${formatEpsilonUpper(total.epsilonUpper)} at δ\u00a0=\u00a0${formatDelta(total.delta)}.`
            } `}
        {isReached && 'The cap is reached: no further training is let through.'}
        {left !== null && leftSentence(left.cost)}
      </Text>
      {total !== null && <PrivacyMeter cost={total} what="everything released from this table" />}
      <CapForm key={`${key} ${cap?.epsilon} ${cap?.delta}`} tableKey={key} cap={cap} />
      {canJoin && (
        <>
          <Button mt="md" variant="default" onClick={() => void session.countTowardsOpenTable(key)}>
            Count towards the table at hand
          </Button>
          <Text size="sm" c="dimmed" mt={4}>
            {JOIN_HELP}
          </Text>
        </>
      )}
    </Paper>
  );
}
