import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import { budgetFailure, codebookFailure, type RequestFailure } from '../inference/plan.ts';
import { calibrate, type PrivacyFailure } from '../privacy/certify.ts';
import type { CertifiedMechanism } from '../privacy/mechanism.ts';
import { fail, type Result, succeed } from '../result.ts';
import { byPosition, candidatePairs, MAX_SELECTED, type PairSelection } from './pair-selection.ts';
import { isTooWide, type PairWidth, pairWidth, widestPair } from './pair-width.ts';
import {
  type DeclaredPair,
  eventNoise,
  outcomeWorkload,
  ROW_COUNT_WEIGHT,
  type RowCountPolicy,
  rowCountNoise,
  type SelectionNoise,
  selectionNoise,
  tableNoise,
  type Workload,
} from './workload.ts';

/** What of a measurement is a choice; public. */
export interface MarginalsSettings {
  readonly preset: 'noisy-marginals';
  /** v, of the number of rows; absent where that is public. */
  readonly rowCountWeight?: number;
  /** u, of the number of events. */
  readonly eventWeight: number;
  /** w_j, one a variable. */
  readonly weights: readonly number[];
  /** Pairs of variables that are counted too; absent where there are none. */
  readonly pairs?: readonly DeclaredPair[];
  /** Pairs that the mechanism chooses on top; absent where it chooses none. */
  readonly selection?: PairSelection;
  /** Which rows are drawn from the tables (`draw-twins.ts`). */
  readonly twinModel: 'ratio' | 'odds';
}

/** A measurement decided: shown, agreed to, then made once. Carries its certified cost. */
export interface MarginalsPlan {
  readonly settings: MarginalsSettings;
  readonly workload: Workload;
  readonly levelCounts: readonly number[];
  readonly referenceLevels: readonly number[];
  /** N where it is public by declaration. A plan knows nothing of it otherwise. */
  readonly rowCount: RowCountPolicy;
  /** One Gaussian mechanism, q = 1, T = 1, on all that is measured, weighted. */
  readonly mechanism: CertifiedMechanism;
  /** σ_N, of the number of rows; absent where that is public. Follows from the mechanism and the workload, as the others do. */
  readonly rowCountNoise?: number;
  /** σ_E, of the number of events; follows from the mechanism and the workload. */
  readonly eventNoise: number;
  /** σ_j of each table in counts, of declared pairs last; follows from the mechanism and the workload. */
  readonly noise: Float64Array;
  /** Present with a selection; follows in the same way. */
  readonly selectionNoise?: SelectionNoise;
}

/** Why there is no plan. Everything is decided before anything is drawn. */
export type MarginalsPlanFailure =
  | RequestFailure
  /** One person of a count outcome can move a table by more than one: only 0/1 outcomes are measured. */
  | { readonly kind: 'outcome-is-a-count' }
  | { readonly kind: 'weight-out-of-range'; readonly variable: string; readonly weight: number }
  /** A variable with itself, a pair twice, or a name that the codebook does not have. */
  | { readonly kind: 'not-a-pair'; readonly variables: readonly [string, string] }
  | { readonly kind: 'too-many-pairs'; readonly count: number; readonly largest: number }
  /** Pairs hang together in a piece that is too large to be computed with; without `drop` it is smaller than without any other. */
  | {
      readonly kind: 'pairs-too-wide';
      readonly width: PairWidth;
      readonly drop: readonly [string, string];
      readonly isEnough: boolean;
    }
  | {
      readonly kind: 'pair-weight-out-of-range';
      readonly variables: readonly [string, string];
      readonly weight: number;
    }
  /** ε so small, or weights so far apart, that the number of rows, and with it the size of a set, would be anything. */
  | { readonly kind: 'row-count-too-noisy'; readonly noise: number; readonly largest: number }
  | { readonly kind: 'selection-out-of-range'; readonly count: number; readonly largest: number }
  | { readonly kind: 'selection-weight-out-of-range'; readonly weight: number }
  /** There are no two variables, or no pair that is narrow enough beside the declared ones. */
  | { readonly kind: 'nothing-to-select' }
  | { readonly kind: 'not-calibrated'; readonly reason: PrivacyFailure };

