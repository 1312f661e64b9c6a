import type { DpviState } from '../core/inference/dpvi-state.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import { hasSameRows, isOfTable } from './journey.ts';
import { addUpTables, identifyTable, mayBegin } from './ledger.ts';
import type { ReleaseChange } from './ports.ts';
import type { ReleaseRecord } from './records.ts';
import type { TrainingState } from './state.ts';
import type { Store } from './store.ts';
import { TrainingRate } from './training-rate.ts';

/** A training as one tab holds it. Rows and iterates are in this tab's memory and go with it. */
interface Run {
  readonly table: CodedTable;
  /** Where it stopped in this tab; null: at its start, or where the vault's checkpoint is. */
  state: DpviState | null;
  /** False where the browser refused to keep the entry: then nothing outlives the tab, and nothing is gone on with. */
  readonly isKept: boolean;
}

type Ended = Awaited<ReturnType<Store['ports']['jobs']['train']>>;

/** What `write` returns where another tab, or forgetting everything, took the training away. */
const LOST = Symbol('lost');

/**
 * Trainings, one after the other. A training is one release of T steps, however often it is paused, cut short or gone
 * on with, because of three rules (the argument is in README.md beside this file):
 *
 * 1. The ledger's entry is written before anything is drawn.
 * 2. Only the newest attempt writes. Going on from a checkpoint is a new attempt, under a fresh key, claimed in one
 *    transaction; steps that an older attempt took after that checkpoint were seen by nobody and never will be.
 * 3. What came out is written before it is shown. So whatever is not written can be drawn anew.
 *
 * A training that ends in an error of its own is not gone on with: whether it fails can depend on rows.
 */
export class Trainings {
  private readonly runs = new Map<string, Run>();
  /** Counts what was forgotten: a training from before then shows and writes nothing more. */
  private age = 0;
  private live: { readonly id: string; readonly pause: AbortController } | null = null;

  constructor(private readonly store: Store) {}

  /** Agrees to the plan at hand: it runs now, or when those before it have ended. */
  async add(): Promise<void> {
    const { store } = this;
    const { plan, codebook, data } = store.state;
    if (plan.kind !== 'ready' || codebook.codebook === null || codebook.codebookId === null) return;
    if (codebook.coded === null || data.source === null) return;
    const { clock, vault } = store.ports;
    const release: ReleaseRecord = {
      id: clock.newId(),
      startedOn: clock.today(),
      sequence: 1 + Math.max(0, ...store.state.releases.map(({ sequence }) => sequence)),
      status: 'queued',
      attempt: 0,
      stepsDone: 0,
      machine: plan.machine,
      source: data.source,
      site: data.site,
      table: store.state.ledger.fingerprint,
      codebook: codebook.codebook,
      codebookId: codebook.codebookId,
      plan: plan.plan,
      posterior: null,
    };
    store.update({ releases: [...store.state.releases, release], queue: [...store.state.queue, release.id] });
    // Where the browser refuses to store, the entry lives in this tab and a standing notice says so.
    const isKept = await store.keep(() => vault.addRelease(release));
    this.runs.set(release.id, { table: codebook.coded.table, state: null, isKept });
    await this.runNext();
  }

  /** Goes on with a training that waits, was paused, or lost its tab; needs the rows it began with. */
  async resume(id: string): Promise<void> {
    const { store } = this;
    const release = this.release(id);
    if (release === null || store.state.queue.includes(id) || this.live?.id === id) return;
    if (!this.runs.has(id)) {
      // A file of this name may hold other rows by now.
      await identifyTable(store);
      const { coded } = store.state.codebook;
      if (coded === null || !isOfTable(release, store.state)) return;
      if (hasSameRows(release, store.state) === false || this.runs.has(id)) return;
      this.runs.set(id, { table: coded.table, state: null, isKept: true });
    }
    store.update({ queue: [...store.state.queue, id] });
    await this.runNext();
  }

  /** The training that runs stops within a moment and can be gone on with, also after a reload. */
  pause(): void {
    const { training } = this.store.state;
    if (this.live === null || training.kind !== 'running') return;
    this.live.pause.abort();
    this.store.update({ training: { ...training, pausing: true } });
  }

