import { overCapMessage } from '../messages/ledger-messages.ts';
import { useSessionState } from '../session-context.tsx';
import { FailureNote } from './failure-note.tsx';

/** Says that the plan at hand does not fit under the table's cap, and what would. */
export function CapNote() {
  const { plan, ledger } = useSessionState();
  if (plan.kind !== 'ready' || ledger.admission.kind !== 'over-cap') return null;
  return <FailureNote title="Over the cap of this table">{overCapMessage(ledger.admission)}</FailureNote>;
}
