import { crossProducts, sumCells } from './covariate-tree.ts';
import type { Estimability } from './estimability.ts';
import type { Family, LeafSums } from './glm-family.ts';
import type { IrlsState, IrlsWorkspace } from './irls.ts';
import { choleskyInPlace, choleskyInverse, sandwich } from './symmetric-matrix.ts';

/**
 * Covariances of the coefficients (METHOD §7), with B = (XᵀWX)⁻¹ and s_i the score of row i:
 *
 *     model-based  φ B
 *     HC0          B (Σ_i s_i s_iᵀ) B                  statsmodels calls this "HC1" for a GLM
 *     HC1          HC0 · n / (n − rank)                as in R's sandwich
 *
 * B is the inverse of the expected information, as in R; statsmodels takes the observed one for robust errors, which
 * differs (by about one per cent) only for the binomial family with log link.
 */
export type ErrorKind = 'model' | 'HC0' | 'HC1';

export interface GlmCovariances {
  /** p × p row-major over all columns of the design; NaN rows and columns where not estimable. */
  readonly covariance: Readonly<Record<ErrorKind, Float64Array>>;
  /**
   * 1 where the robust variance must not be used: the level rests on one row, or every row of it is fitted
   * exactly, so its residuals say nothing about its error (UTILITY 9).
   */
  readonly robustDegenerate: Uint8Array;
  readonly pearsonChi2: number;
}

export interface CovarianceScale {
  readonly dispersion: number;
  readonly rows: number;
  readonly residualDegreesOfFreedom: number;
}

export function covariances(
  room: IrlsWorkspace,
  family: Family,
  leaves: LeafSums,
  state: IrlsState,
  { active, status }: Estimability,
  { dispersion, rows, residualDegreesOfFreedom }: CovarianceScale,
): GlmCovariances {
  const { tree } = room;
  const p = active.length;
  const inverse = choleskyInverse(state.factor ?? factorAt(room, state, active), p);
  const meat = new Float64Array(p * p);
  // The scores are not needed any more: their room takes the squares.
  const squares = room.score;
  const pearsonChi2 = family.scatter(leaves, state.leaves.mean, squares);
  const degenerate = new Uint8Array(status.length);
  const information = room.weights.single.slice();
  const informationTotal = room.weights.total;
  sumCells(tree, squares, room.weights);
  crossProducts(tree, room.weights, active, meat);
  for (const column of active) {
    const cell = tree.cellOfColumn[column]!;
    const people = cell < 0 ? room.people.total : room.people.single[cell]!;
    const scatter = cell < 0 ? room.weights.total : room.weights.single[cell]!;
    const expected = dispersion * (cell < 0 ? informationTotal : information[cell]!);
    if (people <= 1 || scatter <= EXACT * expected) degenerate[column] = 1;
  }
  const robust = sandwich(inverse, meat, p);
  const factor = residualDegreesOfFreedom > 0 ? rows / residualDegreesOfFreedom : Number.NaN;
  const spread = (matrix: Float64Array, scale: number) => spreadOut(matrix, scale, active, status);
  return {
    covariance: {
      model: spread(inverse, dispersion),
      HC0: spread(robust, 1),
      HC1: spread(robust, factor),
    },
    robustDegenerate: degenerate,
    pearsonChi2,
  };
}

function factorAt({ tree, weights }: IrlsWorkspace, state: IrlsState, active: Int32Array): Float64Array {
  const information = new Float64Array(active.length ** 2);
  sumCells(tree, state.leaves.weight, weights);
  crossProducts(tree, weights, active, information);
  choleskyInPlace(information, active.length);
  return information;
}

/** Squared residuals this far below their expectation are rounding. */
const EXACT = 1e-10;

function spreadOut(
  matrix: Float64Array,
  scale: number,
  active: Int32Array,
  status: Estimability['status'],
): Float64Array {
  const p = active.length;
  const size = status.length;
  const out = new Float64Array(size * size);
  if (p === size) {
    for (let i = 0; i < out.length; i += 1) out[i] = matrix[i]! * scale;
    return out;
  }
  out.fill(Number.NaN);
  for (let a = 0; a < p; a += 1) {
    if (status[active[a]!]!.kind !== 'estimable') continue;
    for (let b = 0; b < p; b += 1) {
      if (status[active[b]!]!.kind !== 'estimable') continue;
      out[active[a]! * size + active[b]!] = matrix[a * p + b]! * scale;
    }
  }
  return out;
}

/** Variance of a coefficient under the chosen errors, the model-based one (flagged) where the robust is degenerate. */
export function coefficientVariance(
  { covariance, robustDegenerate }: Pick<GlmCovariances, 'covariance' | 'robustDegenerate'>,
  column: number,
  errors: ErrorKind,
): { readonly variance: number; readonly flooredToModel: boolean } {
  const place = column * robustDegenerate.length + column;
  const model = covariance.model[place]!;
  const chosen = covariance[errors][place]!;
  const floored = errors !== 'model' && robustDegenerate[column] === 1 && !(chosen >= model);
  return { variance: floored ? model : chosen, flooredToModel: floored };
}
