import { Button, Group, Loader, Text } from '@mantine/core';
import { useSession } from '../../session-context.tsx';

export function ReadingNote() {
  const session = useSession();
  return (
    <Group role="status">
      <Loader size="sm" aria-hidden />
      <Text>Reading the table…</Text>
      <Button variant="default" size="xs" onClick={() => session.cancelReading()}>
        Cancel
      </Button>
    </Group>
  );
}
