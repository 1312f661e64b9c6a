import { expose, proxy } from 'comlink';
import { describe, expect, it } from 'vitest';
import { fail, type Result, succeed } from '../../core/result.ts';
import { poolSize, WorkerPool } from './pool.ts';
import type { ReportProgress } from './progress.ts';

interface Contract {
  work(
    name: string,
    ms: number,
    report: ReportProgress,
  ): Promise<Result<string, { readonly kind: 'refused' }>>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Workers on this thread, joined by message channels as real ones are; counts what was spawned and what ended. */
function workers() {
  const log: string[] = [];
  const counts = { spawned: 0, ended: 0, atOnce: 0, mostAtOnce: 0 };
  const contract: Contract = {
    async work(name, ms, report) {
      log.push(name);
      counts.atOnce += 1;
      counts.mostAtOnce = Math.max(counts.mostAtOnce, counts.atOnce);
      report(1, 2);
      await pause(ms);
      counts.atOnce -= 1;
      if (name === 'throws') throw new Error('broken');
      return name === 'refuses' ? fail({ kind: 'refused' }) : succeed(name);
    },
  };
  const spawn = () => {
    counts.spawned += 1;
    const { port1, port2 } = new MessageChannel();
    expose(contract, port2);
    port1.start();
    const terminate = () => {
      counts.ended += 1;
      port1.close();
    };
    return Object.assign(port1, { terminate }) as unknown as Worker;
  };
  return { log, counts, spawn };
}

const never = () => new AbortController().signal;
const work =
  (name: string, ms = 5) =>
  (remote: Contract, report: ReportProgress) =>
    remote.work(name, ms, report);

describe('a pool of workers', () => {
  it('has a worker a processor, and at least one', () => {
    expect([0, 1, 2, 4, 8, 64, undefined].map(poolSize)).toEqual([1, 1, 2, 4, 8, 16, 2]);
  });

  it('prepares each worker once, before its first job, and the one in the place of a broken one too', async () => {
    const { spawn, log, counts } = workers();
    const pool = new WorkerPool<Contract, { readonly kind: 'refused' }>(spawn, 2, (remote) =>
      remote.work(
        'prepares',
        1,
        proxy(() => undefined),
      ),
    );
    const names = ['a', 'b', 'throws', 'c', 'd'];
    await Promise.all(names.map((name) => pool.run(work(name) as never, { signal: never() })));
    expect(log.filter((name) => name === 'prepares')).toHaveLength(counts.spawned);
    expect(counts.spawned).toBe(3);
    expect(log[0]).toBe('prepares');
    pool.close();
  });

  it('fails a job with what its worker could not be prepared for, and runs it not', async () => {
    const { spawn, log, counts } = workers();
    const pool = new WorkerPool<Contract, { readonly kind: 'refused' }>(spawn, 1, (remote) =>
      remote.work(
        'refuses',
        1,
        proxy(() => undefined),
      ),
    );
    expect(await pool.run(work('a') as never, { signal: never() })).toEqual(fail({ kind: 'refused' }));
    expect(log).toEqual(['refuses']);
    expect(counts.ended).toBe(1);
    pool.close();
  });

  it('answers every job, never with more workers than its size, and uses them again', async () => {
    const { spawn, counts } = workers();
    const pool = new WorkerPool<Contract>(spawn, 3);
    const names = Array.from({ length: 12 }, (_, i) => `job ${i}`);
    const answers = await Promise.all(
      names.map((name) => pool.run(work(name) as never, { signal: never() })),
    );
    expect(answers).toEqual(names.map((name) => succeed(name)));
    expect(counts.mostAtOnce).toBe(3);
    expect(counts.spawned).toBe(3);
    pool.close();
    expect(counts.ended).toBe(3);
  });

  it('lets series take turns: a long one does not hold up a short one', async () => {
    const { spawn, log } = workers();
    const pool = new WorkerPool<Contract>(spawn, 1);
    const jobs = [
      ...Array.from({ length: 5 }, (_, i) => pool.run(work(`a${i}`) as never, { signal: never() }, 'a')),
      ...Array.from({ length: 2 }, (_, i) => pool.run(work(`b${i}`) as never, { signal: never() }, 'b')),
    ];
    await Promise.all(jobs);
    expect(log).toEqual(['a0', 'a1', 'b0', 'a2', 'b1', 'a3', 'a4']);
    pool.close();
  });

  it('fails the job of a worker that breaks, and that one alone', async () => {
    const { spawn, counts } = workers();
    const pool = new WorkerPool<Contract>(spawn, 2);
    const [bad, refused, good, later] = await Promise.all(
      ['throws', 'refuses', 'good', 'later'].map((name) =>
        pool.run(work(name) as never, { signal: never() }),
      ),
    );
    expect(bad).toMatchObject({ ok: false, failure: { kind: 'worker-crashed' } });
    expect(refused).toEqual(fail({ kind: 'refused' }));
    expect([good, later]).toEqual([succeed('good'), succeed('later')]);
    // The broken one was ended and another took its place.
    expect(counts.ended).toBe(1);
    pool.close();
  });

  it('cancels what runs at once and what waits without starting it', async () => {
    const { spawn, log, counts } = workers();
    const pool = new WorkerPool<Contract>(spawn, 1);
    const running = new AbortController();
    const waiting = new AbortController();
    const first = pool.run(work('runs', 10_000) as never, { signal: running.signal });
    const second = pool.run(work('waits') as never, { signal: waiting.signal });
    const third = pool.run(work('goes on') as never, { signal: never() });
    await pause(20);
    waiting.abort();
    expect(await second).toEqual(fail({ kind: 'cancelled' }));
    running.abort();
    expect(await first).toEqual(fail({ kind: 'cancelled' }));
    expect(counts.ended).toBe(1);
    expect(await third).toEqual(succeed('goes on'));
    expect(log).toEqual(['runs', 'goes on']);
    pool.close();
    expect(await pool.run(work('late') as never, { signal: never() })).toEqual(fail({ kind: 'cancelled' }));
  });

  it('passes progress on while a job runs', async () => {
    const { spawn } = workers();
    const pool = new WorkerPool<Contract>(spawn, 1);
    const seen: number[] = [];
    const watch = { signal: never(), onProgress: (done: number) => seen.push(done) };
    await pool.run(work('one', 30) as never, watch);
    expect(seen).toEqual([1]);
    pool.close();
  });
});
