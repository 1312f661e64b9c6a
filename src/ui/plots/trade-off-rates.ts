import type { TradeOffPoint } from '../../core/privacy/meaning.ts';

/**
 * The least share of the people in the table that any attacker misses who is wrong about at most this share of
 * outsiders. The curve is straight between its points.
 *
 * @param points from `tradeOffCurve`: false-positive rates ascend from 0 to 1
 * @param falsePositiveRate in [0, 1]
 */
export function missedAtLeast(points: readonly TradeOffPoint[], falsePositiveRate: number): number {
  const after = points.findIndex((point) => point.falsePositiveRate >= falsePositiveRate);
  const right = points[after];
  if (right === undefined) return 0;
  const left = points[after - 1];
  if (left === undefined || right.falsePositiveRate === falsePositiveRate) return right.falseNegativeRate;
  const share =
    (falsePositiveRate - left.falsePositiveRate) / (right.falsePositiveRate - left.falsePositiveRate);
  return left.falseNegativeRate + share * (right.falseNegativeRate - left.falseNegativeRate);
}
