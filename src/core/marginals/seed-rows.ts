import type { Design } from '../analysis/design.ts';
import { choleskyInPlace, choleskySolve, solveLower, solveUpper } from '../analysis/symmetric-matrix.ts';
import type { CodedTable } from '../table/coded-table.ts';

/**
 * A distribution over the predictors' patterns as weighted rows: how the predictors hang together. The tables that a
 * party releases say how frequent each level is there, not which levels meet in one person; that comes from here.
 */
export interface SeedRows {
  readonly rows: number;
  /** Rows that stand for own people come first, the invented ones after them. */
  readonly ownRows: number;
  /** Code of each row, one array a design variable. */
  readonly codes: readonly Uint8Array[];
  /** People a row stands for; for invented rows a share of `inventedWeight`. */
  readonly weight: Float64Array;
}

/** Invented rows: enough that pairs of common levels meet as often as independent ones do, to about two per cent. */
const INVENTED_ROWS = 1024;
/** Smallest share of a level among invented rows: a level that nobody here has may be common elsewhere. */
const SMALLEST_SHARE = 1 / 200;

/**
 * Own distinct patterns, and rows in which every predictor follows its own margin and is independent of the others,
 * with total weight `inventedWeight`: a shrinkage of the sampled associations towards none. The invented rows
 * lie on a Weyl sequence (multiples of square roots of primes, modulo 1), so there is no randomness in an analysis.
 */
export function seedRows(design: Design, own: CodedTable, inventedWeight: number): SeedRows {
  const columns = design.variables.map(({ position }) => own.columns[position]!);
  const patterns = new Map<string, number>();
  const first: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < own.rowCount; i += 1) {
    const key = columns.map((column) => column[i]).join();
    const known = patterns.get(key);
    if (known === undefined) {
      patterns.set(key, first.length);
      first.push(i);
      counts.push(1);
    } else counts[known]! += 1;
  }
  const ownRows = first.length;
  const invented = inventedWeight > 0 ? INVENTED_ROWS : 0;
  const rows = ownRows + invented;
  const weight = new Float64Array(rows).fill(inventedWeight / INVENTED_ROWS);
  weight.set(counts);
  const codes = design.variables.map(({ size }, v) => {
    const column = columns[v]!;
    const code = new Uint8Array(rows);
    const upTo = new Float64Array(size);
    for (const [r, i] of first.entries()) {
      code[r] = column[i]!;
      upTo[column[i]!]! += counts[r]!;
    }
    const people = upTo.reduce((sum, one) => sum + one, 0);
    for (let c = 0; c < size; c += 1) upTo[c] = Math.max(upTo[c]!, SMALLEST_SHARE * Math.max(1, people));
    for (let c = 1; c < size; c += 1) upTo[c]! += upTo[c - 1]!;
    const total = upTo[size - 1]!;
    const stride = Math.sqrt(PRIMES[v % PRIMES.length]!) * (1 + Math.floor(v / PRIMES.length));
    for (let r = 0; r < invented; r += 1) {
      const place = (((r + 0.5) * stride) % 1) * total;
      let c = 0;
      while (c < size - 1 && place >= upTo[c]!) c += 1;
      code[ownRows + r] = c;
    }
    return code;
  });
  return { rows, ownRows, codes, weight };
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71] as const;

/** Largest relative distance of a margin from its target at which raking stops. */
const RAKED = 1e-7;
const SWEEPS = 3;
const MOST_STEPS = 50;
/** Margins that no weights have would put everything on ever fewer rows: it ends before there are fewer of equal weight. */
const FEWEST_ROWS = 20;
/** In log weights; further the quadratic model says nothing. */
const LARGEST_STEP = 3;
/** Of the mean share of a level, d variables over all levels: indicators of a variable sum to 1, and levels that always meet are one. */
const RIDGE = 1e-10;

/** Rows that can be raked: of each its cell in every margin. */
export interface RakedRows {
  readonly rows: number;
  readonly codes: readonly ArrayLike<number>[];
  readonly weight: Float64Array;
}

