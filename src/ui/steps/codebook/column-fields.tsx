import { NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import type { DraftColumn, DraftKind } from '../../../core/codebook/codebook-draft.ts';
import { FROM_FILE, KIND_WORDS, OUTCOME_KIND_WORDS } from './codebook-text.ts';
import styles from './column-card.module.css';
import { ColumnProfilePanel } from './column-profile-panel.tsx';
import { CutPointFields } from './cut-point-fields.tsx';
import { withKind } from './draft-edits.ts';
import { LevelTable } from './level-table.tsx';
import { MissingFields } from './missing-fields.tsx';
import { OutcomeFields } from './outcome-fields.tsx';

interface ColumnFieldsProps {
  column: DraftColumn;
  onChange: (column: DraftColumn) => void;
}

/** Everything that can be said of one column. */
export function ColumnFields({ column, onChange }: ColumnFieldsProps) {
  if (column.role === 'ignored')
    return (
      <>
        <Text size="sm" c="dimmed">
          This column is not used: it enters neither the model nor any bundle.
        </Text>
        <ColumnProfilePanel column={column} onChange={onChange} />
      </>
    );
  const kinds =
    column.role === 'outcome'
      ? Object.entries(OUTCOME_KIND_WORDS)
      : Object.entries(KIND_WORDS).filter(([kind]) => kind !== 'count');
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 2 }} maw={640}>
        <TextInput
          label="Label"
          description="How people read it"
          value={column.label}
          maxLength={200}
          onChange={(event) => onChange({ ...column, label: event.currentTarget.value })}
        />
        <NativeSelect
          label="Kind"
          description="What its cells are"
          value={column.kind}
          data={kinds.map(([value, label]) => ({ value, label }))}
          onChange={(event) => onChange(withKind(column, event.currentTarget.value as DraftKind))}
        />
      </SimpleGrid>
      {column.role === 'outcome' ? (
        <OutcomeFields column={column} onChange={onChange} />
      ) : (
        <>
          {column.kind === 'numeric' && <CutPointFields column={column} onChange={onChange} />}
          {column.levelsFromFile && <div className={styles.fromFile}>{FROM_FILE}</div>}
          <LevelTable column={column} onChange={onChange} />
        </>
      )}
      <MissingFields column={column} onChange={onChange} />
      <ColumnProfilePanel column={column} onChange={onChange} />
    </>
  );
}
