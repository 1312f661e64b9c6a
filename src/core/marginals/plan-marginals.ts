import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import { budgetFailure, codebookFailure, type RequestFailure } from '../inference/plan.ts';
import { calibrate, type PrivacyFailure } from '../privacy/certify.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';
import { fail, type Result, succeed } from '../result.ts';
import { outcomeWorkload, tableNoise, type Workload } from './workload.ts';

/** What of a measurement is a choice; public. */
export interface MarginalsSettings {
  readonly preset: 'noisy-marginals';
  /** w_j, one a variable. */
  readonly weights: readonly number[];
  /** Which rows are drawn from the tables (`draw-twins.ts`). */
  readonly twinModel: 'ratio' | 'odds';
}

/** A measurement decided: shown, agreed to, then made once. Carries its certified cost. */
export interface MarginalsPlan {
  readonly settings: MarginalsSettings;
  readonly workload: Workload;
  readonly levelCounts: readonly number[];
  readonly referenceLevels: readonly number[];
  /** N, public by declaration. */
  readonly rowCount: number;
  /** One Gaussian mechanism, q = 1, T = 1, on the weighted tables. */
  readonly mechanism: CertifiedMechanism;
  /** σ_j of each table in counts; follows from the mechanism and the workload. */
  readonly noise: Float64Array;
}

/** Why there is no plan. Everything is decided before anything is drawn. */
export type MarginalsPlanFailure =
  | RequestFailure
  /** One person of a count outcome can move a table by more than one: only 0/1 outcomes are measured. */
  | { readonly kind: 'outcome-is-a-count' }
  | { readonly kind: 'weight-out-of-range'; readonly variable: string; readonly weight: number }
  | { readonly kind: 'not-calibrated'; readonly reason: PrivacyFailure };

export interface MarginalsRequest {
  readonly codebook: Codebook;
  readonly rowCount: number;
  readonly epsilon: number;
  readonly delta: number;
  /** One a variable, from public knowledge; all 1 when absent. */
  readonly weights?: readonly number[];
}

/** Counts up to here stay exact on the grid of noisy counts. */
export const LARGEST_ROW_COUNT = 2 ** 31;
/** Weights so far apart leave a table that is all noise. */
export const WEIGHT_RANGE = { smallest: 1e-3, largest: 1e3 } as const;

/**
 * Decides a measurement: the tables, and the smallest noise whose certified cost is at most (ε, δ). A function of
 * public things only (METHOD §9.2).
 *
 * @param request codebook valid by `parseCodebook`
 */
export function planMarginals(request: MarginalsRequest): Result<MarginalsPlan, MarginalsPlanFailure> {
  const { codebook, rowCount, epsilon, delta, weights } = request;
  const failure = refused(request);
  if (failure !== undefined) return fail(failure);
  const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
  const mechanism = calibrate({ epsilon, delta, samplingRate: 1, steps: 1 });
  if (!mechanism.ok) return fail({ kind: 'not-calibrated', reason: mechanism.failure });
  const workload = outcomeWorkload(levelCounts, weights);
  return succeed({
    settings: {
      preset: 'noisy-marginals',
      weights: workload.tables.map(({ weight }) => weight),
      twinModel: 'ratio',
    },
    workload,
    levelCounts,
    referenceLevels: codebook.variables.map(referenceIndex),
    rowCount,
    mechanism: mechanism.value,
    noise: tableNoise(workload, mechanism.value.parameters.noiseMultiplier),
  });
}

function refused(request: MarginalsRequest): MarginalsPlanFailure | undefined {
  const { codebook, rowCount, epsilon, delta, weights } = request;
  const budget = budgetFailure(epsilon, delta);
  if (budget !== undefined) return budget;
  if (codebook.outcome.kind === 'count') return { kind: 'outcome-is-a-count' };
  const shape = codebookFailure(codebook);
  if (shape !== undefined) return shape;
  for (const [j, variable] of codebook.variables.entries()) {
    const weight = weights === undefined ? 1 : (weights[j] ?? Number.NaN);
    if (!(weight >= WEIGHT_RANGE.smallest && weight <= WEIGHT_RANGE.largest)) {
      return { kind: 'weight-out-of-range', variable: variable.name, weight };
    }
  }
  if (!(Number.isInteger(rowCount) && rowCount >= 1 && rowCount <= LARGEST_ROW_COUNT)) {
    return { kind: 'row-count-out-of-range', rowCount, largest: LARGEST_ROW_COUNT };
  }
  return undefined;
}
