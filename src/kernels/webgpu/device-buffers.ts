import type { ParameterLayout } from '../../core/model/layout.ts';
import { MachineLost } from '../kernel.ts';
import {
  type DeviceModel,
  joinedRows,
  levelNumbers,
  type Places,
  STATE_FLOATS,
  SUM_FLOATS,
  shapeNumbers,
} from './device-numbers.ts';
import { MODEL_FIELDS, mostSteps, type ProgramKey, rowShares, stepDraws } from './training-geometry.ts';

/** The memory of a call. */
export interface DeviceBuffers {
  readonly places: Places;
  /** Steps that a dispatch has room for. */
  readonly mostSteps: number;
  readonly shape: GPUBuffer;
  readonly levels: GPUBuffer;
  readonly models: GPUBuffer;
  readonly rows: GPUBuffer;
  readonly schedule: GPUBuffer;
  readonly states: GPUBuffer;
  readonly scratch: GPUBuffer;
  readonly counters: GPUBuffer;
  readonly record: GPUBuffer;
  readonly staging: GPUBuffer;
  readonly sumStaging: GPUBuffer;
}

export function allBuffers({ places, mostSteps, ...buffers }: DeviceBuffers): readonly GPUBuffer[] {
  return Object.values(buffers);
}

/**
 * Allocates everything and writes what does not change: shape, levels, rows.
 *
 * @throws MachineLost where the device has no buffers so large
 */
export function allocateBuffers(
  device: GPUDevice,
  layout: ParameterLayout,
  key: ProgramKey,
  models: readonly DeviceModel[],
  record: boolean,
): DeviceBuffers {
  const { STORAGE, COPY_DST, COPY_SRC, UNIFORM, MAP_READ } = GPUBufferUsage;
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize);
  const sized = (bytes: number, usage: number) => {
    if (bytes > largest) throw new MachineLost(`${bytes} bytes needed at once, the device has ${largest}`);
    return device.createBuffer({ size: Math.max(16, bytes), usage });
  };
  const filled = (numbers: Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>, usage: number) => {
    const buffer = sized(numbers.byteLength, usage | COPY_DST);
    device.queue.writeBuffer(buffer, 0, numbers);
    return buffer;
  };
  const { rows, rowsAt } = joinedRows(models);
  const { places, counterWords } = placesOf(layout, key, models, rowsAt, record);
  const M = models.length;
  const scratchBytes = 4 * places.scratchFloats * M;
  const drawWords = places.stepDraws.reduce((sum, words) => sum + words, 0);
  const steps = mostSteps(drawWords, largest, scratchBytes);
  return {
    places,
    mostSteps: steps,
    shape: filled(shapeNumbers(layout, (models[0] as DeviceModel).plan.shape.family), UNIFORM),
    levels: filled(levelNumbers(layout), STORAGE),
    models: sized(4 * MODEL_FIELDS.length * M, STORAGE | COPY_DST),
    rows: filled(rows, STORAGE),
    schedule: sized(4 * 3 * steps * M, STORAGE | COPY_DST),
    states: sized(4 * (places.stateFloats + places.sumFloats) * M, STORAGE | COPY_DST | COPY_SRC),
    scratch: sized(scratchBytes + 4 * steps * drawWords, STORAGE | COPY_DST),
    counters: sized(4 * counterWords, STORAGE | COPY_DST),
    record: sized(4 * (places.recordWords ?? 0) * M, STORAGE | COPY_DST | COPY_SRC),
    staging: sized(4 * places.stateFloats * M, MAP_READ | COPY_DST),
    sumStaging: sized(4 * places.sumFloats * M, MAP_READ | COPY_DST),
  };
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
    const listWords = shares === null ? patterns.count : 32 * shares.groupWords * shares.rowGroups;
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
      sumsAt: STATE_FLOATS * D * models.length,
      sumFloats: SUM_FLOATS * D,
      scratchFloats: D + (inStorage ? 3 * L * R : 0) + (shares === null ? 0 : 2 * R),
      stepDraws: models.map(({ plan }) =>
        stepDraws(layout, plan.rowCount, plan.mechanism.parameters.samplingRate),
      ),
      recordWords: record ? 2 * D : null,
    },
  };
}
