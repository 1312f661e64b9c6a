import { fail, type Result, succeed } from '../result.ts';
import { type Direction, type LossComponent, largestLoss, normalForm } from './composition.ts';
import { saddleForEpsilon } from './contour-integral.ts';
import { GridBound } from './grid-bound.ts';
import { planGrid } from './grid-plan.ts';
import type { SubsampledGaussian } from './mechanism.ts';
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
  const saddle = saddleForEpsilon(components, direction, epsilon);
  // Chernoff's bound at the saddle is what truncation must be small against
  const size = Math.exp(saddle.cumulant - saddle.tilt * epsilon) / (saddle.tilt * (1 + saddle.tilt));
  const scale = Math.max(1e-300, Math.min(1, value?.delta ?? 1e-3 * size));
  const fine = value === null;
  const plan = planGrid(
    components,
    direction,
    saddle,
    epsilon,
    scale,
    (fine ? 1e-8 : 1e-5) * (1 + epsilon),
    fine ? FINE_SIZE : SIZE,
    fine ? FINE_SIZE : undefined,
  );
  const bound = new GridBound(components, direction, plan);
  const at = bound.at(Math.max(0, epsilon - bound.gridRounding));
  const deltaUpper = Math.min(1, at.delta);
  if (value !== null) {
    return {
      deltaUpper,
      deltaValue: value.delta,
      deltaLower: Math.max(0, value.delta - value.error),
    };
  }
  const corrected = bound.correctedDelta(at);
  return {
    deltaUpper,
    deltaValue: corrected,
    deltaLower: Math.max(0, corrected - 2 * (deltaUpper - corrected)),
  };
}
