import { Badge, Button, Table, Text } from '@mantine/core';
import { Download } from 'lucide-react';
import { CopyHash } from '../../parts/copy-hash.tsx';
import { formatBytes, formatCount, formatDay, formatEpsilonUpper } from '../../parts/format.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { SignerLine } from '../../parts/signer-line.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { fitWords } from './fit-words.ts';
import { SIMULATED_MARK } from './share-text.ts';

/** Bundles made here, the newest first. */
export function OwnBundles() {
  const session = useSession();
  const own = useSessionState().bundles.filter(({ origin }) => origin === 'own');
  if (own.length === 0)
    return <Text c="dimmed">No bundle yet. Make one, and it appears here to save and send.</Text>;
  return (
    <ScrollX label="Your bundles">
      <Table verticalSpacing="xs" miw={{ base: 0, sm: 680 }} data-stack>
        <caption>Your bundles</caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Centre</Table.Th>
            <Table.Th scope="col">Made</Table.Th>
            <Table.Th scope="col" data-number>
              Sets
            </Table.Th>
            <Table.Th scope="col" data-number>
              ε
            </Table.Th>
            <Table.Th scope="col" data-number>
              Size
            </Table.Th>
            <Table.Th scope="col">SHA-256</Table.Th>
            <Table.Th scope="col">File</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...own].reverse().map((bundle) => (
            <Table.Tr key={bundle.id}>
              <Table.Th scope="row">
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
              </Table.Th>
              <Table.Td data-label="Made" style={{ whiteSpace: 'nowrap' }}>
                {formatDay(bundle.createdOn)}
              </Table.Td>
              <Table.Td data-number data-label="Sets">
                {formatCount(bundle.setCount)}
              </Table.Td>
              <Table.Td data-number data-label="ε">
                {formatEpsilonUpper(bundle.epsilon)}
              </Table.Td>
              <Table.Td data-number data-label="Size">
                {formatBytes(bundle.byteLength)}
              </Table.Td>
              <Table.Td data-label="SHA-256">
                <CopyHash hash={bundle.id} />
              </Table.Td>
              <Table.Td data-label="File">
                <Button
                  size="xs"
                  variant="light"
                  leftSection={<Download size={15} aria-hidden />}
                  aria-label={`Download the bundle of ${bundle.partyName}, ${formatDay(bundle.createdOn)}`}
                  onClick={() => void session.downloadBundle(bundle.id)}
                >
                  Download
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollX>
  );
}
