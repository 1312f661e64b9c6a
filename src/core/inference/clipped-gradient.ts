import type { ParameterLayout } from '../model/layout.ts';
import { fillLogJoint, linearPredictor } from '../model/log-density.ts';
import { outcomeResidual } from '../model/outcome-family.ts';
import type { OutcomeFamily } from '../model/shape.ts';
import type { ModelTables } from '../model/tables.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from './released-sum.ts';
import type { PatternBatch, RowPatterns } from './row-patterns.ts';

/** γ_r and ε = y − λ of one row, and the norm of its gradient. */
export interface RowGradient {
  /** γ, length R; overwritten by the next row */
  readonly responsibility: Float64Array;
  residual: number;
  norm: number;
}

/**
 * Responsibilities, residual and gradient norm of pattern p, without the D numbers (METHOD §4):
 *
 *     ‖g‖² = Σ_r (γ_r − π_r)² + Σ_r γ_r² Σ_j ‖onehot(x_j) − θ_j^(r)‖² + ε² (1 + #{j : x_j ≠ ref_j})
 *
 * Only positive terms: nothing cancels. With `weight` b (`plain-gradients.ts`) every square is weighted by the b of its
 * coordinate, and the tables' distances are weighted already.
 */
export function evaluateRow(
  layout: ParameterLayout,
  family: OutcomeFamily,
  tables: ModelTables,
  patterns: RowPatterns,
  p: number,
  distance: Float64Array,
  row: RowGradient,
  weight?: Float64Array,
): void {
  const { components: R, variableCount: d } = layout;
  const gamma = row.responsibility;
  const { levelRow } = patterns;
  const at = p * d;
  const shift = fillLogJoint(layout, tables, levelRow, at, gamma);
  let total = 0;
  for (let r = 0; r < R; r += 1) {
    const joint = Math.exp((gamma[r] as number) - shift);
    gamma[r] = joint;
    total += joint;
    distance[r] = 0;
  }
  for (let j = 0; j < d; j += 1) {
    const first = (levelRow[at + j] as number) * R;
    for (let r = 0; r < R; r += 1) {
      distance[r] = (distance[r] as number) + (tables.levelDistance[first + r] as number);
    }
  }
  let squares = 0;
  for (let r = 0; r < R; r += 1) {
    const g = (gamma[r] as number) / total;
    gamma[r] = g;
    const mixture = g - (tables.mixture[r] as number);
    squares += (weight?.[r] ?? 1) * mixture * mixture + g * g * (distance[r] as number);
  }
  const linear = linearPredictor(layout, tables, levelRow, at);
  row.residual = outcomeResidual(family, linear, patterns.outcome[p] as number);
  const touched =
    weight === undefined
      ? (patterns.coefficientCount[p] as number)
      : coefficientWeight(layout, weight, levelRow, at);
  squares += row.residual * row.residual * touched;
  row.norm = Math.sqrt(squares);
}

/** Σ b over β_0 and the coefficients of a row's levels. */
function coefficientWeight(
  layout: ParameterLayout,
  weight: Float64Array,
  levelRow: Uint16Array,
  at: number,
): number {
  let sum = weight[layout.intercept] as number;
  for (let j = 0; j < layout.variableCount; j += 1) {
    const beta = layout.betaIndex[levelRow[at + j] as number] as number;
    if (beta >= 0) sum += weight[beta] as number;
  }
  return sum;
}

/** Buffers of `clippedSum`; contents mean nothing between calls. */
export interface ClippedSumWorkspace {
  readonly row: RowGradient;
  readonly distance: Float64Array;
  /** Σ w γ_r in grid steps, length R */
  readonly componentSum: Float64Array;
}

export function allocateClippedSum(layout: ParameterLayout): ClippedSumWorkspace {
  return {
    row: { responsibility: new Float64Array(layout.components), residual: 0, norm: 0 },
    distance: new Float64Array(layout.components),
    componentSum: new Float64Array(layout.components),
  };
}

