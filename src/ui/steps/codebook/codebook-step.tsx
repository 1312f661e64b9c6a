import { useSessionState } from '../../session-context.tsx';
import { CodebookEditor } from './codebook-editor.tsx';
import { ConfirmedCodebook } from './confirmed-codebook.tsx';

export function CodebookStep() {
  const { codebook, draft } = useSessionState().codebook;
  if (codebook !== null) return <ConfirmedCodebook codebook={codebook} />;
  return draft === null ? null : <CodebookEditor draft={draft} />;
}
