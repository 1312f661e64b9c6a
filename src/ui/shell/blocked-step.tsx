import { Button } from '@mantine/core';
import { blockedSteps } from '../../session/journey.ts';
import { isStep } from '../../session/steps.ts';
import { PageFrame } from '../parts/page-frame.tsx';
import { useSession, useSessionState } from '../session-context.tsx';
import { blockedWords, PAGE_LABELS } from './pages.ts';

/** A step reached by its address before its time: says what is missing and leads there. */
export function BlockedStep() {
  const session = useSession();
  const state = useSessionState();
  if (!isStep(state.page)) return null;
  const why = blockedSteps(state)[state.page];
  if (why === null) return null;
  const { sentence, page } = blockedWords(why);
  return (
    <PageFrame
      title={PAGE_LABELS[state.page]}
      purpose={sentence}
      primary={<Button onClick={() => session.goTo(page)}>Go to {PAGE_LABELS[page]}</Button>}
    >
      {null}
    </PageFrame>
  );
}
