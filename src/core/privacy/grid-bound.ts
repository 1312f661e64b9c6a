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
  #relative: number;
  readonly #truncation: number;
  readonly #window: number;
  readonly #tails: TailSums;
  /** ln Π M(θ)^T at larger tilts, which Chernoff's bounds below ε need. */
  #further: readonly { readonly factor: number; readonly cumulant: number }[] | null = null;

  constructor(
    components: readonly LossComponent[],
    direction: Direction,
    plan: GridPlan,
    makeStep: typeof pessimisticStep = pessimisticStep,
  ) {
    this.plan = plan;
    const { mesh, tilt, windowStart, size } = plan;
    this.#steps = components.map((component) => makeStep(component, direction, plan));
    this.composite = composeTilted(this.#steps, mesh, tilt, windowStart, size);
    let relative = 0;
    let truncation = 0;
    let places = Math.abs(windowStart) + size * mesh;
    for (const step of this.#steps) {
      relative += step.steps * (step.massError + 16 * UNIT_ROUNDOFF);
      truncation += step.steps * step.infinity;
      places += step.steps * Math.abs(step.offset);
    }
    this.#relative = relative;
    this.#truncation = truncation;
    // every distance from an offset is off relative to itself, and so is their sum, which is a loss less all offsets
    this.gridRounding = 8 * UNIT_ROUNDOFF * places;
    this.#tails = tailSums(this.composite);
    // the tails' recurrences: six roundings a cell, and what lies further than this weighs less than e^-50
    this.#relative += 6 * UNIT_ROUNDOFF * Math.min(size, NEGLIGIBLE_LOG / (tilt * mesh) + 1);
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
    const from = Math.min(mass.length, Math.max(0, Math.floor((epsilon - firstLoss) / mesh) + 1));
    // ε lies below the first cell of the sum by a distance of at most one cell, or by more before the window
    const distance = firstLoss + from * mesh - epsilon;
    const decay = Math.exp(-tilt * distance);
    const part = -Math.expm1(-distance);
    const { tail, partTail } = this.#tails;
    // before the window the weights are only known to be below one
    const weightNorm = distance <= mesh * 1.001 ? this.#tails.weightNorm : Math.sqrt(mass.length);
    const weightSum = distance <= mesh * 1.001 ? this.#tails.weightSum : mass.length;
    const inside = decay * (part * tail[from]! + (1 - part) * partTail[from]!);
    const exponent = logScale - tilt * epsilon;
    const scale = Math.exp(exponent);
    const gridDelta = Math.max(0, scale * inside);
    const transformRounding =
      scale * (Math.min(weightNorm * normError, weightSum * pointError) + Math.exp(-NEGLIGIBLE_LOG));
    const relative =
      this.#relative + UNIT_ROUNDOFF * (8 * (Math.abs(logScale) + tilt * Math.abs(epsilon)) + 32 + 256);
    const massRounding = (gridDelta + transformRounding) * relative * 1.01;
    return {
      delta: gridDelta + transformRounding + massRounding + this.#truncation + this.#window,
      gridDelta,
      slope: -scale * (decay * tail[from]! - inside),
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
    this.#further ??= [1.05, 1.15, 1.3, 1.5, 2, 3, 5].map((factor) => ({
      factor,
      cumulant: this.#steps.reduce(
        (sum, step) => sum + step.steps * gridCumulant(step, mesh, factor * tilt),
        0,
      ),
    }));
    for (const { factor, cumulant } of this.#further) {
      const exponent = cumulant - factor * tilt * epsilon;
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
  const { position, spread, offset } = step;
  let sum = 0;
  for (let j = 0; j + 1 < spread.length; j += 1) {
    if (spread[j] === 0) continue;
    const middle = 0.5 * (position[j]! + position[j + 1]!);
    sum += spread[j]! * Math.exp(tilt * (offset + middle * mesh) - cumulant);
  }
  return sum;
}

/** Sums over the window from each of its cells on, so that δ at any ε takes a few operations. */
interface TailSums {
  /** Σ_{j ≥ k} g_j e^{−θ(L_j − L_k)} */
  readonly tail: Float64Array;
  /** Σ_{j ≥ k} g_j e^{−θ(L_j − L_k)} (1 − e^{−(L_j − L_k)}) */
  readonly partTail: Float64Array;
  /** Norms of the weights e^{−θx}(1 − e^{−x}), the largest for any ε within a cell. */
  readonly weightNorm: number;
  readonly weightSum: number;
}

function tailSums({ tilt, mesh, mass }: TiltedComposite): TailSums {
  const decay = Math.exp(-tilt * mesh);
  const stay = Math.exp(-mesh);
  const part = -Math.expm1(-mesh);
  const tail = new Float64Array(mass.length + 1);
  const partTail = new Float64Array(mass.length + 1);
  for (let k = mass.length - 1; k >= 0; k -= 1) {
    tail[k] = mass[k]! + decay * tail[k + 1]!;
    partTail[k] = decay * (stay * partTail[k + 1]! + part * tail[k + 1]!);
  }
  // a weight at the distance d + jh, 0 ≤ d ≤ h, is at most e^{θh} times that at (j + 1)h
  let squares = 0;
  let sum = 0;
  let weight = 1;
  let share = 0;
  const cells = Math.min(mass.length, Math.ceil(NEGLIGIBLE_LOG / (tilt * mesh)) + 1);
  for (let j = 0; j < cells; j += 1) {
    weight *= decay;
    share = stay * share + part;
    const each = weight * share;
    squares += each * each;
    sum += each;
  }
  const slack = (1 + 1e-2) / decay;
  return { tail, partTail, weightNorm: slack * Math.sqrt(squares), weightSum: slack * sum };
}

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
  const cap = largestLoss(components, direction);
  let place = value ?? locate(components, direction, delta);
  let size: number | undefined;
  let coarsening = false;
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
      size ?? largestSize,
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
    const better = result === null || next.epsilonUpper < result.epsilonUpper;
    const before: EpsilonBound | null = result;
    if (better) result = next;
    const excess = next.epsilonUpper - (value ?? next.corrected);
    const close = (value !== null || next.correctable) && excess <= 2 * accuracy * (1 + place);
    // rounding grows with the size, the mesh's share falls: where rounding leads, a smaller grid may be better
    const coarser = found.at.transformRounding > 0.05 * delta && !close;
    if (before !== null && (!better || coarser !== coarsening)) return result ?? next;
    coarsening = coarser;
    if (close || plan.size >= largestSize * (coarser ? Number.POSITIVE_INFINITY : 1)) return result ?? next;
    size = coarser ? plan.size / 4 : Math.min(largestSize, 4 * plan.size);
    if (size < 2 ** 10) return result ?? next;
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
