import { describe, expect, it } from 'vitest';
import { chacha20Source } from './chacha20.ts';
import { CategoricalSampler, logFactorial, poisson } from './discrete.ts';

const source = () => chacha20Source(new Uint8Array(32).fill(5), 'synthesis');

/** Σ (observed − expected)²/expected over cells with at least 10 expected, the rest in one. */
function chiSquare(counts: readonly number[], expected: readonly number[]): { chi2: number; cells: number } {
  let chi2 = 0;
  let cells = 0;
  let restObserved = 0;
  let restExpected = 0;
  expected.forEach((e, i) => {
    if (e < 10) {
      restObserved += counts[i] ?? 0;
      restExpected += e;
      return;
    }
    chi2 += ((counts[i] ?? 0) - e) ** 2 / e;
    cells += 1;
  });
  if (restExpected > 1) {
    chi2 += (restObserved - restExpected) ** 2 / restExpected;
    cells += 1;
  }
  return { chi2, cells };
}

describe('a categorical sampler', () => {
  it.each([
    [[1]],
    [[0.5, 0.5]],
    [[0.7, 0.1, 0.05, 0.15]],
    [[0.96, 0.01, 0.01, 0.01, 0.01]],
    [[0.25, 0, 0.75]],
  ])('draws %j in these proportions', (probabilities) => {
    const sampler = new CategoricalSampler(probabilities);
    const random = source();
    const n = 200_000;
    const counts = probabilities.map(() => 0);
    for (let i = 0; i < n; i += 1) {
      const level = sampler.draw(random);
      counts[level] = (counts[level] as number) + 1;
    }
    probabilities.forEach((p, level) => {
      // Five binomial standard deviations; a level of probability 0 never appears.
      expect(Math.abs((counts[level] as number) - n * p)).toBeLessThanOrEqual(5 * Math.sqrt(n * p * (1 - p)));
    });
  });

  it('never draws a level of probability 0, wherever it stands', () => {
    const random = source();
    const sampler = new CategoricalSampler([0, 0.3, 0, 0.7, 0]);
    const drawn = new Set(Array.from({ length: 20_000 }, () => sampler.draw(random)));
    expect([...drawn].sort()).toEqual([1, 3]);
  });

  it('refuses what is not a distribution', () => {
    for (const bad of [[], [0.5, 0.6], [-0.1, 1.1], [Number.NaN, 1]]) {
      expect(() => new CategoricalSampler(bad)).toThrow();
    }
  });
});

describe('Poisson draws', () => {
  it.each([0.01, 0.2, 3, 9.99, 10.01, 40, 1500])('at rate %d follow the Poisson law', (rate) => {
    const random = source();
    const n = 60_000;
    const counts: number[] = [];
    for (let i = 0; i < n; i += 1) {
      const y = poisson(random, rate);
      counts[y] = (counts[y] ?? 0) + 1;
    }
    const length = Math.ceil(rate + 12 * Math.sqrt(rate) + 12);
    const expected = Array.from(
      { length },
      (_, y) => n * Math.exp(y * Math.log(rate) - rate - logFactorial(y)),
    );
    const { chi2, cells } = chiSquare(counts, expected);
    // χ² with cells − 1 degrees of freedom: five sd above the mean, and some for few cells.
    expect(chi2).toBeLessThan(cells + 5 * Math.sqrt(2 * cells) + 10);
    expect(cells).toBeGreaterThan(1);
  });

  it('are 0 at rate 0 and stay integers within 32 bits at absurd rates', () => {
    expect(poisson(source(), 0)).toBe(0);
    expect(poisson(source(), Math.exp(80))).toBe(2 ** 32 - 1);
    expect(Number.isInteger(poisson(source(), 1e9))).toBe(true);
    expect(() => poisson(source(), Number.NaN)).toThrow('rate');
  });
});

describe('logFactorial', () => {
  it('is the sum of logarithms', () => {
    let sum = 0;
    for (let n = 1; n <= 2000; n += 1) {
      sum += Math.log(n);
      // Relative 1e-13: the sum itself has lost that much by then.
      expect(Math.abs(logFactorial(n) - sum)).toBeLessThanOrEqual(1e-13 * Math.max(1, sum));
    }
    expect(logFactorial(0)).toBe(0);
  });
});
