import { describe, expect, it } from 'vitest';
import { chiSquaredSf } from '../analysis/chi-squared.ts';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { CategoricalSampler } from '../random/discrete.ts';
import { type RandomSource, uniformInteger } from '../random/random-source.ts';
import { chainDiagnostics } from './chain-diagnostics.ts';
import { fitTables, LARGEST_R_HAT, USUAL_CHAINS } from './fit-tables.ts';
import { initChain, stepChain, warmUpChain } from './hamiltonian.ts';
import type { NoisyTables } from './noisy-tables.ts';
import { emptyTables, plainRelease } from './plain-release.check.ts';
import { initTableChain, parametersOf, stepTableChain, type TableParameters } from './table-chain.ts';
import { tablePosterior } from './table-density.check.ts';

/** Fixed, public keys: what is drawn here protects nobody. */
const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');

/** Noisy tables of invented people: outcome by `eventShare`, levels independent given it; their number noisy too where σ_N is given. */
function tablesFrom(
  { eventShare, withEvent, withoutEvent }: TableParameters,
  rowCount: number,
  standardDeviation: number,
  random: RandomSource,
  rowCountStandardDeviation?: number,
): NoisyTables {
  const outcomes = new CategoricalSampler([1 - eventShare, eventShare]);
  const y = Array.from({ length: rowCount }, () => outcomes.draw(random));
  const exact = withEvent.map((shares, variable) => {
    const samplers = [new CategoricalSampler(withoutEvent[variable]!), new CategoricalSampler(shares)];
    const counts = new Float64Array(2 * shares.length);
    for (const event of y) counts[2 * samplers[event]!.draw(random) + event]! += 1;
    return counts;
  });
  const levelCounts = withEvent.map((shares) => shares.length);
  const empty = {
    ...emptyTables(rowCount, levelCounts, standardDeviation),
    ...(rowCountStandardDeviation !== undefined && { rowCountStandardDeviation }),
  };
  return plainRelease(empty, exact, random);
}

const known: TableParameters = {
  rowCount: 600,
  eventShare: 0.3,
  withEvent: [Float64Array.of(0.5, 0.3, 0.2), Float64Array.of(0.4, 0.6)],
  withoutEvent: [Float64Array.of(0.2, 0.3, 0.5), Float64Array.of(0.7, 0.3)],
};

const cellsOf = ({ rowCount, eventShare, withEvent, withoutEvent }: TableParameters): number[] => [
  rowCount,
  eventShare,
  ...withEvent.flatMap((shares) => [...shares]),
  ...withoutEvent.flatMap((shares) => [...shares]),
];

