import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import { NORMAL_95 } from './normal-distribution.ts';
import { corrected, releaseEffect, unpulled, type Widened, widened } from './parametric-bootstrap.ts';

/** Means of Gaussian rows after a release that leaves the share A of them and adds noise: all is known in closed form. */
const A = 0.7;
const NOISE = 0.2;
const SAMPLING = 0.1;
const TRUTH = [-1.5, -0.8, -0.3, 0.2, 0.5, 1.2, 2];
const spread = Math.sqrt((A * SAMPLING) ** 2 + NOISE ** 2);

function releases(count: number, truth: ArrayLike<number>, key: number) {
  const normal = new Float64Array(2 * truth.length * count);
  fillStandardNormal(chacha20Source(publicKey(key), 'synthesis'), normal);
  return Array.from({ length: count }, (_, b) => {
    const at = (j: number, kind: number) => normal[2 * (b * truth.length + j) + kind]!;
    const before = Float64Array.from(truth, (value, j) => value + SAMPLING * at(j, 0));
    return { before, after: before.map((value, j) => A * value + NOISE * at(j, 1)) };
  });
}

describe('parametric bootstrap of a release', () => {
  it('finds pull and spread that are known', () => {
    const { bias, variance, remaining } = releaseEffect(releases(4000, TRUTH, 1), TRUTH.length, () => true);
    expect(remaining).toBeCloseTo(A, 2);
    for (const [j, value] of TRUTH.entries()) {
      // Five standard errors of a mean and of a variance of 4,000.
      expect(Math.abs(bias[j]! - (A - 1) * value)).toBeLessThan((5 * spread) / Math.sqrt(4000));
      expect(Math.abs(variance[j]! / spread ** 2 - 1)).toBeLessThan(5 * Math.sqrt(2 / 3999));
    }
  });

  it('leaves out replicates without the coefficient, and says NaN of one alone', () => {
    const replicates = [
      { before: [1, Number.NaN], after: [0.5, 1] },
      { before: [3, 2], after: [1.5, 1] },
      { before: [9, Number.NaN], after: [Number.NaN, 1] },
    ];
    const { bias, variance, remaining } = releaseEffect(replicates, 2, (j) => j === 0);
    expect([bias[0], variance[0], remaining]).toEqual([-1, 0.5, 0.5]);
    expect([bias[1], variance[1]]).toEqual([Number.NaN, Number.NaN]);
  });

  it('gives intervals that hold as often as the pull that is left lets them', () => {
    const rules: Record<string, (theta: number, S: number, bias: number, left: number) => Widened> = {
      plain: (estimate, variance) => ({ estimate, variance }),
      widened,
      corrected,
      unpulled: (theta, S, _, left) => unpulled(theta, S, left),
    };
    const held = Object.fromEntries(Object.keys(rules).map((name) => [name, 0]));
    const runs = releases(300, TRUTH, 2);
    for (const [run, { after }] of runs.entries()) {
      const effect = releaseEffect(releases(200, after, 3 + run), TRUTH.length, () => true);
      for (const [name, rule] of Object.entries(rules)) {
        TRUTH.forEach((truth, j) => {
          const found = rule(after[j]!, effect.variance[j]!, effect.bias[j]!, effect.remaining);
          if (Math.abs(found.estimate - truth) <= NORMAL_95 * Math.sqrt(found.variance)) held[name]! += 1;
        });
      }
    }
    const share = (name: string) => held[name]! / (runs.length * TRUTH.length);
    expect(share('plain')).toBeLessThan(0.7);
    expect(share('widened')).toBeGreaterThan(share('plain') + 0.1);
    expect(share('corrected')).toBeGreaterThan(0.92);
    expect(share('unpulled')).toBeGreaterThan(0.94);
    expect(share('unpulled')).toBeLessThan(0.97);
  });
});
