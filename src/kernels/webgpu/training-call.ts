import { copyState, type DpviState } from '../../core/inference/dpvi-state.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { MachineLost } from '../kernel.ts';
import {
  type DeviceModel,
  inFloat32,
  joinedRows,
  levelNumbers,
  modelBlocks,
  type Places,
  readFloats,
  STATE_FLOATS,
  scheduleOf,
  shapeNumbers,
  writeFloats,
} from './device-numbers.ts';
import { trainingProgram } from './training.program.ts';
import {
  keyText,
  MODEL_FIELDS,
  type ModelField,
  type ProgramKey,
  programKey,
  rowShares,
  sharingPays,
  WORKGROUP_SIZE,
} from './training-geometry.ts';

const STORAGE_BUFFERS = 8;

/** Steps a dispatch at most: bounds the float32 sums of the average and the schedule. */
export const LARGEST_PORTION = 200;

/** The bindings of the shader: a uniform, four buffers that it reads and four that it writes. */
const BINDINGS: readonly GPUBufferBindingType[] = [
  'uniform',
  ...new Array<GPUBufferBindingType>(4).fill('read-only-storage'),
  ...new Array<GPUBufferBindingType>(4).fill('storage'),
];

const ENTRY_POINTS = {
  one: ['train'],
  many: ['begin', 'fillStep', 'drawAndAdd', 'finishStep'],
} as const;
type EntryPoint = (typeof ENTRY_POINTS)['one' | 'many'][number];

/** A program on a device. */
interface Program {
  readonly layout: GPUBindGroupLayout;
  readonly pipelines: ReadonlyMap<EntryPoint, GPUComputePipeline>;
}

const programs = new WeakMap<GPUDevice, Map<string, Promise<Program>>>();

/** One program a key and device. @throws MachineLost where the device refuses the shader */
function programOn(device: GPUDevice, key: ProgramKey): Promise<Program> {
  let known = programs.get(device);
  if (known === undefined) {
    known = new Map();
    programs.set(device, known);
  }
  const text = keyText(key);
  let program = known.get(text);
  if (program === undefined) {
    program = compile(device, key).catch((error: unknown) => {
      throw new MachineLost(`the device refused the program: ${reasonOf(error)}`);
    });
    known.set(text, program);
  }
  return program;
}