/**
 * Weights with total 1 whose margins are the given ones and whose odds ratios are the seed's: w_r ∝ seed_r exp Σ_v u_v[c_rv]. A few sweeps of
 * iterative proportional fitting (Deming and Stephan 1940), then Newton's steps on what that goes down, one coordinate block at a time,
 *
 *     D(u) = ln Σ_r seed_r exp(Σ_v u_v[c_rv]) − Σ_v π_v · u_v,
 *
 * convex, with gradient margins − π and the covariance of the levels' indicators as its Hessian. With many variables sweeps alone are still off by a
 * thousandth after hundreds; four or five steps end at rounding.
 *
 * Margins that are too far off for the rows at hand are met as far as some twenty rows of equal weight can.
 *
 * @param margins one array a code, positive, each with sum 1; a level that no row has is left out
 * @param from weights to start from, of a raking of the same seed to other margins; they have the seed's odds ratios too
 */
export function rake(
  { rows, codes, weight: seedWeight }: RakedRows,
  margins: readonly Float64Array[],
  from?: Float64Array,
): Float64Array {
  const cellOf = cellsOfRows(
    rows,
    codes,
    margins.map(({ length }) => length),
  );
  const weight = from ?? seedWeight;
  const total = weight.reduce((sum, one) => sum + one, 0);
  let raked: Float64Array = weight.map((one) => one / total);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    for (const [v, margin] of margins.entries()) {
      const code = codes[v]!;
      const found = new Float64Array(margin.length);
      for (let r = 0; r < rows; r += 1) found[code[r]!]! += raked[r]!;
      const factor = margin.map((target, c) => (found[c]! > 0 ? target / found[c]! : 0));
      for (let r = 0; r < rows; r += 1) raked[r]! *= factor[code[r]!]!;
    }
  }
  const fewest = Math.min(FEWEST_ROWS, equalRows(raked) / 2);
  const targets = Float64Array.from(margins.flatMap((margin) => [...margin]));
  const present = momentsOf(cellOf, rows, raked, targets.length);
  leaveOut(targets, margins, present);
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const moments = step === 0 ? present : momentsOf(cellOf, rows, raked, targets.length);
    const next = newtonStep(cellOf, rows, raked, targets, moments);
    if (next === undefined || equalRows(next) < fewest) break;
    raked = next;
  }
  return raked;
}

/** As many rows of equal weight are as uneven: 1/Σ w². */
function equalRows(weight: Float64Array): number {
  return 1 / weight.reduce((sum, w) => sum + w * w, 0);
}

/**
 * What a change of rows' weights does to the mean of something once margins are held. Raked anew, a row's relative change ε_r leaves
 * ε_r − Σ_v u_v[c_rv], with u such that no margin moves: so of values f only their residual matters,
 *
 *     f_r − Σ_v u_v[c_rv],   u = argmin Σ_r w_r (f_r − Σ_v u_v[c_rv])².
 *
 * @param sizes levels of each code
 * @param weight w, raked
 * @param values f, rows × m row-major; becomes its residual
 */
export function holdMargins(
  { rows, codes }: Pick<RakedRows, 'rows' | 'codes'>,
  sizes: readonly number[],
  weight: Float64Array,
  values: Float64Array,
  m: number,
): void {
  const cellOf = cellsOfRows(rows, codes, sizes);
  const cells = sizes.reduce((sum, size) => sum + size, 0);
  const d = sizes.length;
  const moments = momentsOf(cellOf, rows, weight, cells);
  for (let k = 0; k < cells; k += 1) moments[k * cells + k]! += (RIDGE * d) / cells;
  if (!(choleskyInPlace(moments, cells) > 0)) return;
  const u = new Float64Array(cells * m);
  for (let r = 0; r < rows; r += 1) {
    for (let v = 0; v < d; v += 1) {
      const at = cellOf[r * d + v]! * m;
      for (let i = 0; i < m; i += 1) u[at + i]! += weight[r]! * values[r * m + i]!;
    }
  }
  solveLower(moments, cells, u, m);
  solveUpper(moments, cells, u, m);
  for (let r = 0; r < rows; r += 1) {
    for (let v = 0; v < d; v += 1) {
      const at = cellOf[r * d + v]! * m;
      for (let i = 0; i < m; i += 1) values[r * m + i]! -= u[at + i]!;
    }
  }
}

