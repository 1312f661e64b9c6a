import type { DpviProblem } from '../../core/inference/dpvi.ts';
import type { DpviState } from '../../core/inference/dpvi-state.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from '../../core/inference/released-sum.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { STREAM_PURPOSES, type StreamPurpose } from '../../core/random/chacha20.ts';
import { roundingLimits } from '../../core/random/rounded-normal.ts';
import { LAYERS, PLACE_BITS, ZIGGURAT } from '../../core/random/ziggurat.ts';
import {
  type AreaField,
  blockPatterns,
  groupVariables,
  guideShift,
  layoutMemory,
  type NumberField,
  numberOffset,
  paddedDimension,
  recordBytes,
  type VariableGroups,
  type WordField,
  wordOffset,
} from './memory-layout.ts';

/** What the built kernel exports (`assembly/index.ts`). Addresses are bytes in `memory`. */
export interface KernelExports {
  readonly memory: WebAssembly.Memory;
  run(block: number, steps: number): void;
  prepare(block: number): void;
  fillHistograms(block: number): void;
  release(block: number): void;
  fillVariationalDraw(key: number, stream: number, to: number, count: number): void;
  fillMechanismNoise(block: number, key: number, stream: number, to: number, count: number): void;
  nextGap(block: number, key: number, stream: number, limit: number): number;
  drawLevels(
    key: number,
    stream: number,
    count: number,
    parents: number,
    tables: number,
    levels: number,
    out: number,
    rates: number,
    levelRates: number,
  ): void;
  drawEvents(key: number, stream: number, count: number, rates: number, kind: number, out: number): void;
  startRates(rates: number, count: number, rate: number): void;
  refill(key: number, stream: number): void;
  nextWord(key: number, stream: number): number;
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
  /** Where an area lies, for tests. */
  readonly at: Readonly<Record<AreaField, number>>;
}

