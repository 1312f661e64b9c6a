import { fail, type Result, succeed } from '../result.ts';
import type { SimulatedCentres } from './simulated-centres.ts';

/**
 * What a centre can expect of sharing, from public numbers only: N, levels, ε, K and the number of parties. Read off
 * simulations made ahead on invented people (`npm run make:planner-table`), between whose corners it interpolates. It
 * costs no budget, and it knows nothing of the centre's own rows: other effects, rarer events or centres that differ
 * more than the simulated ones change the answer.
 */
export interface PlannerQuestion {
  /** N, people of every party. */
  readonly rowCount: number;
  /** Levels of all variables together. */
  readonly levels: number;
  readonly epsilon: number;
  /** K */
  readonly setCount: number;
  /** M, the asking party included. */
  readonly parties: number;
}

/** One simulated corner; widths are ln(upper / lower) of the 95 % interval of a risk ratio, median over coefficients. */
export interface PlannerCorner extends PlannerQuestion {
  readonly localWidth: number;
  /** Of the joint estimate with noisy tables; of the combined t interval with twins, the truer of the two (README). */
  readonly combinedWidth: number;
  /** Share of these intervals that held the truth. */
  readonly covered: number;
  /**
   * Log-likelihood a held-out person, combined less own rows with a N(0, 1) prior on every effect, of point estimates; with its
   * simulation error. The plain local fit, which small tables drive to infinity, would be too easy to beat.
   */
  readonly gain: number;
  readonly gainError: number;
  /** The same where all parties shared their real rows. */
  readonly idealGain: number;
}

/** How the others' share is made: noisy tables with the joint estimate, or twins by the `short` training with Rubin's rules. */
export type PlannerMethod = 'noisy-marginals' | 'short';

/** Simulations of one method among one kind of centres. K is no axis of noisy tables: every corner has 0 there. */
export interface PlannerTable {
  readonly method: PlannerMethod;
  readonly centres: SimulatedCentres;
  readonly repeats: number;
  /** Simulations, of all corners together, in which the equations had no solution: they are left out. */
  readonly unsolved: number;
  readonly corners: readonly PlannerCorner[];
}

export const PLANNER_GRID = {
  rowCounts: [150, 500, 1500, 5000],
  epsilons: [0.5, 1, 2, 4],
  levels: [13, 26],
  parties: [2, 4, 8],
  setCounts: [10, 30],
} as const;

export type PlannerAnswer = Omit<PlannerCorner, keyof PlannerQuestion>;

export interface OutsideOfPlanner {
  readonly kind: 'outside-of-simulations';
  readonly what: keyof PlannerQuestion;
  readonly value: number;
  readonly smallest: number;
  readonly largest: number;
}

/** Widths and gains follow powers of N, ε, K and M more nearly than lines; levels are few and near. */
const AXES: readonly { readonly key: keyof PlannerQuestion; readonly log: boolean }[] = [
  { key: 'rowCount', log: true },
  { key: 'epsilon', log: true },
  { key: 'levels', log: false },
  { key: 'parties', log: true },
  { key: 'setCount', log: true },
];

/** From K = 30 on more sets change little, and none of it for the worse: a larger K is read off as the largest simulated. */
const SATURATES: keyof PlannerQuestion = 'setCount';

const VALUES = ['localWidth', 'combinedWidth', 'covered', 'gain', 'gainError', 'idealGain'] as const;

/** Multilinear between the corners around the question; refuses what lies outside of every simulation. */
export function planAhead(
  question: PlannerQuestion,
  table: PlannerTable,
): Result<PlannerAnswer, OutsideOfPlanner> {
  /** For each axis the corners on both sides and the weight of the upper one. */
  const places: {
    readonly key: keyof PlannerQuestion;
    readonly below: number;
    readonly above: number;
    weight: number;
  }[] = [];
  for (const { key, log } of AXES) {
    const points = [...new Set(table.corners.map((corner) => corner[key]))].sort((a, b) => a - b);
    if (points.length === 1) continue;
    const [smallest, largest] = [points[0]!, points[points.length - 1]!];
    const asked = question[key];
    const value = key === SATURATES ? Math.min(asked, largest) : asked;
    if (!(value >= smallest && value <= largest))
      return fail({ kind: 'outside-of-simulations', what: key, value: asked, smallest, largest });
    const at = Math.max(
      1,
      points.findIndex((point) => point >= value),
    );
    const [below, above] = [points[at - 1]!, points[at]!];
    const scale = (x: number) => (log ? Math.log(x) : x);
    const weight = (scale(value) - scale(below)) / (scale(above) - scale(below));
    places.push({ key, below, above, weight });
  }
  const sums = { localWidth: 0, combinedWidth: 0, covered: 0, gain: 0, gainError: 0, idealGain: 0 };
  for (let choice = 0; choice < 2 ** places.length; choice += 1) {
    let weight = 1;
    const corner = places.map(({ key, below, above, weight: upper }, axis) => {
      const up = ((choice >> axis) & 1) === 1;
      weight *= up ? upper : 1 - upper;
      return { key, value: up ? above : below };
    });
    if (weight === 0) continue;
    const found = table.corners.find((one) => corner.every(({ key, value }) => one[key] === value));
    if (found === undefined) throw new Error('the planner’s table lacks a corner of its grid');
    for (const name of VALUES) sums[name] += weight * found[name];
  }
  return succeed(sums);
}

/** From which ε on sharing is expected to help, with everything else as asked. */
export type AffordableEpsilon =
  /** The smallest simulated ε already helps. */
  | { readonly kind: 'any'; readonly smallest: number }
  | { readonly kind: 'from'; readonly epsilon: number }
  /** Not even the largest helps. */
  | { readonly kind: 'none'; readonly largest: number };

/** ε is looked at in steps of this factor: finer would read more out of the simulations than is in them. */
const EPSILON_STEP = 2 ** 0.25;

/**
 * The smallest ε from which on the expected gain stays above its simulation error, so that chance alone does not
 * make an ε look affordable.
 */
export function affordableEpsilon(
  question: Omit<PlannerQuestion, 'epsilon'>,
  table: PlannerTable,
): Result<AffordableEpsilon, OutsideOfPlanner> {
  const [smallest, largest] = [
    PLANNER_GRID.epsilons[0],
    PLANNER_GRID.epsilons[PLANNER_GRID.epsilons.length - 1]!,
  ];
  let lowest: number | undefined;
  for (let step = 0; ; step += 1) {
    const epsilon = Math.max(smallest, largest / EPSILON_STEP ** step);
    const answer = planAhead({ ...question, epsilon }, table);
    if (!answer.ok) return answer;
    if (!(answer.value.gain > answer.value.gainError)) break;
    lowest = epsilon;
    if (epsilon === smallest) return succeed({ kind: 'any', smallest });
  }
  return succeed(lowest === undefined ? { kind: 'none', largest } : { kind: 'from', epsilon: lowest });
}
