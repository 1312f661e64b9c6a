import { type Direction, type LossComponent, largestLoss } from './composition.ts';
import { saddleEpsilon, saddleForDelta, saddleForEpsilon, tiltAt } from './contour-integral.ts';
import { type GridPlan, planGrid } from './grid-plan.ts';
import { type GridStep, pessimisticStep } from './loss-grid.ts';
import type { ErrorTerm } from './mechanism.ts';
import { optimisticStep } from './optimistic-grid.ts';
import { composeTilted, gridCumulant, type TiltedComposite } from './tilted-transform.ts';

const UNIT_ROUNDOFF = 2 ** -53;
const NEGLIGIBLE_LOG = 50;

/** An upper bound on δ(ε) at one ε, taken apart. */
export interface DeltaBound {
  readonly delta: number;
  /** Without any error term: δ of the composed grid. */
  readonly gridDelta: number;
  readonly slope: number;
  /** Density of the composed loss at ε. */
  readonly density: number;
  readonly truncation: number;
  readonly window: number;
  readonly transformRounding: number;
  readonly massRounding: number;
}

/** The composed pessimistic grid of one direction: an upper bound on δ(ε) for every ε in its window. */
export class GridBound {
  readonly plan: GridPlan;
  readonly composite: TiltedComposite;
  /** What to add to ε for rounding of the places of the grid. */
  readonly gridRounding: number;
  /** Σ T times the variance that splitting added to a step's tilted loss. */
  readonly addedVariance: number;
  readonly #steps: readonly GridStep[];
  readonly #relative: number;
  readonly #truncation: number;
  readonly #window: number;

  constructor(
    components: readonly LossComponent[],
    direction: Direction,
    plan: GridPlan,
    makeStep: typeof pessimisticStep = pessimisticStep,
  ) {
    this.plan = plan;
    const { mesh, tilt, windowStart, size, tail } = plan;
    this.#steps = components.map((component) =>
      makeStep(component, direction, mesh, tail, plan.largestDistance),
    );
    this.composite = composeTilted(this.#steps, mesh, tilt, windowStart, size);
    let relative = 0;
    let truncation = 0;
    let places = 0;
    for (const step of this.#steps) {
      relative += step.steps * (step.massError + 16 * UNIT_ROUNDOFF);
      truncation += step.steps * step.infinity;
      places += step.steps * (Math.abs(step.offset) + meanDistance(step, mesh));
    }
    this.#relative = relative;
    this.#truncation = truncation;
    this.gridRounding = 8 * UNIT_ROUNDOFF * (places + Math.abs(windowStart) + size * mesh);
    this.#window = this.#chernoffAbove(this.composite.firstLoss + size * mesh);
    this.addedVariance = this.#steps.reduce(
      (sum, step) => sum + step.steps * spreadVariance(step, mesh, tilt),
      0,
    );
  }

  /** min over θ of Π M(θ)^T e^{−θL}: mass of the composed grid at or above a loss. */
  #chernoffAbove(loss: number): number {
    let best = 0;
    for (const factor of [1.05, 1.15, 1.3, 1.5, 2, 3, 5, 10]) {
      const theta = factor * this.plan.tilt;
      let exponent = -theta * loss;
      for (const step of this.#steps) {
        exponent += step.steps * gridCumulant(step, this.plan.mesh, theta);
      }
      best = Math.min(best, exponent);
    }
    return Math.exp(best);
  }

  /**
   * δ_up(ε) = e^{C − θε} Σ_{L_k > ε} g_k e^{−θ(L_k−ε)} (1 − e^{−(L_k−ε)}) and everything that could be missing.
   */
  at(epsilon: number): DeltaBound {
    const { tilt, mesh, logScale, firstLoss, mass, normError, pointError } = this.composite;
    const from = Math.max(0, Math.floor((epsilon - firstLoss) / mesh) + 1);
    // tilted masses beyond sum to at most 1 and weigh less than e^-50 each
    const to = Math.min(mass.length, from + Math.ceil(NEGLIGIBLE_LOG / (tilt * mesh)) + 1);
    let sum = 0;
    let slopeSum = 0;
    let weightSquares = 0;
    let weightSum = 0;
    const ratio = Math.exp(-tilt * mesh);
    let decay = 0;
    for (let k = from; k < to; k += 1) {
      const distance = firstLoss + k * mesh - epsilon;
      // a product of at most 64 factors is off by 64 u, which the relative error below allows for
      decay = ((k - from) & 63) === 0 ? Math.exp(-tilt * distance) : decay * ratio;
      const part = -Math.expm1(-distance);
      const weight = decay * part;
      const g = mass[k]!;
      sum += g * weight;
      slopeSum += g * (decay - weight);
      weightSquares += weight * weight;
      weightSum += weight;
    }
    const exponent = logScale - tilt * epsilon;
    const scale = Math.exp(exponent);
    const gridDelta = Math.max(0, scale * sum);
    const transformRounding =
      scale *
      (Math.min(Math.sqrt(weightSquares) * normError, weightSum * pointError) + Math.exp(-NEGLIGIBLE_LOG));
    const relative =
      this.#relative +
      UNIT_ROUNDOFF * (8 * (Math.abs(logScale) + tilt * Math.abs(epsilon)) + (to - from) + 32 + 256);
    const massRounding = (gridDelta + transformRounding) * relative * 1.01;
    return {
      delta: gridDelta + transformRounding + massRounding + this.#truncation + this.#window,
      gridDelta,
      slope: -scale * slopeSum,
      density: (scale * Math.max(0, mass[Math.min(from, mass.length - 1)]!)) / mesh,
      truncation: this.#truncation,
      window: this.#window,
      transformRounding,
      massRounding,
    };
  }

  /**
   * A lower bound on δ(ε), where the steps are optimistic ones: all errors taken off, and what wraps around into
   * the sum. The grid's transform gives Σ_k e^{θkW} δ(ε + kW) as the contour integral does; δ ≤ 1 bounds the terms
   * k < 0, Chernoff's bound those above.
   */
  lowerAt(epsilon: number): number {
    const at = this.at(epsilon + this.gridRounding);
    const { tilt, mesh, size } = this.plan;
    const width = size * mesh;
    const below = Math.exp(-tilt * width) / -Math.expm1(-tilt * width);
    let above = Number.POSITIVE_INFINITY;
    for (const factor of [1.05, 1.15, 1.3, 1.5, 2, 3, 5]) {
      let exponent = -factor * tilt * epsilon;
      for (const step of this.#steps) exponent += step.steps * gridCumulant(step, mesh, factor * tilt);
      const gain = (factor - 1) * tilt * width;
      above = Math.min(above, Math.exp(exponent - gain) / -Math.expm1(-gain));
    }
    return at.gridDelta - at.transformRounding - at.massRounding - below - above;
  }

  /** δ of the composed grid less the mesh's share: δ″ − δ′ is the density of the loss, and splitting adds half the variance. */
  correctedDelta(at: DeltaBound): number {
    return Math.max(0, at.gridDelta - 0.5 * this.addedVariance * at.density);
  }

  /** The smallest ε ≥ 0 found at which the bound is at most δ; null where the window does not hold it. */
  epsilon(delta: number, start: number): { readonly epsilon: number; readonly at: DeltaBound } | null {
    const lowest = Math.max(0, this.composite.firstLoss);
    const highest = this.composite.firstLoss + (this.composite.mass.length - 1) * this.plan.mesh;
    if (lowest >= highest) return null;
    let low = lowest;
    let high = highest;
    const first = this.at(lowest);
    if (first.delta <= delta) return lowest === 0 ? { epsilon: 0, at: first } : null;
    let epsilon = Math.min(Math.max(start, low), high);
    let best: { readonly epsilon: number; readonly at: DeltaBound } | null = null;
    for (let i = 0; i < 80; i += 1) {
      const at = this.at(epsilon);
      if (at.delta <= delta) {
        high = epsilon;
        best = { epsilon, at };
        if (Math.log(delta / at.delta) < 1e-9 || high - low < 1e-12 * (1 + high)) return best;
      } else {
        low = epsilon;
        if (high - low < 1e-13 * (1 + high)) return best;
      }
      const rate = -at.slope / at.delta;
      // aim just inside, so that the last step ends on the certified side
      let next = epsilon + (Math.log(at.delta / delta) + 2e-10) / rate;
      if (!(next > low && next < high)) next = 0.5 * (low + high);
      epsilon = next;
    }
    return best;
  }
}

