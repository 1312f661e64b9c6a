import { ADAM, learningRateAt } from '../../core/inference/adam.ts';
import { averagedStepCount } from '../../core/inference/dpvi.ts';
import { copyState, type DpviState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { RowPatterns } from '../../core/inference/row-patterns.ts';
import type { ParameterLayout } from '../../core/model/layout.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { lastAcceptedWord } from './exact-normal.ts';
import {
  MODEL_FIELDS,
  type ModelField,
  type ReleaseGrid,
  type RowShares,
  rateWords,
} from './training-geometry.ts';

/** One training as the device takes it. */
export interface DeviceModel {
  readonly plan: TrainingPlan;
  readonly patterns: RowPatterns;
  readonly grid: ReleaseGrid;
  readonly key: Uint8Array;
  readonly start: DpviState;
}

const FAMILY_NUMBER: Record<OutcomeFamily, number> = { poisson: 0, 'bernoulli-log': 1, 'bernoulli-logit': 2 };
const NOT_RECORDED = 0xffffffff;

/** Numbers of a state on the device: m, s, first moments, roots of the second, sums. */
export const STATE_FLOATS = 8;

/** The uniform: what `Shape` in the shader has, in its order. */
export function shapeNumbers(layout: ParameterLayout, family: OutcomeFamily): Uint32Array<ArrayBuffer> {
  const counts = [...layout.levelCounts];
  const narrowest = counts.indexOf(Math.min(...counts));
  return Uint32Array.of(
    layout.variableCount,
    layout.dimension,
    layout.intercept,
    FAMILY_NUMBER[family],
    layout.levelStart[narrowest] as number,
    counts[narrowest] as number,
  );
}

export function levelNumbers(layout: ParameterLayout): Int32Array<ArrayBuffer> {
  const rowOfCoefficient = new Int32Array(layout.dimension - layout.intercept - 1);
  layout.betaIndex.forEach((index, levelRow) => {
    if (index >= 0) rowOfCoefficient[index - layout.intercept - 1] = levelRow;
  });
  return Int32Array.from([
    ...layout.levelStart,
    ...layout.levelCounts,
    ...layout.betaIndex,
    ...rowOfCoefficient,
  ]);
}

/** The rows of all models; a table that several models share is there once. */
export function joinedRows(models: readonly DeviceModel[]): {
  rows: Uint32Array<ArrayBuffer>;
  rowsAt: readonly number[];
} {
  const firstAt = new Map<RowPatterns, number>();
  let length = 0;
  for (const { patterns } of models) {
    if (firstAt.has(patterns)) continue;
    firstAt.set(patterns, length);
    length += patterns.levelRow.length + 3 * patterns.count + patterns.patternOfSortedRow.length;
  }
  const rows = new Uint32Array(length);
  const floats = new Float32Array(rows.buffer);
  for (const [patterns, at] of firstAt) {
    const P = patterns.count;
    const infoAt = at + patterns.levelRow.length;
    rows.set(patterns.levelRow, at);
    floats.set(patterns.outcome, infoAt);
    rows.set(patterns.coefficientCount, infoAt + P);
    rows.set(patterns.multiplicity, infoAt + 2 * P);
    rows.set(patterns.patternOfSortedRow, infoAt + 3 * P);
  }
  return { rows, rowsAt: models.map(({ patterns }) => firstAt.get(patterns) as number) };
}

/** Where a model's parts are in the buffers, in words. */
export interface Places {
  readonly rowsAt: readonly number[];
  readonly countersAt: readonly number[];
  /** After a model's counts: lists, histograms, and how many steps are done. */
  readonly listAt: readonly number[];
  readonly histogramAt: readonly number[];
  readonly doneAt: readonly number[];
  readonly stateFloats: number;
  readonly scratchFloats: number;
  readonly recordWords: number | null;
  /** Null where a model has one workgroup. */
  readonly shares: RowShares | null;
}

export function modelBlocks(models: readonly DeviceModel[], at: Places): Uint32Array<ArrayBuffer> {
  const blocks = new Uint32Array(models.length * MODEL_FIELDS.length);
  const floats = new Float32Array(blocks.buffer);
  models.forEach(({ plan, patterns, grid, key }, i) => {
    const base = i * MODEL_FIELDS.length;
    const place = (field: ModelField) => base + MODEL_FIELDS.indexOf(field);
    const { samplingRate } = plan.mechanism.parameters;
    const rate = samplingRate < 1 ? rateWords(samplingRate) : { high: 0, low: 0 };
    const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
    for (let word = 0; word < 8; word += 1) blocks[base + word] = view.getUint32(4 * word, true);
    const words: Partial<Record<ModelField, number>> = {
      patterns: patterns.count,
      rowCount: patterns.patternOfSortedRow.length,
      rowsAt: at.rowsAt[i] as number,
      stateAt: at.stateFloats * i,
      scratchAt: at.scratchFloats * i,
      countersAt: at.countersAt[i] as number,
      fullBatch: samplingRate < 1 ? 0 : 1,
      rateHigh: rate.high,
      rateLow: rate.low,
      noiseScale: grid.noiseScale,
      noiseLast: grid.noiseScale === 0 ? 0 : lastAcceptedWord(grid.noiseScale),
      splitBits: grid.splitBits,
      largestEntry: grid.largestEntry,
      largestResidual: 2 ** grid.bits,
      recordAt: at.recordWords === null ? NOT_RECORDED : at.recordWords * i,
      listAt: at.listAt[i] as number,
      histogramAt: at.histogramAt[i] as number,
      doneAt: at.doneAt[i] as number,
      rowGroups: at.shares?.rowGroups ?? 1,
      groupBlocks: at.shares?.groupBlocks ?? 0,
    };
    for (const [field, value] of Object.entries(words) as [ModelField, number][])
      blocks[place(field)] = value;
    const { clipNorm } = plan.settings;
    const numbers: Partial<Record<ModelField, number>> = {
      stepsPerUnit: 2 ** grid.bits / clipNorm,
      clipTarget: grid.clipTarget,
      checkBound: grid.checkBound,
      grid: clipNorm / 2 ** grid.bits,
      perBatch: 1 / (samplingRate * plan.rowCount),
      perTable: 1 / plan.rowCount,
    };
    for (const [field, value] of Object.entries(numbers) as [ModelField, number][])
      floats[place(field)] = value;
  });
  return blocks;
}

/** Step size, epsilon and averaging flag of each step after `done`, as `adamAscend` has them. */
export function scheduleOf(plan: TrainingPlan, done: number, portion: number): Float32Array {
  const { steps: T } = plan.mechanism.parameters;
  const firstAveraged = T - averagedStepCount(plan);
  const numbers = new Float32Array(3 * portion);
  for (let i = 0; i < portion; i += 1) {
    const t = done + i + 1;
    const correction = Math.sqrt(1 - ADAM.secondDecay ** t);
    const rate = learningRateAt(plan.settings.learningRate, t, T);
    numbers[3 * i] = (rate * correction) / (1 - ADAM.firstDecay ** t);
    numbers[3 * i + 1] = ADAM.epsilon * correction;
    numbers[3 * i + 2] = t > firstAveraged ? 1 : 0;
  }
  return numbers;
}

/** What a state is once the device has it. Second moments are kept as roots, so their squares come back exactly. */
export function inFloat32(state: DpviState): DpviState {
  return {
    ...copyState(state),
    location: Float64Array.from(state.location, Math.fround),
    rawScale: Float64Array.from(state.rawScale, Math.fround),
    firstMoment: Float64Array.from(state.firstMoment, Math.fround),
    secondMoment: Float64Array.from(state.secondMoment, (v) => Math.fround(Math.sqrt(v)) ** 2),
  };
}

export function writeFloats(state: DpviState, D: number, out: Float32Array): void {
  out.set(state.location, 0);
  out.set(state.rawScale, D);
  out.set(state.firstMoment, 2 * D);
  out.set(state.secondMoment.map(Math.sqrt), 4 * D);
  // The sums start at 0 in every dispatch and are added up here in float64.
  out.fill(0, 6 * D);
}

export function readFloats(
  floats: Float32Array,
  D: number,
  before: DpviState,
  { plan }: DeviceModel,
  portion: number,
): DpviState {
  const part = (from: number, length: number) => Float64Array.from(floats.subarray(from, from + length));
  const step = before.step + portion;
  const firstAveraged = plan.mechanism.parameters.steps - averagedStepCount(plan);
  return {
    step,
    location: part(0, D),
    rawScale: part(D, D),
    firstMoment: part(2 * D, 2 * D),
    secondMoment: part(4 * D, 2 * D).map((root) => root * root),
    locationSum: part(6 * D, D).map((sum, k) => sum + (before.locationSum[k] as number)),
    rawScaleSum: part(7 * D, D).map((sum, k) => sum + (before.rawScaleSum[k] as number)),
    averagedSteps: before.averagedSteps + Math.max(0, step - Math.max(before.step, firstAveraged)),
  };
}
