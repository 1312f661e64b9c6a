import { Anchor, Text, Title } from '@mantine/core';
import type { PlanState } from '../../../session/state.ts';
import { useSessionState } from '../../session-context.tsx';
import { ATTACKER_TITLE, oddsSentences } from './attacker-text.ts';
import { EpsilonSource } from './epsilon-source.tsx';
import { ErrorRates } from './error-rates.tsx';

/** What the plan's ε means for one person, and how the number is known. */
export function AttackerSection() {
  const { plan } = useSessionState();
  return plan.kind === 'ready' ? <AttackerOf plan={plan} /> : null;
}

function AttackerOf({ plan }: { plan: Extract<PlanState, { kind: 'ready' }> }) {
  const { cost } = plan.plan.mechanism;
  return (
    <section aria-labelledby="attacker-title">
      <Title order={2} size="h4" id="attacker-title" mb="xs">
        {ATTACKER_TITLE}
      </Title>
      <Text maw="72ch" mb="sm" lh={1.6}>
        {oddsSentences(cost, plan.plan.rowCount)}
      </Text>
      <ErrorRates tradeOff={plan.tradeOff} />
      <EpsilonSource cost={cost} />
      <Text size="sm" mt="xs">
        <Anchor href="#/about" size="sm">
          How ε is proved
        </Anchor>
      </Text>
    </section>
  );
}
