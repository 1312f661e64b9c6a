import type { SubsampledRun } from './composition.ts';
import { exactSum } from './exact-sum.ts';
import {
  type CellRange,
  cellRange,
  farthestOf,
  farthestPlace,
  type GridStep,
  massErrorWithin,
  pessimisticStep,
  type StepGrid,
  scaleTo,
  splitToEnds,
} from './loss-grid.ts';
import { gaussLegendre } from './quadrature.ts';
import { type StepLoss, stepLoss } from './step-loss.ts';
import { chernoff, composeTilted, spreadVariance } from './tilted-transform.ts';

const UNIT_ROUNDOFF = 2 ** -53;

/**
 * With a small sampling rate and little noise nearly every step's loss is far smaller than a few rare ones, and a grid
 * that reaches to the rare ones is too coarse for the others. Such a run is taken apart at a threshold y* of
 * y = L − ln(1−q), and its bulk is composed by itself on a finer grid.
 *
 * That is exact but for a gift to the attacker. Let A be the event y < y*, which the output decides, and p, p′ its
 * complement's probability under the upper and the lower distribution. A step is: draw whether A; if so draw from the pair
 * conditioned on A. Its loss is ℓ = ln((1−p)/(1−p′)) + (L − ℓ) if A, and L if not. Let the mechanism publish, whether A or
 * not, one more draw from the pair conditioned on A: what was published before is a function of that, so that δ can only
 * grow, by T p draws in T. The step is then two independent mechanisms:
 *
 * - bulk: loss L − ℓ under the distribution conditioned on A, composed T times by itself;
 * - jumps: loss ℓ with probability 1 − p, or L.
 */
export interface JumpSplit {
  /** y* */
  readonly threshold: number;
  /** Lower end of the window for the sum of the bulk. */
  readonly windowStart: number;
  /** Cells of it, a power of two. */
  readonly size: number;
  /** How many of them make a cell of the whole grid, a power of two. */
  readonly refinement: number;
  /** Tilts under which the bulk is composed. */
  readonly tilts: readonly number[];
}

/** Grids of a run, and the variance that making them added to its tilted sum beyond their own. */
export interface SplitRun {
  readonly steps: readonly GridStep[];
  readonly addedVariance: number;
}

/** T times the probability of a jump. */
const JUMPS_IN_A_RUN = 0.05;
/** The bulk is composed under tilts that move it by this many of its standard deviations. */
const STRIDES = [0, 3.5, 7];
/** Below e^-32 of the tilted mass of the bulk, or of δ, is not looked at. */
const NEGLIGIBLE_LOG = 32;

/** The bulk's sum under a tilt, for planning only: no bound rests on it. */
export interface BulkShape {
  readonly threshold: number;
  readonly windowStart: number;
  readonly width: number;
  readonly tilts: readonly number[];
  /** Mean of a bulk step's distance from its offset, tilted. */
  readonly distance: number;
}

/** Where a threshold and a window for the bulk would be; null where nearly no step jumps or nearly every one. */
export function bulkShape(run: SubsampledRun, tilt: number, delta: number): BulkShape | null {
  const loss = stepLoss(run, 'remove');
  const rare = JUMPS_IN_A_RUN / run.steps;
  let low = 0;
  let high = 1 + 40 * run.noiseMultiplier;
  if (!(loss.massAbove(low) > rare)) return null;
  for (let i = 0; i < 60; i += 1) {
    const middle = 0.5 * (low + high);
    if (loss.massAbove(middle) > rare) low = middle;
    else high = middle;
  }
  loss.evaluate(high);
  const threshold = loss.y;
  const rule = gaussLegendre(8);
  const panels = 48;
  const from = -10 * run.noiseMultiplier;
  const value: number[] = [];
  const weight: number[] = [];
  for (let panel = 0; panel < panels; panel += 1) {
    rule.node.forEach((node, k) => {
      loss.evaluate(from + ((panel + node) * (high - from)) / panels);
      value.push(loss.y);
      weight.push((loss.density * rule.weight[k]! * (high - from)) / panels);
    });
  }
  const total = exactSum(weight);
  let meanLower = 0;
  value.forEach((y, k) => {
    weight[k] = weight[k]! / total;
    meanLower += weight[k]! * Math.expm1(-y);
  });
  // E e^{−L} = 1 under the conditioned pair: that places its offset
  const offset = Math.log1p(meanLower);
  const cumulant = (theta: number) => {
    let sum = 0;
    value.forEach((y, k) => {
      sum += weight[k]! * Math.expm1(theta * (offset + y));
    });
    return run.steps * Math.log1p(sum);
  };
  const at = cumulant(tilt);
  let distance = 0;
  let square = 0;
  value.forEach((y, k) => {
    const tilted = weight[k]! * Math.exp(tilt * (offset + y) - at / run.steps);
    distance += tilted * y;
    square += tilted * y * y;
  });
  const deviation = Math.sqrt(run.steps * Math.max(0, square - distance * distance));
  const tilts = STRIDES.map((strides) => tilt + strides / deviation);
  const steepest = tilts[tilts.length - 1]!;
  const atSteepest = cumulant(steepest);
  let windowStart = Number.NEGATIVE_INFINITY;
  let above = Number.POSITIVE_INFINITY;
  for (const strides of [1, 2, 3, 4.5, 6.5, 9, 13]) {
    const back = tilt + strides / deviation;
    windowStart = Math.max(windowStart, (at - NEGLIGIBLE_LOG - cumulant(tilt - back)) / back);
    const on = strides / deviation;
    const further = cumulant(steepest + on);
    const tilted = (further - atSteepest + NEGLIGIBLE_LOG) / on;
    const untilted = (further - Math.log(delta) + 20) / (steepest + on);
    above = Math.min(above, Math.max(tilted, untilted));
  }
  const width = above - windowStart;
  return width > 0 && width < Number.POSITIVE_INFINITY
    ? { threshold, windowStart, width, tilts, distance }
    : null;
}

