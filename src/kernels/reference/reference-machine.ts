import {
  bindTable,
  type DpviProblem,
  type DpviRandomness,
  init,
  type MutableDpviState,
  posteriorOf,
  stepInPlace,
} from '../../core/inference/dpvi.ts';
import { copyState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { chacha20Source, type KeystreamSource } from '../../core/random/chacha20.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { refuse } from '../admission.ts';
import type { DpviState, Machine, MachineFailure, MachineRun, NoiseKey } from '../kernel.ts';

/** The oracle: METHOD §4 in float64, one thread, nothing that is not in `core/inference`. */
export const referenceMachine: Machine = {
  name: 'reference',
  open(problem, key, from): Promise<Result<MachineRun, MachineFailure>> {
    const refusal = refuse(problem.table, problem.plan, from);
    if (refusal !== undefined) return Promise.resolve(fail(refusal));
    return Promise.resolve(succeed(new ReferenceRun(problem.table, problem.plan, key, from)));
  },
};

class ReferenceRun implements MachineRun {
  readonly #plan: TrainingPlan;
  readonly #randomness: DpviRandomness & Record<keyof DpviRandomness, KeystreamSource>;
  readonly #state: MutableDpviState;
  #problem: DpviProblem | undefined;

  constructor(table: CodedTable, plan: TrainingPlan, key: NoiseKey, from: DpviState | undefined) {
    this.#plan = plan;
    this.#problem = bindTable(plan, table);
    this.#randomness = {
      variationalDraw: chacha20Source(key, 'variationalDraw'),
      subsample: chacha20Source(key, 'subsample'),
      mechanismNoise: chacha20Source(key, 'mechanismNoise'),
    };
    if (from === undefined) {
      const start = chacha20Source(key, 'initialLocation');
      this.#state = init(plan, start);
      start.forget();
    } else {
      this.#state = copyState(from);
    }
  }

  advance(steps: number): number {
    if (this.#problem === undefined) throw new Error('the run is closed');
    if (!(Number.isInteger(steps) && steps >= 0)) throw new Error('steps must be a whole number');
    const last = Math.min(this.#plan.mechanism.parameters.steps, this.#state.step + steps);
    while (this.#state.step < last) stepInPlace(this.#problem, this.#state, this.#randomness);
    return this.#state.step;
  }

  state(): DpviState {
    return copyState(this.#state);
  }

  posterior(): Posterior {
    return posteriorOf(this.#plan, this.#state);
  }

  close(): void {
    if (this.#problem === undefined) return;
    this.#problem = undefined;
    for (const stream of Object.values(this.#randomness)) stream.forget();
  }
}
