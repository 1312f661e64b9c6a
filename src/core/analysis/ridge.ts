import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import type { GlmFailure } from './glm.ts';
import type { FamilyName, LeafSums } from './glm-family.ts';
import { familyOf } from './glm-family.ts';
import { interceptOnly } from './glm-start.ts';
import type { IrlsWorkspace } from './irls.ts';
import { irlsInit, loadLeaves, normalEquations } from './irls.ts';
import { choleskyInPlace, choleskyInverse, choleskySolve } from './symmetric-matrix.ts';

/**
 * The fair competitor of pooling (METHOD §8): own rows only, with a N(0, v) prior on every effect,
 *
 *     maximise  log-likelihood(β) − Σ_(j ≥ 1) β_j² / (2 v)
 *
 * by Newton's method with step halving. The intercept is left free: shrinking it would pull the rate towards 1. Every
 * coefficient is finite, also that of a level without rows or without events, so nothing diverges and nothing loses by
 * diverging. Not for the Gaussian family, where the meaning of v would depend on the outcome's unit.
 */
export interface RidgeFit {
  /** One per column of the design, all finite. */
  readonly coefficients: Float64Array;
  /** p × p: inverse of information + prior precision, the normal approximation of the posterior. */
  readonly covariance: Float64Array;
  readonly logLikelihood: number;
  readonly iterations: number;
}

export type RidgeFamily = Exclude<FamilyName, 'gaussian-identity'>;

const MAX_ITERATIONS = 200;
/** Squared length of the step in standard errors; the log-binomial's scoring is not Newton and ends no closer. */
const CONVERGED = 1e-12;
const MAX_HALVINGS = 40;

/** @param priorVariance v > 0; 1 as in the generative model */
export function fitRidge(
  room: IrlsWorkspace,
  leaves: LeafSums,
  name: RidgeFamily,
  priorVariance: number,
): Result<RidgeFit, GlmFailure> {
  const family = familyOf(name);
  const { total: rows, totalY, minimumY: minimum, maximumY: maximum } = leaves;
  if (!(rows > 0)) return fail({ kind: 'no-rows' });
  if (minimum < 0 || !leaves.wholeNumbers || (name !== 'poisson-log' && maximum > 1))
    return fail({ kind: 'outcome-outside-family', family: name, minimum, maximum });
  if (totalY === 0) return fail({ kind: 'no-events', rows });
  if (name !== 'poisson-log' && totalY === rows) return fail({ kind: 'all-events', rows });
  loadLeaves(room, leaves);
  const active = room.everyColumn;
  const p = active.length;
  const information = new Float64Array(p * p);
  const gradient = new Float64Array(p);
  const step = new Float64Array(p);
  const penalty = (beta: Float64Array) => {
    let sum = 0;
    for (let j = 1; j < p; j += 1) sum += beta[j]! ** 2;
    return sum / (2 * priorVariance);
  };
  const equations = () => {
    normalEquations(room, family, state.leaves, active, information, gradient);
    for (let j = 1; j < p; j += 1) {
      information[j * p + j]! += 1 / priorVariance;
      gradient[j]! -= state.beta[j]! / priorVariance;
    }
    choleskyInPlace(information, p);
  };
  let state = irlsInit(room, family, leaves, interceptOnly(room.tree, family, leaves));
  let objective = state.kernel - penalty(state.beta);
  for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration += 1) {
    equations();
    const decrement = choleskySolve(information, p, gradient, step);
    if (!Number.isFinite(decrement)) return fail({ kind: 'not-converged', iterations: iteration, decrement });
    const last = decrement <= CONVERGED;
    const slack = 1e-12 * (1 + Math.abs(objective));
    let halving = 0;
    for (; halving <= MAX_HALVINGS; halving += 1) {
      const trial = state.beta.map((value, j) => value + step[j]! / 2 ** halving);
      const next = irlsInit(room, family, leaves, trial);
      const value = next.kernel - penalty(trial);
      if (value >= objective - slack) {
        state = next;
        objective = value;
        break;
      }
    }
    if (last) {
      equations();
      return succeed({
        coefficients: state.beta,
        covariance: choleskyInverse(information, p),
        logLikelihood: family.logLikelihood(leaves, state.kernel),
        iterations: iteration,
      });
    }
    if (halving > MAX_HALVINGS) return fail({ kind: 'on-boundary', iterations: iteration });
  }
  return fail({ kind: 'not-converged', iterations: MAX_ITERATIONS, decrement: Number.NaN });
}
