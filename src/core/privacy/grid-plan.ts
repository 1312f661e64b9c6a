import { type Direction, type LossComponent, totalSteps } from './composition.ts';
import { type Tilt, tiltAt } from './contour-integral.ts';
import { tiltedStep } from './cumulants.ts';
import { type BulkShape, bulkShape, type JumpSplit } from './rare-jumps.ts';

/** Mesh, window and tilt of one grid composition, chosen from an accuracy; never by a caller. */
export interface GridPlan {
  readonly tilt: number;
  readonly mesh: number;
  readonly windowStart: number;
  /** Cells, a power of two. */
  readonly size: number;
  /** Mass per step and end that may be cut off. */
  readonly tail: number;
  /**
   * A step of a run whose loss is further than this from ln(1−q) takes the sum out of the window whatever the
   * other steps do.
   */
  readonly largestDistance: number;
  /** ε the mesh is expected to add. */
  readonly expectedExcess: number;
  /** Component by component: how its rare jumps are taken apart from the rest, null where they are not. */
  readonly splits: readonly (JumpSplit | null)[];
}

const SMALLEST_SIZE = 2 ** 10;
/** A plan that needs more cells than this, or misses its accuracy, tries to take rare jumps apart. */
const EASY_SIZE = 2 ** 16;
const LARGEST_BULK = 2 ** 19;
/** Bulk and jumps are worth two grids only where the bulk is this much narrower than the whole. */
const NARROW = 0.25;
const FEW_STEPS = 64;

/**
 * Plans a grid around ε.
 *
 * Splitting adds to a step's loss a variance of at most h²/6 on average, or h·E y where the mass sits near the
 * grid's origin; δ then grows by (θ+1)θ/2 and ε by (θ+1)/2 times the sum of it. The window need not hold the loss
 * below ε: wrapped mass lands near the top, where the untilting weight e^{−θ(L−ε)} makes it negligible and, as
 * every term, positive. It must hold what lies above ε up to where Chernoff's bound is negligible.
 */
export function planGrid(
  components: readonly LossComponent[],
  direction: Direction,
  saddle: Tilt,
  epsilon: number,
  delta: number,
  accuracy: number,
  largestSize: number,
  smallestSize = SMALLEST_SIZE,
  mayTakeApart = true,
): GridPlan {
  // A smaller tilt than the saddle's can need a far narrower window, where the tilted loss has two humps.
  let theta = saddle.tilt;
  let span = windowSpan(components, direction, saddle, epsilon, delta);
  for (const factor of [0.8, 0.6]) {
    const at = tiltAt(components, direction, factor * saddle.tilt);
    const narrower = windowSpan(components, direction, at, epsilon, delta);
    if (narrower.width < 0.7 * span.width) {
      theta = at.tilt;
      span = narrower;
    }
  }
  const { width, above } = span;
  const sign = direction === 'remove' ? 1 : -1;
  const distances = components.map((component) =>
    component.kind === 'subsampled'
      ? Math.abs(tiltedStep(component, direction, theta).mean - sign * Math.log1p(-component.samplingRate))
      : Number.POSITIVE_INFINITY,
  );
  // what splitting to the ends of a cell adds to the variance of a step
  const added = (h: number, distance: number) => Math.min((h * h) / 6, h * distance);
  const shapes: readonly (BulkShape | null)[] = components.map(() => null);
  const attempt = (bulks: readonly (BulkShape | null)[]) => {
    let size = smallestSize;
    for (;;) {
      const mesh = width / size;
      const budget = accuracy / (0.5 * (theta + 1));
      const splits = components.map((component, i) => {
        const bulk = bulks[i] ?? null;
        return bulk === null ? null : planSplit(bulk, mesh, component.steps, 0.5 * budget);
      });
      let variance = 0;
      components.forEach((component, i) => {
        const split = splits[i] ?? null;
        variance +=
          split === null
            ? component.steps * added(mesh, distances[i]!)
            : component.steps * added(mesh / split.refinement, bulks[i]!.distance) + (mesh * mesh) / 6;
      });
      const cells = splits.reduce(
        (sum, split) => sum + (split === null ? 0 : split.tilts.length * split.size),
        size,
      );
      if (variance <= budget || size >= largestSize) return { size, mesh, splits, variance, budget, cells };
      size *= 2;
    }
  };
  let chosen = attempt(shapes);
  if (
    mayTakeApart &&
    direction === 'remove' &&
    (chosen.size > EASY_SIZE || chosen.variance > chosen.budget)
  ) {
    const bulks = components.map((component) => {
      if (component.kind !== 'subsampled' || component.steps < FEW_STEPS) return null;
      const bulk = bulkShape(component, theta, delta);
      const worth =
        bulk !== null && bulk.width < NARROW * width && bulk.threshold > 4 * component.samplingRate;
      return worth ? bulk : null;
    });
    if (bulks.some((bulk) => bulk !== null)) {
      const apart = attempt(bulks);
      const better =
        apart.variance <= apart.budget
          ? apart.cells < chosen.cells || chosen.variance > chosen.budget
          : apart.variance < 0.5 * chosen.variance;
      if (better) chosen = apart;
    }
  }
  const { size, mesh, splits } = chosen;
  const steps = totalSteps(components);
  // the slack of the window goes below ε, where the value may have been overestimated
  const windowStart = epsilon - Math.max(0.02 * width, width - above);
  return {
    tilt: theta,
    mesh,
    windowStart,
    size,
    tail: Math.min(1e-17, delta * 1e-9) / steps,
    largestDistance: distanceThatDecides(components, direction, windowStart, windowStart + width),
    expectedExcess: 0.5 * (theta + 1) * chosen.variance,
    splits,
  };
}

