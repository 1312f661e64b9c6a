import { UndoOffer } from '../../parts/undo-offer.tsx';
import { useSessionState } from '../../session-context.tsx';

export function UndoNote() {
  const { undo } = useSessionState();
  if (undo?.kind === 'peer-removed')
    return <UndoOffer what={`The bundle of ${undo.partyName} was removed.`} />;
  if (undo?.kind === 'mapping-changed')
    return <UndoOffer what={`The mapping of ${undo.partyName} was changed.`} />;
  return null;
}
