import type { DpviState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { KEY_BYTES } from '../../core/random/chacha20.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import type { Machine } from '../../kernels/kernel.ts';
import type { TrainingPaused, TrainingRefused } from '../../session/ports.ts';

/** A portion of steps takes about this long; progress, a pause and a checkpoint come between portions. */
const PORTION_MS = 80;
/** Checkpoints come no closer than this. */
const CHECKPOINT_EVERY_MS = 2000;

/** What a training needs of the thread it runs on. */
export interface TrainingSurroundings {
  nowMs(): number;
  /** Lets the thread take its messages: a pause comes in as one. */
  turn(): Promise<void>;
  pauseAsked(): boolean;
  report(done: number, total: number): void;
  checkpoint(state: DpviState): void;
}

/**
 * Runs a training to its end, or to where it is told to pause, in portions of about 80 ms. The key is drawn here,
 * for this call alone (METHOD §9.3): a training that goes on from a state goes on under another.
 */
export async function runTraining(
  machine: Machine,
  problem: { readonly table: CodedTable; readonly plan: TrainingPlan },
  from: DpviState | null,
  { nowMs, turn, pauseAsked, report, checkpoint }: TrainingSurroundings,
): Promise<Result<Posterior, TrainingRefused | TrainingPaused>> {
  const key = crypto.getRandomValues(new Uint8Array(KEY_BYTES));
  const opened = await machine.open(problem, key, from ?? undefined);
  key.fill(0);
  if (!opened.ok) {
    const { kind } = opened.failure;
    return fail({
      kind: 'training-refused',
      reason: 'reason' in opened.failure ? `${kind}: ${opened.failure.reason}` : kind,
    });
  }
  const run = opened.value;
  try {
    const { steps } = problem.plan.mechanism.parameters;
    let done = from?.step ?? 0;
    let portion = 1;
    let checkpointMs = nowMs();
    while (done < steps) {
      if (pauseAsked()) return fail({ kind: 'paused', state: run.state() });
      const startedMs = nowMs();
      done = await run.advance(portion);
      const endedMs = nowMs();
      const tookMs = Math.max(endedMs - startedMs, 0.1);
      portion = Math.max(1, Math.min(4 * portion, Math.round((portion * PORTION_MS) / tookMs)));
      report(done, steps);
      if (endedMs - checkpointMs >= CHECKPOINT_EVERY_MS && done < steps) {
        checkpoint(run.state());
        checkpointMs = endedMs;
      }
      await turn();
    }
    const posterior = run.posterior();
    // Never a bundle of NaN: the budget counts as spent, since noise was drawn.
    if (![posterior.location, posterior.scale].every((values) => values.every(Number.isFinite))) {
      throw new Error('the training ended in numbers that are not finite');
    }
    return succeed(posterior);
  } finally {
    run.close();
  }
}
