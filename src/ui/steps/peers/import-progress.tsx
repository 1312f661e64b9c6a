import { JobProgress } from '../../parts/job-progress.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';

/** How many of the chosen files have been read. */
export function ImportProgress() {
  const session = useSession();
  const { importing, imports, importCount } = useSessionState();
  if (!importing || importCount < 2) return null;
  return (
    <JobProgress
      label="Reading bundles"
      done={imports.length}
      total={importCount}
      detail={`${imports.length} of ${importCount} files`}
      cancelLabel="Cancel"
      onCancel={() => session.cancelImport()}
    />
  );
}
