/** What a box plot shows (METHOD §8): quartiles, whiskers to the furthest value within 1.5 IQR of the box, the rest. */
export interface BoxStatistics {
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  /** The box's edge where no value lies between edge and fence. */
  readonly whiskerLow: number;
  readonly whiskerHigh: number;
  /** Values beyond the whiskers, ascending. */
  readonly outliers: readonly number[];
}

const WHISKER_IQR = 1.5;

/** @throws RangeError for an empty sample or values that are not numbers */
export function boxStatistics(sample: ArrayLike<number>): BoxStatistics {
  const sorted = ascending(sample);
  const lowerQuartile = sortedQuantile(sorted, 0.25);
  const upperQuartile = sortedQuantile(sorted, 0.75);
  const reach = WHISKER_IQR * (upperQuartile - lowerQuartile);
  const inLow = sorted.find((value) => value >= lowerQuartile - reach)!;
  const inHigh = sorted.findLast((value) => value <= upperQuartile + reach)!;
  const whiskerLow = Math.min(inLow, lowerQuartile);
  const whiskerHigh = Math.max(inHigh, upperQuartile);
  return {
    lowerQuartile,
    median: sortedQuantile(sorted, 0.5),
    upperQuartile,
    whiskerLow,
    whiskerHigh,
    outliers: [...sorted.filter((value) => value < whiskerLow || value > whiskerHigh)],
  };
}

/** Quantile by linear interpolation between order statistics at (n − 1) p (Hyndman & Fan 1996, type 7). */
export function quantile(sample: ArrayLike<number>, p: number): number {
  return sortedQuantile(ascending(sample), p);
}

function sortedQuantile(sorted: Float64Array, p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`probability ${p} is not between 0 and 1`);
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (position - below) * (high - low);
}

function ascending(sample: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(sample).sort();
  if (sorted.length === 0) throw new RangeError('an empty sample has no quantiles');
  if (sorted.some(Number.isNaN)) throw new RangeError('a value of the sample is not a number');
  return sorted;
}
