import { proxy } from 'comlink';
import type { Watch } from '../../session/ports.ts';

/** Called from inside a worker with the work done and the work in all. */
export type ReportProgress = (done: number, total: number) => void;

/** The watcher's callback as something a worker can call. */
export function progressOf(watch: Watch): ReportProgress {
  const { onProgress } = watch;
  return proxy((done: number, total: number) => onProgress?.(done, total));
}
