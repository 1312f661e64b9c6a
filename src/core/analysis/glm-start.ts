import type { CovariateTree } from './covariate-tree.ts';
import { emptySums, sumCells } from './covariate-tree.ts';
import type { Family, LeafSums } from './glm-family.ts';
import type { IrlsWorkspace } from './irls.ts';
import { irlsInit } from './irls.ts';

/**
 * Where the iteration starts: each main effect at its unadjusted value (the rate of the level against the rate
 * of the reference level), which saves an iteration or two where predictors are nearly independent. Where that
 * is worse than the overall rate alone, or outside of the domain, all effects start at zero.
 */
export function startingValues(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  active: Int32Array,
): Float64Array {
  const { tree } = room;
  const plain = new Float64Array(tree.cellOfColumn.length);
  const base = overall(tree, family, leaves);
  plain[0] = base;
  if (family.link === 'identity' || active.length === 1) return plain;
  const informed = unadjusted(tree, family, leaves, active, base);
  const better =
    irlsInit(room, family, leaves, informed).kernel > irlsInit(room, family, leaves, plain).kernel;
  return better ? informed : plain;
}

function overall(tree: CovariateTree, family: Family, leaves: LeafSums): number {
  const { offset, exposure } = tree;
  let exposed = 0;
  let shift = 0;
  let largest = 0;
  for (let i = 0; i < tree.leafCount; i += 1) {
    exposed += leaves.n[i]! * (exposure?.[i] ?? 1);
    shift += leaves.n[i]! * (offset?.[i] ?? 0);
    if (leaves.n[i]! > 0) largest = Math.max(largest, offset?.[i] ?? 0);
  }
  const mean = leaves.totalY / leaves.total;
  switch (family.name) {
    case 'poisson-log':
      return Math.log(leaves.totalY / exposed);
    case 'binomial-log':
      return Math.min(Math.log(leaves.totalY / exposed), -largest - 0.01);
    case 'binomial-logit':
      return Math.log(mean / (1 - mean)) - shift / leaves.total;
    case 'gaussian-identity':
      return mean - shift / leaves.total;
  }
}

function unadjusted(
  tree: CovariateTree,
  family: Family,
  leaves: LeafSums,
  active: Int32Array,
  base: number,
): Float64Array {
  const events = emptySums(tree, false);
  const exposed = emptySums(tree, false);
  sumCells(tree, leaves.sumY, events);
  const { exposure } = tree;
  const exposedAt =
    exposure === undefined || family.link === 'logit' ? leaves.n : leaves.n.map((n, i) => n * exposure[i]!);
  sumCells(tree, exposedAt, exposed);
  const logOdds = family.link === 'logit';
  const effectOf = (y: number, n: number) =>
    logOdds ? Math.log((y + 0.5) / (n - y + 0.5)) : Math.log(y / n);
  const beta = new Float64Array(tree.cellOfColumn.length);
  beta[0] = base;
  for (const [g, factor] of tree.design.factors.entries()) {
    if (factor.variables.length > 1) continue;
    const reference = [...factor.columnOfCell].indexOf(-1) + tree.firstCell[g]!;
    const [y, n] = [events.single[reference]!, exposed.single[reference]!];
    if (!(y > 0)) continue;
    const middle = effectOf(events.total, exposed.total);
    const own = effectOf(y, n);
    beta[0] += own - middle;
    for (const column of active) {
      const cell = tree.cellOfColumn[column]!;
      if (tree.factorOfColumn[column] !== g || !(events.single[cell]! > 0)) continue;
      beta[column] = effectOf(events.single[cell]!, exposed.single[cell]!) - own;
    }
  }
  return beta;
}
