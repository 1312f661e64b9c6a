import type { Design } from '../analysis/design.ts';
import type { FamilyName } from '../analysis/glm-family.ts';
import { choleskyInPlace, solveLower, solveUpper } from '../analysis/symmetric-matrix.ts';
import type { NoisyTables } from './noisy-tables.ts';
import type { PairShares } from './pair-shares.ts';
import { addPairs, pairMoves } from './party-pairs.ts';
import { cellsOfRows, holdMargins, momentsOf, type SeedRows } from './seed-rows.ts';

/** Columns that are 1 in each seed row, flat; `start[r]` to `start[r + 1]`. */
export interface RowColumns {
  readonly start: Int32Array;
  readonly columns: Int32Array;
}

/** What one party's tables add to the estimating equations of `joint-estimate.ts` at θ. */
export interface PartyTerm {
  /** Bᵀ V⁻¹ z */
  readonly score: Float64Array;
  /** Bᵀ V⁻¹ B */
  readonly information: Float64Array;
  /** What one own row more or less in the seed would move the score by, times √weight: θ × own rows, row-major. */
  readonly association: () => Float64Array;
  readonly risks: readonly Float64Array[];
  /** z, B and V themselves, for what is asked of them afterwards. */
  readonly residual: Float64Array;
  readonly slope: Float64Array;
  readonly covariance: Float64Array;
}

export interface PartyTermInput {
  readonly design: Design;
  readonly release: NoisyTables;
  readonly family: Exclude<FamilyName, 'gaussian-identity'>;
  readonly theta: Float64Array;
  /** Place of the party's own base rate in θ, −1 for none. */
  readonly site: number;
  readonly layout: RowColumns;
  readonly seed: SeedRows;
  /** Weights of the seed rows among the party's people, sum 1. */
  readonly raked: Float64Array;
  readonly pairs: readonly PairShares[];
  readonly tableOf: readonly number[];
  /** People per level and what is left open about them. */
  readonly people: readonly Float64Array[];
  readonly variance: readonly Float64Array[];
}

/** A risk stays below it under a log link, so that nothing is certain. */
export const LARGEST_RISK = 1 - 1e-6;

export function partyTerm(input: PartyTermInput): PartyTerm {
  const { design, release, theta, seed, raked, tableOf, people } = input;
  const N = release.rowCount;
  const size = theta.length;
  const offsets: number[] = [];
  let cells = 0;
  for (const { size: levels } of design.variables) {
    offsets.push(cells);
    cells += levels;
  }
  const d = offsets.length;
  const sizes = design.variables.map(({ size: levels }) => levels);
  const cellOf = cellsOfRows(seed.rows, seed.codes, sizes);
  const mean = linearPredictors(input).map((eta) => meanOf(input.family, eta));
  const { risk, slope, share } = means(input, mean, cellOf, cells);
  const z = new Float64Array(cells);
  const weight = new Float64Array(cells);
  const V = new Float64Array(cells * cells);
  for (let v = 0; v < d; v += 1) {
    const { counts } = release.tables[tableOf[v]!]!;
    for (let c = 0; c < people[v]!.length; c += 1) {
      const k = offsets[v]! + c;
      const kappa = risk[k]!;
      z[k] = share[k]! > 0 ? (1 - kappa) * counts[2 * c + 1]! - kappa * counts[2 * c]! : 0;
      weight[k] = share[k]! > 0 ? people[v]![c]! : 0;
    }
  }
  addNoise(input, offsets, cells, risk, V);
  addSampling(input, mean, cellOf, risk, weight, V);
  addPairs(input, N, offsets, risk, mean, V);
  // B = weight · ∂κ/∂θ
  const B = slope;
  for (let k = 0; k < cells; k += 1) for (let i = 0; i < size; i += 1) B[k * size + i]! *= weight[k]!;
  const factor = V.slice();
  if (!(choleskyInPlace(factor, cells) > 0)) throw new Error('the covariance of the tables is not positive');
  // W = L⁻¹ B, so that Bᵀ V⁻¹ B = Wᵀ W.
  const W = B.slice();
  solveLower(factor, cells, W, size);
  const whitened = z.slice();
  solveLower(factor, cells, whitened, 1);
  const score = new Float64Array(size);
  const information = new Float64Array(size * size);
  for (let k = 0; k < cells; k += 1) {
    const row = W.subarray(k * size, (k + 1) * size);
    for (let i = 0; i < size; i += 1) {
      const left = row[i]!;
      score[i]! += left * whitened[k]!;
      for (let j = 0; j <= i; j += 1) information[i * size + j]! += left * row[j]!;
    }
  }
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < i; j += 1) information[j * size + i] = information[i * size + j]!;
  const association = () => {
    const VB = W.slice();
    solveUpper(factor, cells, VB, size);
    // By a row's relative weight κ of each of its levels moves as g − κ; raking takes back what moves margins.
    const derivative = new Float64Array(seed.rows * size);
    for (let r = 0; r < seed.rows; r += 1) {
      for (let v = 0; v < d; v += 1) {
        const k = cellOf[r * d + v]!;
        const apart = N * (mean[r]! - risk[k]!);
        for (let i = 0; i < size; i += 1) derivative[r * size + i]! += VB[k * size + i]! * apart;
      }
    }
    holdMargins(seed, sizes, raked, derivative, size);
    const rows = input.pairs.length > 0 ? seed.rows : seed.ownRows;
    const moves = new Float64Array(size * rows);
    for (let r = 0; r < rows; r += 1) {
      const amount = raked[r]! / Math.sqrt(seed.weight[r]!);
      for (let i = 0; i < size; i += 1) moves[i * rows + r] = amount * derivative[r * size + i]!;
    }
    return input.pairs.length > 0 ? pairMoves(input, moves) : moves;
  };
  const risks = design.variables.map(({ size: levels }, v) => risk.slice(offsets[v]!, offsets[v]! + levels));
  return { score, information, association, risks, residual: z, slope: B, covariance: V };
}

