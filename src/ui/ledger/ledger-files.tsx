import { Button, FileButton, Group, Text } from '@mantine/core';
import { ledgerFileMessage } from '../messages/ledger-messages.ts';
import { Announce } from '../parts/announce.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { FILE_HELP } from './ledger-text.ts';

/** Saves the ledger as a file, and adds the entries of one. */
export function LedgerFiles() {
  const session = useSession();
  const { file } = useSessionState().ledger;
  const take = (picked: File | null) => {
    if (picked === null) return;
    void session.importLedger({
      name: picked.name,
      bytes: async () => new Uint8Array(await picked.arrayBuffer()),
    });
  };
  return (
    <section aria-label="The ledger as a file">
      <Group gap="sm">
        <Button variant="default" onClick={() => void session.saveLedger()}>
          Save the ledger as a file
        </Button>
        <FileButton onChange={take} accept="application/json,.json">
          {(props) => (
            <Button variant="default" {...props}>
              Add the entries of a file…
            </Button>
          )}
        </FileButton>
      </Group>
      <Text size="sm" c="dimmed" mt="xs">
        {FILE_HELP}
      </Text>
      {file !== null && (
        <Text mt="xs" role="status">
          {ledgerFileMessage(file)}
        </Text>
      )}
      <Announce>{file === null ? '' : ledgerFileMessage(file)}</Announce>
    </section>
  );
}
