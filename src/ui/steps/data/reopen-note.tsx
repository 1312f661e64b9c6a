import { Alert, Button, Text } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { openAgainLabel } from '../../parts/open-again.ts';
import { useSession } from '../../session-context.tsx';
import { REOPEN_TITLE, rememberedText, reopenText } from './data-text.ts';

/** After a reload: the table is to be opened again, by one click where the browser remembers its place. */
export function ReopenNote(props: { label: string; isSimulated: boolean; remembered: string | null }) {
  const session = useSession();
  const { label, isSimulated, remembered } = props;
  return (
    <Alert
      role="note"
      color="pooled"
      variant="light"
      icon={<FolderOpen size={18} aria-hidden />}
      title={REOPEN_TITLE}
    >
      {isSimulated || remembered === null ? (
        reopenText(label, isSimulated)
      ) : (
        <>
          <Text mb="sm">{rememberedText(remembered)}</Text>
          <Button onClick={() => void session.reopenFile()}>{openAgainLabel(remembered)}</Button>
        </>
      )}
    </Alert>
  );
}
