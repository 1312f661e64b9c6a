import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSession } from '../session-context.tsx';
import { NOTE_REFUSED } from './ledger-text.ts';

/** What a person writes beside an entry; kept when the field is left, or with Enter. */
export function NoteField({ releaseId, label, note }: { releaseId: string; label: string; note: string }) {
  const session = useSession();
  const [typed, setTyped] = useState(note);
  const [isRefused, setRefused] = useState(false);
  const keep = async () => {
    if (typed.trim() !== note) setRefused(!(await session.setNote(releaseId, typed)));
  };
  return (
    <TextInput
      size="xs"
      w={150}
      aria-label={label}
      value={typed}
      error={isRefused ? NOTE_REFUSED : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void keep();
      }}
    />
  );
}
