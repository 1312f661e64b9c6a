import { type Direction, type LossComponent, largestLoss } from './composition.ts';
import { saddleEpsilon, saddleForDelta, saddleForEpsilon, tiltAt } from './contour-integral.ts';
import { type DeltaBound, GridBound } from './delta-bound.ts';
import { planGrid } from './grid-plan.ts';
import type { ErrorTerm } from './mechanism.ts';
import { optimisticStep } from './optimistic-grid.ts';

/** A certified upper bound on ε(δ) in one direction. */
export interface EpsilonBound {
  readonly epsilonUpper: number;
  /** The bound with the mesh's share taken out: good to about 1e-8, no bound. */
  readonly corrected: number;
  /** False where the mesh's share of δ is too large to be taken out. */
  readonly correctable: boolean;
  /** −dδ/dε at the bound. */
  readonly rate: number;
  /** Cells of the grid that gave it; 0 for none. */
  readonly size: number;
  readonly errorTerms: readonly ErrorTerm[];
}

/**
 * Certifies ε(δ) from above.
 *
 * @param value ε by the contour integral, or null: the grid then finds its own place first
 * @param accuracy what the mesh may add to ε, relative to 1 + ε
 */
export function certifyEpsilon(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  value: number | null,
  accuracy: number,
  largestSize = 2 ** 19,
): EpsilonBound {
  const first = searched(components, direction, delta, value, accuracy, largestSize, true);
  if (first.isClose || !first.takenApart) return first.bound;
  // taking rare jumps apart did not pay: both are bounds, the smaller one counts
  const whole = searched(components, direction, delta, value, accuracy, largestSize, false).bound;
  return whole.epsilonUpper < first.bound.epsilonUpper ? whole : first.bound;
}

interface SearchedBound {
  readonly bound: EpsilonBound;
  /** Within twice the accuracy asked for. */
  readonly isClose: boolean;
  readonly takenApart: boolean;
}

/** Grids of growing size until one is close enough. */
function searched(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  value: number | null,
  accuracy: number,
  largestSize: number,
  mayTakeApart: boolean,
): SearchedBound {
  const cap = largestLoss(components, direction);
  let place = value ?? locate(components, direction, delta);
  let size: number | undefined;
  let coarsening = false;
  let result: EpsilonBound | null = null;
  let takenApart = false;
  const ended = (bound: EpsilonBound, isClose: boolean) => ({ bound, isClose, takenApart });
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const saddle = saddleForEpsilon(components, direction, Math.min(place, 0.9999 * cap));
    const plan = planGrid(
      components,
      direction,
      saddle,
      place,
      delta,
      accuracy * (1 + place),
      size ?? largestSize,
      size,
      mayTakeApart,
    );
    takenApart = plan.splits.some((split) => split !== null);
    const bound = new GridBound(components, direction, plan);
    const found = bound.epsilon(delta, place + plan.expectedExcess);
    if (found === null) {
      if (result !== null) return ended(result, false);
      place = place * 1.02 + Math.sqrt(saddle.variance) * 0.5 * (attempt + 1);
      continue;
    }
    const next = boundFrom(bound, found.epsilon, found.at, delta, cap);
    const better = result === null || next.epsilonUpper < result.epsilonUpper;
    const before: EpsilonBound | null = result;
    if (better) result = next;
    const excess = next.epsilonUpper - (value ?? next.corrected);
    const close = (value !== null || next.correctable) && excess <= 2 * accuracy * (1 + place);
    // rounding grows with the size, the mesh's share falls: where rounding leads, a smaller grid may be better
    const coarser = found.at.transformRounding > 0.05 * delta && !close;
    if (before !== null && (!better || coarser !== coarsening)) return ended(result ?? next, close);
    coarsening = coarser;
    if (close || plan.size >= largestSize * (coarser ? Number.POSITIVE_INFINITY : 1)) {
      return ended(result ?? next, close);
    }
    size = coarser ? plan.size / 4 : Math.min(largestSize, 4 * plan.size);
    if (size < 2 ** 10) return ended(result ?? next, close);
  }
  return ended(result ?? chernoffBound(components, direction, delta, cap), false);
}

/**
 * The last resort, sound but loose: δ(ε) ≤ P(L > ε) ≤ e^{K(c) − cε} for every c > 0. A relative 1e-9 covers the
 * rounding of K.
 */
