import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';

type Pair = readonly [string, string];

interface PairPickerProps {
  readonly title: string;
  readonly description: string;
  /** What a pair is here, with its article, for the labels of the fields. */
  readonly what: string;
  readonly addLabel: string;
  readonly variables: readonly { readonly name: string; readonly label: string }[];
  readonly pairs: readonly Pair[];
  readonly onChange: (pairs: readonly Pair[]) => void;
}

/** Pairs of different variables, each once; by name. */
export function PairPicker(props: PairPickerProps) {
  const { title, description, what, addLabel, variables, pairs, onChange } = props;
  const [typed, setTyped] = useState<Pair>(['', '']);
  const labelOf = (name: string) => variables.find((variable) => variable.name === name)?.label ?? name;
  if (variables.length < 2) return null;
  const [first, second] = typed;
  const known = pairs.some(([a, b]) => (a === first && b === second) || (a === second && b === first));
  const pick = (which: 'First' | 'Second', at: 0 | 1) => (
    <NativeSelect
      size="xs"
      aria-label={`${which} variable of ${what}`}
      value={typed[at]}
      data={[
        { value: '', label: 'choose a variable' },
        ...variables.map(({ name, label }) => ({ value: name, label })),
      ]}
      onChange={(event) => {
        const { value } = event.currentTarget;
        setTyped(at === 0 ? [value, second] : [first, value]);
      }}
    />
  );
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={500}>
          {title}
        </Text>
        <Text size="xs" c="dimmed" maw="72ch">
          {description}
        </Text>
      </div>
      {pairs.map(([a, b]) => (
        <Group key={`${a} ${b}`} gap="sm">
          <Text size="sm">
            {labelOf(a)} × {labelOf(b)}
          </Text>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Remove ${labelOf(a)} × ${labelOf(b)}`}
            onClick={() => onChange(pairs.filter(([x, y]) => !(x === a && y === b)))}
          >
            Remove
          </Button>
        </Group>
      ))}
      <Group gap="xs">
        {pick('First', 0)}
        <Text size="sm" aria-hidden>
          ×
        </Text>
        {pick('Second', 1)}
        <Button
          size="xs"
          variant="default"
          disabled={first === '' || second === '' || first === second || known}
          onClick={() => {
            onChange([...pairs, [first, second]]);
            setTyped(['', '']);
          }}
        >
          {addLabel}
        </Button>
      </Group>
    </Stack>
  );
}
