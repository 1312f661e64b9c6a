import { publicKey } from '../core/inference/check-problem.ts';
import { parameterLayout } from '../core/model/layout.ts';
import type { OutcomeFamily } from '../core/model/shape.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { fillStandardNormal } from '../core/random/gaussian.ts';
import {
  type ConformanceCheck,
  checkProblem,
  compare,
  largestDifference,
  stateAfter,
} from './conformance.ts';
import type { DpviState, Machine } from './kernel.ts';

type Problem = ReturnType<typeof checkProblem>;

const FAMILIES: readonly OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];

/** A state whose scales are so large that the pulls a = softplus'(s) η are of size 1: both halves count. */
function stateAt(problem: Problem, size: number, rawScale: number): DpviState {
  const layout = parameterLayout(problem.plan.shape);
  const D = layout.dimension;
  const location = new Float64Array(D);
  fillStandardNormal(chacha20Source(publicKey(41), 'initialLocation'), location);
  for (let k = 0; k < D; k += 1) location[k] = Math.fround(size * (location[k] as number));
  location[layout.intercept] = -1.5;
  return {
    step: 0,
    location,
    rawScale: new Float64Array(D).fill(rawScale),
    firstMoment: new Float64Array(2 * D),
    secondMoment: new Float64Array(2 * D),
    locationSum: new Float64Array(D),
    rawScaleSum: new Float64Array(D),
    averagedSteps: 0,
  };
}

/** (g_m, g_s) of one step from `from`, read off Adam's first moment. */
async function bothGradients(machine: Machine, problem: Problem, from: DpviState, key: number) {
  const { firstMoment } = await stateAfter(machine, problem, key, 1, from);
  return firstMoment.map((moment) => moment / (1 - 0.9));
}

function withoutRow({ table, plan }: Problem, row: number): Problem {
  const kept = (_: number, i: number) => i !== row;
  const smaller = {
    rowCount: table.rowCount - 1,
    columns: table.columns.map((column) => column.filter(kept)),
    outcome: table.outcome.filter(kept),
  };
  return { table: smaller, plan: { ...plan, rowCount: smaller.rowCount } };
}

/** The plain variant of METHOD §4, on machines that run it. */
export const plainChecks: readonly ConformanceCheck[] = [
  {
    name: 'has both gradients of the reference',
    async run(machine, oracle) {
      let largest = 0;
      for (const family of FAMILIES) {
        for (const clipNorm of [0.3, 2]) {
          for (const samplingRate of [0.4, 1]) {
            const problem = checkProblem(
              { components: 8, clipNorm, samplingRate, gradients: 'plain' },
              { family, levels: [7, 2, 8] },
            );
            const from = stateAt(problem, 0.5, 0);
            const [mine, exact] = await Promise.all(
              [machine, oracle].map((m) => bothGradients(m, problem, from, 3)),
            );
            largest = Math.max(largest, largestDifference(mine as Float64Array, exact as Float64Array));
          }
        }
      }
      // A mean over rows of float32 numbers, at a z that is float32 too: a few times 6e-8 of e^u, u up to 5.
      return compare(largest, 3e-5);
    },
  },
  ...FAMILIES.map(
    (family): ConformanceCheck => ({
      name: `lets no single row move both sums together by more than C under ${family}`,
      async run(machine) {
        let largest = 0;
        for (const clipNorm of [0.2, 2]) {
          for (const rawScale of [-3, 0, 2]) {
            const problem = checkProblem({ clipNorm, gradients: 'plain' }, { family, rowCount: 12 });
            const from = stateAt(problem, 0.3, rawScale);
            const whole = await bothGradients(machine, problem, from, 7);
            for (let row = 0; row < 12; row += 1) {
              const rest = await bothGradients(machine, withoutRow(problem, row), from, 7);
              // N g: prior and entropy are the same in both and drop out.
              const moved = whole.reduce((sum, g, k) => sum + (12 * g - 11 * (rest[k] as number)) ** 2, 0);
              largest = Math.max(largest, Math.sqrt(moved) / clipNorm);
            }
          }
        }
        // Float32 moments of numbers up to e^u/N, read off in 90 coordinates, over C = 0.2.
        return compare(largest, 1 + 3e-4);
      },
    }),
  ),
  {
    name: 'clips both gradients together: rows beyond C move the sums by C and not by more along m',
    async run(machine) {
      const problem = checkProblem({ clipNorm: 0.05, gradients: 'plain' }, { rowCount: 12 });
      const D = parameterLayout(problem.plan.shape).dimension;
      const from = stateAt(problem, 0.3, 2);
      const whole = await bothGradients(machine, problem, from, 7);
      const rest = await bothGradients(machine, withoutRow(problem, 5), from, 7);
      const squares = whole.map((g, k) => (12 * g - 11 * (rest[k] as number)) ** 2);
      const both = Math.sqrt(squares.reduce((sum, x) => sum + x, 0)) / 0.05;
      const along = Math.sqrt(squares.subarray(0, D).reduce((sum, x) => sum + x, 0)) / 0.05;
      // All of C is used, and a good part of it by s: clipping g_m alone would leave the first half at 1.
      return compare(Math.max(Math.abs(both - 1) - 2e-3, along - 0.95), 0);
    },
  },
  {
    name: 'adds independent noise of N(0, σ²C²) to both',
    async run(machine) {
      const noiseMultiplier = 1e6;
      const problem = checkProblem(
        { components: 16, clipNorm: 1, gradients: 'plain' },
        { rowCount: 2, noiseMultiplier, levels: [7, 2, 8, 4, 5] },
      );
      const D = parameterLayout(problem.plan.shape).dimension;
      const from = stateAt(problem, 0.1, -2);
      let square = 0;
      let scaleSquare = 0;
      let product = 0;
      const keys = 40;
      for (let key = 0; key < keys; key += 1) {
        const g = await bothGradients(machine, problem, from, 3000 + key);
        for (let k = 0; k < D; k += 1) {
          const x = ((g[k] as number) * 2) / noiseMultiplier;
          const y = ((g[D + k] as number) * 2) / noiseMultiplier;
          square += x * x;
          scaleSquare += y * y;
          product += x * y;
        }
      }
      const n = keys * D;
      const errors = [(square / n - 1) / Math.SQRT2, (scaleSquare / n - 1) / Math.SQRT2, product / n];
      return compare(Math.max(...errors.map((error) => Math.abs(error) * Math.sqrt(n))), 5);
    },
  },
];
