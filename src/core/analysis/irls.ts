import type { CellSums, CovariateTree } from './covariate-tree.ts';
import {
  crossProducts,
  emptySums,
  exponentialPredictor,
  linearPredictor,
  sumCells,
} from './covariate-tree.ts';
import type { Family, LeafState, LeafSums } from './glm-family.ts';
import { choleskyInPlace, choleskySolve } from './symmetric-matrix.ts';

/**
 * Iteratively reweighted least squares (McCullagh & Nelder 1989, §2.5) with step halving:
 *
 *     A = XᵀWX,  g = XᵀS,  step = A⁻¹ g,  λ² = gᵀ A⁻¹ g
 *
 * λ² is the squared length of the step in standard errors. Once λ² ≤ 1e-10 the step is taken and the
 * iteration stops: with a canonical link this is Newton's method, which converges quadratically, so what is left is
 * of the order of λ² standard errors.
 */

export interface IrlsState {
  /** One per column of the design; columns that do not take part stay 0. */
  readonly beta: Float64Array;
  readonly leaves: LeafState;
  /** Log-likelihood without constants, of `beta`. */
  kernel: number;
  iterations: number;
  /**
   * Cholesky factor of XᵀWX of the active columns, where the last step was so short that it serves for the errors too:
   * the room's weights are then summed already. Undefined after any other end.
   */
  factor: Float64Array | undefined;
}

export type IrlsEnd =
  | { readonly kind: 'converged' }
  /** Every step but the steps of these leaves has died out; those run to their limit (see `separatedLeaves`). */
  | { readonly kind: 'separated'; readonly leaves: readonly number[] }
  /** XᵀWX is numerically singular: columns depend on each other. */
  | { readonly kind: 'singular' }
  /** No shorter step raises the likelihood: the maximum lies on the edge of the family's domain. */
  | { readonly kind: 'stuck' }
  | { readonly kind: 'not-converged'; readonly decrement: number };

const CONVERGED = 1e-10;
/** Scoring with expected information converges only linearly, so the steps themselves must have died out. */
const CONVERGED_LINEARLY = 1e-22;
/** A step of 3e-7 standard errors moves these by as little: less than any table of results shows. */
const SETTLED = 1e-13;
const MAX_ITERATIONS = 60;
const MAX_ITERATIONS_LINEARLY = 500;
const MAX_HALVINGS = 30;
/** A regular fit has converged by then, or moves in a way that `separatedLeaves` does not mistake. */
const SEPARATION_SHOWS = 8;
/** e^η is multiplied up from factors only while none of them can leave the range of doubles. */
const SAFE_EXPONENT = 60;

/** Room for a fit over one tree; the fits of many tables can share it. */
export interface IrlsWorkspace {
  readonly tree: CovariateTree;
  readonly weights: CellSums;
  readonly scores: CellSums;
  /** Sums of the leaves in work: people and Σy (`loadLeaves`). */
  readonly people: CellSums;
  readonly events: CellSums;
  readonly predictor: Float64Array;
  readonly weight: Float64Array;
  readonly score: Float64Array;
  readonly cellEffect: Float64Array;
  /** 0, 1, … p − 1 */
  readonly everyColumn: Int32Array;
}

export function irlsWorkspace(tree: CovariateTree): IrlsWorkspace {
  return {
    tree,
    weights: emptySums(tree, true),
    scores: emptySums(tree, false),
    people: emptySums(tree, false),
    events: emptySums(tree, false),
    predictor: new Float64Array(tree.leafCount),
    weight: new Float64Array(tree.leafCount),
    score: new Float64Array(tree.leafCount),
    cellEffect: new Float64Array(tree.cellCount),
    everyColumn: Int32Array.from(tree.cellOfColumn.keys()),
  };
}

/** Prepares the room for these leaves; to be called before `irlsInit` and `irlsRun` with them. */
export function loadLeaves(room: IrlsWorkspace, leaves: LeafSums): void {
  sumCells(room.tree, leaves.n, room.people);
  sumCells(room.tree, leaves.sumY, room.events);
}

/** The state at `beta`; its weights and scores lie in the room, where the next state takes their place. `kernel` is −Infinity where beta is outside of the family's domain. */
export function irlsInit(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  beta: Float64Array,
): IrlsState {
  const size = room.tree.leafCount;
  const state: IrlsState = {
    beta,
    leaves: { mean: new Float64Array(size), weight: room.weight, score: room.score },
    kernel: Number.NEGATIVE_INFINITY,
    iterations: 0,
    factor: undefined,
  };
  state.kernel = evaluateAt(room, family, leaves, beta, state.leaves);
  return state;
}

/** Iterates over the columns `active` until an end is reached; `state` then holds the last accepted point. */
export function irlsRun(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  state: IrlsState,
  active: Int32Array,
  singularBelow: number,
): IrlsEnd {
  const p = active.length;
  const information = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  const step = new Float64Array(p);
  const trial = new Float64Array(state.beta.length);
  const [converged, maxIterations] = family.canonical
    ? [CONVERGED, MAX_ITERATIONS]
    : [CONVERGED_LINEARLY, MAX_ITERATIONS_LINEARLY];
  let decrement = Number.POSITIVE_INFINITY;
  for (let iteration = 1; iteration <= maxIterations; iteration += 1) {
    normalEquations(room, family, state.leaves, active, information, gradient);
    if (choleskyInPlace(information, p) <= singularBelow) return { kind: 'singular' };
    decrement = choleskySolve(information, p, gradient, step);
    if (!Number.isFinite(decrement)) return { kind: 'singular' };
    if (iteration > SEPARATION_SHOWS && family.link !== 'identity') {
      const moving = separatedLeaves(room, family, leaves, active, step);
      if (moving.length > 0) return { kind: 'separated', leaves: moving };
    }
    // A least-squares fit is solved by its first step; the second one removes rounding.
    const last = family.link === 'identity' ? iteration >= 2 : decrement <= converged;
    state.iterations = iteration;
    if (!takeStep(room, family, leaves, state, active, step, trial, last)) {
      return last ? { kind: 'converged' } : { kind: 'stuck' };
    }
    if (last) {
      if (decrement <= SETTLED) state.factor = information;
      return { kind: 'converged' };
    }
  }
  return { kind: 'not-converged', decrement };
}

