import { MAX_LEVELS, MAX_VARIABLES } from '../core/codebook/codebook.ts';
import { isSoundState } from '../core/inference/dpvi-state.ts';
import type { TrainingPlan } from '../core/inference/plan.ts';
import {
  CLIP_NORM_RANGE,
  LARGEST_NOISE_MULTIPLIER,
  largestRowCount,
} from '../core/inference/released-sum.ts';
import { parameterLayout } from '../core/model/layout.ts';
import type { CodedTable } from '../core/table/coded-table.ts';
import type { DpviState, MachineFailure } from './kernel.ts';

/**
 * What every machine checks before it draws anything: that there are rows, that table, plan and state fit
 * each other, and that what is run is what was accounted.
 */
export function refuse(table: CodedTable, plan: TrainingPlan, from?: DpviState): MachineFailure | undefined {
  if (table.rowCount === 0) return { kind: 'no-rows' };
  const reason = tableMismatch(table, plan);
  if (reason !== undefined) return { kind: 'table-does-not-match', reason };
  const problem = planProblem(plan);
  if (problem !== undefined) return { kind: 'plan-not-runnable', reason: problem };
  if (from !== undefined) {
    const { dimension } = parameterLayout(plan.shape);
    if (!isSoundState(from, dimension, plan.mechanism.parameters.steps)) return { kind: 'state-not-finite' };
  }
  return undefined;
}

function tableMismatch(table: CodedTable, plan: TrainingPlan): string | undefined {
  const { levelCounts, family } = plan.shape;
  if (table.rowCount !== plan.rowCount) return `${table.rowCount} rows, ${plan.rowCount} planned`;
  if (table.columns.length !== levelCounts.length) {
    return `${table.columns.length} columns, ${levelCounts.length} planned`;
  }
  for (const [j, column] of table.columns.entries()) {
    const levels = levelCounts[j] as number;
    if (column.length !== table.rowCount) return `column ${j} has ${column.length} values`;
    if (column.some((code) => code >= levels)) return `column ${j} has a code beyond its ${levels} levels`;
  }
  if (table.outcome.length !== table.rowCount) return `the outcome has ${table.outcome.length} values`;
  if (family !== 'poisson' && table.outcome.some((y) => y > 1)) return 'the outcome is not 0/1';
  return undefined;
}

function planProblem(plan: TrainingPlan): string | undefined {
  const { settings, mechanism, shape } = plan;
  const { noiseMultiplier, samplingRate, steps } = mechanism.parameters;
  if (settings.samplingRate !== samplingRate || settings.steps !== steps) {
    return 'sampling rate or steps differ from what was accounted';
  }
  if (settings.components !== shape.components || settings.family !== shape.family) {
    return 'settings and shape differ';
  }
  if (!(noiseMultiplier >= 0 && noiseMultiplier <= LARGEST_NOISE_MULTIPLIER)) {
    return 'the noise multiplier is out of range';
  }
  // Limits are tested without noise; such a plan must not claim a cost.
  if (noiseMultiplier === 0 && mechanism.cost.epsilonUpper !== Infinity) return 'no noise at a finite cost';
  if (!(samplingRate > 0 && samplingRate <= 1 && Number.isInteger(steps) && steps >= 1)) {
    return 'sampling rate or steps out of range';
  }
  if (samplingRate * plan.rowCount < 1) return 'fewer than one row a batch';
  if (!(Number.isInteger(shape.components) && shape.components >= 1 && shape.components <= 128))
    return 'components out of range';
  if (shape.levelCounts.length === 0) return 'no variables';
  if (shape.levelCounts.some((count) => count < 2)) return 'a variable with one level';
  if (shape.levelCounts.length > MAX_VARIABLES || shape.levelCounts.some((count) => count > MAX_LEVELS)) {
    return 'too many variables or levels';
  }
  // Outside of these the allowances for rounding, and with them the sensitivity, would not hold.
  const { clipNorm } = settings;
  if (!(clipNorm >= CLIP_NORM_RANGE.smallest && clipNorm <= CLIP_NORM_RANGE.largest)) {
    return 'clip norm out of range';
  }
  if (plan.rowCount > largestRowCount(clipNorm)) return 'too many rows for this clip norm';
  return undefined;
}
