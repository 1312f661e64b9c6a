import { describe, expect, it } from 'vitest';
import { chiSquaredSf } from '../analysis/chi-squared.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { inventedTable, publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { bernoulli } from '../random/discrete.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import { type RandomSource, uniformInteger } from '../random/random-source.ts';
import { fitTables, LARGEST_R_HAT } from './fit-tables.ts';
import { GroupApproximation } from './group-approximation.ts';
import { gradientInPlace, positionAt } from './group-fit.ts';
import { GroupModel, type MeasuredGroup, measuredGroups, type OutcomePeople } from './group-model.ts';
import { exactCounts, type NoisyTables, releaseTables } from './noisy-tables.ts';
import { emptyTables, plainRelease } from './plain-release.check.ts';
import { planMarginals } from './plan-marginals.ts';
import {
  endApproach,
  endTuning,
  fitGroups,
  initTableChain,
  parametersOf,
  stepTableChain,
  type TableParameters,
} from './table-chain.ts';
import { TreeModel } from './tree-model.ts';
import { outcomeWorkload } from './workload.ts';

/** Fixed, public keys: what is drawn here protects nobody. */
const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');

const LEVELS = [3, 2, 2] as const;
const WORKLOAD = outcomeWorkload(LEVELS, undefined, [{ variables: [0, 1], weight: 1 }]);

/** Three variables, the first two of them a pair; the counts are filled in. */
function emptyRelease(rowCount: number, standardDeviation: number): NoisyTables {
  return {
    ...emptyTables(rowCount, LEVELS, standardDeviation),
    pairs: [{ variables: [0, 1], levels: [3, 2], standardDeviation, counts: new Float64Array(6) }],
  };
}

/** Noisy counts of people drawn from the model at z, and shares of the third variable. */
function simulate(
  group: MeasuredGroup,
  z: Float64Array,
  events: { readonly share: number } | { readonly count: number },
  third: readonly [number, number],
  empty: NoisyTables,
  random: RandomSource,
): NoisyTables {
  const { rowCount } = empty;
  const model = new GroupModel(group);
  const samplers = ([0, 1] as const).map((y) => {
    const tree = new TreeModel(group.tree);
    tree.set(model.potentials(z, y));
    return tree.sampler();
  });
  const outcome = new Uint32Array(rowCount);
  const columns = LEVELS.map(() => new Uint8Array(rowCount));
  const row = [0, 0];
  for (let i = 0; i < rowCount; i += 1) {
    const y = ('count' in events ? i < events.count : bernoulli(random, events.share)) ? 1 : 0;
    outcome[i] = y;
    samplers[y]!(random, row);
    [columns[0]![i], columns[1]![i]] = [row[0]!, row[1]!];
    columns[2]![i] = bernoulli(random, third[y]!) ? 1 : 0;
  }
  return plainRelease(empty, exactCounts(WORKLOAD, { rowCount, columns, outcome }), random);
}

const drawPrior = (model: GroupModel, random: RandomSource) => {
  const z = new Float64Array(model.size);
  fillStandardNormal(random, z);
  return z.map((one, k) => one / Math.sqrt(model.precision[k]!));
};

