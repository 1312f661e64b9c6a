import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import type { CellSums, CovariateTree } from './covariate-tree.ts';
import type { ColumnStatus, Estimability } from './estimability.ts';
import { estimability } from './estimability.ts';
import type { GlmCovariances } from './glm-covariance.ts';
import { covariances } from './glm-covariance.ts';
import type { Family, FamilyName, LeafSums } from './glm-family.ts';
import { familyOf } from './glm-family.ts';
import { interceptKernel, interceptOnly, startingState } from './glm-start.ts';
import type { IrlsState, IrlsWorkspace } from './irls.ts';
import { irlsInit, irlsRun, irlsWorkspace, loadLeaves } from './irls.ts';

/** Generalised linear models on counted covariate patterns (METHOD §7). */

export type GlmFailure =
  /** Nobody is in the table (or in the subgroup). */
  | { readonly kind: 'no-rows' }
  /** Every coefficient would be −∞. */
  | { readonly kind: 'no-events'; readonly rows: number }
  /** Every coefficient would be at its upper limit (binomial families). */
  | { readonly kind: 'all-events'; readonly rows: number }
  /** Negative or fractional counts, or an outcome that is not 0/1. */
  | {
      readonly kind: 'outcome-outside-family';
      readonly family: FamilyName;
      readonly minimum: number;
      readonly maximum: number;
    }
  | { readonly kind: 'not-converged'; readonly iterations: number; readonly decrement: number }
  /** The maximum has a fitted probability of 1 (binomial with log link): no standard errors there. */
  | { readonly kind: 'on-boundary'; readonly iterations: number };

export interface GlmFit extends GlmCovariances {
  readonly family: FamilyName;
  /** One per column of the design; NaN where `status` is not estimable. */
  readonly coefficients: Float64Array;
  /** The same with 0 for columns that were left out: what the fit predicts with. Always finite. */
  readonly workingCoefficients: Float64Array;
  readonly status: readonly ColumnStatus[];
  readonly deviance: number;
  /** Deviance of the model with the intercept only (and the offset). */
  readonly nullDeviance: number;
  readonly logLikelihood: number;
  /** −2 log-likelihood + 2 rank, as R and statsmodels count (the Gaussian variance is not in the rank). */
  readonly aic: number;
  /** 1, or the residual variance of the Gaussian family. */
  readonly dispersion: number;
  readonly iterations: number;
  readonly rank: number;
  /** People, or the sum of their weights. */
  readonly rowCount: number;
  readonly residualDegreesOfFreedom: number;
  /** Fitted mean at each leaf of the tree; 0 or 1 at leaves whose estimate diverges. */
  readonly means: Float64Array;
  /** Leaves whose fitted mean is at its limit; their rows say nothing about the other coefficients. */
  readonly separatedLeaves: number;
}

/** A relative pivot below it sends the fit through `estimability`; regular designs stay far above. */
const SUSPECT_PIVOT = 1e-7;
/** Below it the information matrix is useless even though the columns are independent. */
const SINGULAR_PIVOT = 1e-14;

/**
 * Maximum likelihood by IRLS. Coefficients that the rows cannot determine are named with their reason; the
 * others are the limit that they reach while those run to infinity (or are left out), so they stay right.
 *
 * @param room from `irlsWorkspace(tree)`; shared by the fits of many tables over one tree
 */
