import { describe, expect, it } from 'vitest';
import { designOf } from '../analysis/design.ts';
import type { Codebook } from '../codebook/codebook.ts';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { type RandomSource, uniform } from '../random/random-source.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { exactCounts, type NoisyTables, releaseTables } from './noisy-tables.ts';
import { addPairs, pairMoves, partyPatterns } from './party-pairs.ts';
import { emptyTables, plainRelease } from './plain-release.check.ts';
import { planMarginals } from './plan-marginals.ts';
import { seedRows } from './seed-rows.ts';
import { analyseTables, INDEPENDENCE_WEIGHT } from './tables-analysis.ts';
import { outcomeWorkload } from './workload.ts';

const LEVELS = [4, 3, 2];
const NAMES = ['a', 'b', 'c'];
/** Log rates of the levels of a, b and c, the intercept first. */
const INTERCEPT = -1.6;
const RATES = [
  [0, 0.2, 0.5, 0.8],
  [0, 0.3, 0.6],
  [0, -0.3],
];
const TRUTH = [INTERCEPT, ...RATES.flatMap((rates) => rates.slice(1))];

const codebook: Codebook = {
  format: 'twinpool-codebook',
  version: 1,
  title: 'Three variables',
  variables: NAMES.map((name, j) => ({
    kind: 'categorical',
    name,
    label: name,
    levels: Array.from({ length: LEVELS[j]! }, (_, level) => ({ value: `${level}`, label: `${level}` })),
    reference: '0',
    missingCodes: [],
    missing: { kind: 'exclude' },
  })),
  outcome: { kind: 'binary', name: 'y', label: 'y', event: '1', noEvent: '0', missingCodes: [] },
  declaredPublic: true,
};
const choice = { predictors: NAMES };
const PAIR = [{ variables: [0, 1] as const, weight: 1 }];
const design = (() => {
  const designed = designOf(codebook, choice);
  if (!designed.ok) throw new Error(designed.failure.kind);
  return designed.value;
})();

/** People whose b follows from their a in a share of cases; c is by itself. */
function people(rowCount: number, linked: number, random: RandomSource): CodedTable {
  const columns = LEVELS.map(() => new Uint8Array(rowCount));
  const outcome = new Uint32Array(rowCount);
  const pick = (levels: number) => Math.floor(levels * uniform(random));
  for (let i = 0; i < rowCount; i += 1) {
    const a = pick(4);
    const codes = [a, uniform(random) < linked ? Math.floor((3 * a) / 4) : pick(3), pick(2)];
    let linear = INTERCEPT;
    for (const [j, code] of codes.entries()) {
      columns[j]![i] = code;
      linear += RATES[j]![code]!;
    }
    outcome[i] = uniform(random) < Math.exp(linear) ? 1 : 0;
  }
  return { rowCount, columns, outcome };
}

const keyed = (number: number) => chacha20Source(publicKey(number), 'synthesis');

/** Exact tables and one exact pair, said to carry a noise that they do not have: a limit, private for nobody. */
function withoutNoise(table: CodedTable, ofTables: number, ofPair: number): NoisyTables {
  const pairs = [
    { variables: [0, 1], levels: [4, 3], standardDeviation: ofPair, counts: new Float64Array(12) },
  ] as const;
  return plainRelease(
    { ...emptyTables(table.rowCount, LEVELS, ofTables), pairs },
    exactCounts(outcomeWorkload(LEVELS, undefined, PAIR), table),
    null,
  );
}

/** Exact counts of tables and pair, and the margins among them as if they were known. */
function measured(table: CodedTable) {
  const exact = exactCounts(outcomeWorkload(LEVELS, undefined, PAIR), table);
  const people = LEVELS.map((levels, v) =>
    Float64Array.from({ length: levels }, (_, c) => exact[v]![2 * c]! + exact[v]![2 * c + 1]!),
  );
  return { exact, margins: { people, variance: LEVELS.map((levels) => new Float64Array(levels)) } };
}

function planned(rowCount: number, epsilon: number) {
  const plan = planMarginals({
    codebook,
    rowCount,
    epsilon,
    delta: 1e-6,
    pairs: [{ variables: ['a', 'b'] }],
  });
  if (!plan.ok) throw new Error(plan.failure.kind);
  return plan.value;
}

