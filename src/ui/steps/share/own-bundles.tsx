import { Badge, Button, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { newestOwnBundle } from '../../../session/journey.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { CopyHash } from '../../parts/copy-hash.tsx';
import { formatBytes, formatCount, formatDay, formatEpsilonUpper } from '../../parts/format.ts';
import { SignerLine } from '../../parts/signer-line.tsx';
import { type StackedColumn, StackedTable } from '../../parts/stacked-table.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { fitWords } from './fit-words.ts';
import { SIMULATED_MARK } from './share-text.ts';

/** Bundles made here, the newest first. The newest is what the step is about once it is there: its button is the loudest. */
export function OwnBundles() {
  const session = useSession();
  const state = useSessionState();
  const own = state.bundles.filter(({ origin }) => origin === 'own');
  if (own.length === 0)
    return <Text c="dimmed">No bundle yet. Make one, and it appears here to save and send.</Text>;
  const newest = newestOwnBundle(state);
  const columns: readonly StackedColumn<BundleSummary>[] = [
    { heading: 'Centre', kind: 'names-row', cell: (bundle) => <WhoseBundle bundle={bundle} /> },
    { heading: 'Made', oneLine: true, cell: ({ createdOn }) => formatDay(createdOn) },
    { heading: 'Sets', kind: 'number', cell: ({ setCount }) => formatCount(setCount) },
    { heading: 'ε', kind: 'number', cell: ({ epsilon }) => formatEpsilonUpper(epsilon) },
    { heading: 'Size', kind: 'number', cell: ({ byteLength }) => formatBytes(byteLength) },
    { heading: 'SHA-256', cell: ({ id }) => <CopyHash hash={id} /> },
    {
      heading: 'File',
      cell: (bundle) => (
        <Button
          size="xs"
          variant={bundle === newest ? 'filled' : 'light'}
          leftSection={<Download size={15} aria-hidden />}
          aria-label={`Download the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
          onClick={() => void session.downloadBundle(bundle.id)}
        >
          Download
        </Button>
      ),
    },
  ];
  return (
    <StackedTable
      caption="Your bundles"
      columns={columns}
      rows={[...own].reverse()}
      keyOf={({ id }) => id}
      leastWidth={680}
    />
  );
}

function WhoseBundle({ bundle }: { bundle: BundleSummary }) {
  return (
    <>
      {bundle.partyName}{' '}
      {bundle.simulated && (
        <Badge variant="light" color="gray" title={SIMULATED_MARK}>
          Simulated
        </Badge>
      )}
      <SignerLine
        note={{ signer: bundle.signer ?? null, change: null }}
        unsigned="Not signed: this browser could not sign it"
      />
      {bundle.fit !== undefined && (
        <Text size="xs" c="dimmed" fw={400} maw="40ch">
          {fitWords(bundle.fit)}
        </Text>
      )}
    </>
  );
}
