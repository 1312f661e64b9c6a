import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import { logStudentTCdf, logStudentTSf, logStudentTTwoSidedP } from './student-t.ts';

/**
 * Welch's t-test on ranks (METHOD §8; Zimmerman & Zumbo, Can. J. Exp. Psychol. 47, 1993): both samples are ranked
 * together, ties get their mean rank, and the ranks are compared by Welch's unequal-variance test.
 * p-values are natural logarithms, since they may be far below the smallest double.
 */
export interface WelchTest {
  /** Positive when the first sample is larger. */
  readonly t: number;
  readonly degreesOfFreedom: number;
  /** ln p for "first is larger" (the one-sided test that sharing helps), "first is smaller", "they differ". */
  readonly logPGreater: number;
  readonly logPLess: number;
  readonly logPTwoSided: number;
  readonly meanFirst: number;
  readonly meanSecond: number;
}

export type WelchFailure =
  | { readonly kind: 'too-few-values'; readonly first: number; readonly second: number }
  /** Both samples are constant: the test is not defined. */
  | { readonly kind: 'no-variation' };

/** @throws RangeError for values that are not numbers */
export function welchOnRanks(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): Result<WelchTest, WelchFailure> {
  const ranks = midranks([first, second]);
  return welchTest(ranks.subarray(0, first.length), ranks.subarray(first.length));
}

/** Welch's test on the values themselves. */
export function welchTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): Result<WelchTest, WelchFailure> {
  if (first.length < 2 || second.length < 2) {
    return fail({ kind: 'too-few-values', first: first.length, second: second.length });
  }
  const one = momentsOf(first);
  const two = momentsOf(second);
  const [a, b] = [one.variance / first.length, two.variance / second.length];
  if (a + b === 0) return fail({ kind: 'no-variation' });
  const t = (one.mean - two.mean) / Math.sqrt(a + b);
  const degreesOfFreedom = (a + b) ** 2 / (a ** 2 / (first.length - 1) + b ** 2 / (second.length - 1));
  return succeed({
    t,
    degreesOfFreedom,
    logPGreater: logStudentTSf(t, degreesOfFreedom),
    logPLess: logStudentTCdf(t, degreesOfFreedom),
    logPTwoSided: logStudentTTwoSidedP(t, degreesOfFreedom),
    meanFirst: one.mean,
    meanSecond: two.mean,
  });
}

/** Ranks 1, 2, … of all samples taken together, sample after sample; equal values share their mean rank. */
export function midranks(samples: readonly ArrayLike<number>[]): Float64Array {
  const values = Float64Array.from(samples.flatMap((sample) => Array.from(sample)));
  if (values.some(Number.isNaN)) throw new RangeError('a value to rank is not a number');
  const order = Uint32Array.from(values.keys()).sort((i, j) => values[i]! - values[j]! || 0);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
    for (let n = start; n < end; n += 1) ranks[order[n]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/** Mean and variance (divisor n − 1), about the first value so that a large common offset does not cancel. */
export function momentsOf(values: ArrayLike<number>): { readonly mean: number; readonly variance: number } {
  const n = values.length;
  const shift = values[0] ?? Number.NaN;
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += values[i]! - shift;
  const centre = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += (values[i]! - shift - centre) ** 2;
  return { mean: shift + centre, variance: n > 1 ? squares / (n - 1) : Number.NaN };
}
