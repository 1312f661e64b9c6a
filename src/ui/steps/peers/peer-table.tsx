import { ActionIcon, Badge, Button, Switch, Table, Text } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { peerBundles, readability } from '../../../session/journey.ts';
import { signatureNote } from '../../../session/signature-note.ts';
import { formatCount, formatDay, formatEpsilonUpper } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { SignerLine } from '../../parts/signer-line.tsx';
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
  return (
    <ScrollX label="Bundles of other centres">
      <Table verticalSpacing="xs" miw={{ base: 0, sm: 640 }} data-stack>
        <caption>Bundles of other centres</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Use</Table.Th>
            <Table.Th scope="col">Centre</Table.Th>
            <Table.Th scope="col" data-number>
              Rows
            </Table.Th>
            <Table.Th scope="col" data-number>
              Sets
            </Table.Th>
            <Table.Th scope="col" data-number>
              ε
            </Table.Th>
            <Table.Th scope="col">Made</Table.Th>
            <Table.Th scope="col">Remove</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {peers.map((bundle) => {
            const readable = readability(bundle, state.codebook.codebookId);
            const other = readable === 'not-mapped';
            return (
              <Table.Tr key={bundle.id}>
                <Table.Td data-label="Use">
                  <Switch
                    aria-label={`Use the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
                    checked={bundle.included && !other}
                    disabled={other}
                    onChange={(event) => void session.includeBundle(bundle.id, event.currentTarget.checked)}
                  />
                </Table.Td>
                <Table.Th scope="row">
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
                        disabled={state.codebook.codebook === null}
                        aria-label={`${other ? 'Map' : 'Edit the mapping of'} the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
                        onClick={() => onMap(bundle.id)}
                      >
                        {other ? 'Map its levels' : 'Edit the mapping'}
                      </Button>
                    </>
                  )}
                  <SignerLine note={signatureNote(bundle, peers)} />
                </Table.Th>
                <Table.Td data-number data-label="Rows">
                  {formatCount(bundle.rowCount)}
                </Table.Td>
                <Table.Td data-number data-label="Sets">
                  {formatCount(bundle.setCount)}
                </Table.Td>
                <Table.Td data-number data-label="ε">
                  {formatEpsilonUpper(bundle.epsilon)}
                </Table.Td>
                <Table.Td data-label="Made" style={{ whiteSpace: 'nowrap' }}>
                  {formatDay(bundle.createdOn)}
                </Table.Td>
                <Table.Td data-label="Remove">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={`Remove the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
                    onClick={() => void session.removeBundle(bundle.id)}
                  >
                    <Trash2 size={16} aria-hidden />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}
