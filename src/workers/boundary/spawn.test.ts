import { expose } from 'comlink';
import { describe, expect, it } from 'vitest';
import { type Result, succeed } from '../../core/result.ts';
import type { ReportProgress } from './progress.ts';
import { workerJob } from './spawn.ts';

interface Contract {
  work(report: ReportProgress): Promise<Result<string, never>>;
}

/** A message channel in place of a worker: the same messages, on this thread. */
function spawning(contract: Contract): { spawn: () => Worker; ended: () => boolean } {
  let terminated = false;
  return {
    ended: () => terminated,
    spawn: () => {
      const { port1, port2 } = new MessageChannel();
      expose(contract, port2);
      port1.start();
      const end = () => {
        terminated = true;
        port1.close();
      };
      return Object.assign(port1, { terminate: end }) as unknown as Worker;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a job in a worker', () => {
  it('drops progress that arrives after the answer: a finished job stays finished', async () => {
    let late: ReportProgress = () => {};
    const { spawn } = spawning({
      async work(report) {
        late = report;
        report(1, 2);
        await pause(20);
        return succeed('done');
      },
    });
    const seen: number[] = [];
    const run = workerJob<Contract>(spawn);
    const answer = await run((remote, report) => remote.work(report), {
      signal: new AbortController().signal,
      onProgress: (done) => seen.push(done),
    });
    late(2, 2);
    await pause(20);
    expect(answer).toEqual({ ok: true, value: 'done' });
    expect(seen).toEqual([1]);
  });

  it('ends at once when cancelled, and its worker with it', async () => {
    const { spawn, ended } = spawning({ work: () => new Promise(() => {}) });
    const controller = new AbortController();
    const answer = workerJob<Contract>(spawn)((remote, report) => remote.work(report), {
      signal: controller.signal,
    });
    controller.abort();
    expect(await answer).toEqual({ ok: false, failure: { kind: 'cancelled' } });
    expect(ended()).toBe(true);
  });

  it('says that the worker crashed when its code throws', async () => {
    const { spawn } = spawning({ work: () => Promise.reject(new Error('broken')) });
    const answer = await workerJob<Contract>(spawn)((remote, report) => remote.work(report), {
      signal: new AbortController().signal,
    });
    expect(answer).toMatchObject({ ok: false, failure: { kind: 'worker-crashed' } });
  });
});