/** As fine a grid for the bulk as its share of the variance asks for, as far as its cells may go. */
function planSplit(bulk: BulkShape, mesh: number, steps: number, budget: number): JumpSplit {
  const sizeOf = (refinement: number) => 2 ** Math.ceil(Math.log2((bulk.width * refinement) / mesh));
  let refinement = 1;
  while (
    steps * Math.min((mesh / refinement) ** 2 / 6, (mesh / refinement) * bulk.distance) > budget &&
    sizeOf(2 * refinement) <= LARGEST_BULK
  ) {
    refinement *= 2;
  }
  const { threshold, windowStart, tilts } = bulk;
  const size = Math.max(SMALLEST_SIZE, 2 * refinement, sizeOf(refinement));
  return { threshold, windowStart, size, refinement, tilts };
}

/** How far above ε the window must reach, and how wide it must be, under one tilt. */
function windowSpan(
  components: readonly LossComponent[],
  direction: Direction,
  at: Tilt,
  epsilon: number,
  delta: number,
): { readonly above: number; readonly width: number } {
  const theta = at.tilt;
  const exponent = at.cumulant - theta * epsilon;
  let above = Number.POSITIVE_INFINITY;
  let tiltedAbove = Number.POSITIVE_INFINITY;
  for (const factor of [1.05, 1.15, 1.3, 1.5, 2, 3, 5, 10]) {
    const further = tiltAt(components, direction, factor * theta);
    above = Math.min(above, (further.cumulant - Math.log(delta) + 23) / (factor * theta) - epsilon);
    const needed = further.cumulant - factor * theta * epsilon - exponent + 25;
    tiltedAbove = Math.min(tiltedAbove, needed / ((factor - 1) * theta));
  }
  const deviation = Math.sqrt(at.variance);
  let below = Number.POSITIVE_INFINITY;
  for (const strides of [1, 2, 3, 4.5, 6.5, 9]) {
    // tilts below −1/2 say nothing that −1/2 does not
    const back = Math.min(strides / deviation, theta + 0.5);
    const nearer = tiltAt(components, direction, theta - back);
    const needed = nearer.cumulant - (theta - back) * epsilon - exponent + 25;
    below = Math.min(below, needed / back);
  }
  return { above, width: Math.max(above + 0.5 * deviation, Math.max(0, below) + 16 / theta, tiltedAbove) };
}

/**
 * remove: from the lowest sum of the other steps to the top of the window; such a step counts as +∞.
 * add: from the highest sum down to the window's start; such a step is lifted to there and adds nothing to δ.
 */
function distanceThatDecides(
  components: readonly LossComponent[],
  direction: Direction,
  windowStart: number,
  windowEnd: number,
): number {
  let extreme = 0;
  for (const component of components) {
    if (component.kind === 'subsampled') extreme -= component.steps * Math.log1p(-component.samplingRate);
    else if (component.kind === 'count') extreme += component.steps * component.epsilon;
    else extreme += 12 / component.noiseMultiplier + 0.5 / component.noiseMultiplier ** 2;
  }
  return Math.max(0, direction === 'remove' ? windowEnd + extreme : extreme - windowStart);
}