/** Makes the grids of a run that is taken apart: its bulk, composed and put on the whole grid, and its jumps. */
export function splitRareJumps(run: SubsampledRun, grid: StepGrid, split: JumpSplit): SplitRun {
  const { mesh, tilt } = grid;
  const fine = { ...grid, mesh: mesh / split.refinement, largestDistance: split.threshold };
  const whole = stepLoss(run, 'remove');
  const step = pessimisticStep(run, 'remove', fine);
  const end = step.position[step.position.length - 1]! * fine.mesh;
  const endX = whole.inverse(end);
  // all masses above under both distributions, to 1e-13 of themselves
  const jump = whole.massAbove(endX);
  const jumpBelow = stepLoss(run, 'add').massAbove(endX);
  const label = Math.log1p(-jump) - Math.log1p(-jumpBelow);
  const factor = scaleTo(step.mass, 1);
  const bulk: GridStep = {
    ...step,
    offset: whole.offset - label,
    infinity: 0,
    surplus: 0,
    massError: step.massError + Math.abs(factor * (1 - jump) - 1),
    places: run.steps * (Math.abs(whole.offset) + Math.abs(label)) + farthestPlace(step.position, fine.mesh),
  };
  return {
    steps: [
      composedBulk(bulk, fine, mesh, split),
      jumpStep(run.steps, new JumpLoss(whole, label), grid, end, endX, label, jump),
    ],
    addedVariance: run.steps * spreadVariance(bulk, fine.mesh, tilt),
  };
}

/**
 * The bulk composed T times on its own grid, as one step of the whole grid. Raised by all that the transform may have taken
 * from them, its tilted masses are bounds, and best where the tilt has most of them: of several tilts the smallest bound
 * counts. What lies below the window goes up to it, what lies above counts as +∞, both by Chernoff; in the transforms it wraps
 * around besides, with positive weight.
 */
