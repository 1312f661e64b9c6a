import { ActionIcon, Group } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { Check, Copy } from 'lucide-react';

/** The first twelve signs of a SHA-256, and a button that copies all of it. */
export function CopyHash({ hash }: { hash: string }) {
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <Group gap={4} wrap="nowrap">
      <code title={hash}>{hash.slice(0, 12)}</code>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={clipboard.copied ? 'Copied' : `Copy SHA-256 ${hash.slice(0, 12)}`}
        onClick={() => clipboard.copy(hash)}
      >
        {clipboard.copied ? <Check size={15} aria-hidden /> : <Copy size={15} aria-hidden />}
      </ActionIcon>
    </Group>
  );
}
