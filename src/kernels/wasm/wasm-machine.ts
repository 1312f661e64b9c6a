import { ADAM, learningRateAt } from '../../core/inference/adam.ts';
import { averagedStepCount, bindTable, init, posteriorOf } from '../../core/inference/dpvi.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { type DrawnPoint, settle } from '../../core/random/exact-point.ts';
import { LAYERS } from '../../core/random/ziggurat.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { refuse } from '../admission.ts';
import type { DpviState, Machine, MachineFailure, MachineRun, NoiseKey } from '../kernel.ts';
import { KERNEL_BASE64 } from './build/kernel-bytes.ts';
import { type KernelExports, type WrittenProblem, writeProblem } from './written-problem.ts';

/** Steps a call of the kernel: its running powers of β₁, β₂ are set afresh that often. */
const STEPS_PER_CALL = 500;

let compiled: Promise<WebAssembly.Module> | undefined;

/** Compiled once a thread; every run has an instance and a memory of its own. */
function kernelModule(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(KERNEL_BASE64), (char) => char.charCodeAt(0)));
  return compiled;
}

/** What the kernel asks of its host (`assembly/draws.ts`). */
type HostImports = Record<
  'settle',
  (
    key: number,
    stream: number,
    box: number,
    place: number,
    more: number,
    height: number,
    scale: number,
  ) => number
>;

/** A fresh instance of the built kernel, for tests of its parts too. */
export async function instantiateKernel(): Promise<KernelExports> {
  let kernel: KernelExports | undefined;
  const host: HostImports = {
    settle(key, stream, box, place, more, height, scale) {
      if (kernel === undefined) throw new Error('the kernel is not there yet');
      const { nextWord } = kernel;
      const rest = { more: more >>> 0, place };
      const point: DrawnPoint =
        box < LAYERS
          ? { kind: 'layer', layer: box, ...rest, height: height < 0 ? null : height }
          : { kind: 'tail', box: box - LAYERS, ...rest, height };
      return settle(point, scale, { uint32: () => nextWord(key, stream) >>> 0 }) ?? -1;
    },
  };
  const instance = await WebAssembly.instantiate(await kernelModule(), { host });
  kernel = instance.exports as unknown as KernelExports;
  return kernel;
}

/**
 * The fused SIMD kernel: all of METHOD §4, thousands of steps a call. Under one key it draws the batches and the noise of
 * the reference to the bit. Tables, responsibilities, η and Adam are float32, four lanes; rows enter as whole grid steps
 * whose sums, and the release, are exact (`core/inference/released-sum.ts` has the argument for the sensitivity).
 */
export const wasmMachine: Machine = {
  name: 'wasm',
  async open(problem, key, from): Promise<Result<MachineRun, MachineFailure>> {
    const { table, plan } = problem;
    const refusal = refuse(table, plan, from);
    if (refusal !== undefined) return fail(refusal);
    if (plan.shape.components % 4 !== 0) {
      return fail({ kind: 'plan-not-runnable', reason: 'this machine runs 4, 8, 12, … components' });
    }
    try {
      const kernel = await instantiateKernel();
      return succeed(new WasmRun(kernel, table, plan, key, from));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return fail({ kind: 'machine-unavailable', machine: 'wasm', reason });
    }
  },
};

class WasmRun implements MachineRun {
  readonly #plan: TrainingPlan;
  readonly #kernel: KernelExports;
  readonly #written: WrittenProblem;
  #step: number;
  #averagedSteps: number;
  #closed = false;

  constructor(
    kernel: KernelExports,
    table: CodedTable,
    plan: TrainingPlan,
    key: NoiseKey,
    from: DpviState | undefined,
  ) {
    this.#plan = plan;
    this.#kernel = kernel;
    this.#written = writeProblem(kernel, bindTable(plan, table), key);
    const start = from ?? this.#start(key);
    this.#written.writeState(start);
    this.#step = start.step;
    this.#averagedSteps = start.averagedSteps;
  }

  advance(steps: number): number {
    if (this.#closed) throw new Error('the run is closed');
    if (!(Number.isInteger(steps) && steps >= 0)) throw new Error('steps must be a whole number');
    const { learningRate } = this.#plan.settings;
    const T = this.#plan.mechanism.parameters.steps;
    const last = Math.min(T, this.#step + steps);
    const firstAveraged = T - averagedStepCount(this.#plan);
    while (this.#step < last) {
      const done = this.#step;
      const portion = Math.min(STEPS_PER_CALL, last - done);
      this.#written.setNumbers({
        learningRate: learningRateAt(learningRate, done + 1, T),
        rateRatio: T > 1 ? (learningRate.final / learningRate.initial) ** (1 / (T - 1)) : 1,
        firstPower: ADAM.firstDecay ** done,
        secondPower: ADAM.secondDecay ** done,
      });
      this.#written.setWord('stepsBeforeAverage', Math.min(portion, Math.max(0, firstAveraged - done)));
      this.#kernel.run(this.#written.block, portion);
      this.#step = done + portion;
      this.#averagedSteps += Math.max(0, this.#step - Math.max(done, firstAveraged));
    }
    return this.#step;
  }

  state(): DpviState {
    return this.#written.readState(this.#step, this.#averagedSteps);
  }

  posterior(): Posterior {
    return posteriorOf(this.#plan, this.state());
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    new Uint8Array(this.#kernel.memory.buffer).fill(0);
  }

  #start(key: NoiseKey): DpviState {
    const random = chacha20Source(key, 'initialLocation');
    const state = init(this.#plan, random);
    random.forget();
    return state;
  }
}