const FAMILY_NUMBER: Record<OutcomeFamily, number> = { poisson: 0, 'bernoulli-log': 1, 'bernoulli-logit': 2 };
/** Keeps π Π_j C_j a number of float32 with room; beyond, products fall below 1 and `wideJoint` takes over sooner. */
const LARGEST_MIXTURE_SCALE = 2 ** 90;
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
  const { layout, patterns, plan, buffers } = problem;
  const { noiseMultiplier, samplingRate } = plan.mechanism.parameters;
  const { clipNorm } = plan.settings;
  const batch = Math.min(patterns.count, samplingRate * patterns.patternOfSortedRow.length);
  const plain = plan.settings.gradients === 'plain';
  // The plain variant's weights are tabulated a variable.
  const groups = groupVariables(layout, plain ? 0 : batch);
  const streamBytes = kernel.streamBytes();
  const { block, at, end } = layoutMemory(problem, groups, kernel.freeMemory(), streamBytes);
  reserve(kernel.memory, end);
  const { buffer } = kernel.memory;
  const view = new DataView(buffer);
  const grid = GRID_PER_CLIP_NORM * clipNorm;
  const noiseScale = noiseMultiplier / GRID_PER_CLIP_NORM;
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
  setWord('dimension', layout.dimension);
  setWord('paddedDimension', paddedDimension(layout.dimension));
  setWord('intercept', layout.intercept);
  setWord('groups', groups.sizes.length);
  setWord('joint', groups.jointRows);
  setWord('patternCount', patterns.count);
  const rowCount = patterns.patternOfSortedRow.length;
  setWord('rowCount', rowCount);
  setWord('guideShift', guideShift(rowCount));
  setWord('fullBatch', subsampled ? 0 : 1);
  setWord('plainGradients', plain ? 1 : 0);
  setWord('family', FAMILY_NUMBER[plan.settings.family]);
  setWord('recordBytes', recordBytes(groups));
  setWord('blockPatterns', blockPatterns(layout.components));
  setNumbers({
    hazard: subsampled ? -Math.log1p(-samplingRate) : 0,
    effectiveClip: effectiveClipNorm(layout, clipNorm, plan.settings.gradients),
    stepsPerUnit: 1 / grid,
    noiseScale,
    ...roundingLimits(noiseScale),
    tailStart: ZIGGURAT.tailStart,
    tailHeight: ZIGGURAT.tailHeight,
    releaseScale: grid / (samplingRate * plan.rowCount),
    perTable: 1 / plan.rowCount,
    mixtureScale: Math.min(
      LARGEST_MIXTURE_SCALE,
      layout.levelCounts.reduce((product, count) => product * count, 1),
    ),
  });

  new Uint8Array(buffer, at.key, 32).set(key);
  writeStream(kernel.memory, at.etaStream, streamBytes, 'variationalDraw');
  writeStream(kernel.memory, at.subsampleStream, streamBytes, 'subsample');
  writeStream(kernel.memory, at.noiseStream, streamBytes, 'mechanismNoise');
  new Int32Array(buffer, at.betaIndex, layout.levelRows).set(layout.betaIndex);
  new Uint32Array(buffer, at.levelCounts, layout.variableCount).set(layout.levelCounts);
  new Uint32Array(buffer, at.groupSizes, groups.sizes.length).set(groups.sizes);
  writeRecords(view, at.records, problem, groups);
  if (!subsampled) {
    new Uint32Array(buffer, at.patternMultiplicity, patterns.count).set(patterns.multiplicity);
  } else {
    const every = 2 ** guideShift(rowCount);
    const guide = new Uint32Array(buffer, at.patternOfRow, Math.ceil(rowCount / every));
    for (let k = 0; k < guide.length; k += 1) guide[k] = patterns.patternOfSortedRow[k * every] as number;
    const ends = new Uint32Array(buffer, at.patternEnd, patterns.count);
    let end = 0;
    for (let p = 0; p < patterns.count; p += 1) {
      end += patterns.multiplicity[p] as number;
      ends[p] = end;
    }
  }
  const layers = new Float64Array(buffer, at.zigguratLayers, 2 * LAYERS);
  const width = new Float64Array(buffer, at.zigguratWidth, LAYERS);
  for (let i = 0; i < LAYERS; i += 1) {
    width[i] = (ZIGGURAT.edge[i] as number) * 2 ** -PLACE_BITS;
    layers[2 * i] = ZIGGURAT.threshold[i] as number;
    layers[2 * i + 1] = noiseScale * (width[i] as number);
  }
  new Float64Array(buffer, at.zigguratHeight, ZIGGURAT.height.length).set(ZIGGURAT.height);
  if (buffers.gaps !== null) {
    new Uint32Array(buffer, at.gapCell, buffers.gaps.cell.length).set(buffers.gaps.cell);
    new Uint32Array(buffer, at.gapRest, buffers.gaps.rest.length).set(buffers.gaps.rest);
  }

  const D = layout.dimension;
  const single = (field: AreaField) => new Float32Array(buffer, at[field], D);
  const double = (field: AreaField) => new Float64Array(buffer, at[field], D);
  return {
    block,
    at,
    setWord,
    setNumbers,
    writeState(state) {
      single('location').set(state.location);
      single('rawScale').set(state.rawScale);
      single('locationFirst').set(state.firstMoment.subarray(0, D));
      single('scaleFirst').set(state.firstMoment.subarray(D));
      single('locationSecond').set(state.secondMoment.subarray(0, D));
      single('scaleSecond').set(state.secondMoment.subarray(D));
      double('locationSum').set(state.locationSum);
      double('scaleSum').set(state.rawScaleSum);
    },
    readState(step, averagedSteps) {
      return {
        step,
        location: Float64Array.from(single('location')),
        rawScale: Float64Array.from(single('rawScale')),
        firstMoment: joined(single('locationFirst'), single('scaleFirst')),
        secondMoment: joined(single('locationSecond'), single('scaleSecond')),
        locationSum: double('locationSum').slice(),
        rawScaleSum: double('scaleSum').slice(),
        averagedSteps,
      };
    },
  };
}

/** The patterns, each as its rows in the groups' tables, y and 1 + #{j : x_j ≠ ref_j}. */
function writeRecords(view: DataView, at: number, problem: DpviProblem, groups: VariableGroups): void {
  const { layout, patterns } = problem;
  const { variableCount: d, levelCounts, levelStart } = layout;
  const bytes = recordBytes(groups);
  for (let p = 0; p < patterns.count; p += 1) {
    const record = at + p * bytes;
    let variable = 0;
    let start = 0;
    groups.sizes.forEach((size, g) => {
      let row = 0;
      let rows = 1;
      for (const end = variable + size; variable < end; variable += 1) {
        const levels = levelCounts[variable] as number;
        const level = (patterns.levelRow[p * d + variable] as number) - (levelStart[variable] as number);
        row = row * levels + level;
        rows *= levels;
      }
      view.setUint32(record + 4 * g, start + row, true);
      start += rows;
    });
    view.setFloat64(record + bytes - 16, patterns.outcome[p] as number, true);
    view.setFloat64(record + bytes - 8, patterns.coefficientCount[p] as number, true);
  }
}

function joined(first: Float32Array, second: Float32Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
