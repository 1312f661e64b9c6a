import type { CountRun, Direction, LossComponent } from './composition.ts';
import { exactSum } from './exact-sum.ts';
import { normalUpperQuantile } from './normal.ts';
import { type Integrand, PANEL_ERROR, rulesFor } from './quadrature.ts';
import { countAtoms, type StepLoss, stepLoss } from './step-loss.ts';

/** One step's loss on a grid: mass[j] at offset + position[j]·h, positions whole and ascending. */
export interface GridStep {
  readonly steps: number;
  readonly offset: number;
  readonly position: Float64Array;
  readonly mass: Float64Array;
  /** Variance that splitting added in the cell above each grid point, times its mass. */
  readonly spread: Float64Array;
  /** Mass counted as loss +∞. */
  readonly infinity: number;
  /** Σ mass − 1: minus what counts as +∞, minus what an optimistic grid leaves out, or by how much bounds on masses exceed them. */
  readonly surplus: number;
  /** Relative error of the masses: quadrature, rounding, and how far their sum was from one. */
  readonly massError: number;
  /** Relative error of a loss's distance from the offset, and what it is relative to for the whole run, Σ |distance| + T |offset|. */
  readonly placeError: number;
  readonly places: number;
}

/** What a step's grid hangs on: part of the plan of the whole composition. */
export interface StepGrid {
  readonly mesh: number;
  /** θ: cells may be wider where the mass tilted by it is rare. */
  readonly tilt: number;
  /** Mass per step and end that may be cut off. */
  readonly tail: number;
  readonly largestDistance: number;
}

/** Relative rounding of one mass besides that of its density: weights of the rule, products and the cell's sum. */
const MASS_ROUNDING = 2 ** -47;

/** Relative error of a mass within the range: quadrature and rounding. */
export function massErrorWithin(loss: StepLoss, range: CellRange): number {
  return PANEL_ERROR + MASS_ROUNDING + loss.densityRounding(farthestOf(loss, range));
}

/** How many σ from either centre the far end of a range lies. */
export function farthestOf(loss: StepLoss, { lowX, highX }: CellRange): number {
  const ends = [lowX, lowX - 1, highX, highX - 1];
  return Math.max(...ends.map(Math.abs)) / loss.scale;
}

/** What a share of a cell's mass may be off by, of that mass: it is moved up by so much. */
const SHARE_GUARD = 2 * (PANEL_ERROR + MASS_ROUNDING);
/** A wide cell is at most this long, in units of the tilt's length 1/(1 + θ). */
const WIDEST_CELL = 0.02;
/** Wide cells together add at most about this much of the variance that the mesh adds. */
const WIDE_SHARE = 0.0003;

/** Cells of the grid that carry mass, in y: from edge[0]·h to edge[n]·h, and the x they start and end at. */
export interface CellRange {
  readonly lowIndex: number;
  readonly highIndex: number;
  readonly lowX: number;
  readonly highX: number;
  /** True where highX lies inside of the last cell: less than `tail` lies beyond. */
  readonly isCutShort: boolean;
}

/** The cells beyond which at most `tail` lies at either end, or y is above `largestY`. */
export function cellRange(loss: StepLoss, mesh: number, tail: number, largestY: number): CellRange {
  const z = normalUpperQuantile(tail);
  loss.evaluate(loss.lowCentre - z * loss.scale);
  const lowIndex = Math.floor(loss.y / mesh);
  loss.evaluate(loss.highCentre + z * loss.scale);
  const highIndex = Math.max(Math.ceil(Math.min(loss.y, largestY) / mesh) + 1, lowIndex + 1);
  const lowX = loss.inverse(lowIndex * mesh);
  const highX = loss.inverse(highIndex * mesh);
  // a cell far wider than the whole loss would be integrated to where nothing is
  const farX = loss.highCentre + 2 * z * loss.scale;
  return {
    lowIndex,
    highIndex,
    lowX: lowX > Number.NEGATIVE_INFINITY ? lowX : loss.lowCentre - z * loss.scale,
    highX: Math.min(highX, farX),
    isCutShort: highX > farX,
  };
}