function analyse(local: CodedTable, releases: readonly NoisyTables[]) {
  const parties = releases.map((release, m) => ({ id: `${m}`, release }));
  const result = analyseTables({ codebook, choice, family: 'poisson-log', errors: 'model', local, parties });
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value.rows;
}

const unread = ({ pairs, ...release }: NoisyTables): NoisyTables => release;

describe('which levels meet at a party that released a pair', () => {
  const own = seedRows(design, people(400, 0, keyed(1)), INDEPENDENCE_WEIGHT);
  const there = people(3000, 0.5, keyed(2));
  const { exact, margins } = measured(there);
  const pairOf = (raked: Float64Array) => {
    const shares = new Float64Array(12);
    for (const [r, w] of raked.entries()) shares[own.codes[0]![r]! * 3 + own.codes[1]![r]!]! += w;
    return shares;
  };
  const patterns = (noise: number) => partyPatterns(design, own, withoutNoise(there, 1, noise), margins);
  const distance = (raked: Float64Array) =>
    pairOf(raked).reduce((sum, share, x) => sum + Math.abs(share - exact[3]![x]! / 3000), 0);

  it('is the pair itself where it has next to no noise, and leaves nothing open about it', () => {
    const { raked, toMargins, pairs } = patterns(0.1);
    expect(distance(toMargins)).toBeGreaterThan(0.3);
    expect(distance(raked)).toBeLessThan(1e-5);
    // In people², no more than the noise itself.
    for (const variance of pairs[0]!.open) expect(Math.abs(variance) * 3000 ** 2).toBeLessThan(0.1 ** 2);
    for (const [v, shares] of margins.people.entries()) {
      const found = new Float64Array(shares.length);
      for (const [r, w] of raked.entries()) found[own.codes[v]![r]!]! += w;
      for (const [c, n] of shares.entries()) expect(found[c]!).toBeCloseTo(n / 3000, 6);
    }
  });

  it('comes nearer to it the less noise it has, and keeps every share positive', () => {
    const distances = [1e4, 300, 100, 30, 10].map((noise) => distance(patterns(noise).raked));
    expect(distances).toEqual(distances.toSorted((a, b) => b - a));
    expect(distances[0]).toBeCloseTo(distance(patterns(10).toMargins), 3);
    const loud = plainRelease(withoutNoise(there, 1, 300), exact, keyed(3));
    const { raked, pairs } = partyPatterns(design, own, loud, margins);
    expect(Math.min(...pairs[0]!.shares)).toBeGreaterThan(0);
    expect(
      pairOf(raked)
        .map((share, x) => share - pairs[0]!.shares[x]!)
        .every((one) => Math.abs(one) < 1e-6),
    ).toBe(true);
  });
});

