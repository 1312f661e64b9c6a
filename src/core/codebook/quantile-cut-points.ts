import type { NumberCounts } from '../table/column-profile.ts';
import { parseNumbers } from '../table/parse-number.ts';

/**
 * Whether all cut points are quantiles of the column: with m of them, the i-th has i/(m+1) of the numbers
 * below it. Such bins were chosen from the rows, and tell about them. For a warning on the screen of the
 * person who holds the rows; a cut point that everybody uses may meet a quantile by chance.
 *
 * @param missingCodes texts; those that are numbers do not count
 */
export function areQuantiles(
  { values, counts }: NumberCounts,
  cutPoints: readonly number[],
  missingCodes: readonly string[],
): boolean {
  if (cutPoints.length === 0) return false;
  const missing = new Set(parseNumbers(missingCodes));
  /** Cells that are numbers below, and up to, each cut point. */
  const below = new Float64Array(cutPoints.length);
  const upTo = new Float64Array(cutPoints.length);
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (missing.has(x)) continue;
    total += counts[i]!;
    for (let k = 0; k < cutPoints.length; k++) {
      if (x < cutPoints[k]!) below[k]! += counts[i]!;
      if (x <= cutPoints[k]!) upTo[k]! += counts[i]!;
    }
  }
  // Fewer numbers than bins have no quantiles to speak of.
  if (total < 4 * (cutPoints.length + 1)) return false;
  return cutPoints.every((_, k) => {
    const wanted = (k + 1) / (cutPoints.length + 1);
    // Half a row either way, for the ways in which programs interpolate.
    const slack = 0.5 / total;
    return below[k]! / total <= wanted + slack && upTo[k]! / total >= wanted - slack;
  });
}
