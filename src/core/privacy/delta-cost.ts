import { fail, type Result, succeed } from '../result.ts';
import { type Direction, type LossComponent, largestLoss, normalForm } from './composition.ts';
import { saddleForEpsilon } from './contour-integral.ts';
import { GridBound } from './delta-bound.ts';
import { planGrid } from './grid-plan.ts';
import { pessimisticStep } from './loss-grid.ts';
import type { SubsampledGaussian } from './mechanism.ts';
import { optimisticStep } from './optimistic-grid.ts';
import { mechanismOutOfRange, outOfRange, type ParameterOutOfRange } from './parameter-range.ts';
import { deltaValue, singleRelease } from './privacy-value.ts';

/** δ(ε) in one direction: value and both bounds. */
export interface DirectionDelta {
  readonly deltaUpper: number;
  readonly deltaValue: number;
  readonly deltaLower: number;
}

/** δ(ε) of a composition: per direction, and the larger of both. */
export interface CertifiedDelta extends DirectionDelta {
  readonly epsilon: number;
  readonly remove: DirectionDelta;
  readonly add: DirectionDelta;
}

const SIZE = 2 ** 18;
const FINE_SIZE = 2 ** 20;

/** δ at a given ε ≥ 0, in both directions: the other reading of the same loss distribution. */
export function certifyDelta(
  mechanisms: readonly SubsampledGaussian[],
  epsilon: number,
): Result<CertifiedDelta, ParameterOutOfRange> {
  const failure =
    (epsilon === 0 ? undefined : outOfRange('epsilon', epsilon)) ??
    mechanisms.map(mechanismOutOfRange).find((each) => each !== undefined);
  if (failure !== undefined) return fail(failure);
  const components = normalForm(mechanisms);
  const remove = directionDelta(components, 'remove', epsilon);
  const add = directionDelta(components, 'add', epsilon);
  return succeed({
    epsilon,
    deltaUpper: Math.max(remove.deltaUpper, add.deltaUpper),
    deltaValue: Math.max(remove.deltaValue, add.deltaValue),
    deltaLower: Math.max(remove.deltaLower, add.deltaLower),
    remove,
    add,
  });
}

/** δ(ε) of a composition in one direction. */
export function directionDelta(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
): DirectionDelta {
  if (components.length === 0 || epsilon >= largestLoss(components, direction)) {
    return { deltaUpper: 0, deltaValue: 0, deltaLower: 0 };
  }
  const value = deltaValue(components, direction, epsilon);
  if (value !== null && singleRelease(components) !== null) {
    return {
      deltaUpper: value.delta + value.error,
      deltaValue: value.delta,
      deltaLower: Math.max(0, value.delta - value.error),
    };
  }
  if (value !== null) {
    const bound = gridAround(components, direction, epsilon, value.delta, 1e-5, SIZE, pessimisticStep);
    return {
      deltaUpper: Math.min(1, bound.at(Math.max(0, epsilon - bound.gridRounding)).delta),
      deltaValue: value.delta,
      deltaLower: Math.max(0, value.delta - value.error),
    };
  }
  const upper = gridAround(components, direction, epsilon, null, 1e-9, FINE_SIZE, pessimisticStep);
  const at = upper.at(Math.max(0, epsilon - upper.gridRounding));
  const lower = gridAround(components, direction, epsilon, null, 1e-9, FINE_SIZE, optimisticStep);
  const deltaUpper = Math.min(1, at.delta);
  const deltaLower = Math.max(0, lower.lowerAt(epsilon));
  return {
    deltaUpper,
    deltaValue: Math.min(deltaUpper, Math.max(deltaLower, upper.correctedDelta(at))),
    deltaLower,
  };
}

/** δ(ε) as a value alone, without bounds: what searches and plots need. */
export function deltaEstimate(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
): number {
  if (components.length === 0 || epsilon >= largestLoss(components, direction)) return 0;
  const value = deltaValue(components, direction, epsilon);
  if (value !== null) return value.delta;
  const bound = gridAround(components, direction, epsilon, null, 1e-6, SIZE, pessimisticStep);
  return bound.correctedDelta(bound.at(epsilon));
}

function gridAround(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
  delta: number | null,
  accuracy: number,
  largestSize: number,
  makeStep: typeof pessimisticStep,
): GridBound {
  const saddle = saddleForEpsilon(components, direction, epsilon);
  // truncation must be small against δ, which Chernoff's bound at the saddle overestimates by 1e3 or less
  const size = Math.exp(saddle.cumulant - saddle.tilt * epsilon) / (saddle.tilt * (1 + saddle.tilt));
  const scale = Math.max(1e-300, Math.min(1, delta ?? 1e-3 * size));
  const plan = planGrid(components, direction, saddle, epsilon, scale, accuracy * (1 + epsilon), largestSize);
  return new GridBound(components, direction, plan, makeStep);
}
