import { describe, expect, it } from 'vitest';
import { normalLowerTail as normalCdf } from '../privacy/normal.ts';
import { chacha20Source, type StreamPurpose } from './chacha20.ts';
import { fillStandardNormal, fillVariationalDraw } from './gaussian.ts';
import type { RandomSource } from './random-source.ts';
import { fillRoundedNormal } from './rounded-normal.ts';

const n = 400_000;

/** On a grid so fine that its steps do not show. */
function fillMechanismNoise(source: RandomSource, out: Float64Array): void {
  fillRoundedNormal(source, 2 ** 24, out);
  for (let k = 0; k < out.length; k += 1) out[k] = (out[k] as number) * 2 ** -24;
}

/** Every sampler of normals here: each use has the one that suits it. */
describe.each<[string, StreamPurpose, (source: RandomSource, out: Float64Array) => void]>([
  ['Box and Muller', 'synthesis', fillStandardNormal],
  ['of η', 'variationalDraw', fillVariationalDraw],
  ['of the mechanism', 'mechanismNoise', fillMechanismNoise],
])('standard normal draws: %s', (_, purpose, fill) => {
  const draws = new Float64Array(n);
  fill(chacha20Source(new Uint8Array(32).fill(9), purpose), draws);

  it('have the moments of N(0, 1)', () => {
    const moment = (k: number) => draws.reduce((sum, x) => sum + x ** k, 0) / n;
    // Standard errors of the k-th raw moment: √((μ_2k − μ_k²)/n) = 1, √2, √15, √96 over √n; five of them.
    const allowed = (sd: number) => (5 * sd) / Math.sqrt(n);
    expect(Math.abs(moment(1))).toBeLessThan(allowed(1));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(allowed(Math.sqrt(2)));
    expect(Math.abs(moment(3))).toBeLessThan(allowed(Math.sqrt(15)));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(allowed(Math.sqrt(96)));
  });

  it.each([
    [1, 0.31731050786291415],
    [2, 0.04550026389635842],
    [3, 0.0026997960632601866],
    [4, 6.334248366623996e-5],
  ])('exceed %d in absolute value as often as they should', (bound, probability) => {
    const count = draws.reduce((sum, x) => sum + (Math.abs(x) > bound ? 1 : 0), 0);
    // Binomial, five standard deviations.
    expect(Math.abs(count - n * probability)).toBeLessThan(5 * Math.sqrt(n * probability));
  });

  it('are uncorrelated with their neighbours, also in absolute value', () => {
    let plain = 0;
    let squared = 0;
    for (let i = 1; i < n; i += 1) {
      const a = draws[i - 1] as number;
      const b = draws[i] as number;
      plain += a * b;
      squared += (a * a - 1) * (b * b - 1);
    }
    // Products have sd 1 and 2; five standard errors.
    expect(Math.abs(plain / n)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squared / n)).toBeLessThan(10 / Math.sqrt(n));
  });

  it('have a uniform cumulative distribution', () => {
    const cells = 64;
    const counts = new Float64Array(cells);
    for (const x of draws) {
      const cell = Math.min(cells - 1, Math.floor(cells * normalCdf(x)));
      counts[cell] = counts[cell]! + 1;
    }
    const chi2 = counts.reduce((sum, c) => sum + (c - n / cells) ** 2 / (n / cells), 0);
    // χ² with 63 degrees of freedom: mean 63, sd 11.2; five sd above.
    expect(chi2).toBeLessThan(63 + 56);
  });

  it('fill an odd length, every entry', () => {
    const odd = new Float64Array(5).fill(Number.NaN);
    fill(chacha20Source(new Uint8Array(32), purpose), odd);
    expect(odd.every(Number.isFinite)).toBe(true);
  });
});

describe('the tails', () => {
  it('reach beyond 8.6 sd when the bits say so', () => {
    const words = [0, 0, 1, 1, 0, 0];
    const source: RandomSource = { uint32: () => words.shift() as number };
    const pair = new Float64Array(2);
    fillStandardNormal(source, pair);
    // E = 96 ln 2 or so beyond two zero words: √(2E) ≈ 11.6, at angle 0.
    expect(pair[0]).toBeGreaterThan(11);
    expect(pair[1]).toBe(0);
  });

  it('of η end at 6.7 sd, where 32 bits end', () => {
    const extreme = [0, 0, 0, 0, 0, 0, 0, 0];
    const source: RandomSource = { uint32: () => extreme.shift() as number };
    const group = new Float64Array(8);
    fillVariationalDraw(source, group);
    expect(group[0]).toBeGreaterThan(6.7);
  });
});
