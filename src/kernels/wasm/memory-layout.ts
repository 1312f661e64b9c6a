import type { DpviProblem } from '../../core/inference/dpvi.ts';
import type { ParameterLayout } from '../../core/model/layout.ts';
import { LAYERS } from '../../core/random/ziggurat.ts';

/**
 * The 32-bit fields of the kernel's parameter block, in the order of `assembly/parameters.ts`: field i lies at byte 4 i.
 */
export const WORD_FIELDS = [
  'components',
  'variables',
  'levelRows',
  'dimension',
  'paddedDimension',
  'intercept',
  'groups',
  'patternCount',
  'rowCount',
  'fullBatch',
  'family',
  'stepsBeforeAverage',
  'recordBytes',
  'blockPatterns',
  'guideShift',
  'joint',
  'plainExponentials',
  'plainGradients',
  'key',
  'etaStream',
  'subsampleStream',
  'noiseStream',
  'location',
  'rawScale',
  'locationFirst',
  'scaleFirst',
  'locationSecond',
  'scaleSecond',
  'locationSum',
  'scaleSum',
  'eta',
  'tau',
  'slope',
  'z',
  'exponential',
  'noise',
  'released',
  'mixture',
  'scaledMixture',
  'level',
  'distance',
  'histogram',
  'rate',
  'residualSum',
  'jointLevel',
  'jointDistance',
  'jointHistogram',
  'jointRate',
  'jointResidualSum',
  'componentSum',
  'gamma',
  'apart',
  'totals',
  'rates',
  'wide',
  'betaIndex',
  'levelCounts',
  'groupSizes',
  'records',
  'patternMultiplicity',
  'patternOfRow',
  'patternEnd',
  'batchRows',
  'chunk',
  'zigguratLayers',
  'zigguratWidth',
  'zigguratHeight',
  'gapCell',
  'gapRest',
  'pull',
  'weight',
  'touchedWeight',
] as const;

/** The float64 fields: field i lies at byte `FIRST_NUMBER` + 8 i. */
export const NUMBER_FIELDS = [
  'hazard',
  'effectiveClip',
  'stepsPerUnit',
  'noiseScale',
  'releaseScale',
  'perTable',
  'mixtureScale',
  'learningRate',
  'rateRatio',
  'firstPower',
  'secondPower',
  'decided',
  'decidedFiner',
  'tailMargin',
  'tailStart',
  'tailHeight',
] as const;

