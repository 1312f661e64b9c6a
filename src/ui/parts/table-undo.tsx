import { useSessionState } from '../session-context.tsx';
import { UndoOffer } from './undo-offer.tsx';

/** Another table took the place of the one that was worked on. */
export function TableUndo() {
  const { undo } = useSessionState();
  if (undo?.kind !== 'table-replaced') return null;
  return <UndoOffer what={`This table took the place of “${undo.label}” and its codebook.`} />;
}