function chernoffBound(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  cap: number,
): EpsilonBound {
  let best = cap;
  for (let log = -12; log < 24; log += 0.25) {
    const { tilt, cumulant } = tiltAt(components, direction, Math.exp(log));
    const epsilon = ((Math.max(0, cumulant) - Math.log(delta)) / tilt) * (1 + 1e-9);
    if (epsilon < best) best = epsilon;
  }
  return {
    epsilonUpper: best,
    corrected: best,
    correctable: false,
    rate: 0,
    size: 0,
    errorTerms: [{ kind: 'chernoff', delta, epsilon: best }],
  };
}

/** A place for the window where the contour integral gives none: a coarse grid from the saddle point. */
function locate(components: readonly LossComponent[], direction: Direction, delta: number): number {
  const saddle = saddleForDelta(components, direction, delta);
  let epsilon = Math.max(0, Math.min(saddleEpsilon(saddle), 0.99 * largestLoss(components, direction)));
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const at = saddleForEpsilon(components, direction, epsilon);
    const plan = planGrid(components, direction, at, epsilon, delta, 1e-3, 2 ** 15);
    const found = new GridBound(components, direction, plan).epsilon(delta, epsilon);
    if (found === null) {
      epsilon = attempt % 2 === 0 ? epsilon + 2 * Math.sqrt(at.variance) : Math.max(0, 0.5 * epsilon);
      continue;
    }
    const moved = Math.abs(found.epsilon - epsilon);
    epsilon = found.epsilon;
    if (moved < 0.02 * (1 + epsilon)) break;
  }
  return epsilon;
}

function boundFrom(
  bound: GridBound,
  epsilon: number,
  at: DeltaBound,
  delta: number,
  cap: number,
): EpsilonBound {
  const rate = -at.slope;
  const mesh = at.gridDelta - bound.correctedDelta(at);
  const term = (kind: ErrorTerm['kind'], amount: number): ErrorTerm => ({
    kind,
    delta: amount,
    epsilon: rate > 0 ? amount / rate : 0,
  });
  const upper = epsilon === 0 ? 0 : epsilon + bound.gridRounding;
  const errorTerms: ErrorTerm[] = [
    term('mesh', mesh),
    term('truncation', at.truncation),
    term('window', at.window),
    term('transform-rounding', at.transformRounding),
    term('mass-rounding', at.massRounding),
    { kind: 'grid-rounding', delta: rate * bound.gridRounding, epsilon: bound.gridRounding },
  ];
  // from the bound back along the tangent of ln δ to where the grid without the mesh's share meets δ
  const share = at.gridDelta - mesh;
  // a share of more than half is beyond a correction: the bound itself is then the best that is known
  const correctable = epsilon === 0 || share >= 0.5 * delta;
  const corrected =
    epsilon === 0 || !correctable ? epsilon : Math.max(0, epsilon + Math.log(share / delta) / (rate / delta));
  const epsilonUpper = Math.min(upper, cap * (1 + 1e-12));
  return { epsilonUpper, corrected, correctable, rate, size: bound.plan.size, errorTerms };
}

/**
 * A certified lower bound on ε(δ) from the optimistic grid, by bisection below the upper bound; 0 where the grid is
 * too coarse for a better one, +∞ where it contradicts the upper bound.
 */
export function certifyEpsilonBelow(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  epsilonUpper: number,
  size: number,
): number {
  if (epsilonUpper === 0) return 0;
  const saddle = saddleForEpsilon(components, direction, epsilonUpper);
  const plan = planGrid(components, direction, saddle, epsilonUpper, delta, 1e-9, size, size);
  const bound = new GridBound(components, direction, plan, optimisticStep);
  let low = Math.max(0, bound.composite.firstLoss);
  let high = epsilonUpper;
  if (!(low < high) || bound.lowerAt(low) < delta) return 0;
  // the two grids share no masses: if they contradict each other no number may be given out
  if (bound.lowerAt(high) > delta) return Number.POSITIVE_INFINITY;
  for (let i = 0; i < 40 && high - low > 1e-9 * (1 + high); i += 1) {
    const middle = 0.5 * (low + high);
    if (bound.lowerAt(middle) >= delta) low = middle;
    else high = middle;
  }
  return low;
}
