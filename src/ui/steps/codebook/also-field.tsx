import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { readMissingCodes, withAlso } from './draft-edits.ts';

/** Other texts of the file that mean a level, separated by semicolons. */
export function AlsoField(props: {
  column: DraftColumn;
  index: number;
  onChange: (column: DraftColumn) => void;
}) {
  const { column, index, onChange } = props;
  const level = column.levels[index]!;
  const joined = (level.also ?? []).join('; ');
  const [typed, setTyped] = useState(joined);
  // A merge elsewhere changes the texts; what is being typed stays as it is.
  const shown = readMissingCodes(typed).join('; ') === joined ? typed : joined;
  return (
    <TextInput
      size="xs"
      miw={110}
      aria-label={`Other texts that mean ${level.value}`}
      placeholder="none"
      value={shown}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(withAlso(column, index, [...new Set(readMissingCodes(event.currentTarget.value))]));
      }}
    />
  );
}