/**
 * Visits the quadrature nodes of every cell: cell number, y above its lower edge, the cell's width, mass of the
 * node; returns the edges in units of the mesh. Where the tilted mass per cell is much less than if it were spread
 * evenly over the whole range, cells are wider by the cube root of the ratio: that is the width which adds least
 * variance for a given number of cells.
 */
export function integrateCells(
  loss: StepLoss,
  { mesh, tilt }: StepGrid,
  range: CellRange,
  visit: (cell: number, yInCell: number, width: number, mass: number) => void,
  integrand: Integrand = 'exponential',
): readonly number[] {
  const rules = rulesFor(farthestOf(loss, range), integrand);
  const { longest, rule: fullest } = rules[rules.length - 1]!;
  const even = WIDE_SHARE / (range.highIndex - range.lowIndex);
  const widest = Math.max(1, Math.floor(WIDEST_CELL / (1 + tilt) / mesh));
  const slope = loss.orientation * tilt * mesh;
  const edges = [range.lowIndex];
  let from = range.lowX;
  // tilted mass so far, in units of the tilt at the current edge
  let total = 0;
  let width = 1;
  for (let edge = range.lowIndex, cell = 0; edge < range.highIndex; cell += 1) {
    const next = Math.min(edge + width, range.highIndex);
    const to = Math.max(from, Math.min(loss.inverse(next * mesh), range.highX));
    const length = (to - from) / loss.smoothness;
    const rule = rules.find((each) => length <= each.longest)?.rule ?? fullest;
    const panels = Math.max(1, Math.ceil(length / longest));
    const panelWidth = (to - from) / panels;
    const cellWidth = (next - edge) * mesh;
    let cellMass = 0;
    for (let panel = 0; panel < panels; panel += 1) {
      for (let k = 0; k < rule.node.length; k += 1) {
        loss.evaluate(from + (panel + rule.node[k]!) * panelWidth);
        const inCell = Math.min(Math.max(loss.y - edge * mesh, 0), cellWidth);
        const mass = loss.density * rule.weight[k]! * panelWidth;
        cellMass += mass;
        visit(cell, inCell, cellWidth, mass);
      }
    }
    // the whole is not known yet, but no less than what has been seen
    total = (total + cellMass) * Math.exp(-slope * (next - edge));
    const share = Math.cbrt((even * total * (next - edge)) / cellMass);
    width = share > 1 ? Math.min(widest, 2 * width, Math.floor(share)) : 1;
    edges.push(next);
    edge = next;
    from = to;
  }
  return edges;
}

/**
 * Connect the dots: a loss in the cell [a, a + w] goes to a + w with weight (1 − e^{a−L})/(1 − e^{−w}), else to a.
 * That keeps E 1 and E e^{−L}, so that the new pair dominates the old one (Doroshenko et al. 2022, theorem 4.7
 * for piecewise linear hockey-stick curves), whatever the width of each cell. What lies below the grid goes up to
 * it, what lies above counts as +∞.
 */
export function pessimisticStep(component: LossComponent, direction: Direction, grid: StepGrid): GridStep {
  const { mesh } = grid;
  if (component.kind === 'count') return pessimisticCount(component, mesh);
  const loss = stepLoss(component, direction);
  const range = cellRange(loss, mesh, grid.tail, grid.largestDistance);
  const ascending = loss.orientation === 1;
  const { edges, position, mass, spread } = splitToEnds(loss, grid, range);
  const cells = edges.length - 1;
  const outsideLow = loss.massBelow(range.lowX);
  const outsideHigh = loss.massAbove(range.highX);
  let infinity = ascending ? outsideHigh : outsideLow;
  // what has less loss than the grid goes up to it: to the upper end of the lowest cell where that was cut short
  const lowest = range.isCutShort ? 1 : 0;
  // a subsampled loss has an end in y → 0: what lies there belongs to the first cell, not to infinity
  if (!ascending && range.lowIndex === 0) {
    infinity = 0;
    mass[cells] = mass[cells]! + outsideLow;
    mass[lowest] = mass[lowest]! + outsideHigh;
  } else if (ascending) {
    const first = range.lowX > loss.inverse(range.lowIndex * mesh) ? 1 : 0;
    mass[first] = mass[first]! + outsideLow;
  } else {
    mass[lowest] = mass[lowest]! + outsideHigh;
  }
  const factor = scaleTo(mass, 1 - infinity);
  return {
    steps: component.steps,
    offset: loss.offset,
    position,
    mass,
    spread,
    infinity,
    surplus: -infinity,
    massError: Math.abs(factor - 1) + massErrorWithin(loss, range),
    placeError: loss.placeRounding(farthestOf(loss, range)),
    places: component.steps * Math.abs(loss.offset) + farthestPlace(position, mesh),
  };
}

