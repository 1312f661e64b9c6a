import { ADAM, learningRateAt } from '../../core/inference/adam.ts';
import { averagedStepCount } from '../../core/inference/dpvi.ts';
import { copyState, type DpviState } from '../../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../../core/inference/plan.ts';
import type { RowPatterns } from '../../core/inference/row-patterns.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { MachineLost } from '../kernel.ts';
import { lastAcceptedWord } from './exact-normal.ts';
import { trainingProgram } from './training.program.ts';
import {
  keyText,
  MODEL_FIELDS,
  type ModelField,
  type ProgramKey,
  programKey,
  type ReleaseGrid,
  rateWords,
  WORKGROUP_SIZE,
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
const STORAGE_BUFFERS = 8;

/** Numbers of a state on the device: m, s, first moments, roots of the second, sums. */
const STATE_FLOATS = 8;

/** Steps a dispatch at most: bounds the float32 sums of the average and the schedule. */
export const LARGEST_PORTION = 200;

const pipelines = new WeakMap<GPUDevice, Map<string, Promise<GPUComputePipeline>>>();

/** One pipeline a key and device. @throws MachineLost where the device refuses the shader */
export function trainingPipeline(device: GPUDevice, key: ProgramKey): Promise<GPUComputePipeline> {
  let known = pipelines.get(device);
  if (known === undefined) {
    known = new Map();
    pipelines.set(device, known);
  }
  const text = keyText(key);
  let pipeline = known.get(text);
  if (pipeline === undefined) {
    pipeline = device
      .createComputePipelineAsync({
        label: `training: ${text}`,
        layout: 'auto',
        compute: { module: device.createShaderModule({ code: trainingProgram(key) }), entryPoint: 'train' },
      })
      .catch((error: unknown) => {
        throw new MachineLost(`the device refused the program: ${reasonOf(error)}`);
      });
    known.set(text, pipeline);
  }
  return pipeline;
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a device cannot run the kernel at all, or null. */
export function deviceShortcoming(device: GPUDevice): string | null {
  const { limits } = device;
  if (limits.maxComputeInvocationsPerWorkgroup < WORKGROUP_SIZE) {
    return `${limits.maxComputeInvocationsPerWorkgroup} threads a workgroup, ${WORKGROUP_SIZE} needed`;
  }
  if (limits.maxStorageBuffersPerShaderStage < STORAGE_BUFFERS) {
    return `${limits.maxStorageBuffersPerShaderStage} storage buffers, ${STORAGE_BUFFERS} needed`;
  }
  return null;
}

/** Models of one shape on a device, states in float64 on this side after every dispatch. */
export class TrainingCall {
  readonly #device: GPUDevice;
  readonly #layout: ParameterLayout;
  readonly #models: readonly DeviceModel[];
  readonly #blocks: Uint32Array<ArrayBuffer>;
  readonly #buffers: Record<
    'models' | 'rows' | 'schedule' | 'states' | 'scratch' | 'counters' | 'record',
    GPUBuffer
  >;
  readonly #small: readonly GPUBuffer[];
  readonly #staging: GPUBuffer;
  readonly #pipeline: GPUComputePipeline;
  readonly #group: GPUBindGroup;
  readonly #states: DpviState[];
  #lost: string | null = null;
  #closed = false;

  /** @throws MachineLost where the device has too little memory or refuses the program */
  static async open(
    device: GPUDevice,
    models: readonly DeviceModel[],
    record = false,
  ): Promise<TrainingCall> {
    const layout = parameterLayout((models[0] as DeviceModel).plan.shape);
    const key = programKey(layout, device.limits.maxComputeWorkgroupStorageSize);
    const pipeline = await trainingPipeline(device, key);
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const call = new TrainingCall(device, layout, key, models, pipeline, record);
    const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
    const error = errors.find((found) => found !== null);
    if (error) {
      call.close();
      throw new MachineLost(`the device refused the buffers: ${error.message}`);
    }
    return call;
  }

  private constructor(
    device: GPUDevice,
    layout: ParameterLayout,
    key: ProgramKey,
    models: readonly DeviceModel[],
    pipeline: GPUComputePipeline,
    record: boolean,
  ) {
    this.#device = device;
    this.#layout = layout;
    this.#models = models;
    this.#pipeline = pipeline;
    this.#states = models.map(({ start }) => inFloat32(start));
    const D = layout.dimension;
    const { rows, rowsAt } = joinedRows(models);
    const tableFloats = key.placement === 'storage' ? 3 * layout.levelRows * layout.components : 0;
    const histogramWords =
      key.placement === 'storage' ? 2 * (layout.levelRows * layout.components + layout.levelRows + 1) : 0;
    const countersAt: number[] = [];
    let counters = 0;
    for (const { patterns } of models) {
      countersAt.push(counters);
      counters += 2 * patterns.count + histogramWords;
    }
    this.#blocks = modelBlocks(models, {
      rowsAt,
      countersAt,
      stateFloats: STATE_FLOATS * D,
      scratchFloats: 4 * D + tableFloats,
      recordWords: record ? 2 * D : null,
    });
    const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
    const sized = (bytes: number, usage: number) => {
      const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
      const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
      if (bytes > most) throw new MachineLost(`${bytes} bytes needed at once, the device has ${most}`);
      return device.createBuffer({ size: Math.max(16, bytes), usage });
    };
    const shapeWords = Uint32Array.of(
      layout.variableCount,
      D,
      layout.intercept,
      FAMILY_NUMBER[(models[0] as DeviceModel).plan.shape.family],
    );
    const shape = sized(shapeWords.byteLength, UNIFORM | COPY_DST);
    device.queue.writeBuffer(shape, 0, shapeWords);
    const levelWords = levelNumbers(layout);
    const levels = sized(levelWords.byteLength, STORAGE | COPY_DST);
    device.queue.writeBuffer(levels, 0, levelWords);
    const M = models.length;
    this.#small = [shape, levels];
    this.#buffers = {
      models: sized(this.#blocks.byteLength, STORAGE | COPY_DST),
      rows: sized(rows.byteLength, STORAGE | COPY_DST),
      schedule: sized(4 * 3 * LARGEST_PORTION * M, STORAGE | COPY_DST),
      states: sized(4 * STATE_FLOATS * D * M, STORAGE | COPY_DST | COPY_SRC),
      scratch: sized(4 * (4 * D + tableFloats) * M, STORAGE | COPY_DST),
      counters: sized(4 * counters, STORAGE | COPY_DST),
      record: sized(record ? 8 * D * M : 16, STORAGE | COPY_DST | COPY_SRC),
    };
    this.#staging = device.createBuffer({ size: this.#buffers.states.size, usage: MAP_READ | COPY_DST });
    device.queue.writeBuffer(this.#buffers.rows, 0, rows);
    const b = this.#buffers;
    const bound = [shape, b.models, levels, b.rows, b.schedule, b.states, b.scratch, b.counters, b.record];
    this.#group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    device.lost.then(({ message, reason }) => {
      this.#lost = message === '' ? `device lost (${reason})` : message;
    });
  }

  /** A copy of each model's state. */
  states(): DpviState[] {
    return this.#states.map(copyState);
  }

  /**
   * One dispatch: `portions[i]` ≤ 200 further steps of model i.
   *
   * @throws MachineLost where the device is lost; the states then are those before the call
   */
  async dispatch(portions: readonly number[]): Promise<void> {
    if (this.#closed) throw new Error('the run is closed');
    const device = this.#device;
    const D = this.#layout.dimension;
    const schedule = new Float32Array(3 * LARGEST_PORTION * this.#models.length);
    const floats = new Float32Array(STATE_FLOATS * D * this.#models.length);
    this.#models.forEach(({ plan }, i) => {
      const state = this.#states[i] as DpviState;
      const portion = portions[i] as number;
      this.#setWord(i, 'steps', portion);
      this.#setWord(i, 'firstStep', state.step + 1);
      this.#setWord(i, 'scheduleAt', 3 * LARGEST_PORTION * i);
      schedule.set(scheduleOf(plan, state.step, portion), 3 * LARGEST_PORTION * i);
      writeFloats(state, D, floats.subarray(STATE_FLOATS * D * i, STATE_FLOATS * D * (i + 1)));
    });
    // A dispatch that the device refuses would leave old numbers to be read back as new ones.
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    device.queue.writeBuffer(this.#buffers.models, 0, this.#blocks);
    device.queue.writeBuffer(this.#buffers.schedule, 0, schedule);
    device.queue.writeBuffer(this.#buffers.states, 0, floats);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.#pipeline);
    pass.setBindGroup(0, this.#group);
    pass.dispatchWorkgroups(this.#models.length);
    pass.end();
    encoder.copyBufferToBuffer(this.#buffers.states, 0, this.#staging, 0, floats.byteLength);
    device.queue.submit([encoder.finish()]);
    const [bytes, ...errors] = await Promise.all([
      this.#read(this.#staging, floats.byteLength),
      device.popErrorScope(),
      device.popErrorScope(),
    ]);
    for (const error of errors) if (error) throw new MachineLost(error.message);
    const results = new Float32Array(bytes);
    this.#states.forEach((state, i) => {
      const own = results.subarray(STATE_FLOATS * D * i, STATE_FLOATS * D * (i + 1));
      this.#states[i] = readFloats(own, D, state, this.#models[i] as DeviceModel, portions[i] as number);
    });
  }

  /** The integers of the last release of every model, where the call was opened to record them. */
  async releases(): Promise<BigInt64Array[]> {
    const size = this.#buffers.record.size;
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const staging = this.#device.createBuffer({ size, usage: MAP_READ | COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffers.record, 0, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    const all = new BigInt64Array(await this.#read(staging, size));
    staging.destroy();
    const D = this.#layout.dimension;
    return this.#models.map((_, i) => all.slice(i * D, (i + 1) * D));
  }

  /** Overwrites key and rows on the device and here, and frees its memory. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#blocks.fill(0);
    if (this.#lost === null) {
      const encoder = this.#device.createCommandEncoder();
      for (const buffer of Object.values(this.#buffers)) encoder.clearBuffer(buffer);
      this.#device.queue.submit([encoder.finish()]);
    }
    for (const buffer of [...Object.values(this.#buffers), ...this.#small, this.#staging]) buffer.destroy();
  }

  async #read(staging: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
    } catch (error) {
      throw new MachineLost(this.#lost ?? reasonOf(error));
    }
    // A lost device may still map, zeros.
    if (this.#lost !== null) throw new MachineLost(this.#lost);
    const copy = staging.getMappedRange(0, bytes).slice(0);
    staging.unmap();
    return copy;
  }

  #setWord(index: number, field: ModelField, value: number): void {
    this.#blocks[index * MODEL_FIELDS.length + MODEL_FIELDS.indexOf(field)] = value;
  }
}

function levelNumbers(layout: ParameterLayout): Int32Array<ArrayBuffer> {
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
function joinedRows(models: readonly DeviceModel[]): {
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

function modelBlocks(
  models: readonly DeviceModel[],
  at: {
    readonly rowsAt: readonly number[];
    readonly countersAt: readonly number[];
    readonly stateFloats: number;
    readonly scratchFloats: number;
    readonly recordWords: number | null;
  },
): Uint32Array<ArrayBuffer> {
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
function scheduleOf(plan: TrainingPlan, done: number, portion: number): Float32Array {
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
function inFloat32(state: DpviState): DpviState {
  return {
    ...copyState(state),
    location: Float64Array.from(state.location, Math.fround),
    rawScale: Float64Array.from(state.rawScale, Math.fround),
    firstMoment: Float64Array.from(state.firstMoment, Math.fround),
    secondMoment: Float64Array.from(state.secondMoment, (v) => Math.fround(Math.sqrt(v)) ** 2),
  };
}

function writeFloats(state: DpviState, D: number, out: Float32Array): void {
  out.set(state.location, 0);
  out.set(state.rawScale, D);
  out.set(state.firstMoment, 2 * D);
  out.set(state.secondMoment.map(Math.sqrt), 4 * D);
  // The sums start at 0 in every dispatch and are added up here in float64.
  out.fill(0, 6 * D);
}

function readFloats(
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
