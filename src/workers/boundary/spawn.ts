import { proxy, type Remote, releaseProxy, wrap } from 'comlink';
import { fail, type Result } from '../../core/result.ts';
import type { JobEnd, Watch } from '../../session/ports.ts';
import type { ReportProgress } from './progress.ts';

/** What a worker answers, as comlink passes it on. */
type Answer<T, F> = Promise<Result<T, F>>;

/**
 * A kind of job: each call runs in a worker of its own, which ends with the call.
 *
 * comlink leaves a call pending for ever when its worker dies, so the call races against the worker's
 * death and the signal. Cancelling terminates the worker: whatever it was doing, it is over at once, and
 * the noise key and the rows in its memory are gone.
 *
 * Workers are spawned from Blob URLs (`?worker&inline`), so that they inherit the page's
 * Content-Security-Policy: a worker loaded from its own address would be free to send.
 */
export function workerJob<Contract>(spawn: () => Worker) {
  return async function run<T, F>(
    call: (remote: Remote<Contract>, report: ReportProgress) => Answer<T, F>,
    { signal, onProgress }: Watch,
  ): Answer<T, F | JobEnd> {
    if (signal.aborted) return fail({ kind: 'cancelled' });
    const worker = spawn();
    const remote = wrap<Contract>(worker);
    // Progress and the answer come through different ports: progress that arrives after the end is dropped, or it
    // would bring a finished job back to life.
    let running = true;
    const report = proxy((done: number, total: number) => {
      if (running) onProgress?.(done, total);
    });
    let stopListening = () => {};
    const ended = new Promise<Result<T, JobEnd>>((resolve) => {
      const cancel = () => resolve(fail({ kind: 'cancelled' }));
      const crash = (detail: string) => resolve(fail({ kind: 'worker-crashed', detail }));
      signal.addEventListener('abort', cancel, { once: true });
      stopListening = () => signal.removeEventListener('abort', cancel);
      worker.addEventListener('error', (event) => crash(event.message ?? ''));
      worker.addEventListener('messageerror', () => crash('a message could not be read'));
    });
    const answered: Answer<T, F | JobEnd> = call(remote, report).catch((error: unknown) =>
      fail({ kind: 'worker-crashed' as const, detail: String(error) }),
    );
    try {
      return await Promise.race([answered, ended]);
    } finally {
      running = false;
      stopListening();
      remote[releaseProxy]();
      worker.terminate();
    }
  };
}
