import { drawGap, type GapTable, gapTable, SMALLEST_TABLED_RATE } from './geometric-gaps.ts';
import { exponential, type RandomSource } from './random-source.ts';

/** The gap table of a sampling rate; null where gaps are drawn without one. Made once a training. */
export function gapsOf(samplingRate: number): GapTable | null {
  if (!(samplingRate > 0 && samplingRate <= 1)) throw new Error('sampling rate out of range');
  return samplingRate >= SMALLEST_TABLED_RATE && samplingRate < 1 ? gapTable(samplingRate) : null;
}

/**
 * A Poisson subsample of rows 0 … rowCount−1: every row independently with probability q (METHOD §4).
 *
 * The gaps between chosen rows are geometric. From q = 2^-10 on they come from an exact table (`geometric-gaps.ts`); below,
 * gap = ⌊E / −ln(1 − q)⌋ with E ~ Exponential(1), since P(E < −ln(1 − q)) = q, and E is relatively accurate near 0, so
 * that P(gap = 0) = q holds relatively for tiny q too: the accountant's q is the q that is drawn. The cost is that of
 * the batch, not of the table.
 *
 * @param samplingRate q, 0 < q ≤ 1; q = 1 takes every row and draws nothing
 * @param out at least rowCount long; the chosen rows in ascending order are written to its front
 * @param gaps `gapsOf(samplingRate)`, made once where many batches are drawn
 * @returns the size of the batch
 */
export function poissonSubsample(
  source: RandomSource,
  rowCount: number,
  samplingRate: number,
  out: Uint32Array,
  gaps: GapTable | null = gapsOf(samplingRate),
): number {
  if (!(samplingRate > 0 && samplingRate <= 1)) throw new Error('sampling rate out of range');
  if (samplingRate === 1) {
    for (let row = 0; row < rowCount; row += 1) out[row] = row;
    return rowCount;
  }
  const hazard = -Math.log1p(-samplingRate);
  const nextGap = (limit: number) =>
    gaps === null ? Math.floor(exponential(source) / hazard) : drawGap(source, gaps, limit);
  let size = 0;
  // Compared before it is added: a gap can be far larger than any row index.
  let row = nextGap(rowCount);
  while (row < rowCount) {
    out[size] = row;
    size += 1;
    row += 1 + nextGap(rowCount - row - 1);
  }
  return size;
}
