import { ADAM } from '../core/inference/adam.ts';
import { inventedTable, publicKey, uncertifiedPlan } from '../core/inference/check-problem.ts';
import { copyState } from '../core/inference/dpvi-state.ts';
import type { TrainingPlan, TrainingSettings } from '../core/inference/plan.ts';
import type { OutcomeFamily } from '../core/model/shape.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import type { DpviState, Machine, MachineFailure, MachineRun } from './kernel.ts';

/** What a check saw. A machine that fails one is not to be trusted with a table. */
export interface CheckOutcome {
  readonly passed: boolean;
  /** The number that was compared, and with what: it passes at or below `allowed`. */
  readonly measured: number;
  readonly allowed: number;
}

/** One property of the contract, as a function of a machine. `oracle` is the float64 reference. */
export interface ConformanceCheck {
  readonly name: string;
  run(machine: Machine, oracle: Machine): Promise<CheckOutcome>;
}

/** The same of what is bound to a device already. */
export interface DeviceCheck {
  readonly name: string;
  run(): Promise<CheckOutcome>;
}

/** Measured against allowed; NaN fails. */
export function compare(measured: number, allowed: number): CheckOutcome {
  return { passed: measured <= allowed, measured, allowed };
}

/** A check that counts what went wrong. */
export function expectNone(violations: number): CheckOutcome {
  return compare(violations, 0);
}

export const CHECK_LEVELS = [3, 2, 5] as const;

/** A problem on invented rows. Defaults: 3 variables, 200 rows, 4 components, no noise, q = 1. */
export function checkProblem(
  settings: Partial<TrainingSettings>,
  options: {
    rowCount?: number;
    noiseMultiplier?: number;
    family?: OutcomeFamily;
    levels?: readonly number[];
  } = {},
): { table: CodedTable; plan: TrainingPlan } {
  const rowCount = options.rowCount ?? 200;
  const levelCounts = options.levels ?? CHECK_LEVELS;
  const family = options.family ?? 'poisson';
  return {
    table: inventedTable({ levelCounts, rowCount, meanOutcome: 0.3, binary: true, number: 1 }),
    plan: uncertifiedPlan({
      levelCounts,
      rowCount,
      noiseMultiplier: options.noiseMultiplier ?? 0,
      settings: { components: 4, ...settings },
      family,
    }),
  };
}

/** Opens a run that must open. */
export async function opened(
  machine: Machine,
  problem: { table: CodedTable; plan: TrainingPlan },
  keyNumber: number,
  from?: DpviState,
): Promise<MachineRun> {
  const run = await machine.open(problem, publicKey(keyNumber), from);
  if (!run.ok) throw new Error(`${machine.name} refused a sound problem: ${run.failure.kind}`);
  return run.value;
}

/** The state after `steps` steps from the start or from `from`. */
export async function stateAfter(
  machine: Machine,
  problem: { table: CodedTable; plan: TrainingPlan },
  keyNumber: number,
  steps: number,
  from?: DpviState,
): Promise<DpviState> {
  const run = await opened(machine, problem, keyNumber, from);
  await run.advance(steps);
  const state = run.state();
  run.close();
  return state;
}

/** g_m of the step between two states, read off Adam's first moment: m_t = β₁ m_{t−1} + (1 − β₁) g_t. */
export function locationGradient(before: DpviState, after: DpviState): Float64Array {
  const D = before.location.length;
  const { firstDecay } = ADAM;
  return Float64Array.from(
    { length: D },
    (_, k) =>
      ((after.firstMoment[k] as number) - firstDecay * (before.firstMoment[k] as number)) / (1 - firstDecay),
  );
}

export function largestDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((largest, value, k) => {
    const difference = Math.abs(value - (b[k] as number));
    return difference > largest || Number.isNaN(difference) ? difference : largest;
  }, 0);
}

async function refusal(
  machine: Machine,
  problem: { table: CodedTable; plan: TrainingPlan },
  from?: DpviState,
): Promise<MachineFailure['kind'] | 'opened'> {
  const run = await machine.open(problem, publicKey(1), from);
  if (!run.ok) return run.failure.kind;
  run.value.close();
  return 'opened';
}

const { table, plan } = checkProblem({ steps: 50 });
const withParameters = (change: Partial<TrainingPlan['mechanism']['parameters']>): TrainingPlan => ({
  ...plan,
  mechanism: { ...plan.mechanism, parameters: { ...plan.mechanism.parameters, ...change } },
});

