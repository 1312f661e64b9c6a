import type { CovariateTree } from './covariate-tree.ts';
import { emptySums, sumCells } from './covariate-tree.ts';
import type { Family, LeafSums } from './glm-family.ts';
import type { IrlsState, IrlsWorkspace } from './irls.ts';
import { irlsInit } from './irls.ts';

/** The intercept alone, all effects zero. Without an offset its value is the overall rate, which is the null model. */
export function interceptOnly(tree: CovariateTree, family: Family, leaves: LeafSums): Float64Array {
  const beta = new Float64Array(tree.cellOfColumn.length);
  beta[0] = overall(tree, family, leaves);
  return beta;
}

/**
 * Where the iteration starts: each main effect at its unadjusted value (the rate of the level against the rate
 * of the reference level), which saves an iteration or two where predictors are nearly independent. Where that
 * is worse than the intercept alone, or outside of the domain, all effects start at zero.
 *
 * @param room loaded with `leaves`
 */
export function startingState(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  active: Int32Array,
): IrlsState {
  const plain = interceptOnly(room.tree, family, leaves);
  if (family.link !== 'identity' && active.length > 1) {
    const worse = interceptKernel(room, family, leaves);
    const informed = irlsInit(room, family, leaves, unadjusted(room, family, leaves, active, plain[0]!));
    if (informed.kernel > worse) return informed;
  }
  return irlsInit(room, family, leaves, plain);
}

/** Log-likelihood (without constants) at the intercept alone; where every leaf has one rate, without a pass over them. */
export function interceptKernel(room: IrlsWorkspace, family: Family, leaves: LeafSums): number {
  const plain = interceptOnly(room.tree, family, leaves);
  if (room.tree.offset !== undefined || family.name === 'gaussian-identity') {
    return irlsInit(room, family, leaves, plain).kernel;
  }
  const { total, totalY } = leaves;
  const mean = totalY / total;
  return family.name === 'poisson-log'
    ? totalY * Math.log(mean) - totalY
    : totalY * Math.log(mean) + (total - totalY) * Math.log1p(-mean);
}

function overall(tree: CovariateTree, family: Family, leaves: LeafSums): number {
  const mean = leaves.totalY / leaves.total;
  const { offset, exposure } = tree;
  if (offset === undefined || exposure === undefined) return linked(family, mean);
  let exposed = 0;
  let shift = 0;
  let largest = 0;
  for (let i = 0; i < tree.leafCount; i += 1) {
    exposed += leaves.n[i]! * exposure[i]!;
    shift += leaves.n[i]! * offset[i]!;
    if (leaves.n[i]! > 0) largest = Math.max(largest, offset[i]!);
  }
  switch (family.name) {
    case 'poisson-log':
      return Math.log(leaves.totalY / exposed);
    case 'binomial-log':
      return Math.min(Math.log(leaves.totalY / exposed), -largest - 0.01);
    case 'binomial-logit':
    case 'gaussian-identity':
      return linked(family, mean) - shift / leaves.total;
  }
}

function linked({ link }: Family, mean: number): number {
  if (link === 'identity') return mean;
  return link === 'log' ? Math.log(mean) : Math.log(mean / (1 - mean));
}

function unadjusted(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  active: Int32Array,
  base: number,
): Float64Array {
  const { tree, events } = room;
  let exposed = room.people;
  const { exposure } = tree;
  if (exposure !== undefined && family.link !== 'logit') {
    exposed = emptySums(tree, false);
    const weighted = leaves.n.map((n, i) => n * exposure[i]!);
    sumCells(tree, weighted, exposed);
  }
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
