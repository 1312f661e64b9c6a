import { ADAM, learningRateAt } from '../../core/inference/adam.ts';
import { averagedStepCount } from '../../core/inference/dpvi.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
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

/** Numbers of a state on the device, in D: m, s, first moments, roots of the second. The sums of the average stand apart. */
export const STATE_FLOATS = 6;
export const SUM_FLOATS = 2;

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
  /** Where the sums of all models begin, and how long one's are. */
  readonly sumsAt: number;
  readonly sumFloats: number;
  readonly scratchFloats: number;
  /** Words that each model's draws of a step take. */
  readonly stepDraws: readonly number[];
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
      groupWords: at.shares?.groupWords ?? 0,
      stepDraws: at.stepDraws[i] as number,
      sumsAt: at.sumsAt + at.sumFloats * i,
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

/** States as the device has them: 6 D float32 each. Second moments are kept as roots, so that their squares come back exactly. */
export function startFloats(
  { dimension: D }: ParameterLayout,
  models: readonly DeviceModel[],
): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(STATE_FLOATS * D * models.length);
  models.forEach(({ start }, i) => {
    const at = STATE_FLOATS * D * i;
    floats.set(start.location, at);
    floats.set(start.rawScale, at + D);
    floats.set(start.firstMoment, at + 2 * D);
    floats.set(start.secondMoment.map(Math.sqrt), at + 4 * D);
  });
  return floats;
}

/** What of a state is here: how far it is, and the sums of its average in float64, 2 D. */
export interface Standing {
  readonly step: number;
  readonly averagedSteps: number;
  readonly sums: Float64Array;
}

export function startStanding({ step, averagedSteps, locationSum, rawScaleSum }: DpviState): Standing {
  const sums = new Float64Array(2 * locationSum.length);
  sums.set(locationSum);
  sums.set(rawScaleSum, locationSum.length);
  return { step, averagedSteps, sums };
}

/** How many of the next `portion` steps enter the average. */
export function averagedAmong(plan: TrainingPlan, { step }: Pick<Standing, 'step'>, portion: number): number {
  const firstAveraged = plan.mechanism.parameters.steps - averagedStepCount(plan);
  return Math.max(0, step + portion - Math.max(step, firstAveraged));
}

export function readState(
  floats: Float32Array,
  D: number,
  { step, averagedSteps, sums }: Standing,
): DpviState {
  const secondMoment = new Float64Array(floats.subarray(4 * D, 6 * D));
  for (let k = 0; k < 2 * D; k += 1) secondMoment[k] = (secondMoment[k] as number) ** 2;
  return {
    step,
    location: new Float64Array(floats.subarray(0, D)),
    rawScale: new Float64Array(floats.subarray(D, 2 * D)),
    firstMoment: new Float64Array(floats.subarray(2 * D, 4 * D)),
    secondMoment,
    locationSum: sums.slice(0, D),
    rawScaleSum: sums.slice(D),
    averagedSteps,
  };
}
