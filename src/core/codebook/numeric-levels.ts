import type { Level } from './codebook.ts';

/**
 * Levels for bins cut at c_1 < … < c_m: `(-inf, c_1)`, `[c_1, c_2)`, …, `[c_m, inf)` with labels that read
 * as people say them.
 */
export function numericLevels(cutPoints: readonly number[]): readonly Level[] {
  if (cutPoints.length === 0) return [];
  return Array.from({ length: cutPoints.length + 1 }, (_, bin) => {
    const from = cutPoints[bin - 1];
    const to = cutPoints[bin];
    if (from === undefined) return { value: `(-inf, ${to})`, label: `under ${to}` };
    if (to === undefined) return { value: `[${from}, inf)`, label: `${from} and over` };
    return { value: `[${from}, ${to})`, label: `${from} to under ${to}` };
  });
}

/**
 * Cut points of `bins` bins of equal width over a declared range, for instance 20 to 80 in 6 bins: 30, 40,
 * 50, 60, 70. The first and the last bin are open, so every number has one. The range is a person's
 * declaration, never the data's own minimum and maximum.
 *
 * @returns `bins − 1` points, or an empty list where the range or the number of bins makes no sense
 */
export function equalWidthCutPoints(declared: {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
}): number[] {
  const { from, to, bins } = declared;
  if (
    !(
      Number.isFinite(from) &&
      Number.isFinite(to) &&
      from < to &&
      Number.isInteger(bins) &&
      bins >= 2 &&
      bins <= 256
    )
  )
    return [];
  // Twelve digits hide the rounding of 0.1 + 0.2 and keep every cut point a person would type.
  return Array.from({ length: bins - 1 }, (_, i) =>
    Number((from + ((to - from) * (i + 1)) / bins).toPrecision(12)),
  );
}
