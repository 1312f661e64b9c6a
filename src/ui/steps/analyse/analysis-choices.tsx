import { Button, Checkbox, Group, NativeSelect, Radio, Stack } from '@mantine/core';
import { choiceInForce, ownBundle } from '../../../session/analysing.ts';
import { initialState } from '../../../session/initial-state.ts';
import { peerBundles, readability } from '../../../session/journey.ts';
import type { AnalysisChoice } from '../../../session/records.ts';
import { More } from '../../parts/more.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import {
  choiceSummary,
  ERRORS,
  ERRORS_HELP,
  FAMILY_HELP,
  familyChoices,
  INTERVALS,
  INTERVALS_HELP,
  OWN_PARTS,
  SITE_EFFECT_HELP,
} from './analyse-text.ts';
import { InteractionChoice } from './interaction-choice.tsx';
import { OutcomeChoice } from './outcome-choice.tsx';
import { SubgroupChoice } from './subgroup-choice.tsx';
import { VariableChoice } from './variable-choice.tsx';

/** How the regression is made, one click away; what is set there out of the box is the paper's analysis. */
export function AnalysisChoices() {
  const session = useSession();
  const state = useSessionState();
  const { codebook } = state.codebook;
  if (codebook === null) return null;
  const choice = choiceInForce(state);
  const hasOwnBundle = ownBundle(state) !== null;
  const counts = codebook.outcome.kind === 'count' && choice.outcome === null;
  return (
    <More summary={choiceSummary(choice)}>
      <Stack gap="lg" py="xs">
        <OutcomeChoice codebook={codebook} choice={choice} />
        <VariableChoice codebook={codebook} choice={choice} />
        <InteractionChoice codebook={codebook} choice={choice} />
        <NativeSelect
          label="Kind of result"
          description={FAMILY_HELP}
          maw={460}
          value={choice.family}
          data={familyChoices(counts).map(({ value, label }) => ({ value, label }))}
          onChange={(event) =>
            session.choose({ family: event.currentTarget.value as AnalysisChoice['family'] })
          }
        />
        <SubgroupChoice codebook={codebook} choice={choice} />
        <CentreChoice />
        <NativeSelect
          label="Standard errors"
          description={ERRORS_HELP}
          maw={460}
          value={choice.errors}
          data={Object.entries(ERRORS).map(([value, label]) => ({ value, label }))}
          onChange={(event) => session.setErrors(event.currentTarget.value as AnalysisChoice['errors'])}
        />
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
        <Group>
          <Button
            variant="default"
            size="xs"
            onClick={() => session.choose(initialState(state.project).analysisChoice)}
          >
            Back to the paper’s analysis
          </Button>
        </Group>
      </Stack>
    </More>
  );
}

/** Which bundles are pooled; the same switches as on the Peers step. */
function CentreChoice() {
  const session = useSession();
  const state = useSessionState();
  const peers = peerBundles(state).filter(
    (bundle) => readability(bundle, state.codebook.codebookId) !== 'not-mapped',
  );
  if (peers.length === 0) return null;
  return (
    <Checkbox.Group
      label="Centres"
      description="Only those that are switched on are pooled."
      value={peers.filter(({ included }) => included).map(({ id }) => id)}
      onChange={(on) => {
        for (const { id, included } of peers)
          if (included !== on.includes(id)) void session.includeBundle(id, on.includes(id));
      }}
    >
      <Stack gap={6} mt="xs">
        {peers.map(({ id, partyName }) => (
          <Checkbox key={id} value={id} label={partyName} />
        ))}
      </Stack>
    </Checkbox.Group>
  );
}