describe('what a pair leaves open', () => {
  const own = seedRows(design, people(1000, 0, keyed(7)), INDEPENDENCE_WEIGHT);
  const there = people(3000, 0, keyed(8));
  const { exact, margins } = measured(there);
  const offsets = [0, 4, 7];
  const levelsIn = (r: number) => offsets.map((offset, v) => offset + own.codes[v]![r]!);

  it('is how the noise of the pair moves the mean risks of levels: 400 releases', () => {
    // Risks that hang on a and b together.
    const mean = Float64Array.from(
      { length: own.rows },
      (_, r) => 0.1 + 0.03 * ((own.codes[0]![r]! + 2 * own.codes[1]![r]!) % 5),
    );
    const empty = withoutNoise(there, 1, 15);
    const noise = keyed(9);
    const weighted = Array.from({ length: 400 }, () => {
      const { raked } = partyPatterns(design, own, plainRelease(empty, exact, noise), margins);
      const sums = new Float64Array(9);
      for (const [r, w] of raked.entries()) for (const k of levelsIn(r)) sums[k]! += 3000 * w * mean[r]!;
      return sums;
    });
    const { raked, pairs } = partyPatterns(design, own, empty, margins);
    const [risk, share] = [new Float64Array(9), new Float64Array(9)];
    for (const [r, w] of raked.entries()) {
      for (const k of levelsIn(r)) {
        risk[k]! += w * mean[r]!;
        share[k]! += w;
      }
    }
    const V = new Float64Array(81);
    addPairs(
      { seed: own, raked, pairs },
      3000,
      offsets,
      risk.map((sum, k) => sum / share[k]!),
      mean,
      V,
    );
    for (let k = 0; k < 7; k += 1) {
      const centre = weighted.reduce((sum, one) => sum + one[k]! / 400, 0);
      const variance = weighted.reduce((sum, one) => sum + (one[k]! - centre) ** 2 / 399, 0);
      // 400 draws: a standard error of 7 %. That the gain is estimated as well adds a little.
      expect(V[k * 9 + k]! / variance).toBeGreaterThan(0.7);
      expect(V[k * 9 + k]! / variance).toBeLessThan(1.3);
    }
  });

  it('is nothing of how a and b meet in own rows where there is no noise, and all of it where there is nothing else', () => {
    // No level of a or b moves the score, only how they meet.
    const contrast = (v: number, sign: (c: number) => number) => {
      const counts = margins.people[v]!;
      const centre = counts.reduce((sum, n, c) => sum + (n * sign(c)) / 3000, 0);
      return counts.map((_, c) => sign(c) - centre);
    };
    const [u, v] = [contrast(0, (c) => (c < 2 ? 1 : -1)), contrast(1, (c) => (c === 0 ? 1 : -1))];
    const left = (noise: number) => {
      const { raked, pairs } = partyPatterns(design, own, withoutNoise(there, 1, noise), margins);
      const moves = Float64Array.from(
        raked,
        (w, r) => (w * u[own.codes[0]![r]!]! * v[own.codes[1]![r]!]!) / Math.sqrt(own.weight[r]!),
      );
      const before = Math.hypot(...moves.subarray(0, own.ownRows));
      return Math.hypot(...pairMoves({ seed: own, raked, pairs }, moves)) / before;
    };
    expect(left(0.1)).toBeLessThan(0.1);
    expect(left(1e7)).toBeCloseTo(1, 6);
    expect(left(60)).toBeGreaterThan(0.2);
    expect(left(60)).toBeLessThan(0.8);
  });
});

describe('the regression with a pair', () => {
  it('is the one without it where the pair is all noise', () => {
    const local = people(300, 0, keyed(4));
    const release = withoutNoise(people(2000, 0.5, keyed(5)), 8, 1e7);
    const without = analyse(local, [unread(release)]);
    for (const [k, row] of analyse(local, [release]).entries()) {
      expect(row.estimate).toBeCloseTo(without[k]!.estimate, 6);
      expect(row.standardError).toBeCloseTo(without[k]!.standardError, 6);
    }
  });

  it('holds the truth in 95 % of intervals, without the bias that other associations there bring: 200 simulations', () => {
    const plan = planned(2000, 1);
    const random = keyed(6);
    const noise = chacha20Source(publicKey(6), 'mechanismNoise');
    const ways = [
      { read: (release: NoisyTables) => release, repeats: 200 },
      { read: unread, repeats: 25 },
    ];
    const [withPair, without] = ways.map(({ read, repeats }) => {
      const bias = new Float64Array(TRUTH.length);
      let held = 0;
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        const local = people(500, 0, random);
        const release = releaseTables(plan, people(2000, 0.5, random), noise);
        for (const [k, { estimate, lower, upper }] of analyse(local, [read(release)]).entries()) {
          bias[k]! += (estimate - TRUTH[k]!) / repeats;
          held += lower <= TRUTH[k]! && TRUTH[k]! <= upper ? 1 : 0;
        }
      }
      return { held: held / (repeats * TRUTH.length), bias: Math.hypot(...bias) };
    });
    // Coefficients of one simulation hang together: four standard errors of 200 intervals, not of 1,400.
    expect(withPair!.held).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / 200));
    expect(without!.held).toBeLessThan(withPair!.held - 0.05);
    expect(withPair!.bias).toBeLessThan(without!.bias / 3);
  }, 30_000);
});
