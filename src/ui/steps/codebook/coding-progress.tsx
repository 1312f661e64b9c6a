import { useEffect, useState } from 'react';
import { plural } from '../../parts/format.ts';
import { JobProgress } from '../../parts/job-progress.tsx';
import { useSession, useSessionState } from '../../session-context.tsx';

/** What is over sooner than this needs no bar. */
const PATIENCE_MS = 400;

/** How far the rows are read under the codebook; cancelling opens the codebook again. */
export function CodingProgress() {
  const session = useSession();
  const { data, codebook } = useSessionState();
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong || codebook.coding === null) return null;
  return (
    <JobProgress
      label="Reading your rows under this codebook"
      done={codebook.coding.done}
      total={codebook.coding.total}
      detail={plural(data.raw?.rowCount ?? 0, 'row')}
      cancelLabel="Cancel"
      onCancel={() => session.editCodebookAgain()}
    />
  );
}
