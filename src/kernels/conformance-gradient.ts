import { publicKey } from '../core/inference/check-problem.ts';
import { parameterLayout } from '../core/model/layout.ts';
import type { OutcomeFamily } from '../core/model/shape.ts';
import { rawScaleOf } from '../core/model/softplus.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { fillStandardNormal } from '../core/random/gaussian.ts';
import {
  type ConformanceCheck,
  checkProblem,
  compare,
  largestDifference,
  locationGradient,
  stateAfter,
} from './conformance.ts';
import type { DpviState, Machine } from './kernel.ts';

/** τ so small that z = m to float32: then no draw of η shows and machines can be compared number by number. */
const NO_SPREAD = 1e-9;

/**
 * A state at a random z, logits of spread `size`. A softmax does not see `shift`; the prior does: far below 0 its
 * gradient is 1 everywhere, and a float32 sum shows what is beside it.
 */
function stateAt(
  problem: ReturnType<typeof checkProblem>,
  size: number,
  number: number,
  shift = 0,
): DpviState {
  const layout = parameterLayout(problem.plan.shape);
  const D = layout.dimension;
  const location = new Float64Array(D);
  fillStandardNormal(chacha20Source(publicKey(number), 'initialLocation'), location);
  for (let k = 0; k < D; k += 1) {
    location[k] = Math.fround(size * (location[k] as number) + (k < layout.intercept ? shift : 0));
  }
  location[layout.intercept] = -1.5;
  return {
    step: 0,
    location,
    rawScale: new Float64Array(D).fill(rawScaleOf(NO_SPREAD)),
    firstMoment: new Float64Array(2 * D),
    secondMoment: new Float64Array(2 * D),
    locationSum: new Float64Array(D),
    rawScaleSum: new Float64Array(D),
    averagedSteps: 0,
  };
}

async function gradientDifference(
  machine: Machine,
  oracle: Machine,
  problem: ReturnType<typeof checkProblem>,
  from: DpviState,
): Promise<number> {
  const [mine, exact] = await Promise.all(
    [machine, oracle].map(async (m) => locationGradient(from, await stateAfter(m, problem, 3, 1, from))),
  );
  return largestDifference(mine as Float64Array, exact as Float64Array);
}

const FAMILIES: readonly OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];

const gradientChecks: readonly ConformanceCheck[] = FAMILIES.map((family) => ({
  name: `has the clipped gradient of the reference under ${family}`,
  async run(machine, oracle) {
    let largest = 0;
    for (const [components, levels] of [
      [4, [3, 2, 5]],
      [16, [7, 2, 8, 4, 5]],
      [8, [2, 2]],
      [4, [256, 3]],
    ] as const) {
      for (const clipNorm of [0.3, 2, 16]) {
        const problem = checkProblem({ components, clipNorm, initialScale: NO_SPREAD }, { family, levels });
        const from = stateAt(problem, 1, components);
        // In units of C or of a gradient of size 1, whichever is larger: the grid is 1e-6 of C a row.
        const difference = await gradientDifference(machine, oracle, problem, from);
        largest = Math.max(largest, difference / Math.max(1, clipNorm));
      }
    }
    // A mean over rows of float32 numbers below 1 (6e-8 each, about 30 operations) and of entries rounded to the grid.
    return compare(largest, 1e-5);
  },
}));

/** N g_m of a step without noise: the sum over the rows, and a prior that does not depend on them. */
async function sumWithPrior(machine: Machine, problem: ReturnType<typeof checkProblem>, from: DpviState) {
  const gradient = locationGradient(from, await stateAfter(machine, problem, 3, 1, from));
  return gradient.map((g) => g * problem.plan.rowCount);
}

function withoutRow(problem: ReturnType<typeof checkProblem>, row: number): ReturnType<typeof checkProblem> {
  const { table, plan } = problem;
  const kept = (_: number, i: number) => i !== row;
  const smaller = {
    rowCount: table.rowCount - 1,
    columns: table.columns.map((column) => column.filter(kept)),
    outcome: table.outcome.filter(kept),
  };
  return { table: smaller, plan: { ...plan, rowCount: smaller.rowCount } };
}

