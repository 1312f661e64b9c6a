import type { OutcomeDraw } from '../inference/plan.ts';
import type { Posterior } from '../inference/posterior.ts';
import { type ParameterLayout, parameterLayout } from '../model/layout.ts';
import { outcomeMean, rateOf } from '../model/outcome-family.ts';
import { allocateTables, fillTables, type ModelTables } from '../model/tables.ts';
import { bernoulli, CategoricalSampler, poisson } from '../random/discrete.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { SyntheticSet } from './synthetic-set.ts';

/** One z ~ q(z) = N(m, diag(τ²)). */
export function drawParameters(posterior: Posterior, random: RandomSource): Float64Array {
  const z = new Float64Array(posterior.location.length);
  fillStandardNormal(random, z);
  for (let k = 0; k < z.length; k += 1) {
    z[k] = (posterior.location[k] as number) + (posterior.scale[k] as number) * (z[k] as number);
  }
  return z;
}

/**
 * One synthetic set: **one** z ~ q(z), then `rowCount` rows from p(x, y | z) (METHOD §6). Post-processing of the
 * posterior: costs no privacy.
 *
 * @param outcomeDraw how y comes from the rate; `bernoulli` follows the family of the posterior
 * @param maximumCount a declared count outcome's largest value: larger draws are set to it
 * @throws Error where posterior and shape disagree
 */
export function drawSyntheticSet(
  posterior: Posterior,
  rowCount: number,
  outcomeDraw: OutcomeDraw,
  random: RandomSource,
  maximumCount: number = 2 ** 32 - 1,
): SyntheticSet {
  const layout = parameterLayout(posterior.shape);
  if (posterior.location.length !== layout.dimension || posterior.scale.length !== layout.dimension) {
    throw new Error('posterior does not have the parameters of its shape');
  }
  const tables = allocateTables(layout);
  fillTables(layout, drawParameters(posterior, random), tables);
  const component = drawComponents(tables, rowCount, random);
  const columns: Uint8Array[] = [];
  const linear = new Float64Array(rowCount).fill(tables.intercept);
  for (let j = 0; j < layout.variableCount; j += 1) {
    columns.push(drawColumn(layout, tables, j, component, linear, random));
  }
  const family = posterior.shape.family;
  const outcome = new Uint32Array(rowCount);
  for (let i = 0; i < rowCount; i += 1) {
    const predictor = linear[i] as number;
    switch (outcomeDraw) {
      case 'bernoulli':
        outcome[i] = bernoulli(random, Math.min(1, outcomeMean(family, predictor))) ? 1 : 0;
        break;
      case 'thresholded-poisson':
        outcome[i] = bernoulli(random, -Math.expm1(-rateOf(predictor))) ? 1 : 0;
        break;
      case 'poisson':
        outcome[i] = Math.min(maximumCount, poisson(random, rateOf(predictor)));
        break;
    }
  }
  return { rowCount, columns, outcome };
}

/** K sets, one at a time: K·N·d values need never be in memory together. */
export function* drawSyntheticSets(
  posterior: Posterior,
  setCount: number,
  rowCount: number,
  outcomeDraw: OutcomeDraw,
  random: RandomSource,
  maximumCount?: number,
): Generator<SyntheticSet, void, undefined> {
  for (let k = 0; k < setCount; k += 1) {
    yield drawSyntheticSet(posterior, rowCount, outcomeDraw, random, maximumCount);
  }
}

/** r ~ π for every row. */
function drawComponents(tables: ModelTables, rowCount: number, random: RandomSource): Uint8Array {
  const sampler = new CategoricalSampler(tables.mixture);
  const component = new Uint8Array(rowCount);
  for (let i = 0; i < rowCount; i += 1) component[i] = sampler.draw(random);
  return component;
}

/** x_j ~ θ_j^(r) for every row, its coefficient added to the linear predictor. */
function drawColumn(
  layout: ParameterLayout,
  tables: ModelTables,
  j: number,
  component: Uint8Array,
  linear: Float64Array,
  random: RandomSource,
): Uint8Array {
  const R = layout.components;
  const first = layout.levelStart[j] as number;
  const count = layout.levelCounts[j] as number;
  const samplers = Array.from({ length: R }, (_, r) => {
    const probabilities = new Float64Array(count);
    for (let c = 0; c < count; c += 1) probabilities[c] = tables.level[(first + c) * R + r] as number;
    return new CategoricalSampler(probabilities);
  });
  const column = new Uint8Array(component.length);
  for (let i = 0; i < column.length; i += 1) {
    const level = (samplers[component[i] as number] as CategoricalSampler).draw(random);
    column[i] = level;
    linear[i] = (linear[i] as number) + (tables.coefficient[first + level] as number);
  }
  return column;
}
