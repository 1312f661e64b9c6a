/** One contingency table that is measured: the levels of a variable against the 0/1 outcome. */
export interface OutcomeTable {
  /** Position of the variable in the codebook. */
  readonly variable: number;
  /** C_j */
  readonly levels: number;
  /** w_j > 0, the declared share of the noise budget; tables of equal weight carry equal noise. */
  readonly weight: number;
}

/**
 * What is measured, decided without the data. By default the table variable × outcome of every variable: its margins are
 * the one-way tables of the variable and of the outcome, and Σ_i x_i y_i, the sufficient statistic of a
 * regression with canonical link, is made of its cells. One-way tables on top would spend budget on numbers that follow.
 */
export interface Workload {
  readonly tables: readonly OutcomeTable[];
}

/** @param weights one a variable, all 1 when absent */
export function outcomeWorkload(levelCounts: readonly number[], weights?: readonly number[]): Workload {
  return {
    tables: levelCounts.map((levels, variable) => ({ variable, levels, weight: weights?.[variable] ?? 1 })),
  };
}

/**
 * Δ = √(Σ_j w_j²), the exact L2 sensitivity under add/remove of one row of the vector of weighted tables (w_j n_j)_j: a row
 * is in one cell of each table, so its removal changes one entry of each, by w_j. Attained by every row, whatever
 * the others are.
 */
export function workloadSensitivity({ tables }: Workload): number {
  return Math.sqrt(tables.reduce((sum, { weight }) => sum + weight ** 2, 0));
}

/** Room for float64 rounding in σ Δ / w: the noise is this much larger than accounted, never smaller. */
const NOISE_ROUNDING = 1 + 2 ** -40;

/**
 * The noise of each table in units of counts, σ_j = σ Δ / w_j. Then Σ_j 1/σ_j² = 1/σ²: one Gaussian mechanism of noise
 * multiplier σ on the weighted tables.
 */
export function tableNoise(workload: Workload, noiseMultiplier: number): Float64Array {
  const sensitivity = workloadSensitivity(workload);
  return Float64Array.from(
    workload.tables,
    ({ weight }) => ((noiseMultiplier * sensitivity) / weight) * NOISE_ROUNDING,
  );
}