/** What the contract promises apart from the numbers. */
export const contractChecks: readonly ConformanceCheck[] = [
  {
    name: 'refuses, with the right kind, what it cannot run',
    async run(machine) {
      const good = await stateAfter(machine, { table, plan }, 1, 3);
      const spoilt = copyState(good);
      spoilt.location[2] = Number.NaN;
      const short = { ...good, rawScale: good.rawScale.slice(1) };
      const noRows = {
        rowCount: 0,
        columns: table.columns.map(() => new Uint8Array(0)),
        outcome: new Uint32Array(0),
      };
      const strange = { ...table, columns: table.columns.map((column) => column.map((code) => code + 5)) };
      const free = { ...plan.mechanism.cost, epsilonUpper: 1 };
      const seen = await Promise.all([
        refusal(machine, { table: noRows, plan }),
        refusal(machine, { table: strange, plan }),
        refusal(machine, { table: { ...table, columns: table.columns.slice(1) }, plan }),
        refusal(machine, { table, plan: { ...plan, rowCount: 199 } }),
        refusal(machine, { table, plan: withParameters({ samplingRate: 0.5 }) }),
        refusal(machine, { table, plan: withParameters({ steps: 51 }) }),
        refusal(machine, { table, plan: withParameters({ noiseMultiplier: Number.NaN }) }),
        refusal(machine, { table, plan: { ...plan, mechanism: { ...plan.mechanism, cost: free } } }),
        refusal(machine, { table, plan: { ...plan, settings: { ...plan.settings, clipNorm: 1e-4 } } }),
        refusal(machine, { table, plan: { ...plan, shape: { ...plan.shape, levelCounts: [3, 1, 5] } } }),
        refusal(machine, checkProblem({ components: 0 })),
        refusal(machine, checkProblem({ samplingRate: 1 / 400 })),
        refusal(machine, { table, plan }, spoilt),
        refusal(machine, { table, plan }, short),
      ]);
      const wanted = [
        'no-rows',
        ...['table-does-not-match', 'table-does-not-match', 'table-does-not-match'],
        ...new Array<string>(5).fill('plan-not-runnable'),
        // A column of five levels under a shape of one, before that plan is even looked at.
        ...['table-does-not-match', 'plan-not-runnable', 'plan-not-runnable'],
        ...['state-not-finite', 'state-not-finite'],
      ];
      return expectNone(wanted.filter((kind, i) => seen[i] !== kind).length);
    },
  },
  {
    name: 'counts its steps and never goes beyond T',
    async run(machine) {
      const run = await opened(machine, { table, plan }, 1);
      const counts = [
        await run.advance(0),
        await run.advance(3),
        await run.advance(1),
        await run.advance(1e9),
      ];
      const more = await run.advance(10);
      const step = run.state().step;
      run.close();
      return expectNone(
        [0, 3, 4, 50].filter((n, i) => counts[i] !== n).length + Number(more !== 50) + Number(step !== 50),
      );
    },
  },
  {
    name: 'starts from a state that depends on plan and key, not on rows',
    async run(machine) {
      const other: CodedTable = { ...table, outcome: table.outcome.map((y) => 1 - y) };
      const a = await stateAfter(machine, { table, plan }, 4, 0);
      const b = await stateAfter(machine, { table: other, plan }, 4, 0);
      const c = await stateAfter(machine, { table, plan }, 5, 0);
      return expectNone(
        largestDifference(a.location, b.location) +
          largestDifference(a.rawScale, b.rawScale) +
          Number(largestDifference(a.location, c.location) === 0),
      );
    },
  },
  {
    name: 'gives the same run under the same key and another under another',
    async run(machine) {
      const noisy = checkProblem({ steps: 50, samplingRate: 0.3 }, { noiseMultiplier: 2 });
      const a = await stateAfter(machine, noisy, 6, 10);
      const b = await stateAfter(machine, noisy, 6, 10);
      const c = await stateAfter(machine, noisy, 7, 10);
      return expectNone(
        largestDifference(a.location, b.location) + Number(largestDifference(a.location, c.location) === 0),
      );
    },
  },
  {
    name: 'hands out copies: what is done to them does not reach the run',
    async run(machine) {
      const run = await opened(machine, { table, plan }, 8);
      await run.advance(5);
      const before = run.state();
      const kept = copyState(before);
      before.location.fill(7);
      run.posterior().location.fill(7);
      const after = run.state();
      run.close();
      run.close();
      return expectNone(largestDifference(after.location, kept.location));
    },
  },
  {
    name: 'reports the mean of (m, s) over the averaged steps, the iterate before them',
    async run(machine) {
      const averaged = checkProblem({ steps: 10, averagedFraction: 0.3 }, { noiseMultiplier: 1 });
      const run = await opened(machine, averaged, 9);
      await run.advance(7);
      const early = largestDifference(run.posterior().location, run.state().location);
      const sum = new Float64Array(run.state().location.length);
      for (let t = 0; t < 3; t += 1) {
        await run.advance(1);
        run.state().location.forEach((m, k) => {
          sum[k] = (sum[k] as number) + m / 3;
        });
      }
      const late = largestDifference(run.posterior().location, sum);
      run.close();
      // Three float32 values averaged: 1e-6 of numbers around 1.
      return compare(early + late, 1e-6);
    },
  },
];
