import type { PartResult } from './part-results.ts';
import type { StudyPart, TwinPart } from './parts.ts';
import type { TwinModel } from './twin-maker.ts';

/** Where results of parts are kept, so that a study goes on where it stopped. */
export interface PartStore {
  get(id: string): Promise<PartResult | undefined>;
  put(id: string, result: PartResult): Promise<void>;
}

/** One of the workers: does a part and answers. */
export type PartRunner = (part: StudyPart, twins: readonly TwinModel[]) => Promise<PartResult>;

/** A machine that trains many centres at once, and pays only so. */
export interface TogetherTrainer {
  /** How many it wants next; 0: none any more. */
  wanted(): Promise<number>;
  /** Null where it went away: the parts are then done by the runners. */
  train(parts: readonly TwinPart[]): Promise<readonly PartResult[] | null>;
}

export interface StudyWatch {
  /** No further part is begun once it is aborted. */
  readonly signal?: { readonly aborted: boolean };
  readonly onDone?: (part: StudyPart, result: PartResult, done: number, total: number) => void;
}

/**
 * Does all parts with as many at a time as there are runners, each as soon as the twins that it needs are there.
 * What the store has is not made again. Beside the runners one trainer may take trainings, many at a time.
 *
 * @returns whether everything is done; false after an abort
 */
export async function runParts(
  parts: readonly StudyPart[],
  runners: readonly PartRunner[],
  store: PartStore,
  watch: StudyWatch = {},
  together?: TogetherTrainer,
): Promise<boolean> {
  if (runners.length === 0) throw new Error('nobody to do the parts');
  const twins = new Map<string, TwinModel>();
  let done = 0;
  const finish = (part: StudyPart, result: PartResult) => {
    if (result.kind === 'twin') twins.set(part.id, result.model);
    done += 1;
    watch.onDone?.(part, result, done, parts.length);
  };
  const waiting: StudyPart[] = [];
  for (const part of parts) {
    const kept = await store.get(part.id);
    if (kept === undefined) waiting.push(part);
    else finish(part, kept);
  }
  /** Analyses first: the trainings that they need were done one after the other, and each one shows a box. */
  const takeReady = () => {
    const ready = (part: StudyPart) => part.needs.every((id) => twins.has(id));
    const analysis = waiting.findIndex((part) => part.kind !== 'twin' && ready(part));
    const place = analysis >= 0 ? analysis : waiting.findIndex(ready);
    return place < 0 ? undefined : waiting.splice(place, 1)[0]!;
  };
  let wake: (() => void)[] = [];
  let failed: unknown;
  let running = 0;
  const goesOn = () => watch.signal?.aborted !== true && failed === undefined && waiting.length > 0;
  const wakeAll = () => {
    const sleepers = wake;
    wake = [];
    for (const resolve of sleepers) resolve();
  };
  const keep = async (part: StudyPart, result: PartResult) => {
    await store.put(part.id, result);
    finish(part, result);
  };
  const work = async (run: PartRunner) => {
    while (goesOn()) {
      const part = takeReady();
      if (part === undefined) {
        if (running === 0) throw new Error(`nothing will ever make what ${waiting[0]!.id} needs`);
        await new Promise<void>((resolve) => wake.push(resolve));
        continue;
      }
      running += 1;
      try {
        const result = await run(
          part,
          part.needs.map((id) => twins.get(id)!),
        );
        await keep(part, result);
      } catch (error) {
        failed ??= error;
      }
      running -= 1;
      wakeAll();
    }
    wakeAll();
  };
  const trainTogether = async (trainer: TogetherTrainer) => {
    const trainings = () => waiting.filter((part) => part.kind === 'twin');
    while (goesOn() && trainings().length > 0) {
      const wanted = await trainer.wanted();
      // The runners went on meanwhile.
      const taken = goesOn() ? trainings().slice(0, wanted) : [];
      if (taken.length === 0) break;
      for (const part of taken) waiting.splice(waiting.indexOf(part), 1);
      running += 1;
      try {
        const results = await trainer.train(taken);
        if (results === null) waiting.unshift(...taken);
        else for (const [i, part] of taken.entries()) await keep(part, results[i]!);
      } catch (error) {
        failed ??= error;
      }
      running -= 1;
      wakeAll();
    }
  };
  await Promise.all([...runners.map(work), ...(together === undefined ? [] : [trainTogether(together)])]);
  if (failed !== undefined) throw failed;
  return waiting.length === 0 && done === parts.length;
}
