import { Checkbox, NativeSelect, Radio, Stack } from '@mantine/core';
import type { AnalysisChoice } from '../../../session/records.ts';
import { More } from '../../parts/more.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import {
  choiceSummary,
  FAMILIES,
  FAMILY_HELP,
  INTERVALS,
  INTERVALS_HELP,
  OWN_PARTS,
  SITE_EFFECT_HELP,
} from './analyse-text.ts';

/** How the regression is made, one click away; what is set there out of the box is the paper's analysis. */
export function AnalysisChoices(props: { choice: AnalysisChoice; hasOwnBundle: boolean }) {
  const { choice, hasOwnBundle } = props;
  const session = useSession();
  const { codebook } = useSessionState().codebook;
  if (codebook === null) return null;
  const { variables } = codebook;
  return (
    <More summary={choiceSummary(choice)}>
      <Stack gap="md" py="xs">
        <Checkbox.Group
          label="Variables in the regression"
          description="Every ratio is adjusted for the other variables that are switched on."
          value={variables.map(({ name }) => name).filter((name) => !choice.switchedOff.includes(name))}
          onChange={(on) =>
            session.choose({
              switchedOff: variables.map(({ name }) => name).filter((name) => !on.includes(name)),
            })
          }
        >
          <Stack gap={6} mt="xs">
            {variables.map(({ name, label }) => (
              <Checkbox key={name} value={name} label={label} />
            ))}
          </Stack>
        </Checkbox.Group>
        {codebook.outcome.kind === 'binary' && (
          <NativeSelect
            label="Kind of ratio"
            description={FAMILY_HELP}
            maw={460}
            value={choice.family}
            data={Object.entries(FAMILIES).map(([value, label]) => ({ value, label }))}
            onChange={(event) =>
              session.choose({ family: event.currentTarget.value as AnalysisChoice['family'] })
            }
          />
        )}
        <NativeSelect
          label="Pooled intervals"
          description={INTERVALS_HELP}
          maw={460}
          value={choice.interval}
          data={Object.entries(INTERVALS).map(([value, label]) => ({ value, label }))}
          onChange={(event) =>
            session.choose({ interval: event.currentTarget.value as AnalysisChoice['interval'] })
          }
        />
        <Checkbox
          label="A base rate of its own for every centre"
          description={SITE_EFFECT_HELP}
          checked={choice.siteEffect}
          onChange={(event) => session.choose({ siteEffect: event.currentTarget.checked })}
        />
        <Radio.Group
          label="Your own part of the pooled result"
          description={
            hasOwnBundle
              ? 'Local-only estimates always come from your real rows.'
              : 'Twins need a bundle of these rows: make one on the Share step. Local-only estimates always come from your real rows.'
          }
          value={choice.ownPart}
          onChange={(value) => session.choose({ ownPart: value as AnalysisChoice['ownPart'] })}
        >
          <Stack gap={6} mt="xs">
            {Object.entries(OWN_PARTS).map(([value, label]) => (
              <Radio
                key={value}
                value={value}
                label={label}
                disabled={value === 'own-twins' && !hasOwnBundle && choice.ownPart !== 'own-twins'}
              />
            ))}
          </Stack>
        </Radio.Group>
      </Stack>
    </More>
  );
}