/** Ẽ of the variance added, with the tilt taken at the middle of the cell. */
function spreadVariance(step: GridStep, mesh: number, tilt: number): number {
  const cumulant = gridCumulant(step, mesh, tilt);
  let sum = 0;
  for (let j = 0; j < step.spread.length; j += 1) {
    if (step.spread[j] === 0) continue;
    sum += step.spread[j]! * Math.exp(tilt * (step.offset + (step.firstIndex + j + 0.5) * mesh) - cumulant);
  }
  return sum;
}

function meanDistance(step: GridStep, mesh: number): number {
  let sum = 0;
  for (let j = 0; j < step.mass.length; j += 1) sum += step.mass[j]! * Math.abs(step.firstIndex + j) * mesh;
  return sum;
}

/** A certified upper bound on ε(δ) in one direction. */
export interface EpsilonBound {
  readonly epsilonUpper: number;
  /** The bound with the mesh's share taken out: good to about 1e-8, no bound. */
  readonly corrected: number;
  /** −dδ/dε at the bound. */
  readonly rate: number;
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
  const cap = largestLoss(components, direction);
  let place = value ?? locate(components, direction, delta);
  let size: number | undefined;
  let result: EpsilonBound | null = null;
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const saddle = saddleForEpsilon(components, direction, Math.min(place, 0.9999 * cap));
    const plan = planGrid(
      components,
      direction,
      saddle,
      place,
      delta,
      accuracy * (1 + place),
      largestSize,
      size,
    );
    const bound = new GridBound(components, direction, plan);
    const found = bound.epsilon(delta, place + plan.expectedExcess);
    if (found === null) {
      if (result !== null) return result;
      place = place * 1.02 + Math.sqrt(saddle.variance) * 0.5 * (attempt + 1);
      continue;
    }
    const next = boundFrom(bound, found.epsilon, found.at, delta, cap);
    if (result === null || next.epsilonUpper < result.epsilonUpper) result = next;
    const excess = next.epsilonUpper - (value ?? next.corrected);
    if (plan.size >= largestSize || excess <= 2 * accuracy * (1 + place)) return result;
    size = Math.min(largestSize, 4 * plan.size);
  }
  if (result !== null) return result;
  return chernoffBound(components, direction, delta, cap);
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
    rate: 0,
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
  const corrected =
    epsilon === 0 || share < 0.5 * delta
      ? epsilon
      : Math.max(0, epsilon + Math.log(share / delta) / (rate / delta));
  return { epsilonUpper: Math.min(upper, cap * (1 + 1e-12)), corrected, rate, errorTerms };
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
