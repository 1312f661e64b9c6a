import type { DpviProblem } from '../../core/inference/dpvi.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from '../../core/inference/released-sum.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { STREAM_PURPOSES, type StreamPurpose } from '../../core/random/chacha20.ts';
import {
  type AreaField,
  layoutMemory,
  type NumberField,
  numberOffset,
  paddedDimension,
  type WordField,
  wordOffset,
} from './memory-layout.ts';

/** What the built kernel exports (`assembly/index.ts`). Addresses are bytes in `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  run(block: number, steps: number): void;
  fillNormal(key: number, stream: number, to: number, count: number, scratch: number): void;
  poissonSubsample(key: number, stream: number, rowCount: number, hazard: number, out: number): number;
  refill(key: number, stream: number): void;
  streamBytes(): number;
  freeMemory(): number;
}

/** A problem in the kernel's memory. */
export interface WrittenProblem {
  readonly block: number;
  writeState(state: DpviState): void;
  /** A copy. */
  readState(step: number, averagedSteps: number): DpviState;
  setNumbers(values: Partial<Record<NumberField, number>>): void;
  setWord(field: WordField, value: number): void;
}

const FAMILY_NUMBER: Record<OutcomeFamily, number> = { poisson: 0, 'bernoulli-log': 1, 'bernoulli-logit': 2 };
const PAGE_BYTES = 65_536;
const STREAM_HEADER_BYTES = 32;

/** Makes room for `end` bytes. @throws RangeError where the browser has not that much */
export function reserve(memory: WebAssembly.Memory, end: number): void {
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** Writes an unread keystream's header: its first word asked for refills it from block 0. */
export function writeStream(
  memory: WebAssembly.Memory,
  at: number,
  streamBytes: number,
  purpose: StreamPurpose,
): void {
  const view = new DataView(memory.buffer);
  view.setUint32(at, STREAM_PURPOSES[purpose], true);
  view.setUint32(at + 4, (streamBytes - STREAM_HEADER_BYTES) / 4, true);
  view.setBigUint64(at + 8, 0n, true);
}

/** Lays rows, tables, key and streams of one run into the kernel's memory. */
export function writeProblem(kernel: KernelExports, problem: DpviProblem, key: Uint8Array): WrittenProblem {
  const streamBytes = kernel.streamBytes();
  const { block, at, end } = layoutMemory(problem, kernel.freeMemory(), streamBytes);
  reserve(kernel.memory, end);
  const view = new DataView(kernel.memory.buffer);
  const { layout, patterns, plan } = problem;
  const { noiseMultiplier, samplingRate } = plan.mechanism.parameters;
  const { clipNorm } = plan.settings;
  const grid = GRID_PER_CLIP_NORM * clipNorm;
  const subsampled = samplingRate < 1;
  const setWord = (field: WordField, value: number) => view.setUint32(block + wordOffset(field), value, true);
  const setNumbers = (values: Partial<Record<NumberField, number>>) => {
    for (const [field, value] of Object.entries(values) as [NumberField, number][]) {
      view.setFloat64(block + numberOffset(field), value, true);
    }
  };

  for (const [field, address] of Object.entries(at) as [AreaField, number][]) setWord(field, address);
  setWord('components', layout.components);
  setWord('variables', layout.variableCount);
  setWord('levelRows', layout.levelRows);
  setWord('paddedDimension', paddedDimension(layout.dimension));
  setWord('intercept', layout.intercept);
  setWord('patternCount', patterns.count);
  setWord('rowCount', patterns.patternOfSortedRow.length);
  setWord('fullBatch', subsampled ? 0 : 1);
  setWord('family', FAMILY_NUMBER[plan.settings.family]);
  setNumbers({
    hazard: subsampled ? -Math.log1p(-samplingRate) : 0,
    effectiveClip: effectiveClipNorm(layout, clipNorm),
    stepsPerUnit: 1 / grid,
    grid,
    noisePerGrid: noiseMultiplier / GRID_PER_CLIP_NORM,
    perBatch: 1 / (samplingRate * plan.rowCount),
    perTable: 1 / plan.rowCount,
  });

  const { buffer } = kernel.memory;
  new Uint8Array(buffer, at.key, 32).set(key);
  writeStream(kernel.memory, at.etaStream, streamBytes, 'variationalDraw');
  writeStream(kernel.memory, at.subsampleStream, streamBytes, 'subsample');
  writeStream(kernel.memory, at.noiseStream, streamBytes, 'mechanismNoise');
  new Int32Array(buffer, at.betaIndex, layout.levelRows).set(layout.betaIndex);
  new Uint32Array(buffer, at.levelCounts, layout.variableCount).set(layout.levelCounts);
  new Uint32Array(buffer, at.patternRows, patterns.levelRow.length).set(patterns.levelRow);
  new Float64Array(buffer, at.patternOutcome, patterns.count).set(patterns.outcome);
  new Float64Array(buffer, at.patternCoefficients, patterns.count).set(patterns.coefficientCount);
  new Uint32Array(buffer, at.patternMultiplicity, patterns.count).set(patterns.multiplicity);
  if (subsampled) {
    const rowPatterns = new Uint32Array(buffer, at.patternOfRow, patterns.patternOfSortedRow.length);
    rowPatterns.set(patterns.patternOfSortedRow);
  }

  const D = layout.dimension;
  const area = (field: AreaField) => new Float64Array(buffer, at[field], D);
  return {
    block,
    setWord,
    setNumbers,
    writeState(state) {
      area('location').set(state.location);
      area('rawScale').set(state.rawScale);
      area('locationFirst').set(state.firstMoment.subarray(0, D));
      area('scaleFirst').set(state.firstMoment.subarray(D));
      area('locationSecond').set(state.secondMoment.subarray(0, D));
      area('scaleSecond').set(state.secondMoment.subarray(D));
      area('locationSum').set(state.locationSum);
      area('scaleSum').set(state.rawScaleSum);
    },
    readState(step, averagedSteps) {
      return {
        step,
        location: area('location').slice(),
        rawScale: area('rawScale').slice(),
        firstMoment: joined(area('locationFirst'), area('scaleFirst')),
        secondMoment: joined(area('locationSecond'), area('scaleSecond')),
        locationSum: area('locationSum').slice(),
        rawScaleSum: area('scaleSum').slice(),
        averagedSteps,
      };
    },
  };
}

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
