import type { TrainingPlan } from '../../core/inference/plan.ts';
import { type ParameterLayout, parameterLayout } from '../../core/model/layout.ts';
import { LARGEST_WHOLE_PART } from './half-normal-table.ts';

/** Threads that work on one model: one workgroup, the most that every WebGPU device has. */
export const WORKGROUP_SIZE = 256;

/** Bits after the point of π and θ as the kernel uses them: whole multiples of 2^-23, exact in a float32. */
export const PROBABILITY_BITS = 23;

/** η is drawn on a grid of 2^-24 and then rounded to a float32. */
export const VARIATIONAL_SCALE = 2 ** 24;

/** Coordinates whose η, or whose noise, come one after the other from one stream: (purpose, step, c div 8). */
export const NORMALS_A_STREAM = 8;

/** What decides the shader's source, and nothing else does. */
export interface ProgramKey {
  /** R */
  readonly components: number;
  /** L */
  readonly levelRows: number;
  /** Whether tables and histograms of a model are in a workgroup's own memory. */
  readonly placement: 'workgroup' | 'storage';
  /** How many work on a model. */
  readonly workgroups: 'one' | 'many';
}

/** Words of one model's block, in order; the shader has constants of the same names. */
export const MODEL_FIELDS = [
  'key0',
  'key1',
  'key2',
  'key3',
  'key4',
  'key5',
  'key6',
  'key7',
  'patterns',
  'rowCount',
  'rowsAt',
  'stateAt',
  'scratchAt',
  'countersAt',
  'scheduleAt',
  'steps',
  'firstStep',
  'fullBatch',
  'rateHigh',
  'rateLow',
  'noiseScale',
  'noiseLast',
  'splitBits',
  'largestEntry',
  'largestResidual',
  'stepsPerUnit',
  'clipTarget',
  'checkBound',
  'grid',
  'perBatch',
  'perTable',
  'recordAt',
  'listAt',
  'histogramAt',
  'doneAt',
  'rowGroups',
  'groupWords',
  'drawsAt',
  'stepDraws',
  'sumsAt',
] as const;

export type ModelField = (typeof MODEL_FIELDS)[number];

/** Bytes of workgroup memory that the tables take: three floats and two counters a cell. */
export function workgroupBytes(layout: ParameterLayout): number {
  const { components: R, levelRows: L } = layout;
  return 20 * L * R + 8 * (L + 1) + 16 * R + 64;
}

export function programKey(
  layout: ParameterLayout,
  workgroupStorageBytes: number,
  workgroups: ProgramKey['workgroups'],
): ProgramKey {
  const fits = workgroups === 'one' && workgroupBytes(layout) <= workgroupStorageBytes;
  return {
    components: layout.components,
    levelRows: layout.levelRows,
    placement: fits ? 'workgroup' : 'storage',
    workgroups,
  };
}

export function keyText(key: ProgramKey): string {
  return `${key.components} components, ${key.levelRows} level rows, in ${key.placement}, ${key.workgroups} a model`;
}

/** Rows a word of a drawn batch tells about. */
const ROWS_A_WORD = 32;
/** Workgroups that share the rows of one model, at most: more than any device runs at a time. */
const MOST_ROW_GROUPS = 512;
/** Distinct rows that a workgroup should have to add, where the rows are enough for many. */
const PATTERNS_A_GROUP = 64;

/** How the rows of a model are shared out among workgroups. */
export interface RowShares {
  readonly rowGroups: number;
  /** Words of 32 rows, one after the other, that each looks through. */
  readonly groupWords: number;
}

export function batchWords(rowCount: number): number {
  return Math.ceil(rowCount / ROWS_A_WORD);
}

export function rowShares(rowCount: number, samplingRate: number, patternCount: number): RowShares {
  const added = Math.min(patternCount, samplingRate * rowCount);
  const wanted = Math.min(MOST_ROW_GROUPS, Math.max(1, Math.ceil(added / PATTERNS_A_GROUP)));
  if (samplingRate === 1) return { rowGroups: wanted, groupWords: 0 };
  const words = batchWords(rowCount);
  const groupWords = Math.ceil(words / wanted);
  return { rowGroups: Math.ceil(words / groupWords), groupWords };
}

