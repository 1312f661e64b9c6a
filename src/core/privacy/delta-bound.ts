import type { Direction, LossComponent } from './composition.ts';
import type { GridPlan } from './grid-plan.ts';
import { type GridStep, pessimisticStep } from './loss-grid.ts';
import { type SplitRun, splitRareJumps } from './rare-jumps.ts';
import {
  chernoff,
  composeTilted,
  gridCumulant,
  spreadVariance,
  type TiltedComposite,
} from './tilted-transform.ts';

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
    const run = (component: LossComponent, i: number): SplitRun => {
      const split = makeStep === pessimisticStep ? plan.splits[i] : undefined;
      return component.kind === 'subsampled' && split != null
        ? splitRareJumps(component, plan, split)
        : { steps: [makeStep(component, direction, plan)], addedVariance: 0 };
    };
    const runs = components.map(run);
    this.#steps = runs.flatMap(({ steps }) => steps);
    this.composite = composeTilted(this.#steps, mesh, tilt, windowStart, size);
    let relative = 0;
    let truncation = 0;
    let places = Math.abs(windowStart) + size * mesh;
    let placeError = 8 * UNIT_ROUNDOFF;
    for (const step of this.#steps) {
      relative += step.steps * (step.massError + 16 * UNIT_ROUNDOFF);
      truncation += step.steps * step.infinity;
      places += step.places;
      placeError = Math.max(placeError, step.placeError);
    }
    this.#truncation = truncation;
    // The losses of a run lie on one side of its offset: their distances from it add up to no more than this.
    this.gridRounding = placeError * places;
    // the exponent θL of every cell on the way to a loss, tilted and untilted
    this.#relative = relative + 8 * UNIT_ROUNDOFF * tilt * places;
    this.#tails = tailSums(this.composite);
    // the tails' recurrences: ten roundings a cell (two of either factor), and what lies further than this weighs less than e^-50
    this.#relative += 10 * UNIT_ROUNDOFF * Math.min(size, NEGLIGIBLE_LOG / (tilt * mesh) + 1);
    const larger = [1.05, 1.15, 1.3, 1.5, 2, 3, 5, 10].map((factor) => factor * tilt);
    this.#window = chernoff(this.#steps, mesh, larger, this.composite.firstLoss + size * mesh);
    this.addedVariance =
      runs.reduce((sum, { addedVariance }) => sum + addedVariance, 0) +
      this.#steps.reduce((sum, step) => sum + step.steps * spreadVariance(step, mesh, tilt), 0);
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
    // δ falls by at most 1 per unit of ε: rounding of places can hide no more than that
    if (first.delta + this.gridRounding <= delta) return lowest === 0 ? { epsilon: 0, at: first } : null;
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
