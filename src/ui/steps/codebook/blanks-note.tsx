import { Button, Group, Text } from '@mantine/core';
import type { ColumnProfile } from '../../../core/table/column-profile.ts';
import { useSession, useSessionState } from '../../session-context.tsx';
import { BLANKS_IGNORED, spacedText } from './codebook-text.ts';

/** Texts that differ only in blanks at their ends: proposed to be read as one, and taken back with a click. */
export function BlanksNote({ name, spaced }: { name: string; spaced: ColumnProfile['spaced'] }) {
  const session = useSession();
  const isIgnored = useSessionState().data.blanksIgnored.includes(name);
  if (!isIgnored && spaced.length === 0) return null;
  return (
    <Group gap="xs">
      <Text size="sm">{isIgnored ? BLANKS_IGNORED : spacedText(spaced.map(({ value }) => value))}</Text>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={`${isIgnored ? 'Keep them apart' : 'Ignore these blanks'} in ${name}`}
        onClick={() => void session.ignoreBlanks([name], !isIgnored)}
      >
        {isIgnored ? 'Keep them apart' : 'Ignore these blanks'}
      </Button>
    </Group>
  );
}