async function compile(device: GPUDevice, key: ProgramKey): Promise<Program> {
  const label = `training: ${keyText(key)}`;
  const layout = device.createBindGroupLayout({
    entries: BINDINGS.map((type, binding) => ({
      binding,
      visibility: GPUShaderStage.COMPUTE,
      buffer: { type },
    })),
  });
  const module = device.createShaderModule({ label, code: trainingProgram(key) });
  const pipelines = await Promise.all(
    ENTRY_POINTS[key.workgroups].map(async (entryPoint): Promise<[EntryPoint, GPUComputePipeline]> => {
      const pipeline = await device.createComputePipelineAsync({
        label,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: { module, entryPoint },
      });
      return [entryPoint, pipeline];
    }),
  );
  return { layout, pipelines: new Map(pipelines) };
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

/** How a call is opened, apart from its models; for checks and benches. */
export interface CallOptions {
  /** Keeps the integers of the last release. */
  readonly record?: boolean;
  /** By itself a single model is shared out where that pays, and many have one workgroup each. */
  readonly workgroups?: ProgramKey['workgroups'];
}

/** Models of one shape on a device, states in float64 on this side after every dispatch. */
export class TrainingCall {
  readonly #device: GPUDevice;
  readonly #layout: ParameterLayout;
  readonly #models: readonly DeviceModel[];
  readonly #places: Places;
  readonly #blocks: Uint32Array<ArrayBuffer>;
  readonly #buffers: Record<
    'models' | 'rows' | 'schedule' | 'states' | 'scratch' | 'counters' | 'record',
    GPUBuffer
  >;
  readonly #small: readonly GPUBuffer[];
  readonly #staging: GPUBuffer;
  readonly #program: Program;
  readonly #group: GPUBindGroup;
  readonly #states: DpviState[];
  #lost: string | null = null;
  #closed = false;

  /** @throws MachineLost where the device has too little memory or refuses the program */
  static async open(
    device: GPUDevice,
    models: readonly DeviceModel[],
    options: CallOptions = {},
  ): Promise<TrainingCall> {
    const { plan } = models[0] as DeviceModel;
    const layout = parameterLayout(plan.shape);
    const pays = models.length === 1 && sharingPays(plan);
    const workgroups = options.workgroups ?? (pays ? 'many' : 'one');
    if (workgroups === 'many' && models.length > 1) throw new Error('one model for many workgroups');
    const key = programKey(layout, device.limits.maxComputeWorkgroupStorageSize, workgroups);
    const program = await programOn(device, key);
    device.pushErrorScope('out-of-memory');
    device.pushErrorScope('validation');
    const call = new TrainingCall(device, layout, key, models, program, options.record === true);
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
    program: Program,
    record: boolean,
  ) {
    this.#device = device;
    this.#layout = layout;
    this.#models = models;
    this.#program = program;
    this.#states = models.map(({ start }) => inFloat32(start));
    const { rows, rowsAt } = joinedRows(models);
    const { places, counterWords } = placesOf(layout, key, models, rowsAt, record);
    this.#places = places;
    this.#blocks = modelBlocks(models, places);
    const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
    const sized = (bytes: number, usage: number) => {
      const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
      const most = Math.min(maxStorageBufferBindingSize, maxBufferSize);
      if (bytes > most) throw new MachineLost(`${bytes} bytes needed at once, the device has ${most}`);
      return device.createBuffer({ size: Math.max(16, bytes), usage });
    };
    const shapeWords = shapeNumbers(layout, (models[0] as DeviceModel).plan.shape.family);
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
      states: sized(4 * places.stateFloats * M, STORAGE | COPY_DST | COPY_SRC),
      scratch: sized(4 * places.scratchFloats * M, STORAGE | COPY_DST),
      counters: sized(4 * counterWords, STORAGE | COPY_DST),
      record: sized(4 * (places.recordWords ?? 0) * M, STORAGE | COPY_DST | COPY_SRC),
    };
    this.#staging = device.createBuffer({ size: this.#buffers.states.size, usage: MAP_READ | COPY_DST });
    device.queue.writeBuffer(this.#buffers.rows, 0, rows);
    const b = this.#buffers;
    const bound = [shape, b.models, levels, b.rows, b.schedule, b.states, b.scratch, b.counters, b.record];
    this.#group = device.createBindGroup({
      layout: program.layout,
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    device.lost.then(({ message, reason }) => {
      this.#lost = message === '' ? `device lost (${reason})` : message;
    });
  }

  /** Bytes of device memory that the call holds. */
  get bytes(): number {
    const buffers = [...Object.values(this.#buffers), ...this.#small, this.#staging];
    return buffers.reduce((sum, { size }) => sum + size, 0);
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
    pass.setBindGroup(0, this.#group);
    this.#encodeSteps(pass, portions[0] as number);
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

  #encodeSteps(pass: GPUComputePassEncoder, steps: number): void {
    const dispatch = (entryPoint: EntryPoint, groups: number) => {
      pass.setPipeline(this.#program.pipelines.get(entryPoint) as GPUComputePipeline);
      pass.dispatchWorkgroups(groups);
    };
    const { shares } = this.#places;
    if (shares === null) {
      dispatch('train', this.#models.length);
      return;
    }
    const { dimension: D, variableCount: d, components: R } = this.#layout;
    const groups = (threads: number) => Math.ceil(threads / WORKGROUP_SIZE);
    dispatch('begin', groups(D));
    dispatch('fillStep', groups((d + 1) * R));
    for (let i = 0; i < steps; i += 1) {
      dispatch('drawAndAdd', shares.rowGroups + groups(2 * D));
      dispatch('finishStep', groups(D));
      dispatch('fillStep', groups((d + 1) * R));
    }
  }

  #setWord(index: number, field: ModelField, value: number): void {
    this.#blocks[index * MODEL_FIELDS.length + MODEL_FIELDS.indexOf(field)] = value;
  }
}

/** Shares out the buffers among the models. */
function placesOf(
  layout: ParameterLayout,
  key: ProgramKey,
  models: readonly DeviceModel[],
  rowsAt: readonly number[],
  record: boolean,
): { readonly places: Places; readonly counterWords: number } {
  const { dimension: D, components: R, levelRows: L } = layout;
  const { plan, patterns } = models[0] as DeviceModel;
  const { samplingRate } = plan.mechanism.parameters;
  const shares = key.workgroups === 'one' ? null : rowShares(plan.rowCount, samplingRate, patterns.count);
  const inStorage = key.placement === 'storage';
  const places = { countersAt: [], listAt: [], histogramAt: [], doneAt: [] } as Record<
    'countersAt' | 'listAt' | 'histogramAt' | 'doneAt',
    number[]
  >;
  let counterWords = 0;
  for (const { patterns } of models) {
    const listWords = shares === null ? patterns.count : 16 * shares.groupBlocks * shares.rowGroups;
    const histogramAt = patterns.count + listWords;
    const doneAt = histogramAt + (inStorage ? 2 * (L * R + L + 1) : 0);
    places.countersAt.push(counterWords);
    places.listAt.push(patterns.count);
    places.histogramAt.push(histogramAt);
    places.doneAt.push(doneAt);
    counterWords += doneAt + 1;
  }
  return {
    counterWords,
    places: {
      ...places,
      rowsAt,
      shares,
      stateFloats: STATE_FLOATS * D,
      scratchFloats: 4 * D + (inStorage ? 3 * L * R : 0) + (shares === null ? 0 : D + 2 * R),
      recordWords: record ? 2 * D : null,
    },
  };
}
