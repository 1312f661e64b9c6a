import { Loader, Paper, Stack, Text, Title } from '@mantine/core';
import { isMarginalsPlan } from '../../../core/synthesis/synthesizer.ts';
import { lacksPublicFacts, wayToMakeTwins } from '../../../session/way-to-make-twins.ts';
import { failingField, planFailureMessage } from '../../messages/privacy-messages.ts';
import { CapNote } from '../../parts/cap-note.tsx';
import { FailureNote } from '../../parts/failure-note.tsx';
import { PlanFacts } from '../../parts/plan-facts.tsx';
import { PrivacyMeter } from '../../parts/privacy-meter.tsx';
import { useSessionState } from '../../session-context.tsx';
import { EarlierReleases } from './earlier-releases.tsx';
import { levelAdviceText } from './level-advice-text.ts';
import { lackingText } from './privacy-text.ts';

/** What the choices amount to: noise, steps, time, and what it means for one person. */
export function PlanPanel() {
  const { plan, privacyForm, codebook } = useSessionState();
  const lacking = lacksPublicFacts(privacyForm, codebook);
  return (
    <Paper
      withBorder
      radius="lg"
      p="lg"
      component="section"
      aria-labelledby="plan-title"
      bg="var(--tp-card)"
      style={{ alignSelf: 'start' }}
    >
      <Title order={2} size="h4" id="plan-title" mb="md">
        The plan
      </Title>
      <div aria-live="polite">
        {plan.kind === 'ready' && codebook.codebook !== null && (
          <Stack gap="lg">
            <PrivacyMeter cost={plan.plan.mechanism.cost} what="this training releases" />
            <PlanFacts plan={plan.plan} codebook={codebook.codebook} expectedMs={plan.expectedMs} />
            <CapNote />
            {isMarginalsPlan(plan.plan) && (
              <Text size="sm">{levelAdviceText(plan.plan, codebook.codebook)}</Text>
            )}
          </Stack>
        )}
        {(plan.kind === 'calculating' || (plan.kind === 'none' && !lacking)) && (
          <Text c="dimmed">
            <Loader size="xs" mr="xs" aria-hidden />
            Calculating the noise…
          </Text>
        )}
        {plan.kind === 'none' && lacking && codebook.codebook !== null && (
          <Text c="dimmed">{lackingText(wayToMakeTwins(privacyForm, codebook.codebook))}</Text>
        )}
        {plan.kind === 'refused' &&
          (failingField(plan.failure) === null ? (
            <FailureNote>{planFailureMessage(plan.failure)}</FailureNote>
          ) : (
            <Text c="dimmed">No plan yet: one field needs another value.</Text>
          ))}
      </div>
      <EarlierReleases />
    </Paper>
  );
}
