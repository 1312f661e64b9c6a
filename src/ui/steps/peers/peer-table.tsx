import { ActionIcon, Badge, Button, Switch, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { peerBundles, readability } from '../../../session/journey.ts';
import type { BundleSummary } from '../../../session/records.ts';
import { signatureNote } from '../../../session/signature-note.ts';
import { formatCount, formatDay, formatEpsilonUpper, formatRows } from '../../parts/format.ts';
import { SignerLine } from '../../parts/signer-line.tsx';
import { type StackedColumn, StackedTable } from '../../parts/stacked-table.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { EMPTY_TEXT } from './peers-text.ts';

/** The bundles at hand: whose, how large, how private, and whether the analysis uses them. */
export function PeerTable({ onMap }: { onMap: (id: string) => void }) {
  const session = useSession();
  const state = useSessionState();
  const peers = peerBundles(state).toSorted(
    (a, b) => a.partyName.localeCompare(b.partyName) || a.createdOn.localeCompare(b.createdOn),
  );
  if (peers.length === 0) return <Text c="dimmed">{EMPTY_TEXT}</Text>;
  const isOther = (bundle: BundleSummary) => readability(bundle, state.codebook.codebookId) === 'not-mapped';
  const columns: readonly StackedColumn<BundleSummary>[] = [
    {
      heading: 'Use',
      cell: (bundle) => (
        <Switch
          aria-label={`Use the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
          checked={bundle.included && !isOther(bundle)}
          disabled={isOther(bundle)}
          onChange={(event) => void session.includeBundle(bundle.id, event.currentTarget.checked)}
        />
      ),
    },
    {
      heading: 'Centre',
      kind: 'names-row',
      cell: (bundle) => <WhoseBundle bundle={bundle} peers={peers} onMap={onMap} />,
    },
    { heading: 'Rows', kind: 'number', cell: formatRows },
    { heading: 'Sets', kind: 'number', cell: ({ setCount }) => formatCount(setCount) },
    { heading: 'ε', kind: 'number', cell: ({ epsilon }) => formatEpsilonUpper(epsilon) },
    { heading: 'Made', oneLine: true, cell: ({ createdOn }) => formatDay(createdOn) },
    {
      heading: 'Remove',
      cell: (bundle) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`Remove the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
          onClick={() => void session.removeBundle(bundle.id)}
        >
          <Trash2 size={16} aria-hidden />
        </ActionIcon>
      ),
    },
  ];
  return (
    <StackedTable
      caption="Bundles of other centres"
      columns={columns}
      rows={peers}
      keyOf={({ id }) => id}
      leastWidth={640}
    />
  );
}

/** The centre, under which codebook its people are, and who signed for them. */
function WhoseBundle(props: {
  bundle: BundleSummary;
  peers: readonly BundleSummary[];
  onMap: (id: string) => void;
}) {
  const { bundle, peers, onMap } = props;
  const { codebook } = useSessionState();
  const readable = readability(bundle, codebook.codebookId);
  const other = readable === 'not-mapped';
  return (
    <>
      {bundle.partyName}{' '}
      {bundle.simulated && (
        <Badge variant="light" color="gray">
          Simulated
        </Badge>
      )}{' '}
      {readable !== 'same' && (
        <>
          <Badge variant="light" color={other ? 'local' : 'pooled'}>
            {other ? 'Other codebook' : 'Mapped'}
          </Badge>{' '}
          <Button
            size="compact-xs"
            variant="default"
            disabled={codebook.codebook === null}
            aria-label={`${other ? 'Map' : 'Edit the mapping of'} the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
            onClick={() => onMap(bundle.id)}
          >
            {other ? 'Map its levels' : 'Edit the mapping'}
          </Button>
        </>
      )}
      <SignerLine note={signatureNote(bundle, peers)} />
    </>
  );
}
