import { Text } from '@mantine/core';
import type { LedgerRelease } from '../../core/privacy/ledger-format.ts';
import type { SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import type { ReleaseRecord } from '../../session/records.ts';
import { planPrecisionWords } from '../messages/precision-words.ts';
import { formatCount, formatDay, formatDelta, formatDigits, formatEpsilonUpper } from '../parts/format.ts';
import { type StackedColumn, StackedTable } from '../parts/stacked-table.tsx';
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
  /** Which variables were more precise than others; null where all were alike, or where nobody says. */
  readonly precision: string | null;
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
      precision: planPrecisionWords(release.plan, release.codebook),
      note: notes[release.id] ?? '',
    }),
  );
  return <Rows caption="Releases" rows={rows} />;
}

/** Those that came with another ledger's file. */
export function ImportedTable({ releases }: { releases: readonly LedgerRelease[] }) {
  const rows = releases.map(
    (release): Row => ({
      ...release,
      status: STATUS_WORDS.imported,
      precision: null,
      note: release.note ?? '',
    }),
  );
  return <Rows caption="From other ledgers" rows={rows} />;
}

const COLUMNS: readonly StackedColumn<Row>[] = [
  { heading: 'Started', kind: 'names-row', oneLine: true, cell: ({ startedOn }) => formatDay(startedOn) },
  { heading: 'Table', cell: ({ label }) => label },
  { heading: 'Centre', cell: ({ site }) => site ?? 'whole file' },
  { heading: 'ε', kind: 'number', cell: ({ epsilonUpper }) => formatEpsilonUpper(epsilonUpper) },
  { heading: 'δ', kind: 'number', cell: ({ delta }) => formatDelta(delta) },
  { heading: 'σ', kind: 'number', cell: ({ mechanism }) => formatDigits(mechanism.noiseMultiplier, 6) },
  { heading: 'q', kind: 'number', cell: ({ mechanism }) => formatDigits(mechanism.samplingRate) },
  { heading: 'T', kind: 'number', cell: ({ mechanism }) => formatCount(mechanism.steps) },
  {
    heading: 'Status',
    cell: ({ status, precision }) => (
      <>
        {status}
        {precision !== null && (
          <Text size="xs" c="dimmed">
            {precision}
          </Text>
        )}
      </>
    ),
  },
  {
    heading: 'Note',
    cell: ({ id, label, startedOn, note }) => (
      <NoteField key={note} releaseId={id} label={`Note on ${label}, ${formatDay(startedOn)}`} note={note} />
    ),
  },
];

function Rows({ caption, rows }: { caption: string; rows: readonly Row[] }) {
  return (
    <StackedTable caption={caption} columns={COLUMNS} rows={rows} keyOf={({ id }) => id} leastWidth={960} />
  );
}

function statusWords({ source, status }: ReleaseRecord): string {
  if (status !== 'cancelled' && source.kind === 'simulated') return STATUS_WORDS.simulated;
  return STATUS_WORDS[status];
}
