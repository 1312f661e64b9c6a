import { useEffect } from 'react';
import { lacksPublicFacts } from '../../../session/way-to-make-twins.ts';
import { useSession, useSessionState } from '../../session-context.tsx';

/** Typing rests this long before the plan is made. */
const REST_MS = 350;

/** Makes the plan as soon as there is something to make it from; a plan spends nothing. */
export function useAutomaticPlan(): void {
  const session = useSession();
  const { plan, privacyForm, codebook } = useSessionState();
  const waiting = plan.kind === 'none' && !lacksPublicFacts(privacyForm, codebook);
  useEffect(() => {
    if (!waiting) return;
    // The form is part of the reason to wait again: each change of it starts the rest anew.
    void privacyForm;
    const timer = setTimeout(() => void session.makePlan(), REST_MS);
    return () => clearTimeout(timer);
  }, [waiting, privacyForm, session]);
}
