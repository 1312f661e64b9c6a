import { initialPosterior } from '../model/initial-posterior.ts';
import { type ParameterLayout, parameterLayout } from '../model/layout.ts';
import { addPriorGradient } from '../model/prior.ts';
import { scaleOf, softplusSlope } from '../model/softplus.ts';
import { allocateTables, fillTables, type ModelTables } from '../model/tables.ts';
import { fillVariationalDraw } from '../random/gaussian.ts';
import type { GapTable } from '../random/geometric-gaps.ts';
import { gapsOf, poissonSubsample } from '../random/poisson-subsample.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { adamAscend, learningRateAt } from './adam.ts';
import { allocateClippedSum, type ClippedSumWorkspace, clippedSum } from './clipped-gradient.ts';
import { copyState, type DpviState } from './dpvi-state.ts';
import { fillPulls, pullSum, weighDistances } from './plain-gradients.ts';
import type { TrainingPlan } from './plan.ts';
import type { Posterior } from './posterior.ts';
import { releaseSum } from './released-sum.ts';
import {
  allocateBatch,
  fullBatch,
  gatherBatch,
  mergeRows,
  type PatternBatch,
  type RowPatterns,
} from './row-patterns.ts';

/** A plan with the rows it is for, and the buffers of one step. One training owns one. */
export interface DpviProblem {
  readonly plan: TrainingPlan;
  readonly layout: ParameterLayout;
  readonly patterns: RowPatterns;
  readonly buffers: StepBuffers;
}

interface StepBuffers {
  readonly eta: Float64Array;
  readonly z: Float64Array;
  readonly tables: ModelTables;
  readonly rows: Uint32Array;
  /** The law of the gaps between rows of a batch. */
  readonly gaps: GapTable | null;
  readonly batch: PatternBatch;
  readonly clipped: ClippedSumWorkspace;
  /** G, then g_m */
  readonly locationGradient: Float64Array;
  readonly scaleGradient: Float64Array;
  readonly noise: Float64Array;
  /** ∇ ln p(z)/N */
  readonly prior: Float64Array;
  /** a and b of the plain variant, empty otherwise */
  readonly pull: Float64Array;
  readonly weight: Float64Array;
}

/** One independent stream for each use, so that no draw can serve two. */
export interface DpviRandomness {
  readonly variationalDraw: RandomSource;
  readonly subsample: RandomSource;
  readonly mechanismNoise: RandomSource;
}

/** What a step tells. Nothing that depends on rows: a batch's size, a norm or a loss would be a second release. */
export interface StepInfo {
  /** t, steps done */
  readonly step: number;
  readonly learningRate: number;
}

/** Binds a table to a plan. The table must match the plan (machines check it with typed failures). */
export function bindTable(plan: TrainingPlan, table: CodedTable): DpviProblem {
  const layout = parameterLayout(plan.shape);
  const patterns = mergeRows(layout, table);
  const plainLength = plan.settings.gradients === 'plain' ? layout.dimension : 0;
  const buffers: StepBuffers = {
    eta: new Float64Array(layout.dimension),
    z: new Float64Array(layout.dimension),
    tables: allocateTables(layout),
    gaps: gapsOf(plan.mechanism.parameters.samplingRate),
    rows: new Uint32Array(plan.mechanism.parameters.samplingRate < 1 ? table.rowCount : 0),
    batch: allocateBatch(patterns),
    clipped: allocateClippedSum(layout),
    locationGradient: new Float64Array(layout.dimension),
    scaleGradient: new Float64Array(layout.dimension),
    noise: new Float64Array(layout.dimension),
    prior: new Float64Array(layout.dimension),
    pull: new Float64Array(plainLength),
    weight: new Float64Array(plainLength),
  };
  return { plan, layout, patterns, buffers };
}

/** The state before the first step: random, and a function of the plan only. */
export function init(plan: TrainingPlan, random: RandomSource): DpviState {
  const { settings, shape } = plan;
  const { location, rawScale } = initialPosterior(
    shape,
    settings.eventRateGuess,
    settings.initialScale,
    random,
  );
  const D = location.length;
  return {
    step: 0,
    location,
    rawScale,
    firstMoment: new Float64Array(2 * D),
    secondMoment: new Float64Array(2 * D),
    locationSum: new Float64Array(D),
    rawScaleSum: new Float64Array(D),
    averagedSteps: 0,
  };
}

/** One step of METHOD §4: state in, `[state, info]` out. Pure in the state; `stepInPlace` does the work. */
export function step(
  problem: DpviProblem,
  state: DpviState,
  randomness: DpviRandomness,
): [DpviState, StepInfo] {
  const next = copyState(state);
  const info = stepInPlace(problem, next, randomness);
  return [next, info];
}

