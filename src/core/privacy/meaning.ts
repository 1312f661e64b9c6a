import { fail, type Result, succeed } from '../result.ts';
import { DIRECTIONS, normalForm } from './composition.ts';
import { deltaEstimate } from './delta-cost.ts';
import { directionCost } from './direction-cost.ts';
import type { DiscreteLaplaceCount, SubsampledGaussian } from './mechanism.ts';
import { countOutOfRange, mechanismOutOfRange, type ParameterOutOfRange } from './parameter-range.ts';

/** One attacker: how often an absent person is called present, and a present one absent. */
export interface TradeOffPoint {
  readonly falsePositiveRate: number;
  readonly falseNegativeRate: number;
}

/** ε at which the steepest lines are taken: δ is then about this. */
const SMALLEST_DELTA = 1e-9;
const LINES = 32;

/**
 * The trade-off curve of the best attacker: no test of "this person is in the table" has both error rates below it.
 *
 * Every ε gives two lines that the rates lie above, β ≥ 1 − δ(ε) − e^ε α and the same with α and β exchanged, δ the
 * larger of both directions of the composed loss (Wasserman and Zhou 2010; Dong, Roth, Su 2022, proposition 2.13).
 * The curve is their envelope at a number of ε, which errs towards a stronger attacker by less than a line's width on
 * a plot. Points run from α = 0 to β = 0, symmetric.
 */
export function tradeOffCurve(
  mechanisms: readonly SubsampledGaussian[],
  counts: readonly DiscreteLaplaceCount[] = [],
): Result<readonly TradeOffPoint[], ParameterOutOfRange> {
  const failure = [...mechanisms.map(mechanismOutOfRange), ...counts.map(countOutOfRange)].find(
    (each) => each !== undefined,
  );
  if (failure !== undefined) return fail(failure);
  const components = normalForm(mechanisms, counts);
  const farthest = Math.max(
    ...DIRECTIONS.map((direction) => directionCost(components, direction, SMALLEST_DELTA).epsilonUpper),
  );
  if (farthest === 0) {
    return succeed([
      { falsePositiveRate: 0, falseNegativeRate: 1 },
      { falsePositiveRate: 1, falseNegativeRate: 0 },
    ]);
  }
  const lines: { readonly epsilon: number; readonly delta: number }[] = [];
  for (let i = 0; i <= LINES; i += 1) {
    const epsilon = (farthest * i) / LINES;
    const delta = Math.max(...DIRECTIONS.map((direction) => deltaEstimate(components, direction, epsilon)));
    lines.push({ epsilon, delta });
  }
  return succeed(envelope(lines));
}

/** Corners where neighbouring lines cross, from the steepest to the flattest, then mirrored. */
function envelope(
  lines: readonly { readonly epsilon: number; readonly delta: number }[],
): readonly TradeOffPoint[] {
  const last = lines[lines.length - 1]!;
  const steep: TradeOffPoint[] = [{ falsePositiveRate: 0, falseNegativeRate: 1 - last.delta }];
  for (let i = lines.length - 1; i > 0; i -= 1) {
    const upper = lines[i]!;
    const lower = lines[i - 1]!;
    const slope = Math.exp(lower.epsilon) * Math.expm1(upper.epsilon - lower.epsilon);
    const falsePositiveRate = Math.max(0, lower.delta - upper.delta) / slope;
    const falseNegativeRate = 1 - lower.delta - Math.exp(lower.epsilon) * falsePositiveRate;
    if (falseNegativeRate >= falsePositiveRate) steep.push({ falsePositiveRate, falseNegativeRate });
  }
  const mirrored = steep.map(({ falsePositiveRate, falseNegativeRate }) => ({
    falsePositiveRate: falseNegativeRate,
    falseNegativeRate: falsePositiveRate,
  }));
  return [...steep, ...mirrored.reverse()];
}
