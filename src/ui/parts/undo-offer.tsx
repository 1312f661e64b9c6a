import { Button, Group, Text } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useSession } from '../session-context.tsx';

/** Says what a click lost, and takes it back: the last thing that the session can undo, unless another way is given. */
export function UndoOffer({ what, onUndo }: { readonly what: string; readonly onUndo?: () => void }) {
  const session = useSession();
  return (
    <Group role="status" gap="sm">
      <Text>{what}</Text>
      <Button
        size="xs"
        variant="default"
        leftSection={<Undo2 size={15} aria-hidden />}
        onClick={onUndo ?? (() => void session.undo())}
      >
        Undo
      </Button>
    </Group>
  );
}
