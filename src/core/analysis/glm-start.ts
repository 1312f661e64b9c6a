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
    const informed = irlsInit(room, family, leaves, unadjusted(room, family, leaves, active, plain[0]!));
    if (informed.kernel > irlsKernel(room, family, leaves, plain)) return informed;
  }
  return irlsInit(room, family, leaves, plain);
}

/** Log-likelihood (without constants) at the intercept alone; where every leaf has one mean, without a pass over them. */
function irlsKernel(room: IrlsWorkspace, family: Family, leaves: LeafSums, plain: Float64Array): number {
  if (room.tree.offset === undefined && family.name === 'poisson-log') {
    return leaves.totalY * plain[0]! - leaves.totalY;
  }
  return irlsInit(room, family, leaves, plain).kernel;
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
