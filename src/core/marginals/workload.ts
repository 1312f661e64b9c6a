import { type PairSelection, selectionWeights } from './pair-selection.ts';

/** One contingency table that is measured: the levels of a variable against the 0/1 outcome. */
export interface OutcomeTable {
  /** Position of the variable in the codebook. */
  readonly variable: number;
  /** C_j */
  readonly levels: number;
  /** w_j > 0, the declared share of the noise budget; tables of equal weight carry equal noise. */
  readonly weight: number;
}

/** Two variables against each other, because a person knows that they hang together. */
export interface PairTable {
  /** Positions in the codebook, the smaller first. */
  readonly variables: readonly [number, number];
  readonly levels: readonly [number, number];
  readonly weight: number;
}

/** A pair as a person declares it, from public knowledge. */
export interface DeclaredPair {
  readonly variables: readonly [number, number];
  readonly weight: number;
}

/**
 * What is measured, decided without the data. By default the table variable × outcome of every variable: its margins are
 * the one-way tables of the variable and of the outcome, and Σ_i x_i y_i, the sufficient statistic of a
 * regression with canonical link, is made of its cells. One-way tables on top would spend budget on numbers that follow.
 * Pairs come on top only where somebody declares them, or has some selected.
 */
export interface Workload {
  readonly tables: readonly OutcomeTable[];
  /** The declared ones. */
  readonly pairs: readonly PairTable[];
  /** How many more the mechanism chooses. */
  readonly selection?: PairSelection;
}

/** @param weights one a variable, all 1 when absent */
export function outcomeWorkload(
  levelCounts: readonly number[],
  weights?: readonly number[],
  pairs: readonly DeclaredPair[] = [],
  selection?: PairSelection,
): Workload {
  return {
    tables: levelCounts.map((levels, variable) => ({ variable, levels, weight: weights?.[variable] ?? 1 })),
    pairs: pairs.map(({ variables, weight }) => ({
      variables,
      levels: [levelCounts[variables[0]]!, levelCounts[variables[1]]!],
      weight,
    })),
    ...(selection && { selection }),
  };
}

/** The weights of all that is measured: settings of a plan have them, and so has a workload. */
export interface MeasuredWeights {
  /** w_j of each table of the outcome. */
  readonly weights: readonly number[];
  readonly pairs?: readonly { readonly weight: number }[];
  readonly selection?: PairSelection;
}

/**
 * Δ = √(Σ w²), the exact L2 sensitivity under add/remove of one row of the vector of weighted tables (w n), pairs included: a row
 * is in one cell of each table, so its removal changes one entry of each, by w. Attained by every row, whatever
 * the others are. A choice of a selection enters as one table more of its weight, which is what it costs (`privacy/noisy-choice.ts`).
 */
export function sensitivityOfWeights({ weights, pairs = [], selection }: MeasuredWeights): number {
  const all = [
    ...weights,
    ...pairs.map(({ weight }) => weight),
    ...(selection === undefined ? [] : selectionWeights(selection)),
  ];
  return Math.sqrt(all.reduce((sum, weight) => sum + weight ** 2, 0));
}

export function workloadSensitivity({ tables, pairs, selection }: Workload): number {
  const weights = tables.map(({ weight }) => weight);
  return sensitivityOfWeights({ weights, pairs, ...(selection && { selection }) });
}

/** Tables of the outcome first, then pairs: the order of everything that is one a table. */
function weightsOf({ tables, pairs }: Workload): number[] {
  return [...tables, ...pairs].map(({ weight }) => weight);
}

/** Room for float64 rounding in σ Δ / w: the noise is this much larger than accounted, never smaller. */
const NOISE_ROUNDING = 1 + 2 ** -40;

/**
 * The noise of each table in units of counts, σ_j = σ Δ / w_j, declared pairs last. With those of a selection Σ_j 1/σ_j² = 1/σ²: one
 * Gaussian mechanism of noise multiplier σ on the weighted tables.
 */
export function tableNoise(workload: Workload, noiseMultiplier: number): Float64Array {
  return Float64Array.from(weightsOf(workload), noiseOfWeight(workload, noiseMultiplier));
}

/** σ Δ / w, for the choices of a selection and the tables of what is chosen. */
export interface SelectionNoise {
  /** Noise multiplier of each choice. */
  readonly choice: number;
  /** In counts, of each table. */
  readonly table: number;
}

export function selectionNoise(workload: Workload, noiseMultiplier: number): SelectionNoise | undefined {
  const { selection } = workload;
  if (selection === undefined) return undefined;
  const noiseOf = noiseOfWeight(workload, noiseMultiplier);
  return { choice: noiseOf(selection.choiceWeight), table: noiseOf(selection.weight) };
}

function noiseOfWeight(workload: Workload, noiseMultiplier: number): (weight: number) => number {
  const sensitivity = workloadSensitivity(workload);
  return (weight) => ((noiseMultiplier * sensitivity) / weight) * NOISE_ROUNDING;
}
