import {
  type Codebook,
  levelsOf,
  MAX_LEVELS,
  MAX_VARIABLES,
  type Outcome,
  referenceIndex,
} from '../codebook/codebook.ts';
import type { ModelShape, OutcomeFamily } from '../model/shape.ts';
import { calibrate, type PrivacyFailure } from '../privacy/certify.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';
import { fail, type Result, succeed } from '../result.ts';
import { CLIP_NORM_RANGE, largestRowCount } from './released-sum.ts';

/** How a synthetic outcome is drawn from the rate λ(x) (METHOD §3, last paragraph). */
export type OutcomeDraw =
  /** y ~ Poisson(λ); counts. */
  | 'poisson'
  /** y ~ Bernoulli(min(1, λ)), or Bernoulli(λ/(1+λ)) under `bernoulli-logit`. The default for a 0/1 outcome. */
  | 'bernoulli'
  /** y = 1[Poisson(λ) > 0]: what the paper's published code does; lowers the event rate to 1 − e^-λ. */
  | 'thresholded-poisson';

/** Everything about a training that is public and chosen before anything runs (METHOD §9.2). */
export interface TrainingSettings {
  readonly preset: 'short' | 'paper' | 'custom';
  /** R */
  readonly components: number;
  /** q, 0 < q ≤ 1 */
  readonly samplingRate: number;
  /** T, steps */
  readonly steps: number;
  /** C > 0 */
  readonly clipNorm: number;
  /** Adam's step size falls geometrically from `initial` to `final` over the T steps. */
  readonly learningRate: { readonly initial: number; readonly final: number };
  /** τ at the start, in units of the unconstrained parameters. */
  readonly initialScale: number;
  /** The reported (m, s) is the mean over this last fraction of the steps; 0 reports the last iterate. */
  readonly averagedFraction: number;
  readonly family: OutcomeFamily;
  readonly outcomeDraw: OutcomeDraw;
  /** Declared, public guess of the mean outcome; β_0 starts at its logarithm. > 0 */
  readonly eventRateGuess: number;
  /** `plain`: noise on both gradients, for comparison (`plain-gradients.ts`); same σ, same cost. Absent: aligned. */
  readonly gradients?: 'plain';
}

/** A training decided: shown, agreed to, then run. Carries its certified cost. */
export interface TrainingPlan {
  readonly settings: TrainingSettings;
  readonly shape: ModelShape;
  /** N, public by declaration. The constant divisor of a step is q·N, never a drawn batch size. */
  readonly rowCount: number;
  /** One mechanism: σ, q, T with its certified (ε, δ). */
  readonly mechanism: CertifiedMechanism;
}

/** A number outside of what the method allows. `smallest` and `largest` are allowed unless said to be open. */
export interface SettingOutOfRange {
  readonly kind: 'setting-out-of-range';
  readonly setting:
    | 'components'
    | 'samplingRate'
    | 'steps'
    | 'clipNorm'
    | 'learningRate'
    | 'initialScale'
    | 'averagedFraction'
    | 'eventRateGuess';
  readonly value: number;
  readonly smallest: number;
  readonly smallestIsOpen: boolean;
  readonly largest: number;
  /** Must be a whole number. */
  readonly whole: boolean;
}

/** Why no method can plan with this budget, this codebook, this many rows. */
export type RequestFailure =
  | { readonly kind: 'epsilon-out-of-range'; readonly epsilon: number }
  | { readonly kind: 'delta-out-of-range'; readonly delta: number }
  | { readonly kind: 'row-count-out-of-range'; readonly rowCount: number; readonly largest: number }
  | { readonly kind: 'no-variables' }
  | { readonly kind: 'too-many-variables'; readonly count: number; readonly largest: number }
  | {
      readonly kind: 'level-count-out-of-range';
      readonly variable: string;
      readonly levels: number;
      readonly largest: number;
    };

/** Why there is no plan. Everything is decided before anything is drawn. */
export type PlanFailure =
  | RequestFailure
  | SettingOutOfRange
  /** q·N < 1: most steps would see nobody. */
  | { readonly kind: 'expected-batch-below-one'; readonly expectedBatch: number }
  /** A Bernoulli family or draw for counts, or counts drawn for a 0/1 outcome. */
  | {
      readonly kind: 'setting-does-not-fit-outcome';
      readonly setting: 'family' | 'outcomeDraw';
      readonly outcome: Outcome['kind'];
    }
  | { readonly kind: 'not-calibrated'; readonly reason: PrivacyFailure };

/** What a plan is made of. ε in nats. */
export interface PlanRequest {
  readonly codebook: Codebook;
  /** N, public by declaration */
  readonly rowCount: number;
  readonly settings: TrainingSettings;
  readonly epsilon: number;
  readonly delta: number;
}

/** The public shape of the model that a codebook and settings describe. */
export function modelShape(codebook: Codebook, settings: TrainingSettings): ModelShape {
  return {
    levelCounts: codebook.variables.map((variable) => levelsOf(variable).length),
    referenceLevels: codebook.variables.map(referenceIndex),
    components: settings.components,
    family: settings.family,
  };
}

/**
 * Decides a training: checks every number, then finds the smallest noise whose certified cost is at most
 * (ε, δ). A function of public things only (METHOD §9.2): rows are not an argument, N is declared.
 *
 * @param request codebook valid by `parseCodebook`
 */
