import { NativeSelect, SimpleGrid, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { readMissingCodes } from './draft-edits.ts';

/** Which texts mean "missing", and what becomes of such rows. */
export function MissingFields(props: { column: DraftColumn; onChange: (column: DraftColumn) => void }) {
  const { column, onChange } = props;
  const [typed, setTyped] = useState(column.missingCodes.join('; '));
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} maw={640}>
      <TextInput
        label="Missing codes"
        description="Texts that mean “not known”, separated by ; (an empty cell always does)"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          onChange({ ...column, missingCodes: readMissingCodes(event.currentTarget.value) });
        }}
      />
      {column.role === 'variable' && (
        <NativeSelect
          label="Rows with a missing value"
          description="Undeclared values are treated alike"
          value={column.missing.kind}
          data={[
            { value: 'exclude', label: 'Leave the row out' },
            { value: 'level', label: 'Make “missing” a level of its own' },
          ]}
          onChange={(event) =>
            onChange({
              ...column,
              missing:
                event.currentTarget.value === 'level'
                  ? { kind: 'level', label: 'Missing' }
                  : { kind: 'exclude' },
            })
          }
        />
      )}
      {column.role === 'variable' && column.missing.kind === 'level' && (
        <TextInput
          label="Label of the “missing” level"
          value={column.missing.label}
          maxLength={200}
          onChange={(event) =>
            onChange({ ...column, missing: { kind: 'level', label: event.currentTarget.value } })
          }
        />
      )}
    </SimpleGrid>
  );
}