export interface MarginalsRequest {
  readonly codebook: Codebook;
  readonly rowCount: RowCountPolicy;
  readonly epsilon: number;
  readonly delta: number;
  /** One a variable, from public knowledge; all 1 when absent. */
  readonly weights?: readonly number[];
  /** Pairs of variables by name, known to hang together from elsewhere than this table; weight 1 when absent. */
  readonly pairs?: readonly {
    readonly variables: readonly [string, string];
    readonly weight?: number;
  }[];
  /** How many pairs the mechanism chooses on top, 0 when absent; either weight is 1 when absent. */
  readonly selection?: {
    readonly count: number;
    readonly weight?: number;
    readonly choiceWeight?: number;
  };
}

/** Counts up to here stay exact on the grid of noisy counts. */
export const LARGEST_ROW_COUNT = 2 ** 31;
/** In people. Beyond it noisy cells would leave the whole numbers of float64, and none would say anything anyway. */
const LARGEST_NOISE = 2 ** 28;
/** In people, of a number of rows that is counted: a set of twins has about so many rows more or less. */
const LARGEST_ROW_COUNT_NOISE = 2 ** 13;
/** More pairs than that share the budget so thinly that none says anything. */
export const MAX_PAIRS = 64;
/** Weights so far apart leave a table that is all noise. */
export const WEIGHT_RANGE = { smallest: 1e-3, largest: 1e3 } as const;

/** What these settings measure of a table whose variables have so many levels. */
export function workloadOf(
  { rowCountWeight, eventWeight, weights, pairs, selection }: MarginalsSettings,
  levelCounts: readonly number[],
): Workload {
  return { ...outcomeWorkload(levelCounts, weights, pairs, selection, rowCountWeight), eventWeight };
}

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
  const pairs = declaredPairs(request);
  const width = widthFailure(codebook, levelCounts, pairs);
  if (width !== undefined) return fail(width);
  const selection = selectionOf(request);
  const others = pairs.map(({ variables }) => variables);
  if (selection !== undefined && candidatePairs(levelCounts, others).length === 0) {
    return fail({ kind: 'nothing-to-select' });
  }
  const rowCountWeight = rowCount === 'noisy' ? ROW_COUNT_WEIGHT : undefined;
  const workload = outcomeWorkload(levelCounts, weights, pairs, selection, rowCountWeight);
  const { noiseMultiplier } = mechanism.value.parameters;
  const noiseOfSelection = selectionNoise(workload, noiseMultiplier);
  const noiseOfRowCount = rowCountNoise(workload, noiseMultiplier);
  if (noiseOfRowCount !== undefined && noiseOfRowCount > LARGEST_ROW_COUNT_NOISE)
    return fail({
      kind: 'row-count-too-noisy',
      noise: noiseOfRowCount,
      largest: LARGEST_ROW_COUNT_NOISE,
    });
  const noise = tableNoise(workload, noiseMultiplier);
  const largest = Math.max(...noise, noiseOfSelection?.table ?? 0);
  if (!(largest <= LARGEST_NOISE)) return fail({ kind: 'epsilon-out-of-range', epsilon });
  return succeed({
    settings: {
      preset: 'noisy-marginals',
      ...(rowCountWeight !== undefined && { rowCountWeight }),
      eventWeight: workload.eventWeight,
      weights: workload.tables.map(({ weight }) => weight),
      ...(pairs.length > 0 && { pairs }),
      ...(selection && { selection }),
      twinModel: 'ratio',
    },
    workload,
    levelCounts,
    referenceLevels: codebook.variables.map(referenceIndex),
    rowCount,
    mechanism: mechanism.value,
    ...(noiseOfRowCount !== undefined && { rowCountNoise: noiseOfRowCount }),
    eventNoise: eventNoise(workload, noiseMultiplier),
    noise,
    ...(noiseOfSelection && { selectionNoise: noiseOfSelection }),
  });
}