describe('the model of a group', () => {
  const release = emptyRelease(300, 8);
  const [group] = measuredGroups(release);
  const model = new GroupModel(group!);
  const z = drawPrior(model, source(1)).map((one) => one / 2);
  const moments = model.allocateMoments();
  model.fillMoments(z, moments);

  it('has the mean and covariance that many simulated tables have', () => {
    const events = 90;
    const n = model.size;
    const repeats = 1500;
    const quiet = emptyRelease(300, 1e-9);
    const [sum, products] = [new Float64Array(n), new Float64Array(n * n)];
    const random = source(2);
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      const drawn = simulate(group!, z, { count: events }, [0.5, 0.5], quiet, random);
      const { cells } = measuredGroups(drawn)[0]!;
      for (let k = 0; k < n; k += 1) {
        sum[k]! += cells[k]! / repeats;
        for (let l = 0; l < n; l += 1) products[k * n + l]! += (cells[k]! * cells[l]!) / repeats;
      }
    }
    const [residual, V] = [new Float64Array(n), new Float64Array(n * n)];
    const people = [300 - events, events] as const;
    model.fillResidual(moments, people, residual);
    model.fillCovariance(moments, people, V);
    for (let k = 0; k < n; k += 1) {
      const own = V[k * n + k]! - 64;
      // Residual s − μ of the cells at hand. Five standard errors.
      expect(Math.abs(sum[k]! - group!.cells[k]! + residual[k]!)).toBeLessThan(
        5 * Math.sqrt(own / repeats) + 1e-6,
      );
      for (let l = 0; l < n; l += 1) {
        const covariance = products[k * n + l]! - sum[k]! * sum[l]!;
        const exact = V[k * n + l]! - (k === l ? 64 : 0);
        const error = Math.sqrt((own * (V[l * n + l]! - 64) + exact ** 2) / repeats);
        expect(Math.abs(covariance - exact)).toBeLessThan(5 * error + 1e-6);
      }
    }
  });

  it('is approximated by a density that is exact at the fitted place, with the gradient it has', () => {
    const [fit] = fitGroups(simulate(group!, z, { share: 0.3 }, [0.2, 0.6], release, source(3)));
    const approximation = new GroupApproximation(fit!);
    const at = fit!.mode;
    const here = fit!.model.allocateMoments();
    const value = (position: Float64Array, people: OutcomePeople) => {
      fit!.model.fillMoments(position, here);
      return {
        exact: fit!.model.logLikelihood(here, people),
        approximate: approximation.logLikelihood(here, people),
      };
    };
    const origin = value(at, fit!.people);
    const constant = origin.exact - origin.approximate;
    const near = at.map((one, k) => one + 0.05 * Math.cos(k));
    const moved = value(near, [fit!.people[0] - 5, fit!.people[1] + 5]);
    // They agree to first order in how V's correlations change.
    expect(Math.abs(moved.exact - moved.approximate - constant)).toBeLessThan(
      0.05 * Math.abs(moved.exact - origin.exact) + 0.02,
    );
    const gradient = new Float64Array(at.length);
    fit!.model.fillMarginals(near, here);
    approximation.withGradient(near, here, fit!.people, gradient);
    for (let k = 0; k < at.length; k += 1) {
      const shifted = (by: number) =>
        value(
          near.map((one, l) => (l === k ? one + by : one)),
          fit!.people,
        ).approximate;
      // Central differences here and inside: 1e-7 each.
      expect(Math.abs((shifted(1e-4) - shifted(-1e-4)) / 2e-4 - gradient[k]!)).toBeLessThan(1e-5);
    }
    // The gradient in ξ is the one along positionAt.
    gradientInPlace(fit!, gradient);
    const along = (by: number) => {
      const xi = new Float64Array(at.length);
      xi[3] = by;
      return positionAt(fit!, xi).map((one, k) => one - at[k]! + near[k]!);
    };
    const slope =
      (value(along(1e-4), fit!.people).approximate - value(along(-1e-4), fit!.people).approximate) / 2e-4;
    expect(slope).toBeCloseTo(gradient[3]!, 4);
  });
});

/** What is asked of a draw: shares of levels, and of the pair's cells. */
const quantities = ({ withEvent, withoutEvent, groups }: TableParameters): number[] => [
  ...[...withEvent, ...withoutEvent].flatMap((shares) => [...shares].slice(1)),
  ...groups![0]!.pairShares.slice(1),
];

