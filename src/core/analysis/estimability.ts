import type { CellSums, CovariateTree } from './covariate-tree.ts';
import { crossProducts, emptySums, sumCells } from './covariate-tree.ts';
import type { Dependence } from './symmetric-matrix.ts';
import { dependentColumns } from './symmetric-matrix.ts';

/** Which coefficients the rows can determine, and what stands in the way of the others (METHOD §7). */

/**
 * - `no-rows`: nobody is in the level
 * - `no-events` / `all-events`: every row of the level is without / with the event, the estimate is −∞ / +∞
 * - `reference-…`: the same of the level that it would be compared with
 * - `collinear`: the column repeats earlier columns
 * - `separated`: several levels together are without (or all with) the event
 */
export type NotEstimableReason =
  | 'no-rows'
  | 'no-events'
  | 'all-events'
  | 'reference-no-rows'
  | 'reference-no-events'
  | 'reference-all-events'
  | 'collinear'
  | 'separated';

export type ColumnStatus =
  | {
      readonly kind: 'estimable';
      /** Columns left out as collinear with this one: the estimate takes their effect to be zero. Usually empty. */
      readonly absorbs: readonly number[];
    }
  | { readonly kind: 'not-estimable'; readonly reason: NotEstimableReason };

export interface Estimability {
  /** Columns whose coefficients enter the iteration. */
  readonly active: Int32Array;
  readonly status: readonly ColumnStatus[];
  /** Rank of X over all rows, divergent columns included: the number of parameters in AIC and degrees of freedom. */
  readonly rank: number;
}

/** A pivot below 1e-9 of its diagonal: see `dependentColumns`; true ones stay above 1/(number of patterns). */
const DEPENDENT = 1e-9;

export interface EstimabilityInput {
  readonly tree: CovariateTree;
  /** People at each leaf. */
  readonly n: Float64Array;
  /** People at each leaf without the separated leaves, whose fitted mean is at its limit. */
  readonly kept: Float64Array;
  /** True for a link under which a level with only events diverges too. */
  readonly hasUpperLimit: boolean;
  /** Cell sums of all people and of all events. */
  readonly people: CellSums;
  readonly events: CellSums;
}

/** Compares the columns' dependences over all rows with those over the rows that are not separated. */
export function estimability(input: EstimabilityInput): Estimability {
  const { tree, n, kept } = input;
  const p = tree.cellOfColumn.length;
  const overall = dependences(tree, n);
  const reduced = kept === n ? overall : dependences(tree, kept);
  const status: ColumnStatus[] = Array.from({ length: p }, () => ({ kind: 'estimable', absorbs: [] }));
  for (const dependence of overall) markCollinear(input, dependence, status);
  const known = new Set(overall.map(({ column }) => column));
  for (const { column, involved } of reduced) {
    if (known.has(column)) continue;
    for (const c of [column, ...involved]) {
      if (status[c]!.kind === 'estimable')
        status[c] = { kind: 'not-estimable', reason: divergence(input, c) };
    }
  }
  const gone = new Set(reduced.map(({ column }) => column));
  return {
    active: Int32Array.from([...Array(p).keys()].filter((column) => !gone.has(column))),
    status,
    rank: p - overall.length,
  };
}

function dependences(tree: CovariateTree, n: Float64Array): Dependence[] {
  const p = tree.cellOfColumn.length;
  const sums = emptySums(tree, true);
  sumCells(
    tree,
    n.map((count) => (count > 0 ? 1 : 0)),
    sums,
  );
  const gram = new Float64Array(p * p);
  crossProducts(
    tree,
    sums,
    Int32Array.from({ length: p }, (_, j) => j),
    gram,
  );
  return dependentColumns(gram, p, DEPENDENT);
}

function markCollinear(
  input: EstimabilityInput,
  { column, involved }: Dependence,
  status: ColumnStatus[],
): void {
  const { tree, people } = input;
  const cell = tree.cellOfColumn[column]!;
  if (cell >= 0 && people.single[cell] === 0) {
    status[column] = { kind: 'not-estimable', reason: 'no-rows' };
    return;
  }
  const compared = [column, ...involved];
  if (compared.some((c) => referenceSum(tree, c, people) === 0)) {
    for (const c of compared) status[c] = { kind: 'not-estimable', reason: 'reference-no-rows' };
    return;
  }
  status[column] = { kind: 'not-estimable', reason: 'collinear' };
  for (const c of involved) {
    const before = status[c]!;
    if (before.kind === 'estimable') status[c] = { kind: 'estimable', absorbs: [...before.absorbs, column] };
  }
}

function divergence(
  { tree, people, events, hasUpperLimit }: EstimabilityInput,
  column: number,
): NotEstimableReason {
  const cell = tree.cellOfColumn[column]!;
  if (cell >= 0) {
    if (events.single[cell] === 0) return 'no-events';
    if (hasUpperLimit && events.single[cell] === people.single[cell]) return 'all-events';
  }
  for (let g = 0; g < tree.design.factors.length; g += 1) {
    if (cell >= 0 && g !== tree.factorOfColumn[column]) continue;
    const reference = referenceCell(tree, g);
    if (reference < 0) continue;
    if (events.single[reference] === 0) return 'reference-no-events';
    if (hasUpperLimit && events.single[reference] === people.single[reference]) return 'reference-all-events';
  }
  return 'separated';
}

/** The one cell without a column of a single variable's factor; −1 for interactions. */
function referenceCell(tree: CovariateTree, factor: number): number {
  if (tree.design.factors[factor]!.variables.length !== 1) return -1;
  for (let cell = tree.firstCell[factor]!; cell < tree.firstCell[factor + 1]!; cell += 1) {
    if (tree.columnOfCell[cell]! < 0) return cell;
  }
  return -1;
}

/** Sum over the reference cell of a column's factor; NaN for the intercept and for interactions. */
function referenceSum(tree: CovariateTree, column: number, sums: CellSums): number {
  const factor = tree.factorOfColumn[column]!;
  const cell = factor < 0 ? -1 : referenceCell(tree, factor);
  return cell < 0 ? Number.NaN : sums.single[cell]!;
}
