import { UndoOffer } from '../parts/undo-offer.tsx';
import { useSessionState } from '../session-context.tsx';
import { projectTitle } from './projects-text.ts';

export function ProjectUndo() {
  const { undo } = useSessionState();
  if (undo?.kind !== 'project-deleted') return null;
  return <UndoOffer what={`“${projectTitle(undo.project)}” was deleted. Its releases stay in the ledger.`} />;
}
