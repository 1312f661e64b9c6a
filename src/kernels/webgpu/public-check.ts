import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../../core/inference/check-problem.ts';
import { allocateClippedSum, clippedSum } from '../../core/inference/clipped-gradient.ts';
import { init } from '../../core/inference/dpvi.ts';
import { copyState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import { allocateBatch, gatherBatch, mergeRows } from '../../core/inference/row-patterns.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { scaleOf } from '../../core/model/softplus.ts';
import { allocateTables, fillTables } from '../../core/model/tables.ts';
import { chacha20Source, fillKeystreamAt } from '../../core/random/chacha20.ts';
import type { RandomSource } from '../../core/random/random-source.ts';
import type { CodedTable } from '../../core/table/coded-table.ts';
import { roundedNormal } from './exact-normal.ts';
import { GPU_STREAMS } from './training.program.ts';
import {
  NORMALS_A_STREAM,
  type ProgramKey,
  rateWords,
  releaseGrid,
  VARIATIONAL_SCALE,
} from './training-geometry.ts';
import { type OpenDevice, openWebgpuRuns } from './webgpu-machine.ts';

const BLOCKS_A_DRAW = 32;

/** The words of one draw's stream, as the shader addresses them. */
function streamAt(key: Uint8Array, purpose: number, step: number, index: number): RandomSource {
  const bytes = new Uint8Array(64 * BLOCKS_A_DRAW);
  fillKeystreamAt(key, [purpose, step, index], 0, bytes);
  const words = new Uint32Array(bytes.buffer);
  let next = 0;
  return {
    uint32() {
      const word = words[next];
      if (word === undefined) throw new Error('a draw took 512 words');
      next += 1;
      return word;
    },
  };
}

/**
 * round(scale · ξ) of every coordinate at a step, as the shader draws them.
 *
 * @param purpose of the streams: η or noise
 */
export function stepNormals(
  key: Uint8Array,
  purpose: number,
  step: number,
  scale: number,
  dimension: number,
): Float64Array {
  let source = streamAt(key, purpose, step, 0);
  return Float64Array.from({ length: dimension }, (_, c) => {
    if (c % NORMALS_A_STREAM === 0) source = streamAt(key, purpose, step, c / NORMALS_A_STREAM);
    return roundedNormal(source, scale);
  });
}

/** Rows of step `step`'s batch, as the shader draws them; the plan's q < 1. Rows in the order of `mergeRows`. */
export function batchRows(plan: TrainingPlan, key: Uint8Array, step: number): Uint32Array {
  const { high, low } = rateWords(plan.mechanism.parameters.samplingRate);
  const bytes = new Uint8Array(4 * 16 * Math.ceil(plan.rowCount / 16));
  fillKeystreamAt(key, [GPU_STREAMS.subsample, step, 0], 0, bytes);
  const words = new Uint32Array(bytes.buffer);
  const chosen: number[] = [];
  for (let row = 0; row < plan.rowCount; row += 1) {
    const word = words[row] as number;
    const taken =
      word < high || (word === high && streamAt(key, GPU_STREAMS.subsampleLow, step, row).uint32() < low);
    if (taken) chosen.push(row);
  }
  return Uint32Array.from(chosen);
}

/**
 * The release of the first step of a run that starts under `key`, as integers on the plan's grid: batch and noise word for
 * word as the device must draw them, the clipped sum by the reference.
 */
export function expectedRelease(table: CodedTable, plan: TrainingPlan, key: Uint8Array): Float64Array {
  const layout = parameterLayout(plan.shape);
  const grid = releaseGrid(plan);
  if ('reason' in grid) throw new Error(grid.reason);
  const start = chacha20Source(key, 'initialLocation');
  const state = copyState(init(plan, start));
  const eta = stepNormals(key, GPU_STREAMS.variationalDraw, 1, VARIATIONAL_SCALE, layout.dimension);
  const z = state.location.map(
    (m, c) => m + (scaleOf(state.rawScale[c] as number) * (eta[c] as number)) / VARIATIONAL_SCALE,
  );
  const patterns = mergeRows(layout, table);
  const batch = allocateBatch(patterns);
  const rows = batchRows(plan, key, 1);
  gatherBatch(patterns, rows, rows.length, batch);
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  const sum = new Float64Array(layout.dimension);
  const { family, clipNorm } = plan.settings;
  clippedSum(layout, family, clipNorm, tables, patterns, batch, allocateClippedSum(layout), sum);
  const noise = stepNormals(key, GPU_STREAMS.mechanismNoise, 1, grid.noiseScale, layout.dimension);
  return sum.map((k, c) => k + (noise[c] as number));
}

const CHECK_STEPS = 4;

/**
 * How far the device is from what it must release on a fixed public batch, in units of the noise's standard deviation:
 * batch and noise are word for word those of the plain version, so only float32 in the rows is left. A
 * noise of another size, another batch or another clip norm shows by orders of magnitude. Infinite where four steps in one
 * dispatch do not end, to the bit, where one by one they do: then threads do not wait for each other, and one noise could
 * enter two releases. Null where it did not run.
 *
 * @param workgroups the program that the plan at hand will run
 */
export async function publicCheckGap(
  openDevice: OpenDevice,
  workgroups: ProgramKey['workgroups'],
): Promise<number | null> {
  const levelCounts = PAPER_LEVEL_COUNTS;
  const rowCount = 300;
  const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.2, binary: true, number: 1 });
  const plan = uncertifiedPlan({
    levelCounts,
    rowCount,
    noiseMultiplier: 3,
    settings: { samplingRate: 0.2, steps: 40 },
  });
  const key = publicKey(2);
  const open = () => openWebgpuRuns(openDevice, [{ table, plan, key }], { record: true, workgroups });
  const [single, atOnce] = [await open(), await open()];
  try {
    if (!single.ok || !atOnce.ok) return null;
    await single.value.call.dispatch([1]);
    const [release] = await single.value.call.releases();
    for (let step = 1; step < CHECK_STEPS; step += 1) await single.value.call.dispatch([1]);
    await atOnce.value.call.dispatch([CHECK_STEPS]);
    const [mine, theirs] = [single, atOnce].map(({ value }) => value.states()[0]?.location);
    if (!mine?.every((value, k) => value === theirs?.[k])) return Infinity;
    const expected = expectedRelease(table, plan, key);
    let gap = 0;
    expected.forEach((value, k) => {
      const apart = Math.abs(Number(release?.[k] ?? Number.NaN) - value);
      if (!(apart <= gap)) gap = apart;
    });
    return gap / (3 * 2 ** 20);
  } catch {
    return null;
  } finally {
    for (const run of [single, atOnce]) if (run.ok) run.value.close();
  }
}
