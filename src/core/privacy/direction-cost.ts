import { singleReleaseDelta } from './closed-form.ts';
import type { Direction, LossComponent } from './composition.ts';
import { certifyEpsilon } from './grid-bound.ts';
import type { DirectionCost } from './mechanism.ts';
import { closedFormEpsilon, closedFormError, epsilonValue, singleRelease } from './privacy-value.ts';

/** What the mesh may add to ε, relative to 1 + ε, unless asked for more. */
export const USUAL_ACCURACY = 5e-5;
const USUAL_SIZE = 2 ** 19;
/** Where only the grid gives a value it is made this much finer. */
const FINE_ACCURACY = 1e-6;
const FINE_SIZE = 2 ** 20;

/** ε(δ) of a composition in one direction: value and both bounds. */
export function directionCost(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  accuracy = USUAL_ACCURACY,
): DirectionCost {
  if (components.length === 0) {
    return { epsilonUpper: 0, epsilonValue: 0, epsilonLower: 0, method: 'closed-form', errorTerms: [] };
  }
  const single = singleRelease(components);
  if (single !== null) return closedFormCost(single.noiseMultiplier, single.samplingRate, direction, delta);
  const value = epsilonValue(components, direction, delta);
  if (value === null) return gridCost(components, direction, delta, Math.min(accuracy, FINE_ACCURACY));
  const size = accuracy < USUAL_ACCURACY ? FINE_SIZE : USUAL_SIZE;
  const bound = certifyEpsilon(components, direction, delta, value.epsilon, accuracy, size);
  return {
    epsilonUpper: bound.epsilonUpper,
    epsilonValue: value.epsilon,
    epsilonLower: Math.max(0, value.epsilon - value.error),
    method: 'contour-and-grid',
    errorTerms: [
      ...bound.errorTerms,
      { kind: 'contour-error', delta: value.error * bound.rate, epsilon: value.error },
    ],
  };
}

function closedFormCost(sigma: number, q: number, direction: Direction, delta: number): DirectionCost {
  const error = closedFormError(sigma);
  const at = (epsilon: number) => singleReleaseDelta(sigma, q, direction, epsilon);
  const epsilonUpper = closedFormEpsilon((epsilon) => at(epsilon) * (1 + error), delta);
  const value = closedFormEpsilon(at, delta);
  const epsilonLower = closedFormEpsilon((epsilon) => at(epsilon) * (1 - error), delta);
  return {
    epsilonUpper: epsilonUpper * (1 + 4e-15),
    epsilonValue: value,
    epsilonLower: Math.min(value, epsilonLower * (1 - 4e-15)),
    method: 'closed-form',
    errorTerms: [{ kind: 'closed-form-rounding', delta: delta * error, epsilon: epsilonUpper - value }],
  };
}

function gridCost(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  accuracy: number,
): DirectionCost {
  const bound = certifyEpsilon(components, direction, delta, null, accuracy, FINE_SIZE);
  return {
    epsilonUpper: bound.epsilonUpper,
    epsilonValue: Math.min(bound.corrected, bound.epsilonUpper),
    epsilonLower: Math.max(0, bound.corrected - 2 * (bound.epsilonUpper - bound.corrected)),
    method: 'grid',
    errorTerms: bound.errorTerms,
  };
}
