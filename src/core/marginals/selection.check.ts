/**
 * `npm run check:selection -- [--repeats 4] [--pairs 2] [--world strong] [--twins no] [--weight 1] [--choice 1]`: whether pairs that the mechanism selects
 * are the right ones, and whether twins are nearer the population with them. By number of rows and ε; invented people only.
 *
 * - worth it from: the dependence (Σ|p_ab − p_a p_b| in the population) from which a chosen pair should make twins better (`worthwhileDependence`)
 * - found: the dependence of the selected pairs, as a share of that of as many strongest pairs; in brackets by other ways of the same cost: Gaussian
 *   noise on all scores, and McKenna's score (AIM: L1 distance from the released margins' product) in either way
 * - pairs: total variation distance of the twins' joint shares of two variables from the population's, over all pairs; in brackets at the
 *   strongest ones
 * - tables: the same of the tables variable × outcome
 */
import { parseArgs } from 'node:util';
import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { drawChoice } from '../privacy/noisy-choice.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import { uniform } from '../random/random-source.ts';
import { simulateScenario } from '../study/coverage-scenarios.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { drawTwins } from './draw-twins.ts';
import { fitTables } from './fit-tables.ts';
import type { Pair } from './junction-tree.ts';
import { exactCounts, type NoisyTables, releaseTables } from './noisy-tables.ts';
import { pairScore, SCORE_GRID, SCORE_RANGE } from './pair-score.ts';
import { worthwhileDependence } from './pair-selection.ts';
import { type MarginalsPlan, type MarginalsRequest, planMarginals } from './plan-marginals.ts';
import { levelShares } from './select-pairs.ts';
import { outcomeWorkload } from './workload.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    repeats: { type: 'string', default: '4' },
    pairs: { type: 'string', default: '2' },
    world: { type: 'string', default: 'cohort' },
    rows: { type: 'string', default: '500,1500,5000' },
    epsilon: { type: 'string', default: '0.5,1,2,4' },
    weight: { type: 'string', default: '1' },
    choice: { type: 'string', default: '1' },
    twins: { type: 'string', default: 'yes' },
  },
});
const numbers = (text: string) => text.split(',').map(Number);
const count = Number(given.pairs);
const repeats = Number(given.repeats);

/** For invented people only. */
function source(number: number, use: 'synthesis' | 'mechanismNoise'): RandomSource {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, number);
  return chacha20Source(key, use);
}

/** Worlds of five variables, without dependence to strong, and a wide one of forty. */
const WORLDS = {
  cohort: {
    codebook: cohortCodebook(),
    people: (rowCount: number, random: RandomSource) =>
      simulateScenario('alike', 'Newcastle', 1, rowCount, random)[0]!,
  },
  strong: latentWorld([7, 2, 5, 4, 6], 0.6),
  tied: latentWorld([7, 2, 5, 4, 6], 0.95),
  none: latentWorld([7, 2, 5, 4, 6], 0),
  moderate: latentWorld([7, 2, 5, 4, 6], 0.35),
  wide: latentWorld(
    Array.from({ length: 40 }, (_, j) => 2 + (j % 6)),
    0.5,
  ),
};

/** Levels cut from normal variables; 0 with 2 and 3 with 4 correlate, in an order of levels that is no order; 0 moves the event. */
function latentWorld(levels: readonly number[], correlation: number) {
  const base = cohortCodebook();
  const codebook: Codebook = {
    ...base,
    variables: levels.map((size, j) => ({
      ...base.variables[0]!,
      name: `v${j}`,
      kind: 'categorical',
      levels: Array.from({ length: size }, (_, c) => ({ value: `${c}`, label: `${c}` })),
      reference: '0',
    })),
  };
  const people = (rowCount: number, random: RandomSource): CodedTable => {
    const z = new Float64Array(levels.length);
    const columns = levels.map(() => new Uint8Array(rowCount));
    const outcome = new Uint32Array(rowCount);
    for (let i = 0; i < rowCount; i += 1) {
      fillStandardNormal(random, z);
      for (const [a, b] of [
        [0, 2],
        [3, 4],
      ] as const) {
        z[b] = correlation * z[a]! + Math.sqrt(1 - correlation ** 2) * z[b]!;
      }
      for (const [j, size] of levels.entries()) {
        const place = 1 / (1 + Math.exp(-1.702 * z[j]!));
        const level = Math.min(size - 1, Math.floor(size * place ** 1.5));
        columns[j]![i] = size % 2 === 0 ? level : (2 * level) % size;
      }
      outcome[i] = uniform(random) < 0.15 + 0.03 * columns[0]![i]! ? 1 : 0;
    }
    return { rowCount, columns, outcome };
  };
  return { codebook, people };
}