function composedBulk(bulk: GridStep, fine: StepGrid, mesh: number, split: JumpSplit): GridStep {
  const { size, refinement, windowStart } = split;
  const bound = new Float64Array(size).fill(1);
  let firstLoss = windowStart;
  let exponents = 0;
  for (const tilt of split.tilts) {
    const composite = composeTilted([bulk], fine.mesh, tilt, windowStart, size);
    const { logScale, pointError } = composite;
    firstLoss = composite.firstLoss;
    const reach = Math.abs(firstLoss) + size * fine.mesh;
    exponents = Math.max(exponents, Math.abs(logScale) + tilt * (bulk.places + reach));
    for (let k = 0; k < size; k += 1) {
      const tilted = Math.max(0, composite.mass[k]!) + pointError;
      bound[k] = Math.min(bound[k]!, tilted * Math.exp(logScale - tilt * (firstLoss + k * fine.mesh)));
    }
  }
  const cells = size / refinement;
  const mass = new Float64Array(cells + 1);
  const spread = new Float64Array(cells + 1);
  for (let k = 0; k < size; k += 1) {
    const inCell = k % refinement;
    const j = (k - inCell) / refinement;
    const above = inCell * fine.mesh;
    // a few units of rounding up, so that no share is too small
    const up = Math.min(1, (Math.expm1(-above) / Math.expm1(-mesh)) * (1 + 8 * UNIT_ROUNDOFF));
    mass[j] = mass[j]! + bound[k]! * (1 - up);
    mass[j + 1] = mass[j + 1]! + bound[k]! * up;
    spread[j] = spread[j]! + bound[k]! * above * (mesh - above);
  }
  const steep = split.tilts[split.tilts.length - 1]!;
  const tilts = Array.from({ length: 16 }, (_, i) => (steep / 32) * 1.6 ** i);
  const below = tilts.map((tilt) => -tilt);
  mass[0] = mass[0]! + chernoff([bulk], fine.mesh, below, firstLoss);
  const position = Float64Array.from(mass, (_, j) => j);
  return {
    steps: 1,
    offset: firstLoss,
    position,
    mass,
    spread,
    infinity: chernoff([bulk], fine.mesh, tilts, firstLoss + size * fine.mesh),
    surplus: exactSum(mass) - 1,
    massError:
      bulk.steps * (bulk.massError + 16 * UNIT_ROUNDOFF) +
      UNIT_ROUNDOFF * (8 * exponents + 2 * refinement + 256),
    placeError: bulk.placeError,
    places: bulk.places + 2 * (Math.abs(firstLoss) + farthestPlace(position, mesh)),
  };
}

/** ℓ with probability 1 − p, else the losses of the whole step beyond the threshold. */
function jumpStep(
  steps: number,
  loss: JumpLoss,
  grid: StepGrid,
  end: number,
  endX: number,
  label: number,
  jump: number,
): GridStep {
  const { mesh } = grid;
  const lowIndex = Math.floor((end - loss.shift) / mesh);
  const { highIndex } = cellRange(loss, mesh, grid.tail, grid.largestDistance);
  const range: CellRange = {
    lowIndex,
    lowX: endX,
    highIndex: Math.max(highIndex, lowIndex + 1),
    highX: loss.inverse(Math.max(highIndex, lowIndex + 1) * mesh),
    isCutShort: false,
  };
  const ends = splitToEnds(loss, grid, range);
  const infinity = loss.massAbove(range.highX);
  const factor = scaleTo(ends.mass, Math.max(0, jump - infinity));
  const atOrigin = ends.position[0] === 0 ? 0 : 1;
  const mass = new Float64Array(ends.mass.length + atOrigin);
  const position = new Float64Array(mass.length);
  const spread = new Float64Array(mass.length);
  mass.set(ends.mass, atOrigin);
  position.set(ends.position, atOrigin);
  spread.set(ends.spread, atOrigin);
  mass[0] = mass[0]! + (1 - jump);
  return {
    steps,
    offset: label,
    position,
    mass,
    spread,
    infinity,
    surplus: -infinity,
    massError: Math.abs(factor - 1) + massErrorWithin(loss, range),
    placeError: loss.placeRounding(farthestOf(loss, range)),
    // the label's loss is a difference of logarithms, good to 1e-13 of p
    places: steps * (Math.abs(label) + 100 * jump) + farthestPlace(position, mesh),
  };
}

/** The loss of a whole step as seen from ℓ, for outputs beyond the threshold. */
class JumpLoss implements StepLoss {
  readonly orientation = 1;
  /** ℓ − ln(1−q), far below the threshold. */
  readonly shift: number;
  readonly offset: number;
  readonly lowCentre: number;
  readonly highCentre: number;
  readonly scale: number;
  readonly smoothness: number;
  y = 0;
  density = 0;
  readonly #whole: StepLoss;

  constructor(whole: StepLoss, label: number) {
    this.#whole = whole;
    this.offset = label;
    this.shift = label - whole.offset;
    this.lowCentre = whole.lowCentre;
    this.highCentre = whole.highCentre;
    this.scale = whole.scale;
    this.smoothness = whole.smoothness;
  }

  evaluate(x: number): void {
    this.#whole.evaluate(x);
    this.y = this.#whole.y - this.shift;
    this.density = this.#whole.density;
  }

  inverse(y: number): number {
    return this.#whole.inverse(y + this.shift);
  }

  massBelow(x: number): number {
    return this.#whole.massBelow(x);
  }

  massAbove(x: number): number {
    return this.#whole.massAbove(x);
  }

  densityRounding(farthest: number): number {
    return this.#whole.densityRounding(farthest);
  }

  /** y is at least twice the shift, so that the difference is relatively half as good. */
  placeRounding(farthest: number): number {
    return 4 * this.#whole.placeRounding(farthest);
  }
}
