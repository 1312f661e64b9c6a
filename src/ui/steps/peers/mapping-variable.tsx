import { Badge, NativeSelect, Text } from '@mantine/core';
import { type Codebook, levelsOf, type Variable } from '../../../core/codebook/codebook.ts';
import {
  type MappingDraft,
  type VariableMappingDraft,
  withCounterpart,
  withLevel,
} from '../../../core/codebook/mapping-draft.ts';
import styles from './mapping-editor.module.css';
import { NOT_AVAILABLE, unreachedText, variableText } from './mapping-text.ts';

/** Where one of our variables comes from, and which of their levels is which of ours. */
export function MappingVariable(props: {
  own: Variable;
  other: Codebook;
  item: VariableMappingDraft;
  draft: MappingDraft;
  onChange: (draft: MappingDraft) => void;
}) {
  const { own, other, item, draft, onChange } = props;
  const theirs = other.variables.find(({ name }) => name === item.other) ?? null;
  const open = item.levels.filter((level) => level === null).length;
  const unreached = unreachedText(own, item);
  return (
    <section className={styles.variable} aria-label={`Your variable ${own.label}`}>
      <div className={styles.head}>
        <div>
          <Text fw={600}>{variableText(own)}</Text>
          <Text size="sm" c="dimmed">
            Your variable
          </Text>
        </div>
        <NativeSelect
          label="Their variable"
          aria-label={`Their variable for ${own.label}`}
          value={item.other ?? ''}
          data={[
            { value: '', label: NOT_AVAILABLE },
            ...other.variables.map((variable) => ({ value: variable.name, label: variableText(variable) })),
          ]}
          onChange={(event) => {
            const name = event.currentTarget.value;
            const chosen = other.variables.find((variable) => variable.name === name) ?? null;
            onChange(withCounterpart(draft, own, chosen));
          }}
        />
        <Badge variant="light" color={theirs === null ? 'gray' : open > 0 ? 'local' : 'pooled'}>
          {theirs === null ? 'left out' : open > 0 ? `${open} open` : 'mapped'}
        </Badge>
      </div>
      {theirs !== null && (
        <table className={styles.levels} aria-label={`Levels of ${own.label}`}>
          <thead>
            <tr>
              <th scope="col">Their level</th>
              <th scope="col">Is your level</th>
            </tr>
          </thead>
          <tbody>
            {levelsOf(theirs).map(({ label }, i) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>
                  <NativeSelect
                    size="xs"
                    aria-label={`Their “${label}” of ${own.label} is your`}
                    error={item.levels[i] === null ? 'Choose one' : undefined}
                    value={item.levels[i] === null ? '' : String(item.levels[i])}
                    data={[
                      { value: '', label: 'Choose…' },
                      ...levelsOf(own).map((level, c) => ({ value: String(c), label: level.label })),
                    ]}
                    onChange={(event) => {
                      const chosen = event.currentTarget.value;
                      onChange(withLevel(draft, own.name, i, chosen === '' ? null : Number(chosen)));
                    }}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {unreached !== null && (
        <Text size="sm" c="dimmed">
          {unreached}
        </Text>
      )}
    </section>
  );
}
