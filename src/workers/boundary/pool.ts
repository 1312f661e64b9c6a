import { proxy, type Remote, releaseProxy, wrap } from 'comlink';
import { fail, type Result } from '../../core/result.ts';
import type { JobEnd, Watch } from '../../session/ports.ts';
import type { ReportProgress } from './progress.ts';

/** More would mostly wait for each other's memory. */
const MOST_WORKERS = 16;

/** Workers at once: one a processor, the page itself has little to do. Browsers may not say how many there are. */
export function poolSize(hardwareConcurrency: number | undefined): number {
  return Math.min(MOST_WORKERS, Math.max(1, Math.floor(hardwareConcurrency ?? 2)));
}

/** What a fresh worker is told before its first job. Where it answers with a failure, that job fails with it. */
type Prepare<Contract, F> = (remote: Remote<Contract>) => Promise<Result<unknown, F>>;

type Call<Contract, T, F> = (remote: Remote<Contract>, report: ReportProgress) => Promise<Result<T, F>>;

/** A job that waits. */
interface Waiting {
  readonly start: () => Promise<void>;
}

/** What one worker is kept with between jobs. */
interface Slot<Contract> {
  readonly worker: Worker;
  readonly remote: Remote<Contract>;
}

/**
 * Several workers for many independent runs (centres, ε, repeats). Jobs of one series start in the order they came; series
 * take turns, so that a long one does not hold up a short one. A worker serves one job after another; a cancelled job
 * takes its worker with it, and where a worker dies its own job fails and no other.
 *
 * For simulated and public rows: a worker that goes on holds memory of the job before. Private rows go through
 * `workerJob`, whose worker ends with its call.
 */
export class WorkerPool<Contract, PrepareFailure = never> {
  readonly #spawn: () => Worker;
  readonly #size: number;
  readonly #prepare: Prepare<Contract, PrepareFailure> | undefined;
  readonly #idle: Slot<Contract>[] = [];
  /** Series with waiting jobs; the next turn is the first one's. */
  readonly #series = new Map<string, Waiting[]>();
  #running = 0;
  #closed = false;

  constructor(spawn: () => Worker, size: number, prepare?: Prepare<Contract, PrepareFailure>) {
    if (!(Number.isInteger(size) && size >= 1)) throw new Error('a pool has at least one worker');
    this.#spawn = spawn;
    this.#size = size;
    this.#prepare = prepare;
  }

  get size(): number {
    return this.#size;
  }

  /** Runs a job as soon as it is its turn. It ends with its answer, cancelled, or crashed, and never hangs. */
  run<T, F>(
    call: Call<Contract, T, F>,
    watch: Watch,
    series = '',
  ): Promise<Result<T, F | PrepareFailure | JobEnd>> {
    if (this.#closed || watch.signal.aborted) return Promise.resolve(fail({ kind: 'cancelled' }));
    return new Promise((resolve) => {
      const waiting: Waiting = {
        start: async () => {
          watch.signal.removeEventListener('abort', leave);
          resolve(await this.#perform(call, watch));
        },
      };
      const leave = () => {
        this.#withdraw(series, waiting);
        resolve(fail({ kind: 'cancelled' }));
      };
      watch.signal.addEventListener('abort', leave, { once: true });
      const queue = this.#series.get(series);
      if (queue === undefined) this.#series.set(series, [waiting]);
      else queue.push(waiting);
      this.#fill();
    });
  }

  /** Ends the idle workers. Jobs that run go on to their end or their signal; no further ones start. */
  close(): void {
    this.#closed = true;
    for (const { worker, remote } of this.#idle.splice(0)) end(worker, remote);
  }

  /** Starts waiting jobs while a worker is free, the series in turn. */
  #fill(): void {
    while (this.#running < this.#size && !this.#closed) {
      const first = this.#series.entries().next();
      if (first.done === true) return;
      const [series, queue] = first.value;
      const waiting = queue.shift();
      // To the end of the line, if it has more.
      this.#series.delete(series);
      if (queue.length > 0) this.#series.set(series, queue);
      if (waiting === undefined) continue;
      this.#running += 1;
      void waiting.start().finally(() => {
        this.#running -= 1;
        this.#fill();
      });
    }
  }

  #withdraw(series: string, waiting: Waiting): void {
    const queue = this.#series.get(series);
    const at = queue?.indexOf(waiting) ?? -1;
    if (queue === undefined || at < 0) return;
    queue.splice(at, 1);
    if (queue.length === 0) this.#series.delete(series);
  }

  async #perform<T, F>(
    call: Call<Contract, T, F>,
    watch: Watch,
  ): Promise<Result<T, F | PrepareFailure | JobEnd>> {
    const { signal, onProgress } = watch;
    const idle = this.#idle.pop();
    const { worker, remote } = idle ?? this.#open();
    let running = true;
    const report = proxy((done: number, total: number) => {
      if (running) onProgress?.(done, total);
    });
    const listeners = new AbortController();
    const died = new Promise<Result<T, JobEnd>>((resolve) => {
      const crash = (detail: string) => resolve(fail({ kind: 'worker-crashed', detail }));
      const { signal: until } = listeners;
      signal.addEventListener('abort', () => resolve(fail({ kind: 'cancelled' })), { signal: until });
      worker.addEventListener('error', (event) => crash(event.message ?? ''), { signal: until });
      worker.addEventListener('messageerror', () => crash('a message could not be read'), { signal: until });
    });
    let answeredByIt = false;
    const answer = async (): Promise<Result<T, F | PrepareFailure | JobEnd>> => {
      const prepared = idle === undefined ? await this.#prepare?.(remote) : undefined;
      // Not fit for another job either.
      if (prepared?.ok === false) return prepared;
      const answered = await call(remote, report);
      answeredByIt = true;
      return answered;
    };
    // Its code threw: the job fails, and what state the worker is in nobody knows.
    const settled = answer().catch((error: unknown) =>
      fail({ kind: 'worker-crashed' as const, detail: String(error) }),
    );
    try {
      return await Promise.race([settled, died]);
    } finally {
      running = false;
      listeners.abort();
      if (answeredByIt && !signal.aborted && !this.#closed) this.#idle.push({ worker, remote });
      else end(worker, remote);
    }
  }

  #open(): Slot<Contract> {
    const worker = this.#spawn();
    return { worker, remote: wrap<Contract>(worker) };
  }
}

function end(worker: Worker, remote: Remote<unknown>): void {
  remote[releaseProxy]();
  worker.terminate();
}