export function fitGlm(room: IrlsWorkspace, leaves: LeafSums, name: FamilyName): Result<GlmFit, GlmFailure> {
  const family = familyOf(name);
  const refused = outsideDomain(leaves, family);
  if (refused !== undefined) return fail(refused);
  const problem = new Problem(room, leaves, family);
  let columns = problem.clean ? allColumns(room) : problem.estimability();
  let state = startingState(room, family, problem.kept, columns.active);
  let iterations = 0;
  let suspect = problem.clean ? SUSPECT_PIVOT : SINGULAR_PIVOT;
  for (;;) {
    if (problem.kept.total === 0) {
      // Every row is fitted exactly at its limit: nothing is left to iterate, and nothing can be estimated.
      state.kernel = 0;
      break;
    }
    const end = irlsRun(room, family, problem.kept, state, columns.active, suspect);
    iterations += state.iterations;
    if (end.kind === 'converged') break;
    if (end.kind === 'stuck') return fail({ kind: 'on-boundary', iterations });
    if (end.kind === 'not-converged')
      return fail({ kind: 'not-converged', iterations, decrement: end.decrement });
    if (end.kind === 'singular') {
      if (suspect === SINGULAR_PIVOT)
        return fail({ kind: 'not-converged', iterations, decrement: Number.NaN });
      suspect = SINGULAR_PIVOT;
    } else {
      problem.separate(end.leaves);
    }
    columns = problem.estimability();
    state = startingState(room, family, problem.kept, columns.active);
  }
  return succeed(report(room, family, leaves, problem, columns, state, iterations));
}

/** Builds the workspace for one tree and fits: for a single regression. */
export function fitGlmOnce(
  tree: CovariateTree,
  leaves: LeafSums,
  name: FamilyName,
): Result<GlmFit, GlmFailure> {
  return fitGlm(irlsWorkspace(tree), leaves, name);
}

function outsideDomain(leaves: LeafSums, { name, link }: Family): GlmFailure | undefined {
  const { total: rows, totalY, minimumY: minimum, maximumY: maximum } = leaves;
  if (!(rows > 0)) return { kind: 'no-rows' };
  const outside: GlmFailure = { kind: 'outcome-outside-family', family: name, minimum, maximum };
  if (link === 'identity') return undefined;
  if (minimum < 0 || !leaves.wholeNumbers) return outside;
  if (name !== 'poisson-log' && maximum > 1) return outside;
  if (totalY === 0) return { kind: 'no-events', rows };
  if (name !== 'poisson-log' && totalY === rows) return { kind: 'all-events', rows };
  return undefined;
}

/** The rows of a fit and which of them are separated so far; keeps the room loaded with the others. */
class Problem {
  readonly leaves: LeafSums;
  /** `leaves` without the separated ones. */
  kept: LeafSums;
  /** No empty and no separated cell: nothing to look into unless the iteration says so. */
  readonly clean: boolean;
  readonly hasUpperLimit: boolean;
  readonly separated: Uint8Array;
  readonly #room: IrlsWorkspace;
  readonly #people: CellSums;
  readonly #events: CellSums;

  constructor(room: IrlsWorkspace, leaves: LeafSums, family: Family) {
    this.leaves = leaves;
    this.kept = leaves;
    this.hasUpperLimit = family.link === 'logit';
    this.separated = new Uint8Array(room.tree.leafCount);
    this.#room = room;
    loadLeaves(room, leaves);
    this.#people = { ...room.people, single: room.people.single.slice() };
    this.#events = { ...room.events, single: room.events.single.slice() };
    let clean = this.#people.single.every((people) => people > 0);
    if (family.link !== 'identity') {
      for (let found = this.#leavesAtLimit(); found.length > 0; found = this.#leavesAtLimit()) {
        clean = false;
        this.separate(found);
      }
    }
    this.clean = clean;
  }

  estimability(): Estimability {
    return estimability({
      tree: this.#room.tree,
      n: this.leaves.n,
      kept: this.kept.n,
      people: this.#people,
      events: this.#events,
      hasUpperLimit: this.hasUpperLimit,
    });
  }

  separate(found: readonly number[]): void {
    for (const leaf of found) this.separated[leaf] = 1;
    const without = (values: Float64Array) =>
      values.map((value, leaf) => (this.separated[leaf] === 1 ? 0 : value));
    const n = without(this.leaves.n);
    const sumY = without(this.leaves.sumY);
    const within = without(this.leaves.within);
    const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);
    this.kept = { ...this.leaves, n, sumY, within, total: sum(n), totalY: sum(sumY) };
    loadLeaves(this.#room, this.kept);
  }

