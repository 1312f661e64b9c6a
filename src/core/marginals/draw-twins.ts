import { bernoulli, CategoricalSampler } from '../random/discrete.ts';
import { beta } from '../random/gamma.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { SyntheticSet } from '../synthesis/synthetic-set.ts';
import type { FittedTables } from './fit-tables.ts';
import type { MarginalsSettings } from './plan-marginals.ts';
import type { GroupParameters, TableParameters } from './table-chain.ts';
import { TreeModel } from './tree-model.ts';

/**
 * Which of two models with the same tables variable × outcome the rows come from.
 *
 * - `ratio`: variables independent of each other, P(y = 1 | x) = min(1, ρ Π_j q_j(x_j) / p_j(x_j)), p_j = ρ q_j + (1 − ρ) r_j. A regression with
 *   log link is right about it.
 * - `odds`: variables independent given the outcome, the maximum-entropy model. A logistic regression is right about it.
 *
 * Variables that hang together through declared pairs count as one variable here, whose levels are their combinations. In both, effects of
 * one (group of) variable are those of its own tables, not adjusted for the others.
 */
export type TwinModel = MarginalsSettings['twinModel'];

/**
 * One synthetic set from one draw of the posterior: ρ ~ Beta(E + ½, N − E + ½), then `rowCount` rows.
 * Post-processing: costs no privacy.
 */
export function drawTwins(
  { rowCount: N, eventShare, withEvent, withoutEvent, groups = [] }: TableParameters,
  rowCount: number,
  model: TwinModel,
  random: RandomSource,
): SyntheticSet {
  const E = N * eventShare;
  const rate = beta(random, E + 0.5, N - E + 0.5);
  const outcome = new Uint32Array(rowCount);
  const columns: Uint8Array[] = withEvent.map(() => new Uint8Array(rowCount));
  const grouped = new Set(groups.flatMap(({ group }) => group.tables));
  const alone = [...columns.entries()].filter(([j]) => !grouped.has(j));
  if (model === 'odds') {
    for (let i = 0; i < rowCount; i += 1) outcome[i] = bernoulli(random, rate) ? 1 : 0;
    for (const [j, column] of alone) {
      const samplers = [
        new CategoricalSampler(withoutEvent[j]!),
        new CategoricalSampler(withEvent[j]!),
      ] as const;
      for (let i = 0; i < rowCount; i += 1) column[i] = samplers[outcome[i] as 0 | 1].draw(random);
    }
    for (const parameters of groups) {
      const { draw } = groupSampler(parameters);
      for (let i = 0; i < rowCount; i += 1) draw(outcome[i] as 0 | 1, columns, i, random);
    }
    return { rowCount, columns, outcome };
  }
  const risk = new Float64Array(rowCount).fill(rate);
  for (const [j, column] of alone) {
    const shares = withEvent[j]!.map((q, c) => rate * q + (1 - rate) * withoutEvent[j]![c]!);
    const ratio = shares.map((p, c) => (p > 0 ? withEvent[j]![c]! / p : 1));
    const sampler = new CategoricalSampler(shares);
    for (let i = 0; i < rowCount; i += 1) {
      const level = sampler.draw(random);
      column[i] = level;
      risk[i]! *= ratio[level]!;
    }
  }
  for (const parameters of groups) {
    const { draw, odds } = groupSampler(parameters);
    for (let i = 0; i < rowCount; i += 1) {
      // From the mixture of both halves, whatever the outcome will be.
      draw(bernoulli(random, rate) ? 1 : 0, columns, i, random);
      const q = odds(columns, i);
      risk[i]! *= q / (rate * q + 1 - rate);
    }
  }
  for (let i = 0; i < rowCount; i += 1) outcome[i] = bernoulli(random, Math.min(1, risk[i]!)) ? 1 : 0;
  return { rowCount, columns, outcome };
}

/** Draws of a group's variables into row i of the columns given y, and p(x | 1) / p(x | 0) of what stands there. */
function groupSampler({ group, potentials }: GroupParameters) {
  const { tree, tables } = group;
  const { levels, pairs, starts } = tree;
  const model = new TreeModel(tree);
  const logPartitions = [0, 0];
  const samplers = potentials.map((u, y) => {
    model.set(u);
    logPartitions[y] = model.logPartition;
    return model.sampler();
  });
  const apart = potentials[1].map((u, f) => u - potentials[0][f]!);
  const constant = logPartitions[0]! - logPartitions[1]!;
  const row = new Uint8Array(levels.length);
  return {
    draw(y: 0 | 1, columns: readonly Uint8Array[], i: number, random: RandomSource): void {
      samplers[y]!(random, row);
      for (const [v, t] of tables.entries()) columns[t]![i] = row[v]!;
    },
    odds(columns: readonly Uint8Array[], i: number): number {
      let sum = constant;
      for (const [v, t] of tables.entries()) sum += apart[starts[v]! + columns[t]![i]!]!;
      for (const [k, [a, b]] of pairs.entries()) {
        const cell = columns[tables[a]!]![i]! * levels[b]! + columns[tables[b]!]![i]!;
        sum += apart[starts[levels.length + k]! + cell]!;
      }
      return Math.exp(sum);
    },
  };
}

/** K sets, one at a time, each from a draw of its own, spread evenly over the chains. */
export function* drawTwinSets(
  { draws }: Pick<FittedTables, 'draws'>,
  setCount: number,
  rowCount: number,
  model: TwinModel,
  random: RandomSource,
): Generator<SyntheticSet, void, undefined> {
  for (let k = 0; k < setCount; k += 1) {
    const draw = draws[Math.floor(((k + 0.5) * draws.length) / setCount)]!;
    yield drawTwins(draw, rowCount, model, random);
  }
}