function selectionOf({ selection }: MarginalsRequest): PairSelection | undefined {
  if (selection === undefined || selection.count === 0) return undefined;
  const { count, weight = 1, choiceWeight = 1 } = selection;
  return { count, weight, choiceWeight };
}

/** By position, the smaller first, in the order of positions: the same declaration gives the same plan. */
function declaredPairs({ codebook, pairs = [] }: MarginalsRequest): DeclaredPair[] {
  const position = (name: string) => codebook.variables.findIndex((variable) => variable.name === name);
  return pairs
    .map(({ variables: [a, b], weight = 1 }): DeclaredPair => {
      const [i, j] = [position(a), position(b)];
      return { variables: i < j ? [i, j] : [j, i], weight };
    })
    .toSorted((one, other) => byPosition(one.variables, other.variables));
}

function pairsFailure(request: MarginalsRequest): MarginalsPlanFailure | undefined {
  const count = request.pairs?.length ?? 0;
  if (count > MAX_PAIRS) return { kind: 'too-many-pairs', count, largest: MAX_PAIRS };
  const seen = new Set<string>();
  for (const { variables, weight = 1 } of request.pairs ?? []) {
    const known = variables.every((name) => request.codebook.variables.some((one) => one.name === name));
    const key = variables.toSorted().join('\n');
    if (!known || variables[0] === variables[1] || seen.has(key)) return { kind: 'not-a-pair', variables };
    seen.add(key);
    if (!isWeight(weight)) return { kind: 'pair-weight-out-of-range', variables, weight };
  }
  return undefined;
}

function selectionFailure(request: MarginalsRequest): MarginalsPlanFailure | undefined {
  const { count = 0, weight = 1, choiceWeight = 1 } = request.selection ?? {};
  if (!(Number.isInteger(count) && count >= 0 && count <= MAX_SELECTED)) {
    return { kind: 'selection-out-of-range', count, largest: MAX_SELECTED };
  }
  const weights = [weight, choiceWeight];
  const wrong = weights.find((one) => !isWeight(one));
  return wrong === undefined ? undefined : { kind: 'selection-weight-out-of-range', weight: wrong };
}

function widthFailure(
  { variables }: Codebook,
  levelCounts: readonly number[],
  declared: readonly DeclaredPair[],
): MarginalsPlanFailure | undefined {
  const pairs = declared.map((pair) => pair.variables);
  const width = pairWidth(levelCounts, pairs);
  if (!isTooWide(width)) return undefined;
  const widest = widestPair(levelCounts, pairs);
  const [i, j] = pairs[widest]!;
  const rest = pairs.filter((_, t) => t !== widest);
  return {
    kind: 'pairs-too-wide',
    width,
    drop: [variables[i]!.name, variables[j]!.name],
    isEnough: !isTooWide(pairWidth(levelCounts, rest)),
  };
}

function isWeight(weight: number): boolean {
  return weight >= WEIGHT_RANGE.smallest && weight <= WEIGHT_RANGE.largest;
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
    if (!isWeight(weight)) return { kind: 'weight-out-of-range', variable: variable.name, weight };
  }
  const pairs = pairsFailure(request);
  if (pairs !== undefined) return pairs;
  const selection = selectionFailure(request);
  if (selection !== undefined) return selection;
  if (rowCount === 'noisy') return undefined;
  if (!(Number.isInteger(rowCount) && rowCount >= 1 && rowCount <= LARGEST_ROW_COUNT)) {
    return { kind: 'row-count-out-of-range', rowCount, largest: LARGEST_ROW_COUNT };
  }
  return undefined;
}
