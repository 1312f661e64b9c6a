import type { DpviState } from '../../core/inference/dpvi-state.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { MachineLost } from '../kernel.ts';
import { allBuffers, allocateBuffers, type DeviceBuffers } from './device-buffers.ts';
import {
  averagedAmong,
  type DeviceModel,
  modelBlocks,
  type Places,
  readState,
  type Standing,
  scheduleOf,
  startFloats,
  startStanding,
} from './device-numbers.ts';
import { type EntryPoint, type Program, programOn, reasonOf } from './device-program.ts';
import {
  batchWords,
  MODEL_FIELDS,
  type ModelField,
  NORMALS_A_STREAM,
  type ProgramKey,
  programKey,
  sharingPays,
  WORKGROUP_SIZE,
} from './training-geometry.ts';

/** Dispatches aim at this length: far below any watchdog, and the page is drawn between them. */
const DISPATCH_MS = 25;
const FIRST_PORTION = 2;

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
  readonly #buffers: DeviceBuffers;
  readonly #program: Program;
  readonly #group: GPUBindGroup;
  /** What was last read back. */
  readonly #floats: Float32Array<ArrayBuffer>;
  #standings: readonly Standing[];
  #portion = FIRST_PORTION;
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
    this.#standings = models.map(({ start }) => startStanding(start));
    this.#floats = startFloats(layout, models);
    this.#buffers = allocateBuffers(device, layout, key, models, record);
    const {
      places,
      shape,
      levels,
      rows,
      schedule,
      states,
      scratch,
      counters,
      record: release,
    } = this.#buffers;
    this.#places = places;
    this.#blocks = modelBlocks(models, places);
    device.queue.writeBuffer(states, 0, this.#floats);
    const bound = [shape, this.#buffers.models, levels, rows, schedule, states, scratch, counters, release];
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
    return allBuffers(this.#buffers).reduce((sum, { size }) => sum + size, 0);
  }

  /** The states on the device, 6 D floats a model, m and s first; as of the last `advance`. For other programs to read. */
  get stateBuffer(): GPUBuffer {
    return this.#buffers.states;
  }

  /** Steps done of each model. */
  get steps(): readonly number[] {
    return this.#standings.map(({ step }) => step);
  }

  /** Each model's state, a copy. */
  states(): DpviState[] {
    const { dimension: D } = this.#layout;
    const { stateFloats } = this.#places;
    return this.#standings.map((standing, i) =>
      readState(this.#floats.subarray(stateFloats * i, stateFloats * (i + 1)), D, standing),
    );
  }

  /**
   * `steps[i]` further steps of model i, in dispatches of about 25 ms; the states stay on the device until the last.
   *
   * @throws MachineLost where the device is lost or refuses; the states then are those before the call
   */
  async advance(steps: readonly number[]): Promise<void> {
    const left = [...steps];
    let standings = this.#standings;
    let pending: Promise<number> | undefined;
    let doneMs = performance.now();
    while (Math.max(...left) > 0) {
      const portions = left.map((n) => Math.min(n, this.#portion, this.#buffers.mostSteps));
      const submittedMs = performance.now();
      const [after, finished] = this.#submit(standings, portions);
      portions.forEach((n, i) => {
        left[i] = (left[i] as number) - n;
      });
      // Two at a time, so that the device does not wait for this side.
      await pending;
      pending = finished.then((endedMs) => {
        const tookMs = Math.max(endedMs - Math.max(submittedMs, doneMs), 0.1);
        doneMs = endedMs;
        const aimed = Math.round((Math.max(...portions) * DISPATCH_MS) / tookMs);
        this.#portion = Math.max(1, Math.min(4 * this.#portion, aimed));
        return endedMs;
      });
      pending.catch(() => undefined);
      standings = await after;
    }
    await pending;
    await this.#download(standings);
  }

  /** The same in one dispatch. */
  async dispatch(portions: readonly number[]): Promise<void> {
    if (Math.max(...portions) > this.#buffers.mostSteps) throw new Error('too many steps for one dispatch');
    const [after, finished] = this.#submit(this.#standings, portions);
    await finished;
    await this.#download(await after);
  }

  /** Where the models are after one dispatch (known before it is done, but for the average), and when it is done. */
  #submit(
    standings: readonly Standing[],
    portions: readonly number[],
  ): readonly [Promise<readonly Standing[]>, Promise<number>] {
    if (this.#closed) throw new Error('the run is closed');
    if (this.#lost !== null) throw new MachineLost(this.#lost);
    const { queue } = this.#device;
    const { sumsAt, scratchFloats, stepDraws } = this.#places;
    const schedules = new Map<string, readonly [at: number, Float32Array]>();
    let scheduleAt = 0;
    let drawsAt = scratchFloats * this.#models.length;
    this.#models.forEach(({ plan }, i) => {
      const { step } = standings[i] as Standing;
      const portion = portions[i] as number;
      const { learningRate, averagedFraction } = plan.settings;
      const name = [
        plan.mechanism.parameters.steps,
        ...Object.values(learningRate),
        averagedFraction,
        step,
        portion,
      ];
      let own = schedules.get(name.join());
      if (own === undefined) {
        own = [scheduleAt, scheduleOf(plan, step, portion)];
        schedules.set(name.join(), own);
        scheduleAt += own[1].length;
      }
      this.#setWord(i, 'steps', portion);
      this.#setWord(i, 'firstStep', step + 1);
      this.#setWord(i, 'scheduleAt', own[0]);
      this.#setWord(i, 'drawsAt', drawsAt);
      drawsAt += portion * (stepDraws[i] as number);
    });
    const averaged = this.#models.map(({ plan }, i) =>
      averagedAmong(plan, standings[i] as Standing, portions[i] as number),
    );
    const averages = averaged.some((n) => n > 0);
    // A dispatch that the device refuses would leave old numbers to be read back as new ones.
    this.#device.pushErrorScope('out-of-memory');
    this.#device.pushErrorScope('validation');
    queue.writeBuffer(this.#buffers.models, 0, this.#blocks);
    for (const [at, numbers] of schedules.values())
      queue.writeBuffer(this.#buffers.schedule, 4 * at, numbers);
    const encoder = this.#device.createCommandEncoder();
    if (averages) encoder.clearBuffer(this.#buffers.states, 4 * sumsAt);
    const pass = encoder.beginComputePass();
    pass.setBindGroup(0, this.#group);
    this.#encodeSteps(pass, Math.max(...portions));
    pass.end();
    if (averages) {
      const { size } = this.#buffers.sumStaging;
      encoder.copyBufferToBuffer(this.#buffers.states, 4 * sumsAt, this.#buffers.sumStaging, 0, size);
    }
    queue.submit([encoder.finish()]);
    const errors = Promise.all([this.#device.popErrorScope(), this.#device.popErrorScope()]);
    const finished = queue.onSubmittedWorkDone().then(async () => {
      const endedMs = performance.now();
      for (const error of await errors) if (error) this.#lost = error.message;
      if (this.#lost !== null) throw new MachineLost(this.#lost);
      return endedMs;
    });
    // Whoever awaits it hears of a loss; nobody may be awaiting it when it comes.
    finished.catch(() => undefined);
    const sums = averages ? this.#read(this.#buffers.sumStaging) : null;
    const after = Promise.resolve(sums).then((bytes) => {
      const added = bytes === null ? null : new Float32Array(bytes);
      return standings.map((standing, i) =>
        advanced(standing, portions[i] as number, averaged[i] as number, added, i),
      );
    });
    after.catch(() => undefined);
    return [after, finished];
  }

  async #download(standings: readonly Standing[]): Promise<void> {
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffers.states, 0, this.#buffers.staging, 0, this.#buffers.staging.size);
    this.#device.queue.submit([encoder.finish()]);
    this.#floats.set(new Float32Array(await this.#read(this.#buffers.staging)));
    this.#standings = standings;
  }

  /** The integers of the last release of every model, where the call was opened to record them. */
  async releases(): Promise<BigInt64Array[]> {
    const size = this.#buffers.record.size;
    const { MAP_READ, COPY_DST } = GPUBufferUsage;
    const staging = this.#device.createBuffer({ size, usage: MAP_READ | COPY_DST });
    const encoder = this.#device.createCommandEncoder();
    encoder.copyBufferToBuffer(this.#buffers.record, 0, staging, 0, size);
    this.#device.queue.submit([encoder.finish()]);
    const all = new BigInt64Array(await this.#read(staging));
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
      const { models, rows, schedule, states, scratch, counters, record } = this.#buffers;
      for (const buffer of [models, rows, schedule, states, scratch, counters, record])
        encoder.clearBuffer(buffer);
      this.#device.queue.submit([encoder.finish()]);
    }
    for (const buffer of allBuffers(this.#buffers)) buffer.destroy();
  }

  async #read(staging: GPUBuffer): Promise<ArrayBuffer> {
    try {
      await staging.mapAsync(GPUMapMode.READ);
    } catch (error) {
      throw new MachineLost(this.#lost ?? reasonOf(error));
    }
    // A lost device may still map, zeros.
    if (this.#lost !== null) throw new MachineLost(this.#lost);
    const copy = staging.getMappedRange().slice(0);
    staging.unmap();
    return copy;
  }

  #encodeSteps(pass: GPUComputePassEncoder, steps: number): void {
    const dispatch = (entryPoint: EntryPoint, ...groups: [number, number?, number?]) => {
      pass.setPipeline(this.#program.pipelines.get(entryPoint) as GPUComputePipeline);
      pass.dispatchWorkgroups(...groups);
    };
    const { shares } = this.#places;
    const { dimension: D, variableCount: d, components: R } = this.#layout;
    const M = this.#models.length;
    const groups = (threads: number) => Math.ceil(threads / WORKGROUP_SIZE);
    const drawn = this.#models.filter(({ plan }) => plan.mechanism.parameters.samplingRate < 1);
    const words = drawn.map(({ plan }) => batchWords(plan.rowCount));
    dispatch('drawNormals', groups(2 * Math.ceil(D / NORMALS_A_STREAM)), steps, M);
    if (words.length > 0) dispatch('drawBatches', groups(Math.max(...words)), steps, M);
    if (shares === null) {
      dispatch('train', M);
      return;
    }
    dispatch('begin', groups(D));
    dispatch('fillStep', groups((d + 1) * R));
    for (let i = 0; i < steps; i += 1) {
      dispatch('addRows', shares.rowGroups);
      dispatch('finishStep', groups(D));
      dispatch('fillStep', groups((d + 1) * R));
    }
  }

  #setWord(index: number, field: ModelField, value: number): void {
    this.#blocks[index * MODEL_FIELDS.length + MODEL_FIELDS.indexOf(field)] = value;
  }
}

function added64(sums: Float64Array, own: Float32Array): Float64Array {
  const total = sums.slice();
  for (let k = 0; k < total.length; k += 1) total[k] = (total[k] as number) + (own[k] as number);
  return total;
}

function advanced(
  { step, averagedSteps, sums }: Standing,
  portion: number,
  averaged: number,
  added: Float32Array | null,
  model: number,
): Standing {
  const own = averaged > 0 ? added?.subarray(sums.length * model, sums.length * (model + 1)) : undefined;
  return {
    step: step + portion,
    averagedSteps: averagedSteps + averaged,
    sums: own === undefined ? sums : added64(sums, own),
  };
}
