import type { DpviState } from '../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../core/inference/plan.ts';
import type { Posterior } from '../core/inference/posterior.ts';
import type { Result } from '../core/result.ts';
import type { CodedTable } from '../core/table/coded-table.ts';

export type MachineName = 'reference' | 'wasm' | 'webgpu';

export type { DpviState } from '../core/inference/dpvi-state.ts';

/** 32 secret bytes from the platform's generator: in memory only, never stored, logged or reused (METHOD §9.3). */
export type NoiseKey = Uint8Array;

export type MachineFailure =
  | { readonly kind: 'machine-unavailable'; readonly machine: MachineName; readonly reason: string }
  | { readonly kind: 'no-rows' }
  | { readonly kind: 'table-does-not-match'; readonly reason: string }
  | { readonly kind: 'state-not-finite' }
  | { readonly kind: 'plan-not-runnable'; readonly reason: string };

/**
 * Thrown by `advance` where the machine went away under a run (a graphics device lost). The run's state is that of the last
 * portion that was read back; it can be gone on with elsewhere, under a fresh key.
 */
export class MachineLost extends Error {}

/** One training on one machine. Data, noise and Adam's state live inside; only `state` gives a copy out. */
export interface MachineRun {
  /** Runs at most `steps` further steps, never beyond the plan's T. Returns the steps done in all. */
  advance(steps: number): number | Promise<number>;
  /** A copy that shares no buffer with the run. */
  state(): DpviState;
  /** What the state reports: averaged over the last part of the run, or the last iterate. */
  posterior(): Posterior;
  /** Forgets rows, key and keystream. Idempotent; the run must not be used afterwards. */
  close(): void;
}

/**
 * Opens a run. Without `from` it starts at step 0; with it, it goes on from there under a fresh key, never one
 * that has been used before: the same keystream twice would let two releases be subtracted.
 */
export interface Machine {
  readonly name: MachineName;
  open(
    problem: { readonly table: CodedTable; readonly plan: TrainingPlan },
    key: NoiseKey,
    from?: DpviState,
  ): Promise<Result<MachineRun, MachineFailure>>;
}
