import { Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { type Codebook, levelsOf } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { useSession } from '../../session-context.tsx';

/** Which variables are in, and the level that the others of each are compared with. */
export function VariableChoice({ codebook, choice }: { codebook: Codebook; choice: AnalysisChoice }) {
  const session = useSession();
  const setReference = (name: string, level: string, own: string) => {
    const { [name]: _, ...others } = choice.references;
    session.choose({ references: level === own ? others : { ...others, [name]: level } });
  };
  return (
    <fieldset style={{ border: 0, padding: 0, margin: 0 }}>
      <Text component="legend" size="sm" fw={500}>
        Variables in the regression
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        Every estimate is adjusted for the other variables that are switched on.
      </Text>
      <Stack gap={8}>
        {codebook.variables.map((variable) => {
          const { name, label, reference } = variable;
          const isOutcome = choice.outcome?.variable === name;
          const on = !choice.switchedOff.includes(name);
          return (
            <Group key={name} gap="sm" justify="space-between" maw={560}>
              <Checkbox
                label={isOutcome ? `${label} (the outcome)` : label}
                checked={on}
                disabled={isOutcome}
                onChange={(event) => session.switchVariable(name, event.currentTarget.checked)}
              />
              <NativeSelect
                size="xs"
                aria-label={`Reference level of ${label}`}
                leftSection={<Text size="xs">vs</Text>}
                disabled={!on}
                value={choice.references[name] ?? reference}
                data={levelsOf(variable).map((level) => ({ value: level.value, label: level.label }))}
                onChange={(event) => setReference(name, event.currentTarget.value, reference)}
              />
            </Group>
          );
        })}
      </Stack>
    </fieldset>
  );
}