/** Place of each row's levels among all levels, row after row. */
export function cellsOfRows(
  rows: number,
  codes: readonly ArrayLike<number>[],
  sizes: readonly number[],
): Int32Array {
  const d = codes.length;
  const cellOf = new Int32Array(rows * d);
  let start = 0;
  for (const [v, code] of codes.entries()) {
    for (let r = 0; r < rows; r += 1) cellOf[r * d + v] = start + code[r]!;
    start += sizes[v]!;
  }
  return cellOf;
}

/** Σ_r w_r 1[k] 1[l] for l ≤ k, and on the diagonal the margins. */
export function momentsOf(
  cellOf: Int32Array,
  rows: number,
  weight: Float64Array,
  cells: number,
): Float64Array {
  const d = cellOf.length / rows;
  const moments = new Float64Array(cells * cells);
  for (let r = 0; r < rows; r += 1) {
    const w = weight[r]!;
    const start = r * d;
    for (let v = 0; v < d; v += 1) {
      const at = cellOf[start + v]! * cells;
      for (let u = 0; u <= v; u += 1) moments[at + cellOf[start + u]!]! += w;
    }
  }
  return moments;
}

/** Levels that no row has take no share from the others of their variable. */
function leaveOut(targets: Float64Array, margins: readonly Float64Array[], moments: Float64Array): void {
  const cells = targets.length;
  let start = 0;
  for (const { length } of margins) {
    let sum = 0;
    for (let k = start; k < start + length; k += 1) {
      if (!(moments[k * cells + k]! > 0)) targets[k] = 0;
      sum += targets[k]!;
    }
    for (let k = start; k < start + length; k += 1) targets[k]! /= sum;
    start += length;
  }
}

/** Weights one step further down D; undefined where the margins are there, or no step leads down. */
function newtonStep(
  cellOf: Int32Array,
  rows: number,
  weight: Float64Array,
  targets: Float64Array,
  moments: Float64Array,
): Float64Array | undefined {
  const cells = targets.length;
  const d = cellOf.length / rows;
  const missing = targets.map((target, k) => target - moments[k * cells + k]!);
  let furthest = 0;
  for (let k = 0; k < cells; k += 1) {
    if (targets[k]! > 0) furthest = Math.max(furthest, Math.abs(missing[k]! / targets[k]!));
  }
  if (furthest < RAKED) return undefined;
  const hessian = new Float64Array(cells * cells);
  const share = (k: number) => moments[k * cells + k]!;
  for (let k = 0; k < cells; k += 1) {
    for (let l = 0; l <= k; l += 1) {
      const one = moments[k * cells + l]! - share(k) * share(l);
      hessian[k * cells + l] = one;
      hessian[l * cells + k] = one;
    }
    hessian[k * cells + k]! += (RIDGE * d) / cells;
  }
  const step = new Float64Array(cells);
  if (!(choleskyInPlace(hessian, cells) > 0)) return undefined;
  const slope = choleskySolve(hessian, cells, missing, step);
  const largest = step.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  const target = targets.reduce((sum, one, k) => sum + one * step[k]!, 0);
  for (let length = Math.min(1, LARGEST_STEP / largest); length > 1e-6; length /= 2) {
    const moved = movedBy(cellOf, rows, weight, step, length);
    const change = moved.logTotal - length * target;
    if (change <= -1e-4 * length * slope || furthest < 1e-5) return moved.weight;
  }
  return undefined;
}

/** weight exp(length Σ_v step), with total 1, and the logarithm of the total before. */
function movedBy(
  cellOf: Int32Array,
  rows: number,
  weight: Float64Array,
  step: Float64Array,
  length: number,
): { readonly weight: Float64Array; readonly logTotal: number } {
  const d = cellOf.length / rows;
  const moved = new Float64Array(rows);
  let total = 0;
  for (let r = 0; r < rows; r += 1) {
    let sum = 0;
    for (let v = 0; v < d; v += 1) sum += step[cellOf[r * d + v]!]!;
    moved[r] = weight[r]! * Math.exp(length * sum);
    total += moved[r]!;
  }
  for (let r = 0; r < rows; r += 1) moved[r]! /= total;
  return { weight: moved, logTotal: Math.log(total) };
}