function meanOf(family: PartyTermInput['family'], eta: number): number {
  return family === 'binomial-logit' ? 1 / (1 + Math.exp(-eta)) : Math.min(LARGEST_RISK, Math.exp(eta));
}

function linearPredictors({ layout, theta, site, seed }: PartyTermInput): Float64Array {
  const { start, columns } = layout;
  const base = site < 0 ? 0 : theta[site]!;
  return Float64Array.from({ length: seed.rows }, (_, r) => {
    let sum = base;
    for (let a = start[r]!; a < start[r + 1]!; a += 1) sum += theta[columns[a]!]!;
    return sum;
  });
}

/** κ of every level, ∂κ/∂θ, and the level's share among the raked rows, whose risks are `mean`. */
function means(input: PartyTermInput, mean: Float64Array, cellOf: Int32Array, cells: number) {
  const { theta, seed, raked, layout, family, site } = input;
  const { start, columns } = layout;
  const size = theta.length;
  const d = seed.codes.length;
  const risk = new Float64Array(cells);
  const share = new Float64Array(cells);
  const slope = new Float64Array(cells * size);
  for (let r = 0; r < seed.rows; r += 1) {
    const w = raked[r]!;
    const g = mean[r]!;
    const derivative = w * (family === 'binomial-logit' ? g * (1 - g) : g);
    for (let v = 0; v < d; v += 1) {
      const k = cellOf[r * d + v]!;
      risk[k]! += w * g;
      share[k]! += w;
      for (let a = start[r]!; a < start[r + 1]!; a += 1) slope[k * size + columns[a]!]! += derivative;
      if (site >= 0) slope[k * size + site]! += derivative;
    }
  }
  for (let k = 0; k < cells; k += 1) {
    if (!(share[k]! > 0)) continue;
    risk[k]! /= share[k]!;
    for (let i = 0; i < size; i += 1) slope[k * size + i]! /= share[k]!;
  }
  return { risk, share, slope };
}

/** So much of the noise that a table's levels share is thrown away: a little less than all of it, lest V is singular where all risks are alike. */
const SHARED_NOISE = 0.9;

