import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import {
  type PlanFailure,
  type PlanRequest,
  planTraining,
  type TrainingPlan,
  type TrainingSettings,
} from '../inference/plan.ts';
import type { Posterior } from '../inference/posterior.ts';
import { drawTwinSets } from '../marginals/draw-twins.ts';
import { type FitDiagnostics, fitTables } from '../marginals/fit-tables.ts';
import type { NoisyTables } from '../marginals/noisy-tables.ts';
import {
  type MarginalsPlan,
  type MarginalsPlanFailure,
  type MarginalsRequest,
  type MarginalsSettings,
  planMarginals,
  workloadOf,
} from '../marginals/plan-marginals.ts';
import { workloadSensitivity } from '../marginals/workload.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { Result } from '../result.ts';
import { drawSyntheticSets } from './draw-sets.ts';
import type { SyntheticSet } from './synthetic-set.ts';

/**
 * What every way of making twins has in common: a plan from public things with its certified cost, one differentially private result
 * of it, and K sets drawn from that result.
 *
 * - `dpvi`: a mixture model, trained in many noisy steps (`inference/`); runs on one of the machines of `kernels/`
 * - `noisy-marginals`: tables counted once with known noise (`marginals/`)
 */
export type SynthesisMethod = 'dpvi' | 'noisy-marginals';
export type SynthesisSettings = TrainingSettings | MarginalsSettings;
export type SynthesisPlan = TrainingPlan | MarginalsPlan;
/** What comes out of the rows. Everything after it is post-processing. */
export type SynthesisPosterior = Posterior | NoisyTables;

export type SynthesisRequest =
  | ({ readonly method: 'dpvi' } & PlanRequest)
  | ({ readonly method: 'noisy-marginals' } & MarginalsRequest);
export type SynthesisPlanFailure = PlanFailure | MarginalsPlanFailure;

/** Decides a release; sees no row. */
export function planSynthesis(request: SynthesisRequest): Result<SynthesisPlan, SynthesisPlanFailure> {
  return request.method === 'dpvi' ? planTraining(request) : planMarginals(request);
}

export function isMarginalsPlan(plan: SynthesisPlan): plan is MarginalsPlan {
  return plan.settings.preset === 'noisy-marginals';
}

export function isNoisyTables(posterior: SynthesisPosterior): posterior is NoisyTables {
  return 'tables' in posterior;
}

/** N of what was released: of a plan where it is public, else of the tables themselves. */
export function releasedRows(plan: SynthesisPlan, posterior: SynthesisPosterior): number {
  if (isNoisyTables(posterior)) return posterior.rowCount;
  if (plan.rowCount === 'noisy') throw new Error('a training has no noisy number of rows');
  return plan.rowCount;
}

/** The name of the model in a bundle. */
export function modelOf(settings: SynthesisSettings): 'mixture-of-categoricals' | 'noisy-marginals' {
  return settings.preset === 'noisy-marginals' ? 'noisy-marginals' : 'mixture-of-categoricals';
}

/**
 * By how much one row can move what is released, before noise, in L2: the clip norm, or the sensitivity of all that is measured, weighted, choices
 * of pairs among it.
 */
export function contributionBound(settings: SynthesisSettings, { variables }: Codebook): number {
  if (settings.preset !== 'noisy-marginals') return settings.clipNorm;
  const levelCounts = variables.map((variable) => levelsOf(variable).length);
  return workloadSensitivity(workloadOf(settings, levelCounts));
}

/**
 * K sets, each from a draw of its own from what is known. The random source is not the one that noise came from.
 *
 * @param onFit what the chains of noisy tables say of themselves, before the first set
 * @throws Error where plan and posterior are of different methods
 */
export function drawSets(
  release: {
    readonly plan: SynthesisPlan;
    readonly posterior: SynthesisPosterior;
    readonly outcome: Codebook['outcome'];
  },
  setCount: number,
  random: RandomSource,
  onFit?: (diagnostics: FitDiagnostics) => void,
): Generator<SyntheticSet, void, undefined> {
  const { plan, posterior, outcome } = release;
  if (isMarginalsPlan(plan)) {
    if (!isNoisyTables(posterior)) throw new Error('a plan for tables with another posterior');
    const { twinModel } = plan.settings;
    const fitted = fitTables(posterior, random);
    onFit?.(fitted.diagnostics);
    return drawTwinSets(fitted, setCount, posterior.rowCount, twinModel, random);
  }
  if (isNoisyTables(posterior)) throw new Error('a plan for a training with noisy tables');
  const most = outcome.kind === 'count' ? outcome.maximum : 1;
  return drawSyntheticSets(posterior, setCount, plan.rowCount, plan.settings.outcomeDraw, random, most);
}
