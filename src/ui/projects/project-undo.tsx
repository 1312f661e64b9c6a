import { Button, Group, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useSession, useSessionState } from '../session-context.tsx';
import { projectTitle } from './projects-text.ts';

export function ProjectUndo() {
  const session = useSession();
  const { undo } = useSessionState();
  if (undo?.kind !== 'project-deleted') return null;
  return (
    <Group role="status" gap="sm">
      <Text>“{projectTitle(undo.project)}” was deleted. Its releases stay in the ledger.</Text>
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
