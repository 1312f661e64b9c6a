import { Button, Group, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useSession, useSessionState } from '../../session-context.tsx';

export function UndoNote() {
  const session = useSession();
  const { undo } = useSessionState();
  if (undo?.kind !== 'peer-removed') return null;
  return (
    <Group role="status" gap="sm">
      <Text>The bundle of {undo.partyName} was removed.</Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<Undo2 size={15} aria-hidden />}
        onClick={() => void session.undo()}
      >
        Undo
      </Button>
    </Group>
  );
}