/**
 * Σ_{i∈batch} ĝ_i, ĝ_i = g_i min(1, C/‖g_i‖), as integers in grid steps of 2^-20 C. No gradient of a row ever
 * exists: with w_i the clip factor it takes the weighted histograms H[j,c][r] = Σ w γ_r 1[x_j = c] and
 *
 *     ∂/∂B_j[c, r] = H[j,c][r] − θ_j^(r)[c] Σ_c' H[j,c'][r],   ∂/∂a_r = Σ w γ_r − π_r Σ w,   ∂/∂β = Σ w ε onehot(x)
 *
 * A row enters as integers and sums are exact: the order of rows and the merging of equal rows change no bit,
 * and one row moves the result by at most C (`effectiveClipNorm` has the argument).
 *
 * @param out length D, overwritten; integers k, the sum is 2^-20 C · k
 * @param weight b of the plain variant: the norm that is clipped is that of both halves (`plain-gradients.ts`)
 */
export function clippedSum(
  layout: ParameterLayout,
  family: OutcomeFamily,
  clipNorm: number,
  tables: ModelTables,
  patterns: RowPatterns,
  batch: PatternBatch,
  workspace: ClippedSumWorkspace,
  out: Float64Array,
  weight?: Float64Array,
): void {
  const { components: R, variableCount: d, levelLogits, betaIndex, intercept } = layout;
  const { row, distance, componentSum } = workspace;
  const gamma = row.responsibility;
  const effective = effectiveClipNorm(layout, clipNorm, weight === undefined ? 'aligned' : 'plain');
  const stepsPerUnit = 1 / (GRID_PER_CLIP_NORM * clipNorm);
  out.fill(0);
  componentSum.fill(0);
  for (let i = 0; i < batch.patternCount; i += 1) {
    const p = batch.pattern[i] as number;
    const times = batch.multiplicity[i] as number;
    evaluateRow(layout, family, tables, patterns, p, distance, row, weight);
    const scale = stepsPerUnit * (row.norm > effective ? effective / row.norm : 1);
    for (let r = 0; r < R; r += 1) {
      const steps = times * Math.round(scale * (gamma[r] as number));
      gamma[r] = steps;
      componentSum[r] = (componentSum[r] as number) + steps;
    }
    const residualSteps = times * Math.round(scale * row.residual);
    out[intercept] = (out[intercept] as number) + residualSteps;
    for (let j = 0; j < d; j += 1) {
      const levelRow = patterns.levelRow[p * d + j] as number;
      const first = levelLogits + levelRow * R;
      for (let r = 0; r < R; r += 1) out[first + r] = (out[first + r] as number) + (gamma[r] as number);
      const beta = betaIndex[levelRow] as number;
      if (beta >= 0) out[beta] = (out[beta] as number) + residualSteps;
    }
  }
  finishLogits(layout, tables, componentSum, out);
}

/** Turns the histograms in `out` into the gradient of the logits and rounds it to whole grid steps. */
function finishLogits(
  layout: ParameterLayout,
  tables: ModelTables,
  componentSum: Float64Array,
  out: Float64Array,
): void {
  const { components: R, levelLogits, levelRows } = layout;
  let weightSum = 0;
  for (let r = 0; r < R; r += 1) weightSum += componentSum[r] as number;
  for (let r = 0; r < R; r += 1) {
    out[r] = Math.round((componentSum[r] as number) - (tables.mixture[r] as number) * weightSum);
  }
  for (let row = 0; row < levelRows; row += 1) {
    for (let r = 0; r < R; r += 1) {
      const cell = row * R + r;
      const histogram = out[levelLogits + cell] as number;
      out[levelLogits + cell] = Math.round(
        histogram - (tables.level[cell] as number) * (componentSum[r] as number),
      );
    }
  }
}