  /** Leaves of cells without events (or, under a logit link, with nothing else). */
  #leavesAtLimit(): number[] {
    const { tree, people, events } = this.#room;
    const atLimit = new Uint8Array(tree.cellCount);
    let any = false;
    for (let cell = 0; cell < atLimit.length; cell += 1) {
      const n = people.single[cell]!;
      const y = events.single[cell]!;
      if (!(n > 0 && (y === 0 || (this.hasUpperLimit && y === n)))) continue;
      atLimit[cell] = 1;
      any = true;
    }
    if (!any) return [];
    return leavesOfCells(tree, atLimit).filter((leaf) => this.kept.n[leaf]! > 0);
  }
}

function leavesOfCells(tree: CovariateTree, chosen: Uint8Array): number[] {
  let above: Uint8Array | undefined;
  for (const { nodeCount, parent, cell } of tree.depths) {
    const here = new Uint8Array(nodeCount);
    for (let node = 0; node < nodeCount; node += 1) {
      here[node] = chosen[cell[node]!]! | (above === undefined ? 0 : above[parent[node]!]!);
    }
    above = here;
  }
  const found: number[] = [];
  for (let leaf = 0; leaf < tree.leafCount; leaf += 1) if (above![leaf] === 1) found.push(leaf);
  return found;
}

function allColumns({ everyColumn }: IrlsWorkspace): Estimability {
  return {
    active: everyColumn,
    status: Array.from(everyColumn, () => ESTIMABLE),
    rank: everyColumn.length,
  };
}

const ESTIMABLE: ColumnStatus = { kind: 'estimable', absorbs: [] };

function report(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  problem: Problem,
  columns: Estimability,
  state: IrlsState,
  iterations: number,
): GlmFit {
  const { kept, separated } = problem;
  const { status, active, rank } = columns;
  const residualDegreesOfFreedom = leaves.total - rank;
  const deviance = family.deviance(kept, state.kernel);
  const logLikelihood = family.logLikelihood(kept, state.kernel);
  const dispersion = family.dispersion === 'one' ? 1 : deviance / residualDegreesOfFreedom;
  const covariance = covariances(room, family, kept, state, columns, {
    dispersion,
    rows: leaves.total,
    residualDegreesOfFreedom,
  });
  const coefficients = new Float64Array(status.length).fill(Number.NaN);
  for (const column of active)
    if (status[column]!.kind === 'estimable') coefficients[column] = state.beta[column]!;
  const means = state.leaves.mean;
  let separatedLeaves = 0;
  for (let leaf = 0; leaf < means.length && kept !== leaves; leaf += 1) {
    if (separated[leaf] === 0) continue;
    separatedLeaves += 1;
    means[leaf] = leaves.sumY[leaf] === 0 ? 0 : 1;
  }
  return {
    family: family.name,
    coefficients,
    workingCoefficients: state.beta,
    status,
    ...covariance,
    deviance,
    nullDeviance: nullDeviance(room, family, leaves),
    logLikelihood,
    aic: -2 * logLikelihood + 2 * rank,
    dispersion,
    iterations,
    rank,
    rowCount: leaves.total,
    residualDegreesOfFreedom,
    means,
    separatedLeaves,
  };
}

function nullDeviance(room: IrlsWorkspace, family: Family, leaves: LeafSums): number {
  if (room.tree.offset === undefined) {
    return family.deviance(leaves, interceptKernel(room, family, leaves));
  }
  const active = Int32Array.of(0);
  const state = irlsInit(room, family, leaves, interceptOnly(room.tree, family, leaves));
  const end = irlsRun(room, family, leaves, state, active, SINGULAR_PIVOT);
  return end.kind === 'converged' ? family.deviance(leaves, state.kernel) : Number.NaN;
}
