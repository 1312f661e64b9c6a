import type { Direction, LossComponent } from './composition.ts';
import { cellRange, type GridStep, integrateCells, MASS_ROUNDING } from './loss-grid.ts';
import { countAtoms, stepLoss } from './step-loss.ts';

/** Keeps every balance on the safe side of rounding, at a cost of 1e-10 of a cell. */
const SAFETY = 1e-10;

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
export function optimisticStep(
  component: LossComponent,
  direction: Direction,
  mesh: number,
  tail: number,
  largestDistance: number,
): GridStep {
  if (component.kind === 'count') return optimisticCount(component.steps, component.epsilon, mesh);
  const loss = stepLoss(component, direction);
  const range = cellRange(loss, mesh, tail, largestDistance);
  const cells = range.highIndex - range.lowIndex;
  const ascending = loss.orientation === 1;
  const total = new Float64Array(cells);
  const up = new Float64Array(cells);
  const movable = new Float64Array(cells);
  const lowShift = new Float64Array(cells);
  const highShift = new Float64Array(cells);
  const balance = new Float64Array(cells + 1);
  integrateCells(loss, mesh, range, (cell, inCell, mass) => {
    const j = ascending ? cell - range.lowIndex : range.highIndex - cell - 1;
    const above = ascending ? inCell : mesh - inCell;
    const tau = above / mesh;
    const bump = 4 * tau * (1 - tau) * mass;
    const fromLow = -Math.expm1(-above);
    const fromHigh = Math.expm1(mesh - above);
    total[j] = total[j]! + mass;
    up[j] = up[j]! + tau * mass;
    movable[j] = movable[j]! + bump;
    lowShift[j] = lowShift[j]! + bump * fromLow;
    highShift[j] = highShift[j]! + bump * fromHigh;
    balance[j] = balance[j]! + (1 - tau) * fromLow * mass;
    balance[j + 1] = balance[j + 1]! - tau * fromHigh * mass;
  });
  const mass = new Float64Array(cells + 1);
  const left = Float64Array.from(balance);
  for (let j = 0; j < cells; j += 1) {
    let alpha = -0.25;
    if (lowShift[j]! > 0 && highShift[j]! > 0) {
      const wanted = Math.min(balance[j]! / (2 * lowShift[j]!), balance[j + 1]! / (2 * highShift[j]!));
      alpha = Math.max(-0.25, Math.min(0.25, wanted) - SAFETY);
    }
    const raised = up[j]! + alpha * movable[j]!;
    mass[j] = mass[j]! + total[j]! - raised;
    mass[j + 1] = mass[j + 1]! + raised;
    left[j] = left[j]! - alpha * lowShift[j]!;
    left[j + 1] = left[j + 1]! - alpha * highShift[j]!;
  }
  for (let j = 1; j <= cells; j += 1) {
    if (left[j]! >= 0) continue;
    mass[j - 1] = mass[j - 1]! + mass[j]!;
    mass[j] = 0;
  }
  const outside = ascending ? loss.massAbove(range.highX) : loss.massBelow(range.lowX);
  // an added row's loss ends at the last point, which the mass near it is just below
  const lastPoint = !ascending && range.lowIndex === 0 ? cells - 1 : cells;
  mass[lastPoint] = mass[lastPoint]! + outside;
  return finished(component.steps, loss.offset, ascending ? range.lowIndex : -range.highIndex, mass);
}

function finished(steps: number, offset: number, firstIndex: number, mass: Float64Array): GridStep {
  let sum = 0;
  for (let j = 0; j < mass.length; j += 1) sum += mass[j]!;
  return {
    steps,
    offset,
    firstIndex,
    mass,
    spread: new Float64Array(0),
    // left out, not infinite: the sum of the masses is 1 minus this
    infinity: 1 - sum,
    massError: MASS_ROUNDING + Math.abs(Math.max(0, sum - 1)),
  };
}

/** Two atoms, each rounded down. */
function optimisticCount(steps: number, epsilon: number, mesh: number): GridStep {
  const atoms = countAtoms({ kind: 'count', epsilon, steps });
  const lowest = -epsilon;
  const mass = new Float64Array(Math.floor((2 * epsilon) / mesh) + 2);
  for (const atom of atoms) {
    const cell = Math.floor((atom.loss - lowest) / mesh);
    mass[cell] = mass[cell]! + atom.mass;
  }
  return finished(steps, lowest, 0, mass);
}
