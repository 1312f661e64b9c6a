import { describe, expect, it } from 'vitest';
import { caseStream } from './check-random.check.ts';
import { singleReleaseDelta } from './closed-form.ts';
import { tradeOffCurve } from './meaning.ts';
import { drawNoisyCount } from './noisy-count.ts';
import { normalLowerTail, normalUpperQuantile, normalUpperTail } from './normal.ts';
import { oddsStatement } from './odds.ts';

describe('odds', () => {
  it('lets a coin toss become right 73 times in 100 at ε = 1, and stay one at ε = 0 but for δ', () => {
    expect(oddsStatement({ epsilonUpper: 1, delta: 1e-6 }).rightAtMost).toBeCloseTo(
      0.7310585786300049 + 0.2689414213699951e-6,
      14,
    );
    expect(oddsStatement({ epsilonUpper: 0, delta: 0.1 }).rightAtMost).toBeCloseTo(0.55, 14);
  });

  it('is never exceeded by the best attacker on a Gaussian release', () => {
    for (const sigma of [0.5, 1, 4]) {
      // Neyman and Pearson: the best guess is right Φ(1/(2σ)) of the time.
      const best = normalLowerTail(1 / (2 * sigma));
      for (const epsilon of [0.2, 1, 3]) {
        const delta = singleReleaseDelta(sigma, 1, 'remove', epsilon);
        expect(oddsStatement({ epsilonUpper: epsilon, delta }).rightAtMost).toBeGreaterThanOrEqual(
          best - 1e-12,
        );
      }
    }
  });
});

describe('the trade-off curve', () => {
  it('is that of the Gaussian, Φ(Φ⁻¹(1 − α) − μ), for a release without subsampling', () => {
    const sigma = 2;
    const curve = tradeOffCurve([{ noiseMultiplier: sigma, samplingRate: 1, steps: 1 }]);
    if (!curve.ok) throw new Error(curve.failure.kind);
    for (const { falsePositiveRate: alpha, falseNegativeRate: beta } of curve.value) {
      if (!(alpha > 1e-6 && alpha <= 0.5)) continue;
      const exact = normalLowerTail(normalUpperQuantile(alpha) - 1 / sigma);
      // corners of an envelope of 33 lines lie below the curve, by less than 2e-3
      expect(beta).toBeLessThanOrEqual(exact + 1e-9);
      expect(exact - beta).toBeLessThan(2e-3);
    }
  });

  it('is symmetric and falls', () => {
    const curve = tradeOffCurve([{ noiseMultiplier: 1, samplingRate: 0.02, steps: 300 }]);
    if (!curve.ok) throw new Error(curve.failure.kind);
    const points = curve.value;
    for (let i = 1; i < points.length; i += 1) {
      expect(points[i]!.falsePositiveRate).toBeGreaterThanOrEqual(points[i - 1]!.falsePositiveRate);
      expect(points[i]!.falseNegativeRate).toBeLessThanOrEqual(points[i - 1]!.falseNegativeRate);
    }
    const first = points[0]!;
    expect(points[points.length - 1]).toEqual({
      falsePositiveRate: first.falseNegativeRate,
      falseNegativeRate: first.falsePositiveRate,
    });
  });
});

describe('one release in closed form', () => {
  it('has δ(0) = q times the total variation of the Gaussians, in both directions', () => {
    const variation = normalLowerTail(0.5 / 3) - normalUpperTail(0.5 / 3);
    // 1e-13: Mills ratios at 0.17 and 0.5 agree in no digit
    expect(Math.abs(singleReleaseDelta(3, 0.1, 'remove', 0) / (0.1 * variation) - 1)).toBeLessThan(1e-13);
    expect(Math.abs(singleReleaseDelta(3, 0.1, 'add', 0) / (0.1 * variation) - 1)).toBeLessThan(1e-13);
  });

  it('is exactly private beyond −ln(1 − q) when a row is added', () => {
    expect(singleReleaseDelta(1, 0.1, 'add', -Math.log(0.9) + 1e-12)).toBe(0);
    expect(singleReleaseDelta(1, 0.1, 'add', -Math.log(0.9) - 1e-6)).toBeGreaterThanOrEqual(0);
  });
});

describe('the noisy count', () => {
  it('has the mass of a discrete Laplace', () => {
    const uniform = caseStream(5);
    const source = { uint32: () => Math.floor(uniform() * 2 ** 32) };
    const draws = 4000;
    let zeros = 0;
    let squares = 0;
    for (let i = 0; i < draws; i += 1) {
      const { noisyCount } = drawNoisyCount(100, 0.5, source);
      if (noisyCount === 100) zeros += 1;
      squares += (noisyCount - 100) ** 2;
    }
    const a = Math.exp(-0.5);
    const atZero = (1 - a) / (1 + a);
    // five standard errors of a proportion, and of a mean square whose fourth moment is about 6 variance²
    expect(Math.abs(zeros / draws - atZero)).toBeLessThan(5 * Math.sqrt((atZero * (1 - atZero)) / draws));
    const variance = (2 * a) / (1 - a) ** 2;
    expect(Math.abs(squares / draws / variance - 1)).toBeLessThan(5 * Math.sqrt(5 / draws));
  });

  it('says what it costs', () => {
    const uniform = caseStream(6);
    const source = { uint32: () => Math.floor(uniform() * 2 ** 32) };
    expect(drawNoisyCount(3, 0.25, source).cost).toEqual({ epsilon: 0.25 });
  });
});
