import { adamAscend, learningRateAt } from '../../core/inference/adam.ts';
import { copyState, type DpviState } from '../../core/inference/dpvi-state.ts';
import { GRID_PER_CLIP_NORM, releaseSum } from '../../core/inference/released-sum.ts';
import { scaleOf, softplusSlope } from '../../core/model/softplus.ts';
import type { SubsampledGaussian } from '../../core/privacy/mechanism.ts';
import { fillVariationalDraw } from '../../core/random/gaussian.ts';
import { poissonSubsample } from '../../core/random/poisson-subsample.ts';
import type { RandomSource } from '../../core/random/random-source.ts';
import { type GeneralModel, priorGradient, rowGradients } from './general-model.ts';

/** A model with the rows it is for. */
export interface GeneralProblem {
  readonly model: GeneralModel;
  /** N rows of `model.rowWidth` numbers each. */
  readonly rows: Float32Array;
  readonly mechanism: SubsampledGaussian;
  readonly clipNorm: number;
  readonly learningRate: { readonly initial: number; readonly final: number };
  /** Steps of the end that (m, s) is averaged over. */
  readonly averagedSteps: number;
}

/** One stream for each use. */
export interface GeneralRandomness {
  readonly variationalDraw: RandomSource;
  readonly subsample: RandomSource;
  readonly mechanismNoise: RandomSource;
}

/**
 * Rows a call of tfjs. Always as many, the last chunk filled up with rows that are not counted: the rounding of a row must
 * not depend on how many others there are.
 */
const ROWS_A_CHUNK = 256;

/** Exact squares and sums below 2^53. */
const GRID_STEPS = 1 / GRID_PER_CLIP_NORM;

/**
 * One step of DPVI (METHOD §4) for any model: state in, state out. The gradients come from automatic differentiation in
 * float32; everything that privacy rests on is done here, on integers.
 *
 * A row enters as k = round(w g / h), h = 2^-20 C, w = min(1, C'/‖g‖), C' = C − h √D, and only where Σ k² ≤ 2^40, which
 * float64 adds without error. So for given public z one row moves the integer sum by at most C/h, whatever its gradient
 * was, NaN too; noise and release are those of the built-in machines (`releaseSum`). What it does rest on is that a
 * row's gradient depends on that row alone: `rowsAreSeparate`.
 */
export async function generalStep(
  problem: GeneralProblem,
  state: DpviState,
  randomness: GeneralRandomness,
): Promise<DpviState> {
  const { model, mechanism, clipNorm } = problem;
  const { noiseMultiplier, samplingRate: q, steps: T } = mechanism;
  const D = model.dimension;
  const N = problem.rows.length / model.rowWidth;
  const next = copyState(state);
  const eta = new Float64Array(D);
  fillVariationalDraw(randomness.variationalDraw, eta);
  const z = state.location.map((m, k) => m + scaleOf(state.rawScale[k] as number) * (eta[k] as number));

  const chosen = new Uint32Array(N);
  const size = poissonSubsample(randomness.subsample, N, q, chosen);
  const gradient = await clippedIntegerSum(problem, z, chosen.subarray(0, size));
  releaseSum(noiseMultiplier, clipNorm, randomness.mechanismNoise, gradient, new Float64Array(D));

  // From here on everything is post-processing of the release.
  const prior = await priorGradient(model, z);
  const scaleGradient = new Float64Array(D);
  for (let k = 0; k < D; k += 1) {
    const g = (gradient[k] as number) / (q * N) + (prior[k] as number) / N;
    const s = state.rawScale[k] as number;
    gradient[k] = g;
    scaleGradient[k] = softplusSlope(s) * ((eta[k] as number) * g + 1 / (N * scaleOf(s)));
  }
  const t = state.step + 1;
  const rate = learningRateAt(problem.learningRate, t, T);
  adamAscend(next.location, gradient, next.firstMoment, next.secondMoment, 0, t, rate);
  adamAscend(next.rawScale, scaleGradient, next.firstMoment, next.secondMoment, D, t, rate);
  const averages = t > T - problem.averagedSteps;
  if (averages) {
    for (let k = 0; k < D; k += 1) {
      next.locationSum[k] = (next.locationSum[k] as number) + (next.location[k] as number);
      next.rawScaleSum[k] = (next.rawScaleSum[k] as number) + (next.rawScale[k] as number);
    }
  }
  return { ...next, step: t, averagedSteps: state.averagedSteps + (averages ? 1 : 0) };
}

/** Σ over the chosen rows of their clipped gradients, in whole steps of 2^-20 C. */
export async function clippedIntegerSum(
  { model, rows, clipNorm }: GeneralProblem,
  z: Float64Array,
  chosen: Uint32Array,
): Promise<Float64Array> {
  const { dimension: D, rowWidth: d } = model;
  const sum = new Float64Array(D);
  const target = clipNorm * (1 - GRID_PER_CLIP_NORM * Math.sqrt(D));
  const entries = new Float64Array(D);
  for (let first = 0; first < chosen.length; first += ROWS_A_CHUNK) {
    const chunk = chosen.subarray(first, first + ROWS_A_CHUNK);
    const given = new Float32Array(ROWS_A_CHUNK * d);
    for (let b = 0; b < ROWS_A_CHUNK; b += 1) {
      const row = chunk[Math.min(b, chunk.length - 1)] as number;
      given.set(rows.subarray(row * d, (row + 1) * d), b * d);
    }
    const gradients = await rowGradients(model, z, given);
    for (let b = 0; b < chunk.length; b += 1) {
      addRow(gradients.subarray(b * D, (b + 1) * D), target, clipNorm, entries, sum);
    }
  }
  return sum;
}

function addRow(
  gradient: Float32Array,
  target: number,
  clipNorm: number,
  entries: Float64Array,
  sum: Float64Array,
): void {
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  const stepsPerUnit = (norm > target ? target / norm : 1) / (GRID_PER_CLIP_NORM * clipNorm);
  let squares = 0;
  for (let k = 0; k < gradient.length; k += 1) {
    const entry = Math.round(stepsPerUnit * (gradient[k] as number));
    entries[k] = entry;
    squares += entry * entry;
  }
  if (!(squares <= GRID_STEPS * GRID_STEPS)) return;
  for (let k = 0; k < gradient.length; k += 1) sum[k] = (sum[k] as number) + (entries[k] as number);
}
