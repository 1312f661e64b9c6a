import { singleReleaseDelta } from './closed-form.ts';
import type { Direction, LossComponent } from './composition.ts';
import { tiltedStep } from './cumulants.ts';
import { certifyEpsilon, certifyEpsilonBelow } from './epsilon-bound.ts';
import type { DirectionCost } from './mechanism.ts';
import { closedFormEpsilon, closedFormError, epsilonValue, singleRelease } from './privacy-value.ts';

/** What the mesh may add to ε, relative to 1 + ε, unless asked for more. */
export const USUAL_ACCURACY = 5e-5;
const USUAL_SIZE = 2 ** 19;
/** Where only the grid gives a value it is made this much finer. */
const FINE_ACCURACY = 1e-5;
const FINE_SIZE = 2 ** 20;
const SMALLEST_LOWER_SIZE = 2 ** 15;

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
  const variation = totalVariationBound(components, direction);
  if (variation <= delta) {
    return {
      epsilonUpper: 0,
      epsilonValue: 0,
      epsilonLower: 0,
      method: 'total-variation',
      errorTerms: [{ kind: 'total-variation', delta: variation, epsilon: 0 }],
    };
  }
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

/**
 * δ(0) ≤ √(KL/2) (Pinsker), KL = Σ T K′(0): settles compositions that are far too small to matter. Every step's mean
 * may be off by 2^-42 of its standard deviation: a sum over some hundred nodes.
 */
function totalVariationBound(components: readonly LossComponent[], direction: Direction): number {
  let divergence = 0;
  for (const component of components) {
    const { steps, mean, variance } = tiltedStep(component, direction, 0);
    divergence += steps * (Math.max(0, mean) + 2 ** -42 * Math.sqrt(variance));
  }
  return Math.sqrt(0.5 * divergence) * (1 + 1e-6);
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
  const { epsilonUpper, errorTerms } = bound;
  const size = Math.max(SMALLEST_LOWER_SIZE, bound.size);
  const epsilonLower = certifyEpsilonBelow(components, direction, delta, epsilonUpper, size);
  const epsilonValue = Math.min(Math.max(bound.corrected, epsilonLower), epsilonUpper);
  return { epsilonUpper, epsilonValue, epsilonLower, method: 'grid', errorTerms };
}
