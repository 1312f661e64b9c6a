import { Text } from '@mantine/core';
import { spentReleases } from '../../../session/journey.ts';
import { formatEpsilonUpper, plural } from '../../parts/format.ts';
import { rightPercent } from '../../parts/privacy-odds.ts';
import { useSessionState } from '../../session-context.tsx';

/** What was spent before, and what it comes to. */
export function EarlierReleases() {
  const state = useSessionState();
  const spent = spentReleases(state);
  if (spent.length === 0) return null;
  const { totalCost } = state;
  return (
    <Text size="sm" mt="lg" pt="md" style={{ borderTop: '1px solid var(--tp-line)' }}>
      This browser’s ledger already holds {plural(spent.length, 'release')} that{' '}
      {spent.length === 1 ? 'counts' : 'count'}
      {totalCost === null
        ? '. Their total has not been certified.'
        : `: certified total ε = ${formatEpsilonUpper(totalCost.epsilonUpper)} (a 50:50 guess right at most about ${rightPercent(totalCost)} times in 100, were they all of the same people).`}{' '}
      This plan comes on top where the people are the same.
    </Text>
  );
}
