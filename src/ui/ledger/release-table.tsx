import { Table } from '@mantine/core';
import type { LedgerRelease } from '../../core/privacy/ledger-file.ts';
import type { SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import type { ReleaseRecord } from '../../session/records.ts';
import { formatCount, formatDay, formatDelta, formatDigits, formatEpsilonUpper } from '../parts/format.ts';
import { ScrollX } from '../parts/scroll-x.tsx';
import { STATUS_WORDS } from './ledger-text.ts';
import { NoteField } from './note-field.tsx';

interface Row {
  readonly id: string;
  readonly startedOn: string;
  readonly label: string;
  readonly site: string | null;
  readonly mechanism: SubsampledGaussian;
  readonly delta: number;
  readonly epsilonUpper: number;
  readonly status: string;
  readonly note: string;
}

/** The releases of this browser, the newest first. */
export function ReleaseTable({
  releases,
  notes,
}: {
  releases: readonly ReleaseRecord[];
  notes: Readonly<Record<string, string>>;
}) {
  const rows = [...releases].reverse().map(
    (release): Row => ({
      id: release.id,
      startedOn: release.startedOn,
      label: release.source.label,
      site: release.site,
      mechanism: release.plan.mechanism.parameters,
      delta: release.plan.mechanism.cost.delta,
      epsilonUpper: release.plan.mechanism.cost.epsilonUpper,
      status: statusWords(release),
      note: notes[release.id] ?? '',
    }),
  );
  return <Rows caption="Releases" rows={rows} />;
}

/** Those that came with another ledger's file. */
export function ImportedTable({ releases }: { releases: readonly LedgerRelease[] }) {
  const rows = releases.map(
    (release): Row => ({ ...release, status: STATUS_WORDS.imported, note: release.note ?? '' }),
  );
  return <Rows caption="From other ledgers" rows={rows} />;
}

function Rows({ caption, rows }: { caption: string; rows: readonly Row[] }) {
  return (
    <ScrollX label={caption}>
      <Table verticalSpacing="xs" miw={{ base: 0, sm: 960 }} data-stack>
        <caption>{caption}</caption>
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
            <Table.Th scope="col">Note</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ id, startedOn, label, site, mechanism, delta, epsilonUpper, status, note }) => (
            <Table.Tr key={id}>
              <Table.Th scope="row" fw={500} style={{ whiteSpace: 'nowrap' }}>
                {formatDay(startedOn)}
              </Table.Th>
              <Table.Td data-label="Table">{label}</Table.Td>
              <Table.Td data-label="Centre">{site ?? 'whole file'}</Table.Td>
              <Table.Td data-number data-label="ε">
                {formatEpsilonUpper(epsilonUpper)}
              </Table.Td>
              <Table.Td data-number data-label="δ">
                {formatDelta(delta)}
              </Table.Td>
              <Table.Td data-number data-label="σ">
                {formatDigits(mechanism.noiseMultiplier, 6)}
              </Table.Td>
              <Table.Td data-number data-label="q">
                {formatDigits(mechanism.samplingRate)}
              </Table.Td>
              <Table.Td data-number data-label="T">
                {formatCount(mechanism.steps)}
              </Table.Td>
              <Table.Td data-label="Status">{status}</Table.Td>
              <Table.Td data-label="Note">
                <NoteField
                  key={note}
                  releaseId={id}
                  label={`Note on ${label}, ${formatDay(startedOn)}`}
                  note={note}
                />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}

function statusWords({ source, status }: ReleaseRecord): string {
  if (status !== 'cancelled' && source.kind === 'simulated') return STATUS_WORDS.simulated;
  return STATUS_WORDS[status];
}