describe('the posterior', () => {
  it.each([undefined, 16])(
    'has the density that a dense covariance gives, and its gradient (σ_N %s)',
    (ofRows) => {
      const release = tablesFrom(known, 300, 8, source(1), ofRows);
      const { density, start, parametersAt } = tablePosterior(release);
      const gradient = new Float64Array(start.length);
      const at = start.map((x, k) => x + (k > 10 ? 6 : 0.02) * Math.cos(k));
      density(at, gradient);
      for (let k = 0; k < at.length; k += 1) {
        const shifted = (by: number) =>
          density(
            at.map((x, i) => (i === k ? x + by : x)),
            new Float64Array(at.length),
          );
        // Central differences at 1e-5: error 1e-10 of the third derivative, rounding 1e-16 · 1e3 / 1e-5.
        expect((shifted(1e-5) - shifted(-1e-5)) / 2e-5).toBeCloseTo(gradient[k]!, 5);
      }
      // Two points with equal priors differ by the likelihood: shares swapped within a variable of two levels.
      const parameters = parametersAt(at);
      const swapped = at.slice();
      [swapped[7], swapped[8]] = [at[8]!, at[7]!];
      const likelihood = (p: readonly number[]) => {
        const M = parameters.rowCount * parameters.eventShare;
        const shift = (M - release.events.count) / 2;
        const s = [release.tables[1]!.counts[1]! + shift, release.tables[1]!.counts[3]! + shift];
        const cov = (i: number, j: number) =>
          M * ((i === j ? p[i]! : 0) - p[i]! * p[j]!) + (i === j ? 64 : 0);
        const determinant = cov(0, 0) * cov(1, 1) - cov(0, 1) ** 2;
        const r = [s[0]! - M * p[0]!, s[1]! - M * p[1]!];
        const quad =
          (cov(1, 1) * r[0]! ** 2 - 2 * cov(0, 1) * r[0]! * r[1]! + cov(0, 0) * r[1]! ** 2) / determinant;
        return -0.5 * (quad + Math.log(determinant));
      };
      const [p, q] = parameters.withEvent[1]!;
      const difference = density(swapped, gradient) - density(at, gradient);
      expect(difference).toBeCloseTo(likelihood([q!, p!]) - likelihood([p!, q!]), 9);
    },
  );

  it.each([undefined, 16])('is the same by slices as by Hamiltonian Monte Carlo (σ_N %s)', (ofRows) => {
    const release = tablesFrom(known, 600, 8, source(2), ofRows);
    const random = source(3);
    const { density, start, scale, parametersAt } = tablePosterior(release);
    let state = warmUpChain(
      density,
      initChain(density, start, scale, 0.2),
      { transitions: 600, leapfrogs: 12, targetAcceptance: 0.8 },
      random,
    );
    const byPaths: number[][] = [];
    for (let t = 0; t < 4000; t += 1) {
      [state] = stepChain(density, state, 12, random);
      byPaths.push(cellsOf(parametersAt(state.position)));
    }
    const chain = initTableChain(release, random);
    for (let t = 0; t < 200; t += 1) stepTableChain(release, chain, random);
    const bySlices: number[][] = [];
    for (let t = 0; t < 8000; t += 1) {
      stepTableChain(release, chain, random);
      bySlices.push(cellsOf(parametersOf(chain)));
    }
    for (let k = ofRows === undefined ? 1 : 0; k < byPaths[0]!.length; k += 1) {
      const summaries = [byPaths, bySlices].map((draws) => {
        const series = Float64Array.from(draws, (draw) => draw[k]!);
        const mean = series.reduce((sum, x) => sum + x / series.length, 0);
        const squares = series.map((x) => (x - mean) ** 2);
        const variance = squares.reduce((sum, x) => sum + x / series.length, 0);
        const fourth = squares.reduce((sum, x) => sum + (x - variance) ** 2 / series.length, 0);
        return {
          mean,
          variance,
          errorOfMean: variance / chainDiagnostics([series]).effectiveSize,
          errorOfVariance: fourth / chainDiagnostics([squares]).effectiveSize,
        };
      });
      const [paths, slices] = [summaries[0]!, summaries[1]!];
      // Four and a half Monte Carlo errors of the differences.
      const allowed = (one: number, other: number) => 4.5 * Math.sqrt(one + other);
      expect(Math.abs(paths.mean - slices.mean)).toBeLessThan(allowed(paths.errorOfMean, slices.errorOfMean));
      expect(Math.abs(paths.variance - slices.variance)).toBeLessThan(
        allowed(paths.errorOfVariance, slices.errorOfVariance),
      );
    }
  });

  it.each([undefined, 16])(
    'ranks the truth uniformly (simulation-based calibration: Talts et al. 2018; σ_N %s)',
    (ofRows) => {
      const ranks: number[][] = [];
      const draws = 19;
      for (let repeat = 0; repeat < 240; repeat += 1) {
        const random = source(100 + repeat);
        const shape = emptyTables(200, [3, 2], 8);
        // A draw from the prior: the start of a chain, with an event share that is Beta(½, ½) by the arcsine law.
        const prior = parametersOf(initTableChain(shape, random));
        // The prior of N is flat: over a range so wide that its ends hardly matter.
        const rowCount = ofRows === undefined ? 200 : 100 + uniformInteger(random, 800);
        const eventShare = Math.sin((Math.PI / 2) * (random.uint32() / 2 ** 32)) ** 2;
        const truth = { ...prior, rowCount, eventShare };
        const release = tablesFrom(truth, rowCount, 8, random, ofRows);
        const chain = initTableChain(release, random);
        for (let t = 0; t < 40; t += 1) stepTableChain(release, chain, random);
        // E is the number of events that happened, which the truth's share is drawn about: its rank is not asked for.
        const asked = (parameters: TableParameters) =>
          cellsOf(parameters).filter((_, i) => (i === 0 ? ofRows !== undefined : i > 1));
        const wanted = asked(truth);
        const rank = wanted.map(() => 0);
        for (let k = 0; k < draws; k += 1) {
          for (let t = 0; t < 12; t += 1) stepTableChain(release, chain, random);
          for (const [i, x] of asked(parametersOf(chain)).entries()) if (x < wanted[i]!) rank[i]! += 1;
        }
        ranks.push(rank);
      }
      for (let i = 0; i < ranks[0]!.length; i += 1) {
        const bins = new Float64Array(5);
        for (const rank of ranks) bins[Math.floor(rank[i]! / 4)]! += 1;
        const chiSquared = bins.reduce((sum, n) => sum + (n - 48) ** 2 / 48, 0);
        // Ten quantities, eleven with N; a correct sampler fails here once in a thousand suites.
        expect(chiSquaredSf(chiSquared, 4)).toBeGreaterThan(1e-4);
      }
    },
  );

  it('finds the tables again where there is next to no noise, and leaves an empty level empty', () => {
    const release = tablesFrom(
      {
        ...known,
        withEvent: [Float64Array.of(0.6, 0.4, 0), known.withEvent[1]!],
        withoutEvent: [Float64Array.of(0.3, 0.7, 0), known.withoutEvent[1]!],
      },
      100_000,
      1,
      source(4),
    );
    const { draws, diagnostics } = fitTables(release, source(5));
    expect(diagnostics.rHat).toBeLessThan(LARGEST_R_HAT);
    const mean = (of: (draw: TableParameters) => number) =>
      draws.reduce((sum, draw) => sum + of(draw) / draws.length, 0);
    // Binomial standard error 0.0015, five of them.
    expect(Math.abs(mean(({ eventShare }) => eventShare) - 0.3)).toBeLessThan(0.008);
    expect(Math.abs(mean(({ withEvent }) => withEvent[0]![0]!) - 0.6)).toBeLessThan(0.015);
    expect(mean(({ withEvent }) => withEvent[0]![2]!)).toBeLessThan(5e-5);
  });

  it('lets chains of many levels go on until they agree', () => {
    const levels = [50, 50];
    const shares = (C: number) => Float64Array.from({ length: C }, (_, c) => (2 * (C - c)) / (C * (C + 1)));
    const release = tablesFrom(
      { rowCount: 150, eventShare: 0.25, withEvent: levels.map(shares), withoutEvent: levels.map(shares) },
      150,
      8,
      source(8),
    );
    const once = fitTables(release, source(9), { ...USUAL_CHAINS, rounds: 1 });
    expect(once.diagnostics.rHat).toBeGreaterThan(LARGEST_R_HAT);
    const { draws, diagnostics } = fitTables(release, source(9));
    expect(diagnostics.rHat).toBeLessThan(LARGEST_R_HAT);
    expect(draws).toHaveLength(USUAL_CHAINS.chains * USUAL_CHAINS.draws);
  });

  it("fits the paper's variables with chains that agree", () => {
    const uniformShares = (levels: number) => new Float64Array(levels).fill(1 / levels);
    const levels = [7, 2, 8, 4, 5];
    const release = tablesFrom(
      {
        rowCount: 400,
        eventShare: 0.2,
        withEvent: levels.map(uniformShares),
        withoutEvent: levels.map(uniformShares),
      },
      400,
      9.4,
      source(6),
    );
    const { draws, diagnostics } = fitTables(release, source(7));
    expect(draws).toHaveLength(USUAL_CHAINS.chains * USUAL_CHAINS.draws);
    expect(diagnostics.rHat).toBeLessThan(LARGEST_R_HAT);
    expect(diagnostics.effectiveSize).toBeGreaterThan(80);
  });
});
