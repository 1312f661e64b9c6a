/** Threads that do parts of a study, and results of parts as files: what the study's commands share. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { PartResult } from '../core/study/part-results.ts';
import type { PartRunner, PartStore } from '../core/study/study-run.ts';
import { aloneTimer, type TrainingPace } from '../core/study/training-pace.ts';
import type { ThreadTools } from './study-thread.check.ts';

export interface Threads {
  readonly runners: readonly PartRunner[];
  close(): Promise<void>;
}

/** A thread does not inherit the loader that reads TypeScript: it asks for it itself. */
const THREAD = JSON.stringify(new URL('./study-thread.check.ts', import.meta.url).href);
const START = `import('tsx/esm/api').then((tsx) => tsx.tsImport(${THREAD}, ${THREAD}))`;

/** @param pace is told how long trainings take, once every thread has its data */
export function openThreads(
  tools: ThreadTools,
  count = availableParallelism(),
  pace?: TrainingPace,
): Threads {
  const timed = pace && aloneTimer(pace, count);
  const workers = Array.from({ length: count }, () => new Worker(START, { eval: true, workerData: tools }));
  return {
    runners: workers.map(
      (worker): PartRunner =>
        (part, twins) =>
          new Promise((resolve, reject) => {
            const startMs = performance.now();
            const answered = ({ result, error }: { result?: PartResult; error?: string }) => {
              worker.off('error', reject);
              timed?.(part.kind, performance.now() - startMs);
              if (result === undefined) reject(new Error(`${part.id}: ${error}`));
              else resolve(result);
            };
            worker.once('message', answered);
            worker.once('error', reject);
            worker.postMessage({ part, twins });
          }),
    ),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** One file a part, written whole or not at all. */
export function fileStore(folder: string): PartStore {
  mkdirSync(folder, { recursive: true });
  const pathOf = (id: string) => join(folder, `${id}.json`);
  return {
    async get(id) {
      try {
        return JSON.parse(readFileSync(pathOf(id), 'utf8')) as PartResult;
      } catch {
        return undefined;
      }
    },
    async put(id, result) {
      const partial = `${pathOf(id)}.partial`;
      writeFileSync(partial, JSON.stringify(result));
      renameSync(partial, pathOf(id));
    },
  };
}
