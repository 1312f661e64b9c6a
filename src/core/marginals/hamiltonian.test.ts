import { describe, expect, it } from 'vitest';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { chainDiagnostics } from './chain-diagnostics.ts';
import { initChain, type LogDensity, stepChain, warmUpChain } from './hamiltonian.ts';

/** A fixed, public key: what is drawn here protects nobody. */
const random = (number: number) => chacha20Source(publicKey(number), 'synthesis');

/** N(mean, A⁻¹) for a tridiagonal A with very different scales. */
const mean = [3, -1, 0.01];
const precision = [
  [4, 1.2, 0],
  [1.2, 1, 0.5],
  [0, 0.5, 1e4],
];
const gaussian: LogDensity = (x, gradient) => {
  let sum = 0;
  for (let i = 0; i < 3; i += 1) {
    gradient[i] = 0;
    for (let j = 0; j < 3; j += 1) gradient[i]! -= precision[i]![j]! * (x[j]! - mean[j]!);
    sum += 0.5 * gradient[i]! * (x[i]! - mean[i]!);
  }
  return sum;
};

function run(density: LogDensity, size: number, draws: number, key: number) {
  const source = random(key);
  const chains = [0, 1].map(() => {
    let state = warmUpChain(
      density,
      initChain(density, new Float64Array(size).fill(0.3), new Float64Array(size).fill(1), 0.05),
      { transitions: 600, leapfrogs: 10, targetAcceptance: 0.8 },
      source,
    );
    const series = Array.from({ length: size }, () => new Float64Array(draws));
    for (let t = 0; t < draws; t += 1) {
      [state] = stepChain(density, state, 10, source);
      for (let k = 0; k < size; k += 1) series[k]![t] = state.position[k]!;
    }
    return series;
  });
  return Array.from({ length: size }, (_, k) => chains.map((chain) => chain[k]!));
}

const average = (chains: readonly Float64Array[], of: (x: number) => number) =>
  chains.flatMap((chain) => [...chain]).reduce((sum, x, _, all) => sum + of(x) / all.length, 0);

describe('Hamiltonian Monte Carlo', () => {
  it('samples a correlated normal distribution with scales that differ a hundredfold', () => {
    const series = run(gaussian, 3, 4000, 1);
    // Inverse of the leading 2 × 2 block; the third is all but independent (0.5² / 1e4).
    const determinant = 4 - 1.44;
    const variances = [1 / determinant, 4 / determinant, 1e-4];
    for (const [k, chains] of series.entries()) {
      const { rHat, effectiveSize } = chainDiagnostics(chains);
      expect(rHat).toBeLessThan(1.02);
      expect(effectiveSize).toBeGreaterThan(500);
      // Four and a half standard errors of mean and variance.
      const error = Math.sqrt(variances[k]! / effectiveSize);
      expect(Math.abs(average(chains, (x) => x) - mean[k]!)).toBeLessThan(4.5 * error);
      const spread = average(chains, (x) => (x - mean[k]!) ** 2);
      expect(Math.abs(spread / variances[k]! - 1)).toBeLessThan(4.5 * Math.sqrt(2 / (effectiveSize / 2)));
    }
  });

  it('keeps a skewed density: ln of an exponential variable', () => {
    // u = ln E, density e^u exp(−e^u): E[e^u] = 1, E[e^2u] = 2, P(u < ln 0.1) = 1 − e^-0.1.
    const [chains] = run(
      (x, gradient) => {
        gradient[0] = 1 - Math.exp(x[0]!);
        return x[0]! - Math.exp(x[0]!);
      },
      1,
      12000,
      2,
    );
    expect(average(chains!, Math.exp)).toBeCloseTo(1, 1);
    expect(Math.abs(average(chains!, (u) => (u < Math.log(0.1) ? 1 : 0)) - 0.0952)).toBeLessThan(0.02);
  });

  it('leaves the energy as it is to second order in the step', () => {
    const acceptance = (stepSize: number) => {
      const start = initChain(gaussian, Float64Array.from(mean), Float64Array.of(0.5, 1, 0.01), stepSize);
      const source = random(3);
      let sum = 0;
      for (let t = 0; t < 50; t += 1) sum += 1 - stepChain(gaussian, start, 20, source)[1].acceptance;
      return sum / 50;
    };
    // The energy error of leapfrog is O(ε²); the mean shortfall in acceptance as well.
    const ratio = acceptance(0.2) / acceptance(0.1);
    expect(ratio).toBeGreaterThan(2.5);
    expect(ratio).toBeLessThan(7);
  });

  it('says so when a path leaves the domain, and stays where it was', () => {
    const half: LogDensity = (x, gradient) => {
      gradient[0] = -1;
      return x[0]! > 0 ? -x[0]! : Number.NEGATIVE_INFINITY;
    };
    const start = initChain(half, Float64Array.of(0.01), Float64Array.of(1), 5);
    const [next, info] = stepChain(half, start, 10, random(4));
    expect([info.accepted, info.diverged, next]).toEqual([false, true, start]);
    expect(() => initChain(half, Float64Array.of(-1), Float64Array.of(1), 1)).toThrow('density is 0');
  });
});

describe('diagnostics', () => {
  const noise = (key: number, length: number) => {
    const source = random(key);
    return Float64Array.from({ length }, () => source.uint32() / 2 ** 32);
  };

  it('finds independent draws independent', () => {
    const { rHat, effectiveSize } = chainDiagnostics([noise(5, 1000), noise(6, 1000)]);
    expect(Math.abs(rHat - 1)).toBeLessThan(0.01);
    expect(effectiveSize / 2000).toBeGreaterThan(0.7);
    expect(effectiveSize / 2000).toBeLessThan(1.4);
  });

  it('counts an autoregressive chain at (1 − φ)/(1 + φ) of its length', () => {
    const phi = 0.8;
    const chains = [7, 8, 9, 10].map((key) => {
      let x = 0;
      return noise(key, 4000).map((u) => {
        x = phi * x + (u - 0.5);
        return x;
      });
    });
    // A ninth of 16,000; the estimate itself varies by about ten per cent.
    expect(chainDiagnostics(chains).effectiveSize / (16_000 / 9)).toBeGreaterThan(0.7);
    expect(chainDiagnostics(chains).effectiveSize / (16_000 / 9)).toBeLessThan(1.4);
  });

  it('sees chains that are in different places, and one that drifts', () => {
    const apart = [noise(11, 400), noise(12, 400).map((x) => x + 1)];
    expect(chainDiagnostics(apart).rHat).toBeGreaterThan(1.5);
    const drifting = [noise(13, 400).map((x, t) => x + t / 200)];
    expect(chainDiagnostics(drifting).rHat).toBeGreaterThan(1.3);
    expect(chainDiagnostics([new Float64Array(10)]).rHat).toBeNaN();
    expect(() => chainDiagnostics([new Float64Array(3)])).toThrow('four draws');
  });
});
