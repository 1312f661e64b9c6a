import { Button, Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { type Codebook, levelsOf } from '../../../core/codebook/codebook.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { useSession, useSessionState } from '../../session-context.tsx';

/** Only some rows: levels of one or more variables that own and synthetic rows must have. */
export function SubgroupChoice({ codebook, choice }: { codebook: Codebook; choice: AnalysisChoice }) {
  const session = useSession();
  const { subgroup } = useSessionState().analysisChoice;
  const shown = subgroup.flatMap(({ variable: name, levels }) => {
    const variable = codebook.variables.find((one) => one.name === name);
    return variable === undefined ? [] : [{ variable, levels }];
  });
  const free = codebook.variables.filter(({ name }) => !shown.some(({ variable }) => variable.name === name));
  const without = (name: string) => subgroup.filter(({ variable }) => variable !== name);
  return (
    <Stack gap="xs">
      <NativeSelect
        label="Only some people"
        description="A variable that a subgroup holds at one level leaves the regression. Small subgroups are what twins know least about."
        maw={460}
        value=""
        data={[
          { value: '', label: shown.length === 0 ? 'everybody' : 'add another condition' },
          ...free.map(({ name, label }) => ({ value: name, label: `only some of ${label}` })),
        ]}
        onChange={(event) => {
          const { value } = event.currentTarget;
          if (value !== '') session.choose({ subgroup: [...subgroup, { variable: value, levels: [] }] });
        }}
      />
      {shown.map(({ variable, levels }) => (
        <Checkbox.Group
          key={variable.name}
          label={`${variable.label}: levels that stay in`}
          value={[...levels]}
          onChange={(on) =>
            session.choose({
              subgroup: subgroup.map((one) =>
                one.variable === variable.name ? { variable: variable.name, levels: on } : one,
              ),
            })
          }
        >
          <Stack gap={6} mt="xs">
            {levelsOf(variable).map(({ value, label }) => (
              <Checkbox key={value} value={value} label={label} />
            ))}
            <Group gap="sm">
              <Button
                size="compact-xs"
                variant="subtle"
                onClick={() => session.choose({ subgroup: without(variable.name) })}
              >
                Remove the condition on {variable.label}
              </Button>
              {!choice.subgroup.some((one) => one.variable === variable.name) && (
                <Text size="sm" c="dimmed">
                  Tick at least one level; until then everybody stays in.
                </Text>
              )}
            </Group>
          </Stack>
        </Checkbox.Group>
      ))}
    </Stack>
  );
}