/** XᵀWX and XᵀS over the active columns. */
export function normalEquations(
  room: IrlsWorkspace,
  family: Family,
  { weight, score }: LeafState,
  active: Int32Array,
  information: Float64Array,
  gradient: Float64Array,
): void {
  const { tree, weights, scores, events } = room;
  sumCells(tree, weight, weights);
  crossProducts(tree, weights, active, information);
  if (family.scoreIsEventsLessWeight) {
    for (let a = 0; a < gradient.length; a += 1) {
      gradient[a] = columnSum(tree, events, active[a]!) - columnSum(tree, weights, active[a]!);
    }
    return;
  }
  sumCells(tree, score, scores);
  for (let a = 0; a < gradient.length; a += 1) gradient[a] = columnSum(tree, scores, active[a]!);
}

/** Moves by the step, or by half of it, a quarter, … until the likelihood does not fall; false when none serves. */
function takeStep(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  state: IrlsState,
  active: Int32Array,
  step: Float64Array,
  trial: Float64Array,
  last: boolean,
): boolean {
  const before = state.kernel;
  // Rounding of a sum of this size; without the allowance the last tiny step would be halved for nothing.
  const slack = 1e-12 * (1 + Math.abs(before));
  for (let halving = 0, length = 1; halving <= MAX_HALVINGS; halving += 1, length /= 2) {
    trial.set(state.beta);
    for (let a = 0; a < active.length; a += 1) trial[active[a]!]! += length * step[a]!;
    const kernel = evaluateAt(room, family, leaves, trial, state.leaves);
    if (kernel >= before - slack) {
      state.beta.set(trial);
      state.kernel = kernel;
      return true;
    }
    if (last) break;
  }
  state.kernel = evaluateAt(room, family, leaves, state.beta, state.leaves);
  return false;
}

/**
 * Leaves whose fitted mean runs to its limit. Where the maximum lies at infinity, Newton's steps settle to a
 * direction d of recession: x·d = 0 at every leaf with a finite fitted mean, and x·d of order 1 towards 0 (or,
 * under a logit link, 1) at leaves without (only) events. Such a step is the proof: going on along it
 * raises the likelihood for ever. (Geyer 2009, "Likelihood inference in exponential families and directions
 * of recession"; Correia, Guimarães & Zylkin 2019.)
 */
function separatedLeaves(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  active: Int32Array,
  step: Float64Array,
): number[] {
  const { tree, predictor } = room;
  const intercept = setCellEffects(room, active, step);
  linearPredictor(tree, intercept, room.cellEffect, predictor);
  const moving: number[] = [];
  for (let i = 0; i < tree.leafCount; i += 1) {
    const people = leaves.n[i]!;
    if (people === 0) continue;
    const change = predictor[i]! - (tree.offset?.[i] ?? 0);
    const events = leaves.sumY[i]!;
    const outwards =
      events === 0 ? -change : family.link === 'logit' && events === people ? change : -Math.abs(change);
    if (outwards > 0.3) moving.push(i);
    else if (Math.abs(change) > 1e-6) return [];
  }
  return moving;
}

function evaluateAt(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  beta: Float64Array,
  out: LeafState,
): number {
  const { tree, events, cellEffect } = room;
  // In the place of the means: every family turns the one into the other leaf by leaf.
  const predictor = out.mean;
  const intercept = beta[0]!;
  let largest = Math.abs(intercept);
  let linear = intercept * leaves.totalY;
  for (let cell = 0; cell < tree.cellCount; cell += 1) {
    const column = tree.columnOfCell[cell]!;
    const effect = column < 0 ? 0 : beta[column]!;
    cellEffect[cell] = effect;
    linear += effect * events.single[cell]!;
    if (Math.abs(effect) > largest) largest = Math.abs(effect);
  }
  if (tree.offset !== undefined) {
    for (let i = 0; i < tree.leafCount; i += 1) linear += leaves.sumY[i]! * tree.offset[i]!;
  }
  if (family.link === 'log' && largest < SAFE_EXPONENT) {
    exponentialPredictor(tree, intercept, cellEffect, predictor);
  } else {
    linearPredictor(tree, intercept, cellEffect, predictor);
    if (family.link === 'log')
      for (let i = 0; i < predictor.length; i += 1) predictor[i] = Math.exp(predictor[i]!);
  }
  const kernel = family.evaluate(leaves, predictor, linear, out);
  return Number.isNaN(kernel) ? Number.NEGATIVE_INFINITY : kernel;
}

function setCellEffects(room: IrlsWorkspace, active: Int32Array, values: Float64Array): number {
  room.cellEffect.fill(0);
  let intercept = 0;
  for (let a = 0; a < active.length; a += 1) {
    const cell = room.tree.cellOfColumn[active[a]!]!;
    if (cell < 0) intercept = values[a]!;
    else room.cellEffect[cell] = values[a]!;
  }
  return intercept;
}

function columnSum(tree: CovariateTree, sums: CellSums, column: number): number {
  const cell = tree.cellOfColumn[column]!;
  return cell < 0 ? sums.total : sums.single[cell]!;
}
