import { Checkbox, NativeSelect, Stack, Text } from '@mantine/core';
import { type Codebook, levelsOf } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { useSession, useSessionState } from '../../session-context.tsx';

/** The codebook's outcome, or a variable some of whose levels are the event. */
export function OutcomeChoice({ codebook, choice }: { codebook: Codebook; choice: AnalysisChoice }) {
  const session = useSession();
  // What was chosen, also while no level is ticked and the codebook's own outcome is still in force.
  const typed = useSessionState().analysisChoice.outcome;
  const chosen = typed === null ? undefined : codebook.variables.find(({ name }) => name === typed.variable);
  return (
    <Stack gap="xs">
      <NativeSelect
        label="Outcome"
        description="Twins know best the outcome they were made for; any other is estimated less well."
        maw={460}
        value={chosen?.name ?? ''}
        data={[
          { value: '', label: `${codebook.outcome.label} (the codebook’s)` },
          ...codebook.variables.map(({ name, label }) => ({ value: name, label })),
        ]}
        onChange={(event) => {
          const variable = event.currentTarget.value;
          session.choose({ outcome: variable === '' ? null : { variable, events: [] } });
        }}
      />
      {chosen !== undefined && typed !== null && (
        <Checkbox.Group
          label={`Levels of ${chosen.label} that count as the event`}
          value={[...typed.events]}
          onChange={(events) => session.choose({ outcome: { variable: chosen.name, events } })}
        >
          <Stack gap={6} mt="xs">
            {levelsOf(chosen).map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
      )}
      {chosen !== undefined && choice.outcome === null && (
        <Text size="sm" c="dimmed">
          Tick at least one level; until then the outcome is {codebook.outcome.label}.
        </Text>
      )}
    </Stack>
  );
}