export function planTraining(request: PlanRequest): Result<TrainingPlan, PlanFailure> {
  const { codebook, rowCount, settings, epsilon, delta } = request;
  const failure =
    budgetFailure(epsilon, delta) ??
    codebookFailure(codebook) ??
    settingsFailure(settings) ??
    outcomeFailure(codebook, settings) ??
    rowCountFailure(rowCount, settings);
  if (failure !== undefined) return fail(failure);
  const { samplingRate, steps } = settings;
  const mechanism = calibrate({ epsilon, delta, samplingRate, steps });
  if (!mechanism.ok) return fail({ kind: 'not-calibrated', reason: mechanism.failure });
  return succeed({ settings, shape: modelShape(codebook, settings), rowCount, mechanism: mechanism.value });
}

export function budgetFailure(epsilon: number, delta: number): RequestFailure | undefined {
  if (!(epsilon > 0 && epsilon < Infinity)) return { kind: 'epsilon-out-of-range', epsilon };
  if (!(delta > 0 && delta < 1)) return { kind: 'delta-out-of-range', delta };
  return undefined;
}

export function codebookFailure(codebook: Codebook): RequestFailure | undefined {
  const count = codebook.variables.length;
  if (count === 0) return { kind: 'no-variables' };
  if (count > MAX_VARIABLES) return { kind: 'too-many-variables', count, largest: MAX_VARIABLES };
  for (const variable of codebook.variables) {
    const levels = levelsOf(variable).length;
    if (levels < 2 || levels > MAX_LEVELS) {
      return { kind: 'level-count-out-of-range', variable: variable.name, levels, largest: MAX_LEVELS };
    }
  }
  return undefined;
}

/** What each setting may be: [smallest, largest], the smallest excluded where `open`. */
export const SETTING_RANGES = {
  components: { smallest: 1, largest: 128, open: false, whole: true },
  samplingRate: { smallest: 0, largest: 1, open: true, whole: false },
  steps: { smallest: 1, largest: 10_000_000, open: false, whole: true },
  clipNorm: { ...CLIP_NORM_RANGE, open: false, whole: false },
  learningRate: { smallest: 0, largest: 1, open: true, whole: false },
  initialScale: { smallest: 0, largest: 10, open: true, whole: false },
  averagedFraction: { smallest: 0, largest: 1, open: false, whole: false },
  eventRateGuess: { smallest: 0, largest: 1e6, open: true, whole: false },
} as const;

function settingsFailure(settings: TrainingSettings): PlanFailure | undefined {
  const { learningRate, eventRateGuess } = settings;
  const failure =
    outOfRange('components', settings.components) ??
    outOfRange('samplingRate', settings.samplingRate) ??
    outOfRange('steps', settings.steps) ??
    outOfRange('clipNorm', settings.clipNorm) ??
    outOfRange('learningRate', learningRate.initial) ??
    outOfRange('learningRate', learningRate.final) ??
    outOfRange('initialScale', settings.initialScale) ??
    outOfRange('averagedFraction', settings.averagedFraction) ??
    outOfRange('eventRateGuess', eventRateGuess);
  if (failure !== undefined) return failure;
  // A mean of exactly 1 has no logit; as a rate it is allowed.
  if (settings.family === 'bernoulli-logit' && eventRateGuess >= 1) {
    return { ...rangeFailure('eventRateGuess', eventRateGuess), largest: 1 };
  }
  return undefined;
}

function outOfRange(setting: SettingOutOfRange['setting'], value: number): PlanFailure | undefined {
  const { smallest, largest, open, whole } = SETTING_RANGES[setting];
  const inside = (open ? value > smallest : value >= smallest) && value <= largest;
  return inside && (!whole || Number.isInteger(value)) ? undefined : rangeFailure(setting, value);
}

function rangeFailure(setting: SettingOutOfRange['setting'], value: number): SettingOutOfRange {
  const { smallest, largest, open, whole } = SETTING_RANGES[setting];
  return { kind: 'setting-out-of-range', setting, value, smallest, smallestIsOpen: open, largest, whole };
}

function outcomeFailure(codebook: Codebook, settings: TrainingSettings): PlanFailure | undefined {
  const kind = codebook.outcome.kind;
  const misfit = (setting: 'family' | 'outcomeDraw'): PlanFailure => ({
    kind: 'setting-does-not-fit-outcome',
    setting,
    outcome: kind,
  });
  if (kind === 'count' && settings.family !== 'poisson') return misfit('family');
  if ((kind === 'count') !== (settings.outcomeDraw === 'poisson')) return misfit('outcomeDraw');
  return undefined;
}

function rowCountFailure(rowCount: number, settings: TrainingSettings): PlanFailure | undefined {
  const largest = Math.floor(largestRowCount(settings.clipNorm));
  if (!(Number.isInteger(rowCount) && rowCount >= 1 && rowCount <= largest)) {
    return { kind: 'row-count-out-of-range', rowCount, largest };
  }
  const expectedBatch = settings.samplingRate * rowCount;
  if (expectedBatch < 1) return { kind: 'expected-batch-below-one', expectedBatch };
  return undefined;
}
