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
 * What is measured, decided without the data: how many people have the event, once, and of every variable the table variable ×
 * outcome as far as the number of events does not say it. Its margins are the one-way tables of the variable and of the outcome, and
 * Σ_i x_i y_i, the sufficient statistic of a regression with canonical link, is made of its cells. One-way tables on
 * top would spend budget on numbers that follow. Pairs come on top only where somebody declares them, or has some selected.
 *
 * Cells of a table are measured as their departure from equal shares of the outcome's people, n_cy − n_y/C (`noisy-tables.ts`), because d whole tables would say the
 * number of events d times over and pay for it each time: the residual basis of Xiao et al. (2023, ResidualPlanner).
 */
export interface Workload {
  /** v > 0, the share of the number of rows; absent where that is public. */
  readonly rowCountWeight?: number;
  /** u > 0, the share of the number of events. */
  readonly eventWeight: number;
  readonly tables: readonly OutcomeTable[];
  /** The declared ones. */
  readonly pairs: readonly PairTable[];
  /** How many more the mechanism chooses. */
  readonly selection?: PairSelection;
}

/** N, or that it is counted with noise as everything else is. */
export type RowCountPolicy = number | 'noisy';

/** As much as one table of two levels has. */
export const EVENT_WEIGHT = 1;
/**
 * Half as much, where the number of rows is not public. It scales what a party counts for and moves no ratio of risks, so it may be rougher than
 * all else: noise of 2 σ Δ people.
 */
export const ROW_COUNT_WEIGHT = 0.5;

/** @param weights one a variable, all 1 when absent */
export function outcomeWorkload(
  levelCounts: readonly number[],
  weights?: readonly number[],
  pairs: readonly DeclaredPair[] = [],
  selection?: PairSelection,
  rowCountWeight?: number,
): Workload {
  return {
    ...(rowCountWeight !== undefined && { rowCountWeight }),
    eventWeight: EVENT_WEIGHT,
    tables: levelCounts.map((levels, variable) => ({ variable, levels, weight: weights?.[variable] ?? 1 })),
    pairs: pairs.map(({ variables, weight }) => ({
      variables,
      levels: [levelCounts[variables[0]]!, levelCounts[variables[1]]!],
      weight,
    })),
    ...(selection && { selection }),
  };
}

/**
 * Δ, a bound on the L2 sensitivity under add/remove of one row of everything that is measured, each times its weight:
 *
 *     Δ² = v² + u²/4 + Σ_tables w² (1 − 1/C) + Σ_pairs w² (1 − 1/(C C′)) + Σ_selected (w² + w_choice²)
 *
 * A row moves N by 1 (v = 0 where that is public), Σ_i (y_i − ½) by ½, and the cells of a table by e_c − 1/C in one outcome, of squared length 1 − 1/C; no other centre does
 * with less for every row. Without a selection every row attains it, whatever the others are. The table of a chosen pair is charged as if it had
 * countless levels, for what is spent may not depend on the choice; a choice costs a table of its weight (`privacy/noisy-choice.ts`).
 */
export function workloadSensitivity(workload: Workload): number {
  const { rowCountWeight = 0, eventWeight, tables, pairs, selection } = workload;
  const squares = [
    rowCountWeight ** 2,
    eventWeight ** 2 / 4,
    ...tables.map(({ weight, levels }) => weight ** 2 * (1 - 1 / levels)),
    ...pairs.map(({ weight, levels: [a, b] }) => weight ** 2 * (1 - 1 / (a * b))),
    ...(selection === undefined ? [] : selectionWeights(selection).map((weight) => weight ** 2)),
  ];
  return Math.sqrt(squares.reduce((sum, one) => sum + one, 0));
}

/** Tables of the outcome first, then pairs: the order of everything that is one a table. */
function weightsOf({ tables, pairs }: Workload): number[] {
  return [...tables, ...pairs].map(({ weight }) => weight);
}

/** Room for float64 rounding in σ Δ / w: the noise is this much larger than accounted, never smaller. */
const NOISE_ROUNDING = 1 + 2 ** -40;

/** σ_N = σ Δ / v, the noise of the number of rows; none where that is public. */
export function rowCountNoise(workload: Workload, noiseMultiplier: number): number | undefined {
  const { rowCountWeight } = workload;
  return rowCountWeight === undefined ? undefined : noiseOfWeight(workload, noiseMultiplier)(rowCountWeight);
}

/** σ_E = σ Δ / u, the noise of E − N/2, and so of the number of events where N is public. */
export function eventNoise(workload: Workload, noiseMultiplier: number): number {
  return noiseOfWeight(workload, noiseMultiplier)(workload.eventWeight);
}

/**
 * The noise of each table in units of counts, σ_j = σ Δ / w_j, declared pairs last: with that of the events and of a selection one
 * Gaussian mechanism of noise multiplier σ on all that is measured.
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
