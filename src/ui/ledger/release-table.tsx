import { Table } from '@mantine/core';
import type { ReleaseRecord } from '../../session/records.ts';
import { formatCount, formatDay, formatDelta, formatDigits, formatEpsilonUpper } from '../parts/format.ts';
import { ScrollX } from '../parts/scroll-x.tsx';
import { STATUS_WORDS } from './ledger-text.ts';

/** The newest release first. */
export function ReleaseTable({ releases }: { releases: readonly ReleaseRecord[] }) {
  return (
    <ScrollX label="Releases">
      <Table verticalSpacing="xs" miw={820}>
        <caption>Releases</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Started</Table.Th>
            <Table.Th scope="col">Table</Table.Th>
            <Table.Th scope="col">Centre</Table.Th>
            {['ε', 'δ', 'σ', 'q', 'T'].map((symbol) => (
              <Table.Th key={symbol} scope="col" data-number>
                {symbol}
              </Table.Th>
            ))}
            <Table.Th scope="col">Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...releases].reverse().map((release) => {
            const { parameters, cost } = release.plan.mechanism;
            return (
              <Table.Tr key={release.id}>
                <Table.Th scope="row" fw={500} style={{ whiteSpace: 'nowrap' }}>
                  {formatDay(release.startedOn)}
                </Table.Th>
                <Table.Td>{release.source.label}</Table.Td>
                <Table.Td>{release.site ?? 'whole file'}</Table.Td>
                <Table.Td data-number>{formatEpsilonUpper(cost.epsilonUpper)}</Table.Td>
                <Table.Td data-number>{formatDelta(cost.delta)}</Table.Td>
                <Table.Td data-number>{formatDigits(parameters.noiseMultiplier, 6)}</Table.Td>
                <Table.Td data-number>{formatDigits(parameters.samplingRate)}</Table.Td>
                <Table.Td data-number>{formatCount(parameters.steps)}</Table.Td>
                <Table.Td>{statusWords(release)}</Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function statusWords({ source, status }: ReleaseRecord): string {
  if (status !== 'cancelled' && source.kind === 'simulated') return STATUS_WORDS.simulated;
  return STATUS_WORDS[status];
}
