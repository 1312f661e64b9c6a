import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Codebook } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { useSession } from '../../session-context.tsx';

/** Pairs of variables whose effects may depend on each other. */
export function InteractionChoice({ codebook, choice }: { codebook: Codebook; choice: AnalysisChoice }) {
  const session = useSession();
  const [typed, setTyped] = useState<readonly [string, string]>(['', '']);
  const on = codebook.variables.filter(({ name }) => !choice.switchedOff.includes(name));
  const labelOf = (name: string) => on.find((variable) => variable.name === name)?.label ?? name;
  if (on.length < 2) return null;
  const [first, second] = typed;
  const known = choice.interactions.some(
    ([a, b]) => (a === first && b === second) || (a === second && b === first),
  );
  const pick = (which: 'First' | 'Second', at: 0 | 1) => (
    <NativeSelect
      size="xs"
      aria-label={`${which} variable of an interaction`}
      value={typed[at]}
      data={[
        { value: '', label: 'choose a variable' },
        ...on.map(({ name, label }) => ({ value: name, label })),
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
          Interactions
        </Text>
        <Text size="xs" c="dimmed">
          Whether the effect of one variable differs between the levels of another. Twins of small tables know
          little about that.
        </Text>
      </div>
      {choice.interactions.map(([a, b]) => (
        <Group key={`${a} ${b}`} gap="sm">
          <Text size="sm">
            {labelOf(a)} × {labelOf(b)}
          </Text>
          <Button
            size="compact-xs"
            variant="subtle"
            aria-label={`Remove ${labelOf(a)} × ${labelOf(b)}`}
            onClick={() =>
              session.choose({
                interactions: choice.interactions.filter(([x, y]) => !(x === a && y === b)),
              })
            }
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
            session.choose({ interactions: [...choice.interactions, [first, second]] });
            setTyped(['', '']);
          }}
        >
          Add the interaction
        </Button>
      </Group>
    </Stack>
  );
}