/**
 * Adds to V the noise of z (`table-noise.ts`): within a table, where a = (1 − κ, −κ) are what z takes of the two outcomes, σ² (1[c = c′] − 1/C) a·a′;
 * and between any two cells σ_E²/(C C′), for the noise of the events enters z_c as (1 − κ) ξ_E/C + κ ξ_E/C, and σ_N² (1 − 2 κ)(1 − 2 κ′)/(4 C C′), for
 * that of a number of rows that is not public does as (1 − κ) ξ_N/(2 C) − κ ξ_N/(2 C).
 */
function addNoise(
  { design, release, tableOf }: PartyTermInput,
  offsets: readonly number[],
  cells: number,
  risk: Float64Array,
  V: Float64Array,
): void {
  const ofEvents = release.events.standardDeviation ** 2;
  const ofRows = (release.rowCountStandardDeviation ?? 0) ** 2;
  const shared = new Float64Array(cells);
  for (const [v, { size: levels }] of design.variables.entries()) {
    const noise = release.tables[tableOf[v]!]!.standardDeviation ** 2;
    for (let k = offsets[v]!; k < offsets[v]! + levels; k += 1) {
      shared[k] = 1 / levels;
      for (let l = offsets[v]!; l < offsets[v]! + levels; l += 1) {
        const alike = (1 - risk[k]!) * (1 - risk[l]!) + risk[k]! * risk[l]!;
        V[k * cells + l]! += noise * alike * ((k === l ? 1 : 0) - SHARED_NOISE / levels);
      }
    }
  }
  for (let k = 0; k < cells; k += 1) {
    for (let l = 0; l < cells; l += 1) {
      const apart = ((1 - 2 * risk[k]!) * (1 - 2 * risk[l]!)) / 4;
      V[k * cells + l]! += (ofEvents + ofRows * apart) * shared[k]! * shared[l]!;
    }
  }
}

/**
 * Adds to V the spread of outcomes and of patterns among the party's people,
 *
 *     N Σ_rows w 1[c] 1[c'] (g (1 − g) + (g − κ_c)(g − κ_c')) = N (S (1 − κ_c − κ_c') + P κ_c κ_c'),  P = Σ w 1[c] 1[c'], S the same of w g,
 *
 * and what is left open about the shares of the other levels: a share of level k larger by δ (relative) moves κ_c by
 * P(k | c) (E[g | c, k] − κ_c) δ.
 */
function addSampling(
  { release, seed, raked, people, variance }: PartyTermInput,
  mean: Float64Array,
  cellOf: Int32Array,
  risk: Float64Array,
  weight: Float64Array,
  V: Float64Array,
): void {
  const N = release.rowCount;
  const cells = risk.length;
  const withEvent = raked.map((w, r) => w * mean[r]!);
  // Lower triangles of P and S.
  const meet = momentsOf(cellOf, seed.rows, raked, cells);
  const meetWithEvent = momentsOf(cellOf, seed.rows, withEvent, cells);
  const relative = Float64Array.from(
    people.flatMap((some, v) => Array.from(some, (n, c) => Math.sqrt(variance[v]![c]!) / n)),
  );
  // N p_c P(k|c)(E[g|c,k] − κ_c), what z_c moves by for a relative change of level k, times the deviation of that.
  const moved = new Float64Array(cells * cells);
  for (let k = 0; k < cells; k += 1) {
    for (let l = 0; l <= k; l += 1) {
      const [p, s] = [N * meet[k * cells + l]!, N * meetWithEvent[k * cells + l]!];
      const [atK, atL] = [risk[k]!, risk[l]!];
      const spread = s * (1 - atK - atL) + p * atK * atL;
      V[k * cells + l]! += spread;
      if (l === k) continue;
      V[l * cells + k]! += spread;
      moved[k * cells + l] = (s - p * atK) * relative[l]!;
      moved[l * cells + k] = (s - p * atL) * relative[k]!;
    }
  }
  for (let k = 0; k < cells; k += 1) {
    if (weight[k] === 0) continue;
    const row = moved.subarray(k * cells, (k + 1) * cells);
    for (let l = 0; l <= k; l += 1) {
      let sum = 0;
      for (let q = 0, at = l * cells; q < cells; q += 1, at += 1) sum += row[q]! * moved[at]!;
      V[k * cells + l]! += sum;
      if (l !== k) V[l * cells + k]! += sum;
    }
  }
}
