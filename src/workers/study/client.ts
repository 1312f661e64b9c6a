import { type Remote, wrap } from 'comlink';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { CentreSize, StudyDataFailure } from '../../core/study/study-data.ts';
import type { JobEnd, Jobs } from '../../session/ports.ts';
import type { StudyContract } from './contract.ts';
import StudyWorker from './study.worker.ts?worker&inline';

/** More would only wait for each other's memory. */
const MOST_WORKERS = 8;

interface Hand {
  readonly worker: Worker;
  readonly remote: Remote<StudyContract>;
  /** Never resolves; rejects when the worker dies or the crew is dismissed. comlink would leave its calls pending. */
  readonly death: Promise<never>;
}

/** One worker a core, each with the study's data; they live until the crew is closed. */
export const openStudy: Jobs['openStudy'] = async (request, { signal }) => {
  if (signal.aborted) return fail({ kind: 'cancelled' });
  const count = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));
  const ending = new AbortController();
  const hands = Array.from({ length: count }, () => hire(ending.signal));
  const close = () => {
    ending.abort();
    for (const { worker } of hands) worker.terminate();
  };
  signal.addEventListener('abort', close, { once: true });
  let opened: Result<readonly CentreSize[], StudyDataFailure | JobEnd>;
  try {
    const answers = await Promise.all(
      hands.map(({ remote, death }) => Promise.race([remote.open(request), death])),
    );
    opened = answers.find((answer) => !answer.ok) ?? answers[0]!;
  } catch (error) {
    opened = fail(signal.aborted ? { kind: 'cancelled' } : { kind: 'worker-crashed', detail: String(error) });
  }
  if (!opened.ok) {
    close();
    return opened;
  }
  return succeed({
    centres: opened.value,
    runners: hands.map(
      ({ remote, death }) =>
        (part, twins) =>
          Promise.race([remote.run(part, twins), death]),
    ),
    close,
  });
};

function hire(dismissed: AbortSignal): Hand {
  const worker = new StudyWorker();
  const death = new Promise<never>((_, reject) => {
    worker.addEventListener('error', (event) => reject(new Error(event.message || 'the worker stopped')));
    worker.addEventListener('messageerror', () => reject(new Error('a message could not be read')));
    dismissed.addEventListener('abort', () => reject(new Error('the study was ended')), { once: true });
  });
  // Nobody may be waiting when it comes.
  death.catch(() => undefined);
  return { worker, remote: wrap<StudyContract>(worker), death };
}