const world = WORLDS[given.world as keyof typeof WORLDS];
const { codebook } = world;
const levels = codebook.variables.map((variable) => levelsOf(variable).length);
const allPairs = levels.flatMap((_, i) => levels.slice(i + 1).map((__, k): Pair => [i, i + 1 + k]));
const everything = outcomeWorkload(
  levels,
  undefined,
  allPairs.map((variables) => ({ variables, weight: 1 })),
);
const shares = (table: CodedTable) =>
  exactCounts(everything, table).map((counts) => counts.map((n) => n / table.rowCount));
const population = shares(world.people(200_000, source(1, 'synthesis')));
const dependence = allPairs.map(([i, j], t) => {
  const joint = population[levels.length + t]!;
  const [p, q] = [levelShares(population[i]!), levelShares(population[j]!)];
  return joint.reduce(
    (sum, share, k) => sum + Math.abs(share - p[Math.floor(k / q.length)]! * q[k % q.length]!),
    0,
  );
});
const strongest = [...allPairs.keys()].sort((a, b) => dependence[b]! - dependence[a]!).slice(0, count);
const most = strongest.reduce((sum, t) => sum + dependence[t]!, 0);
const foundBy = (pairs: readonly Pair[]) =>
  pairs.reduce((sum, pair) => sum + dependence[allPairs.findIndex((one) => one.join() === pair.join())]!, 0) /
  most;

function planned(request: Omit<MarginalsRequest, 'codebook' | 'delta'>): MarginalsPlan {
  const plan = planMarginals({ codebook, delta: 1e-6, ...request });
  if (!plan.ok) throw new Error(plan.failure.kind);
  return plan.value;
}

/** Other ways to choose at the same cost: this score with Gaussian noise on all P of them; McKenna's score (AIM) in both ways. */
const OTHER_WAYS = ['Gaussian', 'AIM', 'AIM Gaussian'] as const;

function byOtherWays(
  plan: MarginalsPlan,
  table: CodedTable,
  released: NoisyTables,
  random: RandomSource,
): Pair[][] {
  const margins = released.tables.map((one) => levelShares(one.counts));
  const counts = exactCounts({ ...everything, tables: [] }, table);
  const sharesAt = ([i, j]: Pair) => [margins[i]!, margins[j]!] as const;
  const own = allPairs.map((pair, t) => pairScore(counts[t]!, sharesAt(pair)));
  const aim = allPairs.map((pair, t) => {
    const [p, q] = sharesAt(pair);
    const noiseOfMargins = 2 * plan.noise[pair[0]]! ** 2;
    let score = 0;
    for (const [k, n] of counts[t]!.entries()) {
      const [a, b] = [p[Math.floor(k / q.length)]!, q[k % q.length]!];
      const expected = table.rowCount * a * b;
      // Less what chance and the noise of margins give where there is no dependence.
      score +=
        Math.abs(n - expected) - Math.sqrt((2 / Math.PI) * (expected + noiseOfMargins * (a * a + b * b)));
    }
    return Math.round(score / SCORE_GRID);
  });
  return [withGaussianNoise(own), byChoices(aim), withGaussianNoise(aim)];

  function withGaussianNoise(scores: readonly number[]): Pair[] {
    const noise = new Float64Array(scores.length);
    fillStandardNormal(random, noise);
    const spread = (plan.selectionNoise!.choice * Math.sqrt(scores.length / count)) / SCORE_GRID;
    const noisy = scores.map((score, t) => score + spread * noise[t]!);
    return [...noisy.keys()]
      .sort((a, b) => noisy[b]! - noisy[a]!)
      .slice(0, count)
      .map((t) => allPairs[t]!);
  }

  function byChoices(scores: readonly number[]): Pair[] {
    const left = [...allPairs.keys()];
    return Array.from({ length: count }, () => {
      const leftScores = left.map((t) => scores[t]!);
      const [t] = left.splice(drawChoice(leftScores, SCORE_RANGE, plan.selectionNoise!.choice, random), 1);
      return allPairs[t!]!;
    });
  }
}

