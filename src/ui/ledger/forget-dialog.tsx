import { Button, Group, Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { Announce } from '../parts/announce.tsx';
import { useSession } from '../session-context.tsx';
import { FORGET_TEXT, FORGET_TITLE } from './ledger-text.ts';

export function ForgetDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const session = useSession();
  const [forgetting, setForgetting] = useState(false);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={FORGET_TITLE}
      closeButtonProps={{ 'aria-label': 'Close' }}
      styles={{ title: { fontWeight: 620 } }}
      centered
      transitionProps={{ duration: 0 }}
    >
      <Text mb="lg">{FORGET_TEXT}</Text>
      <Group justify="space-between">
        <Button
          color="red"
          c="var(--mantine-color-error)"
          variant="outline"
          loading={forgetting}
          onClick={async () => {
            setForgetting(true);
            await session.forgetEverything();
            setForgetting(false);
            onClose();
          }}
        >
          Forget everything
        </Button>
        <Button data-autofocus onClick={onClose}>
          Keep it
        </Button>
      </Group>
      <Announce>{forgetting ? 'Forgetting' : ''}</Announce>
    </Modal>
  );
}
