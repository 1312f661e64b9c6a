import { publicKey } from '../../core/inference/check-problem.ts';
import { allocateClippedSum, clippedSum } from '../../core/inference/clipped-gradient.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import { allocateBatch, fullBatch, gatherBatch, mergeRows } from '../../core/inference/row-patterns.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { rawScaleOf } from '../../core/model/softplus.ts';
import { allocateTables, fillTables } from '../../core/model/tables.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { checkProblem, compare, type DeviceCheck, expectNone, largestDifference } from '../conformance.ts';
import { batchRows, publicCheckGap, stepNormals } from './public-check.ts';
import { GPU_STREAMS } from './training.program.ts';
import { type ProgramKey, releaseGrid } from './training-geometry.ts';
import { type OpenDevice, openWebgpuRuns, type WebgpuProblem } from './webgpu-machine.ts';

const FAMILIES: readonly OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];

/** A state with z = m to float32. */
function stateAt(plan: TrainingPlan, size: number, number: number): DpviState {
  const layout = parameterLayout(plan.shape);
  const D = layout.dimension;
  const location = new Float64Array(D);
  fillStandardNormal(chacha20Source(publicKey(number), 'initialLocation'), location);
  for (let k = 0; k < D; k += 1) location[k] = Math.fround(size * (location[k] as number));
  location[layout.intercept] = -1.5;
  return {
    step: 0,
    location,
    rawScale: new Float64Array(D).fill(rawScaleOf(1e-9)),
    firstMoment: new Float64Array(2 * D),
    secondMoment: new Float64Array(2 * D),
    locationSum: new Float64Array(D),
    rawScaleSum: new Float64Array(D),
    averagedSteps: 0,
  };
}

export interface Bench {
  readonly openDevice: OpenDevice;
  readonly workgroups: ProgramKey['workgroups'];
}

export async function opened(
  { openDevice, workgroups }: Bench,
  problems: readonly WebgpuProblem[],
  record = true,
) {
  const runs = await openWebgpuRuns(openDevice, problems, { record, workgroups });
  if (!runs.ok) throw new Error(JSON.stringify(runs.failure));
  return runs.value;
}

/** The integers of one step's release. */
async function releaseOf(bench: Bench, problem: WebgpuProblem): Promise<BigInt64Array> {
  const runs = await opened(bench, [problem]);
  await runs.advance(1);
  const [release] = await runs.call.releases();
  runs.close();
  return release as BigInt64Array;
}

const withoutRow = (table: CodedTable, row: number): CodedTable => ({
  rowCount: table.rowCount - 1,
  columns: table.columns.map((column) => column.filter((_, i) => i !== row)),
  outcome: table.outcome.filter((_, i) => i !== row),
});

const shuffled = (table: CodedTable): CodedTable => {
  const order = Array.from({ length: table.rowCount }, (_, i) => (7 * i + 3) % table.rowCount);
  return {
    rowCount: table.rowCount,
    columns: table.columns.map((column) => column.map((_, i) => column[order[i] as number] as number)),
    outcome: table.outcome.map((_, i) => table.outcome[order[i] as number] as number),
  };
};

/** The clipped sum of the batch, or of the whole table, in grid steps. */
function referenceSum(
  problem: { table: CodedTable; plan: TrainingPlan },
  z: Float64Array,
  rows: Uint32Array | null = null,
): Float64Array {
  const { plan, table } = problem;
  const layout = parameterLayout(plan.shape);
  const patterns = mergeRows(layout, table);
  const batch = allocateBatch(patterns);
  if (rows === null) fullBatch(patterns, batch);
  else gatherBatch(patterns, rows, rows.length, batch);
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  const sum = new Float64Array(layout.dimension);
  const { family, clipNorm } = plan.settings;
  clippedSum(layout, family, clipNorm, tables, patterns, batch, allocateClippedSum(layout), sum);
  return sum;
}

/** How far a run in dispatches of several steps is from one that takes a dispatch a step. */
async function differenceOfDispatches(bench: Bench, problem: WebgpuProblem, portions: readonly number[]) {
  const [atOnce, single] = [await opened(bench, [problem]), await opened(bench, [problem])];
  for (const portion of portions) {
    await atOnce.call.dispatch([portion]);
    for (let i = 0; i < portion; i += 1) await single.call.dispatch([1]);
  }
  const [mine, theirs] = [atOnce, single].map((runs) => runs.states()[0] as DpviState);
  atOnce.close();
  single.close();
  return largestDifference((mine as DpviState).secondMoment, (theirs as DpviState).secondMoment);
}