/** How far from the offset a grid reaches. */
export function farthestPlace(position: Float64Array, mesh: number): number {
  return Math.max(Math.abs(position[0]!), Math.abs(position[position.length - 1]!)) * mesh;
}

/** The mass of a range of x on the ends of the cells that it fills, by connecting the dots. */
export function splitToEnds(
  loss: StepLoss,
  grid: StepGrid,
  range: CellRange,
): Pick<GridStep, 'position' | 'mass' | 'spread'> & { readonly edges: readonly number[] } {
  const ascending = loss.orientation === 1;
  // by number of the cell in y: mass at its lower end in y, at its upper, and added variance
  const low: number[] = [];
  const high: number[] = [];
  const added: number[] = [];
  const edges = integrateCells(loss, grid, range, (cell, inCell, width, nodeMass) => {
    const above = ascending ? inCell : width - inCell;
    const share = Math.expm1(-above) / Math.expm1(-width) + SHARE_GUARD;
    const up = Math.min(nodeMass, nodeMass * share);
    const down = nodeMass - up;
    low[cell] = (low[cell] ?? 0) + (ascending ? down : up);
    high[cell] = (high[cell] ?? 0) + (ascending ? up : down);
    added[cell] = (added[cell] ?? 0) + nodeMass * above * (width - above);
  });
  const cells = edges.length - 1;
  const mass = new Float64Array(cells + 1);
  const spread = new Float64Array(cells + 1);
  const position = new Float64Array(cells + 1);
  for (let k = 0; k <= cells; k += 1) {
    const j = ascending ? k : cells - k;
    position[j] = ascending ? edges[k]! : -edges[k]!;
    mass[j] = (low[k] ?? 0) + (k > 0 ? high[k - 1]! : 0);
    spread[j] = ascending ? (added[k] ?? 0) : k > 0 ? added[k - 1]! : 0;
  }
  return { edges, position, mass, spread };
}

/** Makes masses add up to what is known of their sum; returns the factor, which tells of their error. */
export function scaleTo(mass: Float64Array, total: number): number {
  const factor = total / exactSum(mass);
  for (let j = 0; j < mass.length; j += 1) mass[j] = mass[j]! * factor;
  return factor;
}

/** Rounding of an atom of a count: two exponentials and a quotient; its loss is ±ε₀ as it stands. */
export const ATOM_ROUNDING = { massError: 2 ** -47, placeError: 2 ** -50 } as const;

/** Two atoms: the lower one is the origin, the upper one is split. */
function pessimisticCount({ epsilon, steps }: CountRun, mesh: number): GridStep {
  const { lower, upper } = countAtoms(epsilon);
  const cell = Math.max(1, Math.floor((2 * epsilon) / mesh));
  const above = Math.max(0, 2 * epsilon - cell * mesh);
  const up = (upper * -Math.expm1(-above)) / -Math.expm1(-mesh);
  const position = Float64Array.of(0, cell, cell + 1);
  return {
    steps,
    offset: -epsilon,
    position,
    mass: Float64Array.of(lower, upper - up, up),
    spread: Float64Array.of(0, upper * above * (mesh - above), 0),
    infinity: 0,
    surplus: lower + upper - 1,
    ...ATOM_ROUNDING,
    places: steps * epsilon + farthestPlace(position, mesh),
  };
}
