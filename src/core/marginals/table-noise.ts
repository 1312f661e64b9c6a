import type { NoisyTables } from './noisy-tables.ts';

/**
 * The noise of a released table variable × outcome as it is: cell c of outcome y is off by
 *
 *     e_cy = ξ_cy − mean_c ξ_·y ± ξ_E / C + ξ_N / (2 C),   ξ_cy ~ N(0, σ_j²),  ξ_E ~ N(0, σ_E²),  + with the event, − without,
 *
 * ξ_N ~ N(0, σ_N²) where the number of rows is not public and 0 where it is, since cells are measured as departures from equal shares and the number of events once for all tables (`noisy-tables.ts`).
 */
export interface CellNoise {
  /** Var e_cy = σ_j² (1 − 1/C) + σ_E²/C² + σ_N²/(4 C²) */
  readonly variance: number;
  /** Cov(e_c1, e_c0) = −σ_E²/C² + σ_N²/(4 C²) */
  readonly betweenOutcomes: number;
}

export function cellNoise(release: NoisyTables, t: number): CellNoise {
  const { tables, events, rowCountStandardDeviation = 0 } = release;
  const { levels, standardDeviation } = tables[t]!;
  const ofEvents = (events.standardDeviation / levels) ** 2;
  const ofRows = (rowCountStandardDeviation / (2 * levels)) ** 2;
  return {
    variance: standardDeviation ** 2 * (1 - 1 / levels) + ofEvents + ofRows,
    betweenOutcomes: ofRows - ofEvents,
  };
}
