import type { DpviProblem } from '../../core/inference/dpvi.ts';

/**
 * The 32-bit fields of the kernel's parameter block, in the order of `assembly/parameters.ts`: field i lies at byte 4 i.
 */
export const WORD_FIELDS = [
  'components',
  'variables',
  'levelRows',
  'paddedDimension',
  'intercept',
  'patternCount',
  'rowCount',
  'fullBatch',
  'family',
  'stepsBeforeAverage',
  'key',
  'etaStream',
  'subsampleStream',
  'noiseStream',
  'scratch',
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
  'gradient',
  'noise',
  'mixture',
  'logMixture',
  'level',
  'logLevel',
  'levelDistance',
  'coefficient',
  'residualSum',
  'betaIndex',
  'levelCounts',
  'patternRows',
  'patternOutcome',
  'patternCoefficients',
  'patternMultiplicity',
  'patternOfRow',
  'batchRows',
  'gamma',
  'distance',
  'componentSum',
  'offsets',
  'exponential',
  'plainExponentials',
] as const;

/** The float64 fields: field i lies at byte 256 + 8 i. */
export const NUMBER_FIELDS = [
  'hazard',
  'effectiveClip',
  'stepsPerUnit',
  'grid',
  'noisePerGrid',
  'perBatch',
  'perTable',
  'learningRate',
  'rateRatio',
  'firstPower',
  'secondPower',
] as const;

export type WordField = (typeof WORD_FIELDS)[number];
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** Byte of a field in the block. */
export function wordOffset(field: WordField): number {
  return 4 * WORD_FIELDS.indexOf(field);
}

export function numberOffset(field: NumberField): number {
  return 256 + 8 * NUMBER_FIELDS.indexOf(field);
}

const BLOCK_BYTES = 512;
/** A cache line; also enough for 128-bit loads. */
const ALIGNMENT = 64;

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
  | 'paddedDimension'
  | 'intercept'
  | 'patternCount'
  | 'rowCount'
  | 'fullBatch'
  | 'family'
  | 'stepsBeforeAverage'
  | 'plainExponentials';

export type AreaField = Exclude<WordField, CountField>;

/** D rounded up to whole vectors of two. */
export function paddedDimension(dimension: number): number {
  return dimension + (dimension % 2);
}

/** Lays out the memory of a problem from `start` on. `streamBytes` is what the kernel says one keystream takes. */
export function layoutMemory(problem: DpviProblem, start: number, streamBytes: number): MemoryLayout {
  const { layout, patterns } = problem;
  const { components: R, variableCount: d, levelRows: L } = layout;
  const D = paddedDimension(layout.dimension);
  const N = patterns.patternOfSortedRow.length;
  const subsampled = problem.plan.mechanism.parameters.samplingRate < 1;
  const bytes: Record<AreaField, number> = {
    key: 32,
    etaStream: streamBytes,
    subsampleStream: streamBytes,
    noiseStream: streamBytes,
    scratch: 64,
    location: 8 * D,
    rawScale: 8 * D,
    locationFirst: 8 * D,
    scaleFirst: 8 * D,
    locationSecond: 8 * D,
    scaleSecond: 8 * D,
    locationSum: 8 * D,
    scaleSum: 8 * D,
    eta: 8 * D,
    tau: 8 * D,
    slope: 8 * D,
    z: 8 * D,
    gradient: 8 * D,
    noise: 8 * D,
    mixture: 8 * R,
    logMixture: 8 * R,
    level: 8 * L * R,
    logLevel: 8 * L * R,
    levelDistance: 8 * L * R,
    coefficient: 8 * L,
    residualSum: 8 * L,
    betaIndex: 4 * L,
    levelCounts: 4 * d,
    patternRows: 4 * d * patterns.count,
    patternOutcome: 8 * patterns.count,
    patternCoefficients: 8 * patterns.count,
    patternMultiplicity: 4 * patterns.count,
    patternOfRow: subsampled ? 4 * N : 0,
    batchRows: subsampled ? 4 * N : 0,
    gamma: 8 * R,
    distance: 8 * R,
    componentSum: 8 * R,
    offsets: 4 * d,
    exponential: 8 * D,
  };
  let next = start + BLOCK_BYTES;
  const at = {} as Record<AreaField, number>;
  for (const field of Object.keys(bytes) as AreaField[]) {
    at[field] = next;
    next += Math.ceil(bytes[field] / ALIGNMENT) * ALIGNMENT;
  }
  return { block: start, at, end: next };
}
