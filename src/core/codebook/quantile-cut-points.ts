import type { RawColumn } from '../table/coded-table.ts';
import { parseNumbers } from '../table/parse-number.ts';

/**
 * Whether all cut points are quantiles of the column: with m of them, the i-th has i/(m+1) of the numbers
 * below it. Such bins were chosen from the rows, and tell about them. For a warning on the screen of the
 * person who holds the rows; a cut point that everybody uses may meet a quantile by chance.
 */
export function areQuantiles(
  column: RawColumn,
  cutPoints: readonly number[],
  missingCodes: readonly string[],
): boolean {
  if (cutPoints.length === 0) return false;
  const missing = new Set(missingCodes);
  const numbers = parseNumbers(column.dictionary);
  const counts = new Uint32Array(column.dictionary.length);
  for (let row = 0; row < column.codes.length; row++) counts[column.codes[row]!]!++;
  const known = column.dictionary.flatMap((text, code) =>
    Number.isNaN(numbers[code]) || missing.has(text) || counts[code] === 0
      ? []
      : [{ number: numbers[code]!, count: counts[code]! }],
  );
  const total = known.reduce((sum, { count }) => sum + count, 0);
  // Fewer numbers than bins have no quantiles to speak of.
  if (total < 4 * (cutPoints.length + 1)) return false;
  const share = (test: (number: number) => boolean) =>
    known.reduce((sum, { number, count }) => sum + (test(number) ? count : 0), 0) / total;
  return cutPoints.every((point, i) => {
    const wanted = (i + 1) / (cutPoints.length + 1);
    // Half a row either way, for the ways in which programs interpolate.
    const slack = 0.5 / total;
    return share((x) => x < point) <= wanted + slack && share((x) => x <= point) >= wanted - slack;
  });
}
