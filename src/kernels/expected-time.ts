import type { TrainingPlan } from '../core/inference/plan.ts';
import { chacha20Source, KEY_BYTES } from '../core/random/chacha20.ts';
import { uniform } from '../core/random/random-source.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import type { Machine } from './kernel.ts';

/** The rehearsal takes about this long. */
const REHEARSAL_MS = 250;
/** Steps in which the engine's code is still being compiled; not counted. */
const WARM_UP_STEPS = 20;
/** Made-up rows and noise of the rehearsal; nothing of it is kept. */
const REHEARSAL_KEY = new Uint8Array(KEY_BYTES).fill(0x7e);

/**
 * How long a training takes here, in milliseconds: a rehearsal of some steps on made-up rows of the plan's
 * shape and size, scaled to T steps. Sees no row of the table.
 */
export async function expectedTrainingMs(
  machine: Machine,
  plan: TrainingPlan,
  table: CodedTable = madeUpRows(plan),
  rehearsalMs: number = REHEARSAL_MS,
): Promise<number | null> {
  const opened = await machine.open({ table, plan }, REHEARSAL_KEY);
  if (!opened.ok) return null;
  const run = opened.value;
  const { steps } = plan.mechanism.parameters;
  // One step at first: on a slow device a portion of ten would take seconds.
  const openedMs = performance.now();
  let done = await run.advance(1);
  while (done < Math.min(WARM_UP_STEPS, steps) && performance.now() - openedMs < rehearsalMs / 3) {
    done = await run.advance(1);
  }
  const before = done;
  const startedMs = performance.now();
  let elapsedMs = 0;
  let portion = 1;
  while (done < steps && elapsedMs < rehearsalMs) {
    done = await run.advance(portion);
    elapsedMs = performance.now() - startedMs;
    portion = Math.min(10, 2 * portion);
  }
  run.close();
  return done === before ? elapsedMs : (elapsedMs / (done - before)) * steps;
}

/** Rows whose levels thin out by half, since a table's patterns are few when its levels are uneven. */
export function madeUpRows(plan: TrainingPlan): CodedTable {
  const random = chacha20Source(REHEARSAL_KEY, 'synthesis');
  const { rowCount } = plan;
  const columns = plan.shape.levelCounts.map((levels) => {
    const column = new Uint8Array(rowCount);
    for (let i = 0; i < rowCount; i += 1) {
      column[i] = Math.min(levels - 1, Math.floor(-Math.log2(1 - uniform(random))));
    }
    return column;
  });
  const outcome = new Uint32Array(rowCount);
  for (let i = 0; i < rowCount; i += 1) outcome[i] = uniform(random) < 0.25 ? 1 : 0;
  return { rowCount, columns, outcome };
}
