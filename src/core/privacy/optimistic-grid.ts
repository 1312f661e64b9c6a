import type { Direction, LossComponent } from './composition.ts';
import { exactSum } from './exact-sum.ts';
import {
  ATOM_ROUNDING,
  cellRange,
  farthestOf,
  farthestPlace,
  type GridStep,
  integrateCells,
  massErrorWithin,
  type StepGrid,
} from './loss-grid.ts';
import { countAtoms, stepLoss } from './step-loss.ts';

/** Keeps every balance on the safe side of rounding, at a cost of 1e-10 of a cell. */
const SAFETY = 1e-10;

interface CellSums {
  total: number;
  up: number;
  movable: number;
  lowShift: number;
  highShift: number;
  lowBalance: number;
  highBalance: number;
}

/**
 * A step whose pair is dominated by the true one: the outputs are merged into one bucket per grid point, and each
 * bucket's loss is rounded down to the grid.
 *
 * An output with loss L in the cell [a, a + h] goes up with probability τ + 4ατ(1−τ), τ = (L − a)/h, else down.
 * Merging is post-processing, so that the merged pair has no larger δ; its loss in the bucket at a is at least a
 * exactly where the balance Σ mass·(1 − e^{a−L}) is not negative. α, at most 1/4 either way, moves mass between
 * neighbours so that no bucket's balance is negative and nearly all are zero; where it cannot, the bucket's mass
 * goes one point down. What lies below the grid is left out, what lies above is put on its last point.
 */
export function optimisticStep(component: LossComponent, direction: Direction, grid: StepGrid): GridStep {
  const { mesh } = grid;
  if (component.kind === 'count') return optimisticCount(component.steps, component.epsilon, mesh);
  const loss = stepLoss(component, direction);
  const range = cellRange(loss, mesh, grid.tail, grid.largestDistance);
  const ascending = loss.orientation === 1;
  // by number of the cell in y, with balances at its lower and its upper end in L
  const sums: CellSums[] = [];
  const edges = integrateCells(
    loss,
    grid,
    range,
    (cell, inCell, width, mass) => {
      const above = ascending ? inCell : width - inCell;
      const tau = above / width;
      const bump = 4 * tau * (1 - tau) * mass;
      const fromLow = -Math.expm1(-above);
      const fromHigh = Math.expm1(width - above);
      let of = sums[cell];
      if (of === undefined) {
        of = { total: 0, up: 0, movable: 0, lowShift: 0, highShift: 0, lowBalance: 0, highBalance: 0 };
        sums[cell] = of;
      }
      of.total += mass;
      of.up += tau * mass;
      of.movable += bump;
      of.lowShift += bump * fromLow;
      of.highShift += bump * fromHigh;
      of.lowBalance += (1 - tau) * fromLow * mass;
      of.highBalance -= tau * fromHigh * mass;
    },
    'logarithmic',
  );
  const position = Float64Array.from(edges, (edge) => (ascending ? edge : -edge));
  if (!ascending) {
    sums.reverse();
    position.reverse();
  }
  const cells = sums.length;
  const balance = new Float64Array(cells + 1);
  sums.forEach((of, j) => {
    balance[j] = balance[j]! + of.lowBalance;
    balance[j + 1] = balance[j + 1]! + of.highBalance;
  });
  const mass = new Float64Array(cells + 1);
  const left = Float64Array.from(balance);
  sums.forEach((of, j) => {
    let alpha = -0.25;
    if (of.lowShift > 0 && of.highShift > 0) {
      const wanted = Math.min(balance[j]! / (2 * of.lowShift), balance[j + 1]! / (2 * of.highShift));
      alpha = Math.max(-0.25, Math.min(0.25, wanted) - SAFETY);
    }
    const raised = of.up + alpha * of.movable;
    mass[j] = mass[j]! + of.total - raised;
    mass[j + 1] = mass[j + 1]! + raised;
    left[j] = left[j]! - alpha * of.lowShift;
    left[j + 1] = left[j + 1]! - alpha * of.highShift;
  });
  for (let j = 1; j <= cells; j += 1) {
    if (left[j]! >= 0) continue;
    mass[j - 1] = mass[j - 1]! + mass[j]!;
    mass[j] = 0;
  }
  const outside = ascending ? loss.massAbove(range.highX) : loss.massBelow(range.lowX);
  // an added row's loss ends at the last point, which the mass near it is just below; so is mass in a cell cut short
  const isBelowLast = ascending ? range.isCutShort : range.lowIndex === 0;
  const lastPoint = isBelowLast ? cells - 1 : cells;
  mass[lastPoint] = mass[lastPoint]! + outside;
  return finished(component.steps, loss.offset, position, mass, {
    massError: massErrorWithin(loss, range),
    placeError: loss.placeRounding(farthestOf(loss, range)),
    places: component.steps * Math.abs(loss.offset) + farthestPlace(position, mesh),
  });
}

function finished(
  steps: number,
  offset: number,
  position: Float64Array,
  mass: Float64Array,
  { massError, placeError, places }: Pick<GridStep, 'massError' | 'placeError' | 'places'>,
): GridStep {
  const sum = exactSum(mass);
  return {
    steps,
    offset,
    position,
    mass,
    spread: new Float64Array(0),
    infinity: 0,
    surplus: sum - 1,
    massError: massError + Math.max(0, sum - 1),
    placeError,
    places,
  };
}

/** Two atoms, the upper one rounded down. */
function optimisticCount(steps: number, epsilon: number, mesh: number): GridStep {
  const { lower, upper } = countAtoms(epsilon);
  // less a hair: the quotient may have been rounded up to a whole number
  const cell = Math.floor(((2 * epsilon) / mesh) * (1 - 1e-15));
  const position = cell === 0 ? Float64Array.of(0) : Float64Array.of(0, cell);
  const mass = cell === 0 ? Float64Array.of(lower + upper) : Float64Array.of(lower, upper);
  const places = steps * epsilon + farthestPlace(position, mesh);
  return finished(steps, -epsilon, position, mass, { ...ATOM_ROUNDING, places });
}
