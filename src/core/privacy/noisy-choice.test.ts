import { describe, expect, it } from 'vitest';
import { chacha20Source } from '../random/chacha20.ts';
import { singleReleaseDelta } from './closed-form.ts';
import { choiceRate, drawChoice } from './noisy-choice.ts';
import { normalUpperQuantile } from './normal.ts';

const source = (number: number) => chacha20Source(new Uint8Array(32).fill(number), 'mechanismNoise');

/** P(i) ∝ e^{η s_i / r} */
function probabilities(scores: readonly number[], range: number, sigma: number): number[] {
  const weights = scores.map((score) =>
    Math.exp((choiceRate(sigma) * (score - Math.max(...scores))) / range),
  );
  const total = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => one / total);
}

/** δ(ε) = Σ (P − e^ε Q)₊ */
const hockeyStick = (P: readonly number[], Q: readonly number[], epsilon: number) =>
  P.reduce((sum, p, i) => sum + Math.max(0, p - Math.exp(epsilon) * Q[i]!), 0);

describe('the rate of a choice', () => {
  it('puts two outcomes ±η/2 apart in log-odds 1/σ apart in normal quantiles, and no two of the same distance further', () => {
    for (const sigma of [0.2, 0.7, 3, 26.7, 1e4]) {
      const eta = choiceRate(sigma);
      const quantile = (logOdds: number) =>
        logOdds > 0
          ? normalUpperQuantile(1 / (1 + Math.exp(logOdds)))
          : -normalUpperQuantile(1 / (1 + Math.exp(-logOdds)));
      const apart = (middle: number) => quantile(middle + eta / 2) - quantile(middle - eta / 2);
      // The rate is 1e-9 lower than the equation's.
      expect(apart(0) * sigma).toBeGreaterThan(1 - 1e-8);
      for (let middle = 0; middle < 30; middle += 0.25) {
        expect(apart(middle) * sigma).toBeLessThanOrEqual(1 + 1e-9 * sigma);
      }
    }
  });

  it('is near √(8/π)/σ for much noise', () => {
    expect(choiceRate(1e3) * 1e3).toBeCloseTo(Math.sqrt(8 / Math.PI), 5);
  });
});

describe('a noisy choice', () => {
  it('costs at most what a Gaussian release of its noise does, at every ε, for all neighbours of five candidates', () => {
    // Every way in which five scores can move by −1, 0 or 1: the range is 2. Both directions.
    const moves = Array.from({ length: 3 ** 5 }, (_, code) =>
      Array.from({ length: 5 }, (__, i) => (Math.floor(code / 3 ** i) % 3) - 1),
    );
    let nearest = 0;
    for (const scores of [
      [0, 0, 0, 0, 0],
      [4, 3, 2, 1, 0],
      [9, 9, 0, 0, 0],
      [30, 0, 0, 0, 0],
    ]) {
      for (const sigma of [0.6, 2, 9]) {
        const P = probabilities(scores, 2, sigma);
        for (const move of moves) {
          const Q = probabilities(
            scores.map((score, i) => score + move[i]!),
            2,
            sigma,
          );
          for (const epsilon of [0, 0.02, 0.1, 0.4, 1, 2, 4]) {
            const allowed = singleReleaseDelta(sigma, 1, 'remove', epsilon);
            const larger = Math.max(hockeyStick(P, Q, epsilon), hockeyStick(Q, P, epsilon));
            expect(larger).toBeLessThanOrEqual(allowed + 1e-14);
            if (epsilon === 0) nearest = Math.max(nearest, larger / allowed);
          }
        }
      }
    }
    // Two halves of the candidates that move apart are nearly the worst case: the bound is not slack.
    expect(nearest).toBeGreaterThan(0.95);
  });

  it('is drawn with its probabilities', () => {
    const scores = [120, 90, 119, 0, 60];
    const P = probabilities(scores, 40, 1.5);
    const counts = [0, 0, 0, 0, 0];
    const random = source(3);
    const draws = 20_000;
    for (let k = 0; k < draws; k += 1) counts[drawChoice(scores, 40, 1.5, random)]! += 1;
    const chi2 = counts.reduce((sum, count, i) => sum + (count - draws * P[i]!) ** 2 / (draws * P[i]!), 0);
    // χ² of 4 degrees of freedom: above 23.5 once in 10⁴.
    expect(chi2).toBeLessThan(23.5);
  });

  it('does not depend on what is added to all scores, and takes the only candidate', () => {
    const scores = [5, 3, 8];
    for (let k = 0; k < 50; k += 1) {
      expect(drawChoice(scores, 4, 3, source(k))).toBe(
        drawChoice(
          scores.map((score) => score - 1e9),
          4,
          3,
          source(k),
        ),
      );
    }
    expect(drawChoice([7], 4, 3, source(1))).toBe(0);
    // Far behind: e^{-10^9}.
    expect(drawChoice([0, 2 ** 40], 1, 1, source(1))).toBe(1);
  });

  it('refuses scores that are not whole, no candidates and no range', () => {
    expect(() => drawChoice([0.5], 1, 1, source(1))).toThrow('whole');
    expect(() => drawChoice([], 1, 1, source(1))).toThrow('whole');
    expect(() => drawChoice([1], 0, 1, source(1))).toThrow('range');
  });
});
