import { init, posteriorOf } from '../../core/inference/dpvi.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { mergeRows, type RowPatterns } from '../../core/inference/row-patterns.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { refuse } from '../admission.ts';
import type { Machine, MachineFailure, MachineRun, NoiseKey } from '../kernel.ts';
import type { DeviceModel } from './device-numbers.ts';
import { deviceShortcoming, reasonOf } from './device-program.ts';
import { type CallOptions, TrainingCall } from './training-call.ts';
import { type ReleaseGrid, releaseGrid } from './training-geometry.ts';

/** One of many trainings that run side by side. Each needs a key of its own. */
export interface WebgpuProblem {
  readonly table: CodedTable;
  readonly plan: TrainingPlan;
  readonly key: NoiseKey;
  readonly from?: DpviState;
}

/** Many trainings at once, one workgroup each. */
export interface WebgpuRuns {
  /** At most `steps` further steps of each, never beyond a plan's T. Returns the steps done in all, one a run. */
  advance(steps: number): Promise<readonly number[]>;
  states(): readonly DpviState[];
  posteriors(): readonly Posterior[];
  /** Forgets rows and keys. Idempotent. */
  close(): void;
}

/** Where devices come from; tests give one of their own. */
export type OpenDevice = () => Promise<Result<GPUDevice, string>>;

/** The machine on a device: one model a run. Many at once: `openWebgpuRuns`. */
export function webgpuMachine(openDevice: OpenDevice, options: CallOptions = {}): Machine {
  return {
    name: 'webgpu',
    async open({ table, plan }, key, from): Promise<Result<MachineRun, MachineFailure>> {
      const opened = await openWebgpuRuns(openDevice, [{ table, plan, key, ...(from && { from }) }], options);
      if (!opened.ok) return opened;
      const runs = opened.value;
      return succeed({
        advance: async (steps) => (await runs.advance(steps))[0] as number,
        state: () => runs.states()[0] as DpviState,
        posterior: () => runs.posteriors()[0] as Posterior,
        close: () => runs.close(),
      });
    },
  };
}

/**
 * Opens runs that share a shape (variables, levels, R, family); rows, N, σ, q, C, T and key are each one's own. Nothing is
 * drawn before every problem was admitted.
 */
export async function openWebgpuRuns(
  openDevice: OpenDevice,
  problems: readonly WebgpuProblem[],
  options: CallOptions = {},
): Promise<Result<WebgpuRuns & { readonly call: TrainingCall }, MachineFailure>> {
  const first = problems[0];
  if (first === undefined) throw new Error('no problem to run');
  // The same key twice would draw the same noise twice, and two releases could be subtracted.
  const keys = new Set(problems.map(({ key }) => key.join()));
  if (keys.size !== problems.length) throw new Error('each run needs a key of its own');
  const grids: ReleaseGrid[] = [];
  for (const { table, plan, from } of problems) {
    const refusal = refuse(table, plan, from);
    if (refusal !== undefined) return fail(refusal);
    if (JSON.stringify(plan.shape) !== JSON.stringify(first.plan.shape)) {
      return fail({ kind: 'plan-not-runnable', reason: 'runs side by side need the same shape' });
    }
    const grid = releaseGrid(plan);
    if ('reason' in grid) return fail({ kind: 'plan-not-runnable', reason: grid.reason });
    grids.push(grid);
  }
  const unavailable = (reason: string): Result<never, MachineFailure> =>
    fail({ kind: 'machine-unavailable', machine: 'webgpu', reason });
  const device = await openDevice();
  if (!device.ok) return unavailable(device.failure);
  const shortcoming = deviceShortcoming(device.value);
  if (shortcoming !== null) return unavailable(shortcoming);
  const layout = parameterLayout(first.plan.shape);
  const merged = new Map<CodedTable, RowPatterns>();
  const models: DeviceModel[] = problems.map(({ table, plan, key, from }, i) => {
    const patterns = merged.get(table) ?? mergeRows(layout, table);
    merged.set(table, patterns);
    return { plan, patterns, grid: grids[i] as ReleaseGrid, key, start: from ?? startOf(plan, key) };
  });
  try {
    const call = await TrainingCall.open(device.value, models, options);
    return succeed(runsOf(call, problems));
  } catch (error) {
    return unavailable(reasonOf(error));
  }
}

function startOf(plan: TrainingPlan, key: NoiseKey): DpviState {
  const random = chacha20Source(key, 'initialLocation');
  const state = init(plan, random);
  random.forget();
  return state;
}

function runsOf(
  call: TrainingCall,
  problems: readonly WebgpuProblem[],
): WebgpuRuns & { readonly call: TrainingCall } {
  return {
    call,
    async advance(steps) {
      if (!(Number.isInteger(steps) && steps >= 0)) throw new Error('steps must be a whole number');
      const further = call.steps.map((done, i) =>
        Math.min((problems[i] as WebgpuProblem).plan.mechanism.parameters.steps - done, steps),
      );
      if (Math.max(...further) > 0) await call.advance(further);
      return call.steps;
    },
    states: () => call.states(),
    posteriors: () =>
      call.states().map((state, i) => posteriorOf((problems[i] as WebgpuProblem).plan, state)),
    close: () => call.close(),
  };
}
