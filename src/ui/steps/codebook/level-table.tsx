import { ActionIcon, Button, Group, Radio, TextInput } from '@mantine/core';
import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { useState } from 'react';
import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';
import { ScrollX } from '../../parts/scroll-x.tsx';
import { AlsoField } from './also-field.tsx';
import styles from './column-card.module.css';
import { addLevel, editLevel, moveLevel, removeLevel } from './draft-edits.ts';

/** The levels in their order, with labels and the reference. Bins of a number keep their order. */
export function LevelTable(props: { column: DraftColumn; onChange: (column: DraftColumn) => void }) {
  const { column, onChange } = props;
  const [typed, setTyped] = useState('');
  const numeric = column.kind === 'numeric';
  const add = () => {
    onChange(addLevel(column, typed));
    setTyped('');
  };
  return (
    <div>
      {column.levels.length > 0 && (
        <ScrollX label="Levels">
          <table className={styles.levels} aria-label={`Levels of ${column.name}`}>
            <thead>
              <tr>
                {!numeric && <th scope="col">Order</th>}
                <th scope="col">{numeric ? 'Bin' : 'In the file'}</th>
                <th scope="col">Label</th>
                {!numeric && <th scope="col">Also means it</th>}
                <th scope="col">Reference</th>
                {!numeric && <th scope="col">Remove</th>}
              </tr>
            </thead>
            <tbody>
              {column.levels.map((level, index) => (
                // A level's text can be edited, so its place is its identity.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={index}>
                  {!numeric && (
                    <td>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Move ${level.label} up`}
                        disabled={index === 0}
                        onClick={() => onChange(moveLevel(column, index, -1))}
                      >
                        <ArrowUp size={16} aria-hidden />
                      </ActionIcon>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Move ${level.label} down`}
                        disabled={index === column.levels.length - 1}
                        onClick={() => onChange(moveLevel(column, index, 1))}
                      >
                        <ArrowDown size={16} aria-hidden />
                      </ActionIcon>
                    </td>
                  )}
                  <td>{level.value}</td>
                  <td>
                    <TextInput
                      size="xs"
                      miw={110}
                      aria-label={`Label of level ${level.value}`}
                      value={level.label}
                      maxLength={200}
                      onChange={(event) =>
                        onChange(editLevel(column, index, { label: event.currentTarget.value }))
                      }
                    />
                  </td>
                  {!numeric && (
                    <td>
                      <AlsoField column={column} index={index} onChange={onChange} />
                    </td>
                  )}
                  <td>
                    <Radio
                      name={`reference-${column.name}`}
                      aria-label={`${level.label} is the reference`}
                      checked={column.reference === level.value}
                      onChange={() => onChange({ ...column, reference: level.value })}
                    />
                  </td>
                  {!numeric && (
                    <td>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={`Remove level ${level.label}`}
                        onClick={() => onChange(removeLevel(column, index))}
                      >
                        <X size={16} aria-hidden />
                      </ActionIcon>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollX>
      )}
      {!numeric && (
        <Group gap="xs" mt="xs">
          <TextInput
            size="xs"
            aria-label={`New level of ${column.name}`}
            placeholder="A level as it stands in files"
            value={typed}
            maxLength={200}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && add()}
          />
          <Button size="xs" variant="default" disabled={typed.trim() === ''} onClick={add}>
            Add level
          </Button>
        </Group>
      )}
    </div>
  );
}