describe('the posterior of groups', () => {
  it.each([
    ['exact', undefined],
    ['approximate', undefined],
    ['exact', 12],
  ] as const)(
    'by its %s density ranks the truth uniformly (simulation-based calibration; σ_N %s)',
    { timeout: 60_000 },
    (density, ofRows) => {
      const draws = 19;
      const repeats = 150;
      const ranks: number[][] = [];
      for (let repeat = 0; repeat < repeats; repeat += 1) {
        const random = source(1000 + repeat);
        const rowCount = ofRows === undefined ? 200 : 100 + uniformInteger(random, 300);
        const empty = {
          ...emptyRelease(rowCount, 8),
          ...(ofRows !== undefined && { rowCountStandardDeviation: ofRows }),
        };
        const [group] = measuredGroups(empty);
        const model = new GroupModel(group!);
        const z = drawPrior(model, random);
        const eventShare = Math.sin((Math.PI / 2) * (random.uint32() / 2 ** 32)) ** 2;
        // The lone variable's prior is Dirichlet(½, ½): the arcsine law too.
        const third = [0, 1].map(() => Math.sin((Math.PI / 2) * (random.uint32() / 2 ** 32)) ** 2);
        const release = simulate(group!, z, { share: eventShare }, third as [number, number], empty, random);
        const moments = model.allocateMoments();
        model.fillMarginals(z, moments);
        const { starts } = group!.tree;
        const shares = (y: 0 | 1) => [
          moments.marginals[y].slice(starts[0]!, starts[1]!),
          moments.marginals[y].slice(starts[1]!, starts[2]!),
          Float64Array.of(1 - third[y]!, third[y]!),
        ];
        const wanted = quantities({
          rowCount,
          eventShare,
          withEvent: shares(1),
          withoutEvent: shares(0),
          groups: [
            {
              group: group!,
              potentials: [new Float64Array(), new Float64Array()],
              pairShares: moments.marginals[0]
                .slice(starts[2]!)
                .map((p, k) => (1 - eventShare) * p + eventShare * moments.marginals[1][starts[2]! + k]!),
            },
          ],
        });
        const chain = initTableChain(release, random, fitGroups(release), density);
        for (let t = 0; t < 25; t += 1) stepTableChain(release, chain, random, 'approach');
        endApproach(chain);
        for (let t = 0; t < 30; t += 1) stepTableChain(release, chain, random, 'tune');
        endTuning(chain);
        const rank = wanted.map(() => 0);
        for (let k = 0; k < draws; k += 1) {
          for (let t = 0; t < 2; t += 1) stepTableChain(release, chain, random);
          for (const [i, x] of quantities(parametersOf(chain)).entries()) if (x < wanted[i]!) rank[i]! += 1;
        }
        ranks.push(rank);
      }
      for (let i = 0; i < ranks[0]!.length; i += 1) {
        const bins = new Float64Array(5);
        for (const rank of ranks) bins[Math.floor(rank[i]! / 4)]! += 1;
        const chiSquared = bins.reduce((sum, n) => sum + (n - repeats / 5) ** 2 / (repeats / 5), 0);
        // Thirteen quantities; a correct sampler fails here about once in a thousand suites.
        expect(chiSquaredSf(chiSquared, 4)).toBeGreaterThan(1e-4);
      }
    },
  );
});

describe('tables of the cohort with a pair', () => {
  const table = inventedTable({
    levelCounts: [7, 2, 8, 4, 5],
    rowCount: 1500,
    meanOutcome: 0.2,
    binary: true,
    number: 3,
  });
  // Deprivation made to follow education, as it does among people.
  const columns = table.columns.map((column, j) =>
    j === 3 ? column.map((_, i) => Math.min(3, table.columns[4]![i]!)) : column,
  );
  const plan = planMarginals({
    codebook: cohortCodebook(),
    rowCount: 1500,
    epsilon: 2,
    delta: 1e-6,
    pairs: [{ variables: ['education', 'deprivation'] }],
  });
  if (!plan.ok) throw new Error(plan.failure.kind);
  const release = releaseTables(
    plan.value,
    { ...table, columns },
    chacha20Source(publicKey(4), 'mechanismNoise'),
  );
  const { draws, diagnostics } = fitTables(release, source(5));

  it('have chains that agree', () => {
    expect(diagnostics.rHat).toBeLessThan(LARGEST_R_HAT);
    expect(diagnostics.effectiveSize).toBeGreaterThan(80);
  });

  it('know how the two hang together, within the spread of the draws', () => {
    const exact = exactCounts(plan.value.workload, { ...table, columns }).at(-1)!;
    for (let cell = 0; cell < 20; cell += 1) {
      const drawn = draws.map(({ groups }) => groups![0]!.pairShares[cell]!);
      const mean = drawn.reduce((sum, p) => sum + p / drawn.length, 0);
      const spread = Math.sqrt(drawn.reduce((sum, p) => sum + (p - mean) ** 2 / drawn.length, 0));
      // Four posterior deviations, and what few hundred draws leave open.
      expect(Math.abs(mean - exact[cell]! / 1500)).toBeLessThan(4 * spread + 0.004);
    }
  });
});