/** What leaves the rows, as integers, to the bit, with one workgroup a model or with many. */
export function sumChecks(
  openDevice: OpenDevice,
  workgroups: ProgramKey['workgroups'],
): readonly DeviceCheck[] {
  const bench = { openDevice, workgroups };
  return [
    ...FAMILIES.map((family) => ({
      name: `lets no single row move the integer sum by more than C, exactly, under ${family}`,
      async run() {
        let largest = 0;
        for (const clipNorm of [0.05, 2]) {
          for (const size of [0.3, 2, 30]) {
            const { table, plan } = checkProblem({ clipNorm, initialScale: 1e-9 }, { family, rowCount: 12 });
            const grid = releaseGrid(plan);
            if ('reason' in grid) throw new Error(grid.reason);
            const from = stateAt(plan, size, 23);
            const problems = Array.from({ length: 13 }, (_, row) => {
              const rows = row === 12 ? table : withoutRow(table, row);
              return { table: rows, plan: { ...plan, rowCount: rows.rowCount }, key: publicKey(row), from };
            });
            const sums: BigInt64Array[] = [];
            for (const problem of problems) sums.push(await releaseOf(bench, problem));
            const whole = sums[12] as BigInt64Array;
            for (const rest of sums.slice(0, 12)) {
              let squares = 0n;
              rest.forEach((value, k) => {
                squares += ((whole[k] as bigint) - value) ** 2n;
              });
              largest = Math.max(largest, Number(squares) / 2 ** (2 * grid.bits));
            }
          }
        }
        return compare(largest, 1);
      },
    })),
    {
      name: 'has the integer sums of the reference within float32, clipped and not, tables in either memory',
      async run() {
        let largest = 0;
        for (const [components, levels] of [
          [4, [3, 2, 5]],
          [16, [7, 2, 8, 4, 5]],
          [64, [7, 2, 8, 4, 5]],
          [128, [9, 3]],
          [1, [3, 3]],
        ] as const) {
          for (const clipNorm of [0.3, 16]) {
            const problem = checkProblem(
              { components, clipNorm, initialScale: 1e-9 },
              { levels, rowCount: 300 },
            );
            const from = stateAt(problem.plan, 1, 31);
            const release = await releaseOf(bench, { ...problem, key: publicKey(1), from });
            const expected = referenceSum(problem, from.location);
            const grid = releaseGrid(problem.plan);
            if ('reason' in grid) throw new Error(grid.reason);
            expect20(grid.bits);
            const mine = Float64Array.from(release, Number);
            largest = Math.max(largest, largestDifference(mine, expected) / 2 ** 20 / 300);
          }
        }
        // In units of C a row: float32 in γ and w (about 1e-6), and the two clip norms, 2e-5 of C apart at most.
        return compare(largest, 2e-5);
      },
    },
    {
      name: 'gives the same integers whatever the order of the rows',
      async run() {
        const { table, plan } = checkProblem({ components: 16 }, { rowCount: 400, levels: [7, 2, 8, 4, 5] });
        const from = stateAt(plan, 1, 3);
        const [a, b] = [
          await releaseOf(bench, { table, plan, key: publicKey(1), from }),
          await releaseOf(bench, { table: shuffled(table), plan, key: publicKey(1), from }),
        ];
        return expectNone(a.filter((value, k) => value !== b[k]).length);
      },
    },
    {
      name: 'adds to the integer sum the noise of the plain version, bit for bit',
      async run() {
        let different = 0;
        for (const noiseMultiplier of [0.7, 26.7316, 130, 5000]) {
          const { table, plan } = checkProblem(
            { components: 16 },
            { noiseMultiplier, levels: [7, 2, 8, 4, 5] },
          );
          const grid = releaseGrid(plan);
          if ('reason' in grid) throw new Error(grid.reason);
          const from = stateAt(plan, 1, 3);
          const key = publicKey(77);
          const noisy = await releaseOf(bench, { table, plan, key, from });
          const silent = {
            ...plan,
            mechanism: { ...plan.mechanism, parameters: { ...plan.mechanism.parameters } },
          };
          Object.assign(silent.mechanism.parameters, { noiseMultiplier: 0 });
          const plain = await releaseOf(bench, { table, plan: silent, key, from });
          const coarser = 2 ** (20 - grid.bits);
          const noise = stepNormals(key, GPU_STREAMS.mechanismNoise, 1, grid.noiseScale, noisy.length);
          noisy.forEach((value, k) => {
            const rest = Number(value) - (noise[k] as number);
            // At σ = 5000 the grid is coarser than the noise-free one: equal within what rounding 200 rows adds.
            const allowed = coarser === 1 ? 0 : 200 * 3;
            if (!(Math.abs(rest - Number(plain[k]) / coarser) <= allowed)) different += 1;
          });
        }
        return expectNone(different);
      },
    },
    {
      name: 'takes many steps in one dispatch as one by one, every state to the bit',
      async run() {
        let different = 0;
        for (const [samplingRate, components, levels] of [
          [0.3, 16, [7, 2, 8, 4, 5]],
          [1, 16, [7, 2, 8, 4, 5]],
          [0.5, 64, [9, 3]],
        ] as const) {
          const problem = {
            ...checkProblem(
              { components, samplingRate, steps: 12, averagedFraction: 0.5 },
              { noiseMultiplier: 2, rowCount: 600, levels },
            ),
            key: publicKey(components),
          };
          different += await differenceOfDispatches(bench, problem, [3, 8]);
        }
        return expectNone(different);
      },
    },
    {
      name: 'has the very integers of the reference where no rounding is in the way',
      async run() {
        let different = 0;
        for (const samplingRate of [1, 0.4]) {
          // Equal logits: every θ is ½ or ¼ and every γ 1/R; β = 0: λ = 1. At C = 16 nothing is clipped.
          const problem = checkProblem(
            { components: 8, clipNorm: 16, samplingRate, initialScale: 1e-9, steps: 3 },
            { levels: [4, 2, 4], rowCount: 3000 },
          );
          const flat = stateAt(problem.plan, 0, 1);
          flat.location.fill(0);
          const key = publicKey(4);
          const release = await releaseOf(bench, { ...problem, key, from: flat });
          const batch = samplingRate < 1 ? batchRows(problem.plan, key, 1) : null;
          const expected = referenceSum(problem, flat.location, batch);
          different += expected.filter((value, k) => BigInt(value) !== release[k]).length;
        }
        return expectNone(different);
      },
    },
    {
      name: 'passes the public check of the chooser: batch and noise word for word, rows within float32',
      async run() {
        // Also what the chooser allows is ten times what is seen, and a hundredth of one per cent less noise.
        return compare((await publicCheckGap(openDevice, workgroups)) ?? Number.NaN, 1e-4);
      },
    },
  ];
}

function expect20(bits: number): void {
  if (bits !== 20) throw new Error(`the grid is 2^-${bits}, that of the reference 2^-20`);
}