  /** Ends a training before anyone saw anything of it; the one that runs, or is about to, if none is named. */
  async cancel(id = this.live?.id ?? this.store.state.queue[0]): Promise<void> {
    const { store } = this;
    if (id === undefined) return;
    if (this.live?.id === id) {
      store.cancel('train');
      return;
    }
    const release = this.release(id);
    if (release === null) return;
    store.update({ queue: store.state.queue.filter((other) => other !== id) });
    // A new attempt number: should another tab be at it, that one finds itself overtaken and shows nothing.
    const change = { status: 'cancelled', attempt: release.attempt + 1 } as const;
    const written = await this.write(release, change, null).catch(() => null);
    this.runs.delete(id);
    if (written === LOST) await this.overtaken(id);
    else if (this.live === null)
      this.show(
        written === null ? { kind: 'failed', failure: { kind: 'cancel-not-stored' } } : { kind: 'cancelled' },
      );
    await addUpTables(store);
  }

  /** Keeps a result that the browser refused to keep before; it is shown once it is kept. */
  async keepResult(): Promise<void> {
    const { training } = this.store.state;
    if (training.kind !== 'not-kept') return;
    const release = this.release(training.releaseId);
    const { ended } = training;
    this.store.update({ training: { kind: 'idle' } });
    if (release !== null) await this.finish(release, ended, training.elapsedMs);
    await this.runNext();
  }

  /** Ends everything of this tab; the vault is emptied by whoever calls this. */
  forget(): void {
    this.runs.clear();
    this.live = null;
    this.age += 1;
  }

  private async runNext(): Promise<void> {
    const { store } = this;
    // A result that waits to be kept is the only copy: nothing may take its place.
    if (this.live !== null || store.state.training.kind === 'not-kept') return;
    const [id, ...later] = store.state.queue;
    if (id === undefined) return;
    const run = this.runs.get(id);
    const release = this.release(id);
    const live = { id, pause: new AbortController() };
    this.live = live;
    store.update({ queue: later });
    if (run !== undefined && release !== null) await this.run(release, run, live.pause.signal);
    if (this.live !== live) return;
    this.live = null;
    await addUpTables(store);
    await this.runNext();
  }

  private async run(waiting: ReleaseRecord, run: Run, pause: AbortSignal): Promise<void> {
    const { store } = this;
    const { clock, jobs, vault } = store.ports;
    const signal = store.begin('train');
    const { steps } = waiting.plan.mechanism.parameters;
    this.show({
      kind: 'running',
      releaseId: waiting.id,
      stepsDone: run.state?.step ?? waiting.stepsDone,
      steps,
      stepsPerSecond: 0,
      pausing: false,
    });
    const leave = await store.ports.presence.enter(`training ${waiting.id}`);
    try {
      if (waiting.status === 'queued' && !(await mayBegin(store, waiting))) {
        this.show({ kind: 'failed', failure: { kind: 'over-cap' } });
        return;
      }
      let from = run.state;
      let claimed: ReleaseRecord | typeof LOST = waiting;
      try {
        claimed = await this.write(waiting, { status: 'started', attempt: waiting.attempt + 1 });
        if (from === null && run.isKept) from = await vault.checkpoint(waiting.id);
      } catch {
        // Without a claim nothing may be drawn: another tab could be at the same checkpoint.
        this.show({ kind: 'failed', failure: { kind: 'not-stored' } });
        return;
      }
      if (claimed === LOST) {
        await this.overtaken(waiting.id);
        return;
      }
      const release = claimed;
      const rate = new TrainingRate();
      const startedMs = clock.nowMs();
      const { age } = this;
      let isOvertaken = false;
      const ended = await jobs.train(
        { table: run.table, plan: release.plan, from },
        {
          signal,
          pause,
          onProgress: (stepsDone, total) => {
            if (signal.aborted) return;
            const stepsPerSecond = rate.report(stepsDone, clock.nowMs());
            const pausing = pause.aborted;
            const { id: releaseId } = release;
            this.show({ kind: 'running', releaseId, stepsDone, steps: total, stepsPerSecond, pausing });
          },
          onCheckpoint: (state) => {
            if (!run.isKept) return;
            this.write(release, { stepsDone: state.step }, state).then(
              (kept) => {
                if (kept === LOST) {
                  isOvertaken = true;
                  store.cancel('train');
                }
              },
              // No room: the checkpoint before this one stands, and what came after it was seen by nobody.
              () => undefined,
            );
          },
        },
      );
      if (age !== this.age) return;
      if (isOvertaken) await this.overtaken(release.id);
      else await this.finish(release, ended, clock.nowMs() - startedMs);
    } finally {
      leave();
    }
  }