/** Bytes that the draws of a dispatch may take: of all its steps and models. */
const MOST_DRAW_BYTES = 2 ** 26;

/** Words that the draws of a step take: η, 64 bits of noise a coordinate, a bit a row. */
export function stepDraws(layout: ParameterLayout, rowCount: number, samplingRate: number): number {
  return 3 * layout.dimension + (samplingRate < 1 ? batchWords(rowCount) : 0);
}

/** Steps that one dispatch may have, for what is drawn of them beforehand. */
export function mostSteps(drawWordsOfAll: number, largestBufferBytes: number, scratchBytes: number): number {
  const bytes = Math.min(MOST_DRAW_BYTES, largestBufferBytes - scratchBytes);
  return Math.max(1, Math.min(LARGEST_PORTION, Math.floor(bytes / (4 * drawWordsOfAll))));
}

/** Steps a dispatch at most: bounds the float32 sums of the average, which start at 0 in each. */
export const LARGEST_PORTION = 500;

/** Work on the rows of a step, in gradient entries of a component and a variable, from which many workgroups pay. */
const PAYS_FROM = 2 ** 16;

/**
 * Whether a step of one model is long enough to be shared out. Many workgroups meet three times a step, which costs what a
 * single one needs for about 2^16 entries; a row that is only looked at costs a sixteenth of one. On the one device that
 * was measured (CONTRIBUTING has the table) it takes the faster way at every size; at 38,000 entries both take the same.
 */
export function sharingPays({ rowCount, shape, mechanism }: TrainingPlan): boolean {
  const { samplingRate: q } = mechanism.parameters;
  const entries = q * rowCount * shape.components * shape.levelCounts.length;
  return entries + (q < 1 ? rowCount / 16 : 0) >= PAYS_FROM;
}

/** The grid of a release and what follows from it, all in whole grid steps. Public: a function of the plan. */
export interface ReleaseGrid {
  /** b: the grid is h = 2^-b C */
  readonly bits: number;
  /** σ_h = ⌈σ 2^b⌉, the noise's standard deviation in grid steps; 0 without noise */
  readonly noiseScale: number;
  /** K, the most that one entry of one row may be */
  readonly largestEntry: number;
  /** s: an entry k is added as k mod 2^s and ⌊k / 2^s⌋ into a counter of 32 bits each */
  readonly splitBits: number;
  /** Clip norm of the floating-point factor, in units of the gradient */
  readonly clipTarget: number;
  /** What the sum of squares that the shader computes of a row's integers may be at most */
  readonly checkBound: number;
}

const FINEST_GRID_BITS = 20;
const COARSEST_GRID_BITS = 8;

/**
 * The grid for a plan, or why there is none.
 *
 * **Sensitivity.** For public z the shader computes, for each row by itself, integers k_r (r = 1…R) and k_ε. With
 * π̂, θ̂ the whole multiples of 2^-23 that it uses for π, θ, the row moves the vector before its last rounding by exactly
 *
 *     v = (k_r − π̂_r S,  k_r (1[x_j = c] − θ̂_j^(r)[c]),  k_ε onehot(x)),   S = Σ_r k_r
 *
 * since all sums and products that follow are 64-bit integers: they fit, because Σ over N rows of S is at most 2^40
 * (`largestEntry`, enforced on every row) and θ̂ < 2^24. The last rounding moves a logit's coordinate by at most 1.
 * So the row moves the integer sum by at most ‖v‖ + √(R + LR), and that is at most 2^b = C/h whenever
 *
 *     ‖v‖ ≤ B = 2^b − √(R + LR).
 *
 * The shader **tests this inequality on the integers of every row** before they are added and leaves the row out
 * where it fails; whatever exp, log or a division did before cannot matter. The test adds positive terms in
 * float32, with + and × only (correctly rounded in WGSL, in any association, fused or not) from integers and
 * multiples of 2^-23: relative error at most (longest chain of additions + 8) 2^-24; |k_r − π̂_r S| is taken larger by
 * S 2^-21, more than its cancellation loses. `checkBound` is B² less that error.
 *
 * `clipTarget` is lower than B by what rounding k_r, k_ε can add (released-sum.ts has the terms), so that honest
 * arithmetic passes the test. At R = 16, d = 5, D = 454 it costs 6e-5 of C.
 *
 * **Noise.** σ_h ξ is rounded to whole grid steps from an exact ξ (`exact-normal.ts`). k + round(σ_h ξ) = round(k + σ_h ξ) for whole k:
 * the release is a function of the Gaussian mechanism with σ_h ≥ σ 2^b, sensitivity 2^b, and costs no more than it.
 */
