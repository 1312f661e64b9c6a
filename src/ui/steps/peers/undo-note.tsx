import { Button, Group, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useSession, useSessionState } from '../../session-context.tsx';

export function UndoNote() {
  const session = useSession();
  const { undo } = useSessionState();
  if (undo?.kind !== 'peer-removed' && undo?.kind !== 'mapping-changed') return null;
  return (
    <Group role="status" gap="sm">
      <Text>
        {undo.kind === 'peer-removed'
          ? `The bundle of ${undo.partyName} was removed.`
          : `The mapping of ${undo.partyName} was changed.`}
      </Text>
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