export type WordField = (typeof WORD_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** Behind the words, with room. */
const FIRST_NUMBER = 320;

/** Byte of a field in the block. */
export function wordOffset(field: WordField): number {
  return 4 * WORD_FIELDS.indexOf(field);
}

export function numberOffset(field: NumberField): number {
  return FIRST_NUMBER + 8 * NUMBER_FIELDS.indexOf(field);
}

const BLOCK_BYTES = 512;
/** A cache line; also enough for 128-bit loads. */
const ALIGNMENT = 64;
/** Entries of the list of patterns that the kernel takes together. */
const CHUNK_ENTRIES = 512;

/** Where everything of one run lies in the kernel's memory. */
export interface MemoryLayout {
  /** Address of the parameter block. */
  readonly block: number;
  /** Address of each area. */
  readonly at: Readonly<Record<AreaField, number>>;
  /** First byte beyond. */
  readonly end: number;
}

type CountField =
  | 'components'
  | 'variables'
  | 'levelRows'
  | 'dimension'
  | 'paddedDimension'
  | 'intercept'
  | 'groups'
  | 'patternCount'
  | 'rowCount'
  | 'fullBatch'
  | 'family'
  | 'stepsBeforeAverage'
  | 'recordBytes'
  | 'blockPatterns'
  | 'guideShift'
  | 'joint'
  | 'plainExponentials'
  | 'plainGradients';

export type AreaField = Exclude<WordField, CountField>;

/** D rounded up to whole groups of η. */
export function paddedDimension(dimension: number): number {
  return Math.ceil(dimension / 8) * 8;
}

/**
 * Neighbouring variables that are looked up together (ENGINE notes, "joint tables"): as many as have at most 128
 * combinations of levels.
 */
export interface VariableGroups {
  /** Variables of each group. */
  readonly sizes: readonly number[];
  /** Rows of all groups' tables together; 0 where every variable is a group of its own. */
  readonly jointRows: number;
}

const LARGEST_GROUP = 128;
/** Rows a step from which the tables of groups pay. */
const SMALLEST_JOINT_BATCH = 60;

/** Groups for a batch of about `batch` distinct rows. */
export function groupVariables(layout: ParameterLayout, batch: number): VariableGroups {
  const single = { sizes: Array.from(layout.levelCounts, () => 1), jointRows: 0 };
  if (batch < SMALLEST_JOINT_BATCH) return single;
  const sizes: number[] = [];
  let jointRows = 0;
  let rows = 0;
  for (const count of layout.levelCounts) {
    if (rows > 0 && rows * count <= LARGEST_GROUP) {
      sizes[sizes.length - 1] = (sizes.at(-1) as number) + 1;
      rows *= count;
    } else {
      jointRows += rows;
      sizes.push(1);
      rows = count;
    }
  }
  jointRows += rows;
  return sizes.length < layout.variableCount ? { sizes, jointRows } : single;
}

/** Bytes of one pattern: a row number a group, then y and the entries of ∂/∂β it touches as float64. */
export function recordBytes(groups: VariableGroups): number {
  return 8 * Math.ceil(groups.sizes.length / 2) + 16;
}

/** Rows whose patterns, a word each, stay in a cache that is near. */
const LARGEST_NEAR_TABLE = 131_072;

/**
 * The table from rows to patterns has a word every 2^shift rows: the pattern of the first of them, from where the kernel
 * walks along the ends of the patterns. So it stays near whatever N is.
 */
export function guideShift(rowCount: number): number {
  return Math.max(0, Math.ceil(Math.log2(rowCount / LARGEST_NEAR_TABLE)));
}

/** Words of that table. */
function guideLength(rowCount: number): number {
  return Math.ceil(rowCount / 2 ** guideShift(rowCount));
}

/** Patterns whose γ and distances are worked on together: 8 kB of them. */
export function blockPatterns(components: number): number {
  return Math.max(4, Math.floor(1024 / components));
}

/** Lays out the memory of a problem from `start` on. `streamBytes` is what the kernel says one keystream takes. */
export function layoutMemory(
  problem: DpviProblem,
  groups: VariableGroups,
  start: number,
  streamBytes: number,
): MemoryLayout {
  const { layout, patterns, buffers } = problem;
  const { components: R, variableCount: d, levelRows: L } = layout;
  const D = paddedDimension(layout.dimension);
  const N = patterns.patternOfSortedRow.length;
  const subsampled = problem.plan.mechanism.parameters.samplingRate < 1;
  const J = groups.jointRows;
  const plain = problem.plan.settings.gradients === 'plain';
  const halves = plain ? 2 : 1;
  const block = blockPatterns(R);
  const bytes: Record<AreaField, number> = {
    key: 32,
    etaStream: streamBytes,
    subsampleStream: streamBytes,
    noiseStream: streamBytes,
    location: 4 * D,
    rawScale: 4 * D,
    locationFirst: 4 * D,
    scaleFirst: 4 * D,
    locationSecond: 4 * D,
    scaleSecond: 4 * D,
    locationSum: 8 * D,
    scaleSum: 8 * D,
    eta: 4 * D,
    tau: 4 * D,
    slope: 4 * D,
    z: 4 * D,
    exponential: 4 * D,
    noise: 8 * D * halves,
    released: 8 * D * halves,
    mixture: 4 * R,
    scaledMixture: 4 * R,
    level: 4 * L * R,
    distance: 4 * L * R,
    histogram: 8 * L * R,
    rate: 8 * L,
    residualSum: 8 * L,
    jointLevel: 4 * J * R,
    jointDistance: 4 * J * R,
    jointHistogram: 8 * J * R,
    jointRate: 8 * J,
    jointResidualSum: 8 * J,
    componentSum: 8 * R,
    gamma: 4 * R * block,
    apart: 4 * R * block,
    totals: 4 * block,
    rates: 8 * block,
    wide: 8 * R,
    betaIndex: 4 * L,
    levelCounts: 4 * d,
    groupSizes: 4 * d,
    records: recordBytes(groups) * patterns.count,
    patternMultiplicity: subsampled ? 0 : 4 * patterns.count,
    patternOfRow: subsampled ? 4 * guideLength(N) : 0,
    patternEnd: subsampled ? 4 * patterns.count : 0,
    batchRows: subsampled ? 4 * (CHUNK_ENTRIES + 1) : 0,
    chunk: 8 * CHUNK_ENTRIES,
    zigguratLayers: 16 * LAYERS,
    zigguratWidth: 8 * LAYERS,
    zigguratHeight: 8 * (LAYERS + 1),
    gapCell: buffers.gaps === null ? 0 : 4 * buffers.gaps.cell.length,
    gapRest: buffers.gaps === null ? 0 : 4 * buffers.gaps.rest.length,
    pull: plain ? 4 * D : 0,
    weight: plain ? 4 * D : 0,
    touchedWeight: plain ? 8 * L : 0,
  };
  let next = start + BLOCK_BYTES;
  const at = {} as Record<AreaField, number>;
  for (const field of Object.keys(bytes) as AreaField[]) {
    at[field] = next;
    next += Math.ceil(bytes[field] / ALIGNMENT) * ALIGNMENT;
  }
  if (J === 0) {
    // Every variable for itself: its own tables serve.
    at.jointLevel = at.level;
    at.jointDistance = at.distance;
    at.jointHistogram = at.histogram;
    at.jointRate = at.rate;
    at.jointResidualSum = at.residualSum;
  }
  // The kernel takes address 0 as "there is none".
  if (buffers.gaps === null) at.gapCell = 0;
  return { block: start, at, end: next };
}