/** A state that its owner lets be overwritten. */
export type MutableDpviState = { -readonly [K in keyof DpviState]: DpviState[K] };

/**
 * One step of DPVI with aligned gradients (METHOD §4), overwriting `state`:
 *
 *     η ~ N(0, I);  z = m + τ∘η;  batch by Poisson subsampling
 *     G = Σ ĝ_i + σ C ξ                                     the only access to the rows
 *     g_m = G/(qN) + ∇ ln p(z)/N
 *     g_s = softplus'(s) ∘ (η∘g_m + 1/(Nτ))
 *     (m, s) ← Adam, uphill
 *
 * The plain variant releases the sums for m and s, g_s = G_s/(qN) + softplus'(s) ∘ (η ∘ ∇ ln p(z)/N + 1/(Nτ)).
 */
export function stepInPlace(
  problem: DpviProblem,
  state: MutableDpviState,
  randomness: DpviRandomness,
): StepInfo {
  const { plan, layout, patterns, buffers } = problem;
  const { settings, rowCount: N } = plan;
  const { noiseMultiplier, samplingRate: q, steps: T } = plan.mechanism.parameters;
  const { eta, z, tables, batch, locationGradient, scaleGradient, noise, prior, pull, weight } = buffers;
  const { clipNorm } = settings;
  const plain = settings.gradients === 'plain';
  const { location, rawScale } = state;
  const D = layout.dimension;

  fillVariationalDraw(randomness.variationalDraw, eta);
  for (let k = 0; k < D; k += 1) {
    z[k] = (location[k] as number) + scaleOf(rawScale[k] as number) * (eta[k] as number);
  }
  fillTables(layout, z, tables);
  if (plain) {
    fillPulls(rawScale, eta, pull, weight);
    weighDistances(layout, weight, tables);
  }

  if (q === 1) {
    fullBatch(patterns, batch);
  } else {
    const size = poissonSubsample(
      randomness.subsample,
      patterns.patternOfSortedRow.length,
      q,
      buffers.rows,
      buffers.gaps,
    );
    gatherBatch(patterns, buffers.rows, size, batch);
  }
  clippedSum(
    layout,
    settings.family,
    clipNorm,
    tables,
    patterns,
    batch,
    buffers.clipped,
    locationGradient,
    plain ? weight : undefined,
  );
  if (plain) pullSum(pull, locationGradient, scaleGradient);
  releaseSum(noiseMultiplier, clipNorm, randomness.mechanismNoise, locationGradient, noise);
  if (plain) releaseSum(noiseMultiplier, clipNorm, randomness.mechanismNoise, scaleGradient, noise);

  // From here on everything is post-processing of the release.
  const perRow = 1 / (q * N);
  prior.fill(0);
  addPriorGradient(layout, z, 1 / N, prior);
  for (let k = 0; k < D; k += 1) {
    const s = rawScale[k] as number;
    locationGradient[k] = (locationGradient[k] as number) * perRow + (prior[k] as number);
    const inner = (plain ? prior : locationGradient)[k] as number;
    const own = plain ? (scaleGradient[k] as number) * perRow : 0;
    scaleGradient[k] = own + softplusSlope(s) * ((eta[k] as number) * inner + 1 / (N * scaleOf(s)));
  }
  const t = state.step + 1;
  const learningRate = learningRateAt(settings.learningRate, t, T);
  adamAscend(location, locationGradient, state.firstMoment, state.secondMoment, 0, t, learningRate);
  adamAscend(rawScale, scaleGradient, state.firstMoment, state.secondMoment, D, t, learningRate);
  state.step = t;
  if (t > T - averagedStepCount(plan)) addToAverage(state);
  return { step: t, learningRate };
}

/** How many of the last steps the reported (m, s) is averaged over; 0 reports the last iterate. */
export function averagedStepCount(plan: TrainingPlan): number {
  return Math.ceil(plan.settings.averagedFraction * plan.mechanism.parameters.steps);
}

function addToAverage(state: MutableDpviState): void {
  for (let k = 0; k < state.location.length; k += 1) {
    state.locationSum[k] = (state.locationSum[k] as number) + (state.location[k] as number);
    state.rawScaleSum[k] = (state.rawScaleSum[k] as number) + (state.rawScale[k] as number);
  }
  state.averagedSteps += 1;
}

/** What a state reports: the mean of (m, s) over the averaged steps so far, or the iterate itself. */
export function posteriorOf(plan: TrainingPlan, state: DpviState): Posterior {
  const n = state.averagedSteps;
  const location = n > 0 ? state.locationSum.map((sum) => sum / n) : state.location.slice();
  const rawScale = n > 0 ? state.rawScaleSum.map((sum) => sum / n) : state.rawScale;
  return { shape: plan.shape, location, scale: rawScale.map(scaleOf) };
}
