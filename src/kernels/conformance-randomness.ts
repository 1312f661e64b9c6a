import { parameterLayout } from '../core/model/layout.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import {
  type ConformanceCheck,
  checkProblem,
  compare,
  locationGradient,
  opened,
  stateAfter,
} from './conformance.ts';
import type { Machine } from './kernel.ts';

const PAPER_LEVELS = [7, 2, 8, 4, 5] as const;

/**
 * Noise of steps 1 and 2 in units of its standard deviation σC, for many keys. σ is so large that the rows
 * (at most C each) and the prior do not show.
 */
async function noiseDraws(machine: Machine, keys: number, samplingRate: number) {
  const noiseMultiplier = 1e6;
  const problem = checkProblem(
    { components: 16, clipNorm: 1, samplingRate, learningRate: { initial: 1e-9, final: 1e-9 } },
    { rowCount: 2, noiseMultiplier, levels: PAPER_LEVELS },
  );
  const unit = (samplingRate * 2) / noiseMultiplier;
  const first: Float64Array[] = [];
  const second: Float64Array[] = [];
  for (let key = 0; key < keys; key += 1) {
    const run = await opened(machine, problem, 1000 + key);
    const start = run.state();
    await run.advance(1);
    const one = run.state();
    await run.advance(1);
    first.push(locationGradient(start, one).map((g) => g * unit));
    second.push(locationGradient(one, run.state()).map((g) => g * unit));
    run.close();
  }
  return { first, second };
}

/** How many standard errors a mean of `values` is from `expected`, given the values' standard deviation. */
function standardErrors(values: readonly number[], expected: number, sd: number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return (Math.abs(mean - expected) * Math.sqrt(values.length)) / sd;
}

/** Rows drawn in the first step for many keys, seen through a table of equal rows: Σ is proportional to the batch. */
async function batchSizes(machine: Machine, keys: number, rowCount: number, samplingRate: number) {
  const { plan } = checkProblem(
    { samplingRate, clipNorm: 4, initialScale: 1e-9, eventRateGuess: 0.5 },
    { rowCount },
  );
  const table: CodedTable = {
    rowCount,
    columns: plan.shape.levelCounts.map(() => new Uint8Array(rowCount)),
    outcome: new Uint32Array(rowCount).fill(1),
  };
  const { intercept } = parameterLayout(plan.shape);
  const sizes: number[] = [];
  for (let key = 0; key < keys; key += 1) {
    const run = await opened(machine, { table, plan }, 5000 + key);
    const start = run.state();
    await run.advance(1);
    const gradient = locationGradient(start, run.state())[intercept] as number;
    run.close();
    const prior = -(start.location[intercept] as number) / rowCount;
    // y − λ = ½ in every row, not clipped at C = 4.
    sizes.push(((gradient - prior) * samplingRate * rowCount) / 0.5);
  }
  return sizes;
}

/** The laws of noise and subsampling, seen through the contract alone. */
export const randomnessChecks: readonly ConformanceCheck[] = [
  {
    name: 'adds noise with the mean, variance and fourth moment of N(0, σ²C²)',
    async run(machine) {
      const { first } = await noiseDraws(machine, 60, 1);
      const values = first.flatMap((draw) => [...draw]);
      const errors = [
        standardErrors(values, 0, 1),
        standardErrors(
          values.map((x) => x * x),
          1,
          Math.sqrt(2),
        ),
        standardErrors(
          values.map((x) => x ** 4),
          3,
          Math.sqrt(96),
        ),
      ];
      return compare(Math.max(...errors), 5);
    },
  },
  {
    name: 'draws the noise afresh: no correlation between coordinates, steps or keys',
    async run(machine) {
      const { first, second } = await noiseDraws(machine, 40, 1);
      const products = (a: Float64Array[], b: Float64Array[], shift: number) =>
        a.flatMap((draw, key) =>
          Array.from(draw, (x, k) => x * (b[key]?.[(k + shift) % draw.length] as number)),
        );
      const errors = [
        standardErrors(products(first, second, 0), 0, 1),
        standardErrors(products(first, first, 1), 0, 1),
        standardErrors(products(first, first, 2), 0, 1),
        standardErrors(products(first, [...first.slice(1), first[0] as Float64Array], 0), 0, 1),
      ];
      return compare(Math.max(...errors), 5);
    },
  },
  {
    name: 'gives an empty batch its noise, over the constant qN',
    async run(machine) {
      // Two rows at q = ½: a quarter of the batches is empty.
      const { first } = await noiseDraws(machine, 40, 0.5);
      const squares = first.flatMap((draw) => Array.from(draw, (x) => x * x));
      return compare(standardErrors(squares, 1, Math.sqrt(2)), 5);
    },
  },
  {
    name: 'takes rows independently with probability q: mean and variance of the batch',
    async run(machine) {
      let worst = 0;
      for (const [rows, q] of [
        [60, 0.3],
        [300, 0.01],
        [64, 0.9],
      ] as const) {
        const sizes = await batchSizes(machine, 400, rows, q);
        const variance = rows * q * (1 - q);
        const fourth = 3 * variance ** 2 + variance * (1 - 6 * q * (1 - q));
        const spread = sizes.map((size) => (size - rows * q) ** 2);
        worst = Math.max(
          worst,
          standardErrors(sizes, rows * q, Math.sqrt(variance)),
          standardErrors(spread, variance, Math.sqrt(fourth - variance ** 2)),
          // A batch is a whole number of rows: 0.01 allows for float32 and the grid.
          sizes.some((size) => Math.abs(size - Math.round(size)) > 0.01) ? Infinity : 0,
        );
      }
      return compare(worst, 5);
    },
  },
  {
    name: 'ends in the same distribution of posteriors as the reference',
    async run(machine, oracle) {
      const problem = checkProblem(
        { components: 4, steps: 40, samplingRate: 0.2 },
        { rowCount: 100, noiseMultiplier: 1.5 },
      );
      const runs = 200;
      const [mine, theirs] = await Promise.all(
        [machine, oracle].map(async (m, i) => {
          const ends: Float64Array[] = [];
          for (let key = 0; key < runs; key += 1) {
            ends.push((await stateAfter(m, problem, 20_000 + 1000 * i + key, 40)).location);
          }
          return ends;
        }),
      );
      const D = parameterLayout(problem.plan.shape).dimension;
      let worst = 0;
      for (let k = 0; k < D; k += 1) {
        const a = momentsOf(mine as Float64Array[], k);
        const b = momentsOf(theirs as Float64Array[], k);
        const meanError = Math.sqrt((a.variance + b.variance) / runs);
        // ln of a variance ratio of near-normal samples has standard error √(4/n).
        worst = Math.max(
          worst,
          Math.abs(a.mean - b.mean) / meanError,
          Math.abs(Math.log(a.variance / b.variance)) / Math.sqrt(4 / runs),
        );
      }
      // 2 D comparisons of standard normals: the largest of 200 exceeds 5 once in 10,000 times.
      return compare(worst, 5);
    },
  },
];

function momentsOf(draws: readonly Float64Array[], k: number): { mean: number; variance: number } {
  const values = draws.map((draw) => draw[k] as number);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance };
}
