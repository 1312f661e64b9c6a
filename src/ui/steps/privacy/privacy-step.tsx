import { Button, SimpleGrid } from '@mantine/core';
import { More, Paragraphs } from '../../parts/more.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';
import { AttackerSection } from './attacker-section.tsx';
import { PairsSection } from './pairs-section.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { PlannerSection } from './planner-section.tsx';
import { PrivacyFields } from './privacy-fields.tsx';
import { PRIVACY_DETAILS, PRIVACY_PURPOSE, PRIVACY_STAYS } from './privacy-text.ts';
import { useAutomaticPlan } from './use-automatic-plan.ts';
import { WeightsSection } from './weights-section.tsx';

export function PrivacyStep() {
  const session = useSession();
  const { plan, ledger } = useSessionState();
  useAutomaticPlan();
  return (
    <PageFrame
      title="Privacy"
      purpose={PRIVACY_PURPOSE}
      stays={PRIVACY_STAYS}
      primary={
        <Button
          disabled={plan.kind !== 'ready' || ledger.admission.kind === 'over-cap'}
          onClick={() => session.goTo('train')}
        >
          Continue with this plan
        </Button>
      }
    >
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="xl" verticalSpacing="xl">
        <PrivacyFields />
        <PlanPanel />
      </SimpleGrid>
      <PairsSection />
      <WeightsSection />
      <PlannerSection />
      <AttackerSection />
      <More summary="What do ε and δ mean?">
        <Paragraphs texts={PRIVACY_DETAILS} />
      </More>
    </PageFrame>
  );
}
