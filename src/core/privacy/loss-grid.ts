import type { Direction, LossComponent } from './composition.ts';
import { normalUpperQuantile } from './normal.ts';
import { countAtoms, type StepLoss, stepLoss } from './step-loss.ts';

/** One step's loss on a grid: mass[j] at offset + (firstIndex + j)·h. */
export interface GridStep {
  readonly steps: number;
  readonly offset: number;
  readonly firstIndex: number;
  readonly mass: Float64Array;
  /** Variance that splitting added in the cell above each grid point, times its mass. */
  readonly spread: Float64Array;
  /** Mass counted as loss +∞. */
  readonly infinity: number;
  /** Relative error of the masses: quadrature, measured on their sum, and rounding. */
  readonly massError: number;
}

/** Relative rounding of one mass: a dozen operations and the cell's sum. */
export const MASS_ROUNDING = 32 * 2 ** -52;

interface Quadrature {
  readonly node: readonly number[];
  readonly weight: readonly number[];
}

/** Gauss–Legendre on [0, 1], by Newton's method on the Legendre recurrence. */
function gaussLegendre(n: number): Quadrature {
  const node: number[] = [];
  const weight: number[] = [];
  for (let i = 0; i < n; i += 1) {
    let x = Math.cos((Math.PI * (n - i - 0.25)) / (n + 0.5));
    let slope = 1;
    for (let k = 0; k < 20; k += 1) {
      let previous = 1;
      let value = x;
      for (let m = 2; m <= n; m += 1) {
        [previous, value] = [value, ((2 * m - 1) * x * value - (m - 1) * previous) / m];
      }
      slope = (n * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    node.push(0.5 * (1 + x));
    weight.push(1 / ((1 - x * x) * slope * slope));
  }
  return { node, weight };
}

/** Panel length in units of the smoothness length, up to which a rule is exact to rounding. */
const RULES: readonly { readonly longest: number; readonly rule: Quadrature }[] = [
  { longest: 0.02, rule: gaussLegendre(4) },
  { longest: 0.12, rule: gaussLegendre(6) },
  { longest: 0.5, rule: gaussLegendre(12) },
];

/** Cells of the grid that carry mass, in y: from lowIndex·h to highIndex·h, and the x they start and end at. */
export interface CellRange {
  readonly lowIndex: number;
  readonly highIndex: number;
  readonly lowX: number;
  readonly highX: number;
}

/** The cells beyond which at most `tail` lies at either end, or y is above `largestY`. */
export function cellRange(loss: StepLoss, mesh: number, tail: number, largestY: number): CellRange {
  const z = normalUpperQuantile(tail);
  loss.evaluate(loss.lowCentre - z * loss.scale);
  const lowIndex = Math.floor(loss.y / mesh);
  loss.evaluate(loss.highCentre + z * loss.scale);
  const highIndex = Math.ceil(Math.min(loss.y, largestY) / mesh) + 1;
  const lowX = loss.inverse(lowIndex * mesh);
  return {
    lowIndex,
    highIndex: Math.max(highIndex, lowIndex + 1),
    lowX: lowX > Number.NEGATIVE_INFINITY ? lowX : loss.lowCentre - z * loss.scale,
    highX: loss.inverse(Math.max(highIndex, lowIndex + 1) * mesh),
  };
}

/** Visits the quadrature nodes of every cell: cell number, y above its lower edge, mass of the node. */
export function integrateCells(
  loss: StepLoss,
  mesh: number,
  range: CellRange,
  visit: (cell: number, yInCell: number, mass: number) => void,
): void {
  let from = range.lowX;
  for (let cell = range.lowIndex; cell < range.highIndex; cell += 1) {
    const to = Math.max(from, loss.inverse((cell + 1) * mesh));
    const length = (to - from) / loss.smoothness;
    const chosen = RULES.find(({ longest }) => length <= longest);
    const rule = chosen?.rule ?? RULES[RULES.length - 1]!.rule;
    const panels = chosen === undefined ? Math.ceil(length / 0.5) : 1;
    const width = (to - from) / panels;
    for (let panel = 0; panel < panels; panel += 1) {
      for (let k = 0; k < rule.node.length; k += 1) {
        loss.evaluate(from + (panel + rule.node[k]!) * width);
        const inCell = Math.min(Math.max(loss.y - cell * mesh, 0), mesh);
        visit(cell, inCell, loss.density * rule.weight[k]! * width);
      }
    }
    from = to;
  }
}

/**
 * Connect the dots: a loss in the cell [a, a + h] goes to a + h with weight (1 − e^{a−L})/(1 − e^{−h}), else to a.
 * That keeps E 1 and E e^{−L}, so that the new pair dominates the old one (Doroshenko et al. 2022, theorem 4.7
 * for piecewise linear hockey-stick curves). What lies below the grid goes up to it, what lies above counts as +∞.
 */
export function pessimisticStep(
  component: LossComponent,
  direction: Direction,
  mesh: number,
  tail: number,
  largestDistance: number,
): GridStep {
  if (component.kind === 'count') return pessimisticCount(component.steps, countAtoms(component), mesh);
  const loss = stepLoss(component, direction);
  const range = cellRange(loss, mesh, tail, largestDistance);
  const cells = range.highIndex - range.lowIndex;
  const mass = new Float64Array(cells + 1);
  const spread = new Float64Array(cells + 1);
  const ascending = loss.orientation === 1;
  const whole = -Math.expm1(-mesh);
  integrateCells(loss, mesh, range, (cell, inCell, nodeMass) => {
    // j counts grid points upwards in L; `above` is L minus the lower end of its cell
    const low = ascending ? cell - range.lowIndex : range.highIndex - cell - 1;
    const above = ascending ? inCell : mesh - inCell;
    const up = Math.min(nodeMass, (nodeMass * -Math.expm1(-above)) / whole);
    mass[low] = mass[low]! + (nodeMass - up);
    mass[low + 1] = mass[low + 1]! + up;
    spread[low] = spread[low]! + nodeMass * above * (mesh - above);
  });
  const outsideLow = loss.massBelow(range.lowX);
  const outsideHigh = loss.massAbove(range.highX);
  let infinity = ascending ? outsideHigh : outsideLow;
  // a subsampled loss has an end in y → 0: what lies there belongs to the first cell, not to infinity
  if (!ascending && range.lowIndex === 0) {
    infinity = 0;
    mass[cells] = mass[cells]! + outsideLow;
    mass[0] = mass[0]! + outsideHigh;
  } else if (ascending) {
    const first = range.lowX > loss.inverse(range.lowIndex * mesh) ? 1 : 0;
    mass[first] = mass[first]! + outsideLow;
  } else {
    mass[0] = mass[0]! + outsideHigh;
  }
  const firstIndex = ascending ? range.lowIndex : -range.highIndex;
  return normalised(component.steps, loss, firstIndex, mass, spread, infinity);
}

function normalised(
  steps: number,
  loss: StepLoss,
  firstIndex: number,
  mass: Float64Array,
  spread: Float64Array,
  infinity: number,
): GridStep {
  let sum = 0;
  for (let j = 0; j < mass.length; j += 1) sum += mass[j]!;
  const factor = (1 - infinity) / sum;
  for (let j = 0; j < mass.length; j += 1) mass[j] = mass[j]! * factor;
  return {
    steps,
    offset: loss.offset,
    firstIndex,
    mass,
    spread,
    infinity,
    massError: Math.abs(factor - 1) + MASS_ROUNDING,
  };
}

function pessimisticCount(
  steps: number,
  atoms: readonly { readonly loss: number; readonly mass: number }[],
  mesh: number,
): GridStep {
  const lowest = Math.min(...atoms.map(({ loss }) => loss));
  const highest = Math.max(...atoms.map(({ loss }) => loss));
  const mass = new Float64Array(Math.ceil((highest - lowest) / mesh) + 2);
  const spread = new Float64Array(mass.length);
  for (const atom of atoms) {
    const cell = Math.floor((atom.loss - lowest) / mesh);
    const above = Math.max(0, atom.loss - lowest - cell * mesh);
    const up = (atom.mass * -Math.expm1(-above)) / -Math.expm1(-mesh);
    mass[cell] = mass[cell]! + (atom.mass - up);
    mass[cell + 1] = mass[cell + 1]! + up;
    spread[cell] = spread[cell]! + atom.mass * above * (mesh - above);
  }
  return { steps, offset: lowest, firstIndex: 0, mass, spread, infinity: 0, massError: MASS_ROUNDING };
}
