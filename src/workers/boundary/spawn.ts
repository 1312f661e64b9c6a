import { type Remote, releaseProxy, wrap } from 'comlink';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { JobEnd } from '../../session/ports.ts';

/**
 * Runs one job in a worker of its own and ends the worker with it.
 *
 * comlink leaves a call pending for ever when its worker dies, so the call races against the worker's
 * death and the signal. Cancelling terminates the worker: whatever it was doing, it is over at once, and
 * noise keys and rows in its memory are gone.
 */
export async function runInWorker<Contract, T>(
  spawn: () => Worker,
  call: (remote: Remote<Contract>) => Promise<T>,
  signal: AbortSignal,
): Promise<Result<T, JobEnd>> {
  if (signal.aborted) return fail({ kind: 'cancelled' });
  const worker = spawn();
  const remote = wrap<Contract>(worker);
  let stopListening = () => {};
  const ended = new Promise<Result<T, JobEnd>>((resolve) => {
    const cancel = () => resolve(fail({ kind: 'cancelled' }));
    signal.addEventListener('abort', cancel, { once: true });
    stopListening = () => signal.removeEventListener('abort', cancel);
    worker.addEventListener('error', (event) => {
      resolve(fail({ kind: 'worker-crashed', detail: event.message ?? '' }));
    });
    worker.addEventListener('messageerror', () => {
      resolve(fail({ kind: 'worker-crashed', detail: 'a message could not be read' }));
    });
  });
  const answered = call(remote).then(
    (value) => succeed(value),
    (error: unknown) => fail({ kind: 'worker-crashed' as const, detail: String(error) }),
  );
  try {
    return await Promise.race([answered, ended]);
  } finally {
    stopListening();
    remote[releaseProxy]();
    worker.terminate();
  }
}
