import { Button, Group, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useSession } from '../session-context.tsx';

/** Says what a click lost, and takes it back. */
export function UndoOffer({ what }: { readonly what: string }) {
  const session = useSession();
  return (
    <Group role="status" gap="sm">
      <Text>{what}</Text>
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