export function releaseGrid(plan: TrainingPlan): ReleaseGrid | { readonly reason: string } {
  if (plan.settings.gradients === 'plain') return { reason: 'this machine releases aligned gradients only' };
  const layout = parameterLayout(plan.shape);
  const { clipNorm } = plan.settings;
  const { noiseMultiplier } = plan.mechanism.parameters;
  for (let bits = FINEST_GRID_BITS; bits >= COARSEST_GRID_BITS; bits -= 1) {
    const grid = gridOf(layout, plan.rowCount, clipNorm, noiseMultiplier, bits);
    if (grid !== null) return grid;
  }
  return { reason: 'too many rows, or too much noise, for sums of 64 bits at this clip norm' };
}

function gridOf(
  layout: ParameterLayout,
  rowCount: number,
  clipNorm: number,
  noiseMultiplier: number,
  bits: number,
): ReleaseGrid | null {
  const { components: R, variableCount: d, levelRows: L } = layout;
  const noiseScale = Math.ceil(noiseMultiplier * 2 ** bits);
  if (noiseMultiplier > 0 && !(noiseScale >= 2 ** 17 && noiseScale < 2 ** 32 - 1)) {
    // Too small only where σ < 2^-3 at the finest grid: no plan of any use.
    return null;
  }
  // γ ≤ 1 and w ≤ 1: an entry is at most 1/h, or, clipped, whatever passes the test; the shader cuts at K.
  const largestEntry = Math.ceil(2 ** bits * Math.max(1, 1 / clipNorm)) + 1;
  if (rowCount * (largestEntry + R) > 2 ** 40) return null;
  const splitBits = Math.min(31, Math.max(1, Math.ceil(Math.log2(largestEntry + 1) / 2)));
  if (rowCount * 2 ** splitBits >= 2 ** 31 || rowCount * (largestEntry / 2 ** splitBits + 1) >= 2 ** 31)
    return null;
  const limit = 2 ** bits - Math.sqrt(R + L * R);
  const chain = Math.max(...layout.levelCounts) + d + R + 8;
  const relativeError = 1.01 * chain * 2 ** -24;
  const entryRounding = (Math.sqrt(2 * d * R) + Math.sqrt(R) + R + Math.sqrt(d + 1)) / 2;
  const cancellation = Math.sqrt(R) * largestEntry * 2 ** -20;
  const target = (limit - entryRounding - cancellation) * (1 - 4 * relativeError);
  if (!(target > 0.5 * 2 ** bits)) return null;
  return {
    bits,
    noiseScale,
    largestEntry,
    splitBits,
    clipTarget: roundedDown(target * 2 ** -bits * clipNorm),
    checkBound: roundedDown(limit ** 2 * (1 - relativeError)),
  };
}

/** The largest float32 that is not larger than x > 0. */
function roundedDown(x: number): number {
  const nearest = Math.fround(x);
  if (nearest <= x) return nearest;
  const words = new Uint32Array(1);
  const floats = new Float32Array(words.buffer);
  floats[0] = nearest;
  words[0] = (words[0] as number) - 1;
  return floats[0];
}

/** q as 64 bits after the point, rounded down: never a larger rate than the accounted one. q < 1. */
export function rateWords(samplingRate: number): { readonly high: number; readonly low: number } {
  const scaled = samplingRate * 2 ** 32;
  const high = Math.floor(scaled);
  return { high, low: Math.floor((scaled - high) * 2 ** 32) };
}

/** Bound on |round(σ_h ξ)|: what 64-bit sums have to hold besides 2^40. */
export function largestNoise(noiseScale: number): number {
  return noiseScale * (LARGEST_WHOLE_PART + 1) + 1;
}