  /** Writes how a training ended, and only then shows it. */
  private async finish(release: ReleaseRecord, ended: Ended, elapsedMs: number): Promise<void> {
    const run = this.runs.get(release.id);
    const [change, checkpoint] = outcome(ended);
    if (run !== undefined && checkpoint !== null) run.state = checkpoint;
    let written: ReleaseRecord | typeof LOST;
    try {
      written = await this.write(release, change, checkpoint);
    } catch {
      // Seen here and not known to the vault, the same steps could be drawn a second time after a reload.
      if (ended.ok) {
        this.show({ kind: 'not-kept', releaseId: release.id, elapsedMs, ended });
        return;
      }
      written = { ...release, ...change };
      this.store.update({ storageWorks: false });
      this.replace(written);
    }
    if (change.status !== 'paused') this.runs.delete(release.id);
    if (written === LOST) await this.overtaken(release.id);
    else if (ended.ok) this.show({ kind: 'finished', elapsedMs, machine: ended.value.machine });
    else if (ended.failure.kind === 'paused') this.show({ kind: 'paused' });
    else if (ended.failure.kind === 'cancelled') this.show({ kind: 'cancelled' });
    else this.show({ kind: 'failed', failure: ended.failure });
  }

  /** Shows what the others made of it, and nothing of what this tab did. */
  private async overtaken(id: string): Promise<void> {
    const { store } = this;
    this.runs.delete(id);
    await store.keep(async () => store.update({ releases: await store.ports.vault.releases() }));
    this.show({ kind: 'failed', failure: { kind: 'overtaken' } });
  }

  /** Writes a change to the vault if nobody went on with this training meanwhile, and then shows it in the list. */
  private async write(
    release: ReleaseRecord,
    change: ReleaseChange,
    checkpoint?: DpviState | null,
  ): Promise<ReleaseRecord | typeof LOST> {
    const { vault } = this.store.ports;
    const isKept = this.runs.get(release.id)?.isKept ?? true;
    const written = isKept
      ? await vault.changeRelease(release.id, release.attempt, change, checkpoint)
      : { ...release, ...change };
    if (written === null) return LOST;
    this.replace(written);
    return written;
  }

  private replace(written: ReleaseRecord): void {
    const { releases } = this.store.state;
    this.store.update({ releases: releases.map((other) => (other.id === written.id ? written : other)) });
  }

  private release(id: string): ReleaseRecord | null {
    return this.store.state.releases.find((release) => release.id === id) ?? null;
  }

  private show(training: TrainingState): void {
    this.store.update({ training });
  }
}

/** What the ledger keeps of an end, and the iterates to go on from. */
function outcome(ended: Ended): readonly [ReleaseChange, DpviState | null] {
  if (ended.ok) {
    const { posterior, machine } = ended.value;
    return [{ status: 'finished', posterior, machine }, null];
  }
  switch (ended.failure.kind) {
    case 'paused':
      return [{ status: 'paused', stepsDone: ended.failure.state.step }, ended.failure.state];
    case 'cancelled':
    case 'training-refused':
      // Ended before anyone saw anything, or refused before anything was drawn.
      return [{ status: 'cancelled' }, null];
    case 'worker-crashed':
      // An error can depend on rows; trying until there is none would be a release that nobody counted.
      return [{ status: 'failed' }, null];
    default:
      return ended.failure satisfies never;
  }
}
