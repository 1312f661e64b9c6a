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
  /** Of the combined t interval, the truer of the two (README). */
  readonly combinedWidth: number;
  /** Share of these intervals that held the truth. */
  readonly covered: number;
  /** Log-likelihood a held-out person, combined less local, of point estimates; with its simulation error. */
  readonly gain: number;
  readonly gainError: number;
  /** The same where all parties shared their real rows. */
  readonly idealGain: number;
}

export interface PlannerTable {
  readonly repeats: number;
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
