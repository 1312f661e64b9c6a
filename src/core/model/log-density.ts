import type { ParameterLayout } from './layout.ts';
import { outcomeLogDensity, outcomeResidual } from './outcome-family.ts';
import type { OutcomeFamily } from './shape.ts';
import { allocateTables, fillTables, type ModelTables } from './tables.ts';

/**
 * ln p(x, y | z) up to −ln y! (METHOD §3), one row at a time, written as the definition says. The trainings
 * never call it; it is what their gradient is the gradient of.
 *
 *     ln Σ_r π_r Π_j θ_j^(r)[x_j] + ln p(y | λ(x))
 *
 * @param z D parameters in the order of `parameterLayout`
 * @param levels x, the level index of each variable, length d
 */
export function logDensity(
  layout: ParameterLayout,
  family: OutcomeFamily,
  z: Float64Array,
  levels: ArrayLike<number>,
  y: number,
): number {
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  const levelRows = Array.from(levels, (level, j) => (layout.levelStart[j] as number) + level);
  const joint = new Float64Array(layout.components);
  const shift = fillLogJoint(layout, tables, levelRows, 0, joint);
  let total = 0;
  for (const value of joint) total += Math.exp(value - shift);
  return (
    shift + Math.log(total) + outcomeLogDensity(family, linearPredictor(layout, tables, levelRows, 0), y)
  );
}

/**
 * ∇_z ln p(x, y | z), all D numbers, as METHOD §4 states it. The trainings never hold it for a row: it is what their norm
 * and their clipped sum are checked against.
 */
export function logDensityGradient(
  layout: ParameterLayout,
  family: OutcomeFamily,
  z: Float64Array,
  levels: ArrayLike<number>,
  y: number,
): Float64Array {
  const { components: R, levelStart, levelCounts, levelLogits, betaIndex } = layout;
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  const levelRows = Array.from(levels, (level, j) => (levelStart[j] as number) + level);
  const gamma = new Float64Array(R);
  const shift = fillLogJoint(layout, tables, levelRows, 0, gamma);
  const total = gamma.reduce((sum, value) => sum + Math.exp(value - shift), 0);
  for (let r = 0; r < R; r += 1) gamma[r] = Math.exp((gamma[r] as number) - shift) / total;
  const gradient = new Float64Array(layout.dimension);
  for (let r = 0; r < R; r += 1) {
    const share = gamma[r] as number;
    gradient[r] = share - (tables.mixture[r] as number);
    levelRows.forEach((chosen, j) => {
      for (let c = 0; c < (levelCounts[j] as number); c += 1) {
        const levelRow = (levelStart[j] as number) + c;
        const theta = tables.level[levelRow * R + r] as number;
        gradient[levelLogits + levelRow * R + r] = share * ((levelRow === chosen ? 1 : 0) - theta);
      }
    });
  }
  const residual = outcomeResidual(family, linearPredictor(layout, tables, levelRows, 0), y);
  gradient[layout.intercept] = residual;
  for (const levelRow of levelRows) {
    const index = betaIndex[levelRow] as number;
    if (index >= 0) gradient[index] = residual;
  }
  return gradient;
}

/**
 * ln(π_r Π_j θ_j^(r)[x_j]) for every r into `out`; returns the largest.
 *
 * @param levelRows level rows levelStart[j] + x_j of the data row, d of them from `at` on
 */
export function fillLogJoint(
  layout: ParameterLayout,
  tables: ModelTables,
  levelRows: ArrayLike<number>,
  at: number,
  out: Float64Array,
): number {
  const { components: R, variableCount: d } = layout;
  const { logMixture, logLevel } = tables;
  for (let r = 0; r < R; r += 1) out[r] = logMixture[r] as number;
  for (let j = 0; j < d; j += 1) {
    const first = (levelRows[at + j] as number) * R;
    for (let r = 0; r < R; r += 1) out[r] = (out[r] as number) + (logLevel[first + r] as number);
  }
  let largest = -Infinity;
  for (let r = 0; r < R; r += 1) {
    if ((out[r] as number) > largest) largest = out[r] as number;
  }
  return largest;
}

/** β_0 + Σ_j β_j[x_j], the row given as for `fillLogJoint`. */
export function linearPredictor(
  layout: ParameterLayout,
  tables: ModelTables,
  levelRows: ArrayLike<number>,
  at: number,
): number {
  let sum = tables.intercept;
  for (let j = 0; j < layout.variableCount; j += 1) {
    sum += tables.coefficient[levelRows[at + j] as number] as number;
  }
  return sum;
}
