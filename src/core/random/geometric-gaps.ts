import { aliasTable } from './discrete.ts';
import type { RandomSource } from './random-source.ts';

const INDEX_BITS = 10;
/** K: gaps 0 … K − 2, and K − 1 for "longer". */
const OUTCOMES = 2 ** INDEX_BITS;
const FRACTION_BITS = 32 - INDEX_BITS;
const FRACTION_MASK = 2 ** FRACTION_BITS - 1;

/** Below this rate most gaps would be longer than the table: `exponential` is quicker. */
export const SMALLEST_TABLED_RATE = 2 ** -INDEX_BITS;

/**
 * The law of the gap between rows of a Poisson subsample, P(gap = n) = q (1 − q)^n, as an alias table (Walker 1977).
 * One 32-bit word draws a gap: its upper bits choose a cell, its lower ones are compared with the cell's threshold, and
 * where they are equal a second word decides. So each probability is met to 2^-54/K, relatively better than 1e-12 of q.
 */
export interface GapTable {
  /** (upper 22 bits of the threshold) · 2^10 + alias */
  readonly cell: Uint32Array;
  /** Lower 32 bits of the threshold. */
  readonly rest: Uint32Array;
}

/** @param samplingRate q in [2^-10, 1) */
export function gapTable(samplingRate: number): GapTable {
  if (!(samplingRate >= SMALLEST_TABLED_RATE && samplingRate < 1)) {
    throw new Error('sampling rate out of range');
  }
  const logStay = Math.log1p(-samplingRate);
  const probabilities = Float64Array.from(
    { length: OUTCOMES },
    (_, n) => Math.exp(n * logStay) * (n < OUTCOMES - 1 ? samplingRate : 1),
  );
  const { threshold, alias } = aliasTable(probabilities);
  const cell = new Uint32Array(OUTCOMES);
  const rest = new Uint32Array(OUTCOMES);
  for (let i = 0; i < OUTCOMES; i += 1) {
    const scaled = (threshold[i] as number) * 2 ** FRACTION_BITS;
    if (scaled >= 2 ** FRACTION_BITS) {
      // A full cell: its alias is itself, so that no comparison matters.
      cell[i] = FRACTION_MASK * OUTCOMES + i;
      continue;
    }
    const upper = Math.floor(scaled);
    cell[i] = upper * OUTCOMES + (alias[i] as number);
    rest[i] = Math.floor((scaled - upper) * 2 ** 32);
  }
  return { cell, rest };
}

/** One outcome: a gap below K − 1, or K − 1 for "none of the next K − 1 rows". */
function drawOutcome(source: RandomSource, table: GapTable): number {
  const word = source.uint32();
  const i = word >>> FRACTION_BITS;
  const fraction = word & FRACTION_MASK;
  const cell = table.cell[i] as number;
  const upper = cell >>> INDEX_BITS;
  const own = fraction === upper ? source.uint32() < (table.rest[i] as number) : fraction < upper;
  return own ? i : cell & (OUTCOMES - 1);
}

/** A geometric gap, P(gap = n) = q (1 − q)^n; at least `limit` where it is not shorter. */
export function drawGap(source: RandomSource, table: GapTable, limit: number): number {
  let passed = 0;
  while (passed < limit) {
    const outcome = drawOutcome(source, table);
    if (outcome < OUTCOMES - 1) return passed + outcome;
    // The law has no memory: after K − 1 rows without one it starts afresh.
    passed += OUTCOMES - 1;
  }
  return passed;
}
