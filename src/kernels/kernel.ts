import type { TrainingPlan } from '../core/inference/plan.ts';
import type { Posterior } from '../core/inference/posterior.ts';
import type { Result } from '../core/result.ts';
import type { CodedTable } from '../core/table/coded-table.ts';

export type MachineName = 'reference' | 'wasm' | 'webgpu';

/** Everything a DPVI run carries from step to step (METHOD §4). D numbers each, float64 on every machine. */
export interface DpviState {
  /** Steps done so far. */
  readonly step: number;
  /** m */
  readonly location: Float64Array;
  /** s; τ = softplus(s) */
  readonly rawScale: Float64Array;
  /** Adam's first and second moments of (m, s): 2D numbers, m first. */
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
  /** Sums of m and s over the averaged steps, and how many there were. */
  readonly locationSum: Float64Array;
  readonly rawScaleSum: Float64Array;
  readonly averagedSteps: number;
}

/** 32 secret bytes from the platform's generator: in memory only, never stored, logged or reused (METHOD §9.3). */
export type NoiseKey = Uint8Array;

export type MachineFailure =
  | { readonly kind: 'machine-unavailable'; readonly machine: MachineName; readonly reason: string }
  | { readonly kind: 'no-rows' }
  | { readonly kind: 'table-does-not-match'; readonly reason: string }
  | { readonly kind: 'state-not-finite' }
  | { readonly kind: 'plan-not-runnable'; readonly reason: string };

/** One training on one machine. Data, noise and Adam's state live inside; only `state` gives a copy out. */
export interface MachineRun {
  /** Runs at most `steps` further steps, never beyond the plan's T. Returns the steps done in all. */
  advance(steps: number): number | Promise<number>;
  state(): DpviState;
  posterior(): Posterior;
  close(): void;
}

/** Opens a run. Without `from` it starts at step 0; with it, it goes on from there under a fresh key. */
export interface Machine {
  readonly name: MachineName;
  open(
    problem: { readonly table: CodedTable; readonly plan: TrainingPlan },
    key: NoiseKey,
    from?: DpviState,
  ): Promise<Result<MachineRun, MachineFailure>>;
}
