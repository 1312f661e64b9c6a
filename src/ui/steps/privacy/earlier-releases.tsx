import { Text } from '@mantine/core';
import { formatDelta, formatEpsilonUpper, plural } from '../../parts/format.ts';
import { rightPercent } from '../../parts/privacy-odds.ts';
import { useSessionState } from '../../session-context.tsx';

/** What was released from this table before, what it comes to, and what is known of other tables. */
export function EarlierReleases() {
  const { ledger } = useSessionState();
  const here = ledger.accounts.find(({ key }) => key === ledger.openTable);
  const others = ledger.accounts.filter(({ key }) => key !== ledger.openTable);
  const cap = ledger.openTable === null ? undefined : ledger.caps[ledger.openTable];
  if (here === undefined && others.length === 0 && cap === undefined) return null;
  return (
    <Text size="sm" mt="lg" pt="md" style={{ borderTop: '1px solid var(--tp-line)' }}>
      {here !== undefined &&
        `From this table the ledger already holds ${plural(here.releaseCount, 'release')}: ${
          here.total === null
            ? 'their total could not be certified.'
            : `certified total ε\u00a0=\u00a0${formatEpsilonUpper(here.total.epsilonUpper)} at δ\u00a0=\u00a0${formatDelta(here.total.delta)} (a 50:50 guess right at most about ${rightPercent(here.total)} times in 100). This plan comes on top.`
        } `}
      {cap !== undefined &&
        `The cap of this table is ε\u00a0=\u00a0${cap.epsilon} at δ\u00a0=\u00a0${formatDelta(cap.delta)}. `}
      {others.length > 0 &&
        `The ledger also holds releases of ${plural(others.length, 'other table')}. Where those are the same people, they add up too.`}
    </Text>
  );
}
