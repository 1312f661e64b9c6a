import type { PartResult } from './part-results.ts';
import type { StudyPart } from './parts.ts';
import type { TwinModel } from './twin-maker.ts';

/** Where results of parts are kept, so that a study goes on where it stopped. */
export interface PartStore {
  get(id: string): Promise<PartResult | undefined>;
  put(id: string, result: PartResult): Promise<void>;
}

/** One of the workers: does a part and answers. */
export type PartRunner = (part: StudyPart, twins: readonly TwinModel[]) => Promise<PartResult>;

export interface StudyWatch {
  /** No further part is begun once it is aborted. */
  readonly signal?: { readonly aborted: boolean };
  readonly onDone?: (part: StudyPart, result: PartResult, done: number, total: number) => void;
}

/**
 * Does all parts with as many at a time as there are runners, each as soon as the twins that it needs are there.
 * What the store has is not made again.
 *
 * @returns whether everything is done; false after an abort
 */
export async function runParts(
  parts: readonly StudyPart[],
  runners: readonly PartRunner[],
  store: PartStore,
  watch: StudyWatch = {},
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
  const work = async (run: PartRunner) => {
    while (watch.signal?.aborted !== true && failed === undefined && waiting.length > 0) {
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
        await store.put(part.id, result);
        finish(part, result);
      } catch (error) {
        failed ??= error;
      }
      running -= 1;
      const sleepers = wake;
      wake = [];
      for (const resolve of sleepers) resolve();
    }
    for (const resolve of wake.splice(0)) resolve();
  };
  await Promise.all(runners.map(work));
  if (failed !== undefined) throw failed;
  return waiting.length === 0 && done === parts.length;
}