/** Distances of the twins from the population. */
function distances(release: NoisyTables, plan: MarginalsPlan, number: number) {
  const { draws } = fitTables(release, source(number, 'synthesis'), {
    chains: 2,
    warmUp: 100,
    draws: 40,
    thin: 2,
    rounds: 1,
    groups: 'approximate',
  });
  const random = source(number + 1, 'synthesis');
  const twins = draws.map((draw) => shares(drawTwins(draw, 2000, plan.settings.twinModel, random)));
  const distance = population.map((truth, t) =>
    truth.reduce(
      (sum, share, k) =>
        sum + Math.abs(twins.reduce((all, one) => all + one[t]![k]!, 0) / twins.length - share) / 2,
      0,
    ),
  );
  const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
  return [
    mean(distance.slice(levels.length)),
    mean(strongest.map((t) => distance[levels.length + t]!)),
    mean(distance.slice(0, levels.length)),
  ];
}

const name = ([i, j]: Pair) => `${codebook.variables[i]!.name} × ${codebook.variables[j]!.name}`;
console.log(
  `${given.world}: strongest ${strongest.map((t) => `${name(allPairs[t]!)} ${dependence[t]!.toFixed(3)}`).join(', ')}`,
);
for (const rowCount of numbers(given.rows)) {
  for (const epsilon of numbers(given.epsilon)) {
    const sums = {
      found: 0,
      others: OTHER_WAYS.map(() => 0),
      none: [0, 0, 0],
      selected: [0, 0, 0],
      declared: [0, 0, 0],
    };
    const selection = { count, weight: Number(given.weight), choiceWeight: Number(given.choice) };
    const plans = {
      none: planned({ rowCount, epsilon }),
      selected: planned({ rowCount, epsilon, selection }),
      declared: planned({
        rowCount,
        epsilon,
        pairs: strongest.map((t) => ({
          variables: allPairs[t]!.map((v) => codebook.variables[v]!.name) as [string, string],
        })),
      }),
    };
    for (let k = 0; k < repeats; k += 1) {
      const table = world.people(rowCount, source(10 + k, 'synthesis'));
      for (const [way, plan] of Object.entries(plans)) {
        const release = releaseTables(plan, table, source(1000 + k, 'mechanismNoise'));
        if (way === 'selected') {
          sums.found += foundBy((release.pairs ?? []).map(({ variables }) => variables)) / repeats;
          const others = byOtherWays(plan, table, release, source(2000 + k, 'mechanismNoise'));
          for (const [w, pairs] of others.entries()) sums.others[w]! += foundBy(pairs) / repeats;
        }
        if (given.twins !== 'yes') continue;
        const sum = sums[way as 'none' | 'selected' | 'declared'];
        for (const [c, value] of distances(release, plan, 3000 + 2 * k).entries()) sum[c]! += value / repeats;
      }
    }
    const shown = ([all, strong, tables]: number[]) =>
      `pairs ${all!.toFixed(3)} (${strong!.toFixed(3)}), tables ${tables!.toFixed(3)}`;
    console.log(
      `N ${rowCount}, ε ${epsilon} (worth it from ${(2 * worthwhileDependence(plans.selected)!).toFixed(2)}): found ${sums.found.toFixed(2)} (${OTHER_WAYS.map((way, w) => `${way} ${sums.others[w]!.toFixed(2)}`).join(', ')})${given.twins === 'yes' ? `; none: ${shown(sums.none)}; selected: ${shown(sums.selected)}; strongest declared: ${shown(sums.declared)}` : ''}`,
    );
  }
}
