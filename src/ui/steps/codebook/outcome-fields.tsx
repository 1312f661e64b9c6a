import { SimpleGrid, TextInput } from '@mantine/core';
import { useId, useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';

/** Which text is the event, which is none; or how large a count can be. */
export function OutcomeFields(props: { column: DraftColumn; onChange: (column: DraftColumn) => void }) {
  const { column, onChange } = props;
  const listId = useId();
  const [typedMaximum, setTypedMaximum] = useState(column.maximum === null ? '' : String(column.maximum));
  if (column.kind === 'count')
    return (
      <TextInput
        label="Largest count that can occur"
        description="From public knowledge. Larger counts in the file are left out and reported."
        inputMode="numeric"
        maw={320}
        value={typedMaximum}
        error={typedMaximum !== '' && !/^\d+$/.test(typedMaximum.trim()) ? 'Type a whole number.' : undefined}
        onChange={(event) => {
          const typed = event.currentTarget.value;
          setTypedMaximum(typed);
          onChange({ ...column, maximum: /^\d+$/.test(typed.trim()) ? Number(typed) : null });
        }}
      />
    );
  const entered = (typed: string) => (typed.trim() === '' ? null : typed.trim());
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} maw={640}>
      <TextInput
        label="Text that means event"
        description="As it stands in the file, for instance 1"
        list={listId}
        value={column.event ?? ''}
        onChange={(event) => onChange({ ...column, event: entered(event.currentTarget.value) })}
      />
      <TextInput
        label="Text that means no event"
        description="For instance 0"
        list={listId}
        value={column.noEvent ?? ''}
        onChange={(event) => onChange({ ...column, noEvent: entered(event.currentTarget.value) })}
      />
      <datalist id={listId}>
        {column.levels.map(({ value }) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </SimpleGrid>
  );
}