const sensitivityChecks: readonly ConformanceCheck[] = FAMILIES.map((family) => ({
  name: `lets no single row move the sum by more than C under ${family}`,
  async run(machine) {
    let largest = 0;
    for (const clipNorm of [0.2, 2]) {
      for (const size of [0.3, 2, 4]) {
        const problem = checkProblem({ clipNorm, initialScale: NO_SPREAD }, { family, rowCount: 12 });
        const from = stateAt(problem, size, 23, -16);
        const whole = await sumWithPrior(machine, problem, from);
        for (let row = 0; row < 12; row += 1) {
          const rest = await sumWithPrior(machine, withoutRow(problem, row), from);
          // The prior is the same in both and drops out.
          const moved = whole.reduce((sum, value, k) => sum + (value - (rest[k] as number)) ** 2, 0);
          largest = Math.max(largest, Math.sqrt(moved) / clipNorm);
        }
      }
    }
    // In units of C ≥ 0.2. The sum is read off a float32 moment with a prior of 1 in each of 45 coordinates on top: 1e-6 each.
    return compare(largest, 1 + 3e-5);
  },
}));

/** The numbers of METHOD §4 without noise, against the oracle. */
export const agreementChecks: readonly ConformanceCheck[] = [
  ...gradientChecks,
  ...sensitivityChecks,
  {
    name: 'has the gradient of the reference where products of 64 probabilities underflow',
    async run(machine, oracle) {
      const levels = new Array<number>(64).fill(3);
      const problem = checkProblem(
        { components: 8, clipNorm: 2, initialScale: NO_SPREAD },
        { levels, rowCount: 60 },
      );
      // Logits of spread 15: ln θ is about −12 a variable, −770 a row; e^−745 is the smallest number there is.
      const from = stateAt(problem, 15, 29, -60);
      return compare(await gradientDifference(machine, oracle, problem, from), 1e-5);
    },
  },
  {
    name: 'stays finite at extreme parameters',
    async run(machine) {
      let violations = 0;
      for (const family of FAMILIES) {
        for (const size of [30, 300, 3e4]) {
          const problem = checkProblem({ steps: 5 }, { family, noiseMultiplier: 1 });
          const from = stateAt(problem, size, 17);
          const after = await stateAfter(machine, problem, 4, 5, from);
          for (const values of [after.location, after.rawScale, after.firstMoment, after.secondMoment]) {
            if (!values.every(Number.isFinite)) violations += 1;
          }
        }
      }
      return compare(violations, 0);
    },
  },
  {
    name: 'without noise and clipping runs 1,000 steps as the reference does',
    async run(machine, oracle) {
      const problem = checkProblem(
        { steps: 1000, clipNorm: 16, learningRate: { initial: 1e-2, final: 1e-3 }, initialScale: NO_SPREAD },
        { rowCount: 400 },
      );
      const from = stateAt(problem, 1, 5);
      const [mine, exact] = await Promise.all(
        [machine, oracle].map((m) => stateAfter(m, problem, 5, 1000, from)),
      );
      // Adam divides by the gradient: where that is near 0 float32 decides its sign, a step or so of 1e-3.
      return compare(largestDifference((mine as DpviState).location, (exact as DpviState).location), 5e-3);
    },
  },
  {
    name: 'paused and resumed under a fresh key goes on as if uninterrupted',
    async run(machine) {
      const problem = checkProblem({ steps: 20, averagedFraction: 0.5, initialScale: NO_SPREAD });
      const from = stateAt(problem, 1, 6);
      const whole = await stateAfter(machine, problem, 7, 20, from);
      const half = await stateAfter(machine, problem, 8, 13, from);
      const rest = await stateAfter(machine, problem, 9, 20, half);
      const difference =
        largestDifference(whole.location, rest.location) +
        largestDifference(whole.secondMoment, rest.secondMoment) +
        largestDifference(whole.locationSum, rest.locationSum) / whole.averagedSteps +
        Math.abs(whole.averagedSteps - rest.averagedSteps);
      // The draws of η differ and move z by 1e-9; a state in float32 is resumed exactly.
      return compare(difference, 1e-5);
    },
  },
];
