import { describe, expect, it } from 'vitest';
import { certify } from '../../../core/privacy/certify.ts';
import { type TradeOffPoint, tradeOffCurve } from '../../../core/privacy/meaning.ts';
import { PLOT_COLOURS } from '../../../core/study/plot-colours.ts';
import { tradeOffFigure } from '../../plots/trade-off-figure.ts';
import { missedAtLeast } from '../../plots/trade-off-rates.ts';
import {
  decidingDirection,
  epsilonSixDecimals,
  missedSentence,
  oddsSentences,
  percentDown,
  percentUp,
} from './attacker-text.ts';

function curveOf(noiseMultiplier: number): readonly TradeOffPoint[] {
  const curve = tradeOffCurve([{ noiseMultiplier, samplingRate: 1, steps: 1 }]);
  if (!curve.ok) throw new Error(curve.failure.kind);
  return curve.value;
}

describe('odds in words', () => {
  it('ε = ln 3 lets a coin toss be right 75\u00a0% of the time, and a little more for δ', () => {
    // 3/4 + 0.1/4 = 77.5 %.
    expect(oddsSentences({ epsilonUpper: Math.log(3), delta: 0.1 }, 300)).toContain('at most 77.5\u00a0%');
  });

  it('rounds a limit from above upwards and one from below downwards', () => {
    // e/(1 + e) = 73.106 %
    expect(oddsSentences({ epsilonUpper: 1, delta: 1e-6 }, 'noisy')).toContain('at most 73.2\u00a0%');
    expect(percentUp(0.9991)).toBe('100');
    expect(percentDown(0.9999)).toBe('99.9');
  });
});

describe('the best attacker’s error rates', () => {
  it('are those of blind guessing where nothing can be told', () => {
    const nothing = [
      { falsePositiveRate: 0, falseNegativeRate: 1 },
      { falsePositiveRate: 1, falseNegativeRate: 0 },
    ];
    // One rounding of a subtraction.
    for (const rate of [0, 0.05, 0.5, 1]) expect(missedAtLeast(nothing, rate)).toBeCloseTo(1 - rate, 14);
  });

  it('are those of a normal shift of 1/σ for one full step, or a little below', () => {
    // Neyman and Pearson: the best test misses Φ(Φ⁻¹(1 − 0.05) − 1/σ); 0.74049 for σ = 1.
    const missed = missedAtLeast(curveOf(1), 0.05);
    expect(missed).toBeLessThanOrEqual(0.7405);
    // The envelope of 33 lines lies below by less than can be seen in a plot.
    expect(missed).toBeGreaterThan(0.735);
    expect(missedSentence(0.05, missed)).toMatch(
      /at most 5\u00a0% of outsiders, .* misses at least 7[34](\.\d)?\u00a0% .* would miss 95\u00a0%/,
    );
  });

  it('fall as more outsiders may be called present, and rise with the noise', () => {
    const rates = [0, 0.01, 0.05, 0.1, 0.5, 0.9, 1];
    const quiet = rates.map((rate) => missedAtLeast(curveOf(1), rate));
    const loud = rates.map((rate) => missedAtLeast(curveOf(4), rate));
    for (let i = 1; i < rates.length; i += 1) expect(quiet[i]).toBeLessThanOrEqual(quiet[i - 1] ?? 0);
    for (const i of [1, 2, 3, 4]) expect(loud[i]).toBeGreaterThan(quiet[i] ?? 1);
  });

  it('are drawn from corner to corner, the guess dashed', () => {
    const { data, layout } = tradeOffFigure(curveOf(1), PLOT_COLOURS.light, 380);
    expect(data.map((trace) => trace.name)).toEqual(['Blind guessing', 'This plan']);
    expect(data[0]).toMatchObject({ x: [0, 100], y: [100, 0], line: { dash: 'dash' } });
    expect(data[1]).toMatchObject({ line: { color: PLOT_COLOURS.light.pooled } });
    expect(layout.height).toBe(layout.width);
  });
});

describe('where ε comes from', () => {
  it('is the direction that sets the claim', () => {
    const certified = certify({ noiseMultiplier: 2, samplingRate: 0.1, steps: 10 }, 1e-6);
    if (!certified.ok) throw new Error(certified.failure.kind);
    const { cost } = certified.value;
    expect(decidingDirection(cost)?.cost.epsilonUpper).toBe(cost.epsilonUpper);
    expect(decidingDirection({ ...cost, add: { ...cost.remove!, epsilonUpper: 99 } })?.name).toBe('add');
  });

  it('shows bounds that still hold as rounded', () => {
    expect(epsilonSixDecimals(0.9997405535, 'up')).toBe('0.999741');
    expect(epsilonSixDecimals(0.9996609694, 'nearest')).toBe('0.999661');
    expect(epsilonSixDecimals(0.9996609694, 'down')).toBe('0.999660');
  });
});
