import type { Design } from '../analysis/design.ts';
import type { NoisyPair, NoisyTables } from './noisy-tables.ts';
import { type PairShares, pairShares, rowTimes } from './pair-shares.ts';
import type { PartyMargins } from './party-margins.ts';
import { rake, type SeedRows } from './seed-rows.ts';

/**
 * Which levels meet in one of a party's people: the seed, raked to the party's margins and, where the party released noisy tables of
 * pairs, to what they say of these pairs too (`pair-shares.ts`). All other odds ratios remain the seed's (Deming and Stephan 1940).
 */
export interface PartyPatterns {
  /** Weights of the seed rows, sum 1: raked to margins only, and to pairs as well. */
  readonly toMargins: Float64Array;
  readonly raked: Float64Array;
  readonly pairs: readonly PairShares[];
}

export function partyPatterns(
  design: Design,
  own: SeedRows,
  release: NoisyTables,
  margins: PartyMargins,
  before?: PartyPatterns,
): PartyPatterns {
  const shares = margins.people.map((counts) => counts.map((n) => n / release.rowCount));
  const toMargins = rake(own, shares, before?.toMargins);
  const pairs = pairsOf(design, release).map(({ pair, variables }) =>
    pairShares(pair, variables, own, toMargins, margins, release.rowCount),
  );
  if (pairs.length === 0) return { toMargins, raked: toMargins, pairs };
  // A pair has the margins of its two variables.
  const alone = design.variables
    .map((_, v) => v)
    .filter((v) => pairs.every(({ variables }) => !variables.includes(v)));
  const codes = [...alone.map((v) => own.codes[v]!), ...pairs.map(({ cellOf }) => cellOf)];
  const targets = [...alone.map((v) => shares[v]!), ...pairs.map((pair) => pair.shares)];
  return { toMargins, raked: rake({ ...own, codes }, targets, before?.raked ?? toMargins), pairs };
}

/** The released pairs of two variables of the design, with their places in it. */
export function pairsOf(
  { variables }: Design,
  { pairs = [] }: NoisyTables,
): { readonly pair: NoisyPair; readonly variables: readonly [number, number] }[] {
  const place = (position: number) => variables.findIndex((variable) => variable.position === position);
  return pairs
    .map((pair) => ({ pair, variables: [place(pair.variables[0]), place(pair.variables[1])] as const }))
    .filter(({ variables: [i, j] }) => i >= 0 && j >= 0);
}

/** The seed rows among a party's people, as `party-term.ts` has them. */
export interface PatternsInput {
  readonly seed: SeedRows;
  readonly raked: Float64Array;
  readonly pairs: readonly PairShares[];
}

/**
 * Adds to V what the noise of pairs leaves open about which levels meet: J Cov(q̂) Jᵀ. A share of cell x larger by δ moves z_k by
 *
 *     J_kx δ,   J_kx = N Σ_(rows of x in level k) w (g − κ_k) / q̂_x.
 *
 * @param offsets place of each variable's first level among the cells of V
 * @param mean g of each seed row
 */
export function addPairs(
  { seed, raked, pairs }: PatternsInput,
  N: number,
  offsets: readonly number[],
  risk: Float64Array,
  mean: Float64Array,
  V: Float64Array,
): void {
  const cells = risk.length;
  for (const { cellOf, shares, open } of pairs) {
    const K = shares.length;
    const moved = new Float64Array(cells * K);
    for (let r = 0; r < seed.rows; r += 1) {
      const x = cellOf[r]!;
      if (!(shares[x]! > 0)) continue;
      const amount = (N * raked[r]!) / shares[x]!;
      for (let v = 0; v < offsets.length; v += 1) {
        const k = offsets[v]! + seed.codes[v]![r]!;
        moved[k * K + x]! += amount * (mean[r]! - risk[k]!);
      }
    }
    addSandwich(moved, open, cells, K, V);
  }
}

/** Adds L S Lᵀ to `out`, L of p × K. */
function addSandwich(left: Float64Array, S: Float64Array, p: number, K: number, out: Float64Array): void {
  const row = new Float64Array(K);
  for (let i = 0; i < p; i += 1) {
    row.fill(0);
    for (let x = 0; x < K; x += 1) {
      const one = left[i * K + x]!;
      if (one === 0) continue;
      for (let y = 0; y < K; y += 1) row[y]! += one * S[x * K + y]!;
    }
    for (let k = 0; k < p; k += 1) out[i * p + k]! += rowTimes(left, k, row);
  }
}

/**
 * What one own row more or less moves the score by once pairs are known. Without them a row r of cell x moves it by w_r f_r/√n_r for its own error
 * √n_r; f is the derivative by a row's relative weight. With h_x the mean of f in the cell, only its surroundings in the cell and what
 * G leaves of the cell's share r_x still move:
 *
 *     w_r/√n_r (f_r − h_x + r_x/q̂_x (h_x − Σ_y h_y G_yx)).
 *
 * @param moves w_r f_r/√n_r, p × rows of the seed, row-major
 * @returns p × own rows
 */
export function pairMoves({ seed, raked, pairs }: PatternsInput, moves: Float64Array): Float64Array {
  const { rows, ownRows, weight } = seed;
  const p = moves.length / rows;
  const out = new Float64Array(p * ownRows);
  for (let i = 0; i < p; i += 1) out.set(moves.subarray(i * rows, i * rows + ownRows), i * ownRows);
  for (const { cellOf, prior, shares, gain } of pairs) {
    const K = shares.length;
    for (let i = 0; i < p; i += 1) {
      const mean = new Float64Array(K);
      for (let r = 0; r < rows; r += 1) mean[cellOf[r]!]! += moves[i * rows + r]! * Math.sqrt(weight[r]!);
      for (let x = 0; x < K; x += 1) mean[x] = shares[x]! > 0 ? mean[x]! / shares[x]! : 0;
      const change = Float64Array.from(mean, (h, x) => {
        if (!(shares[x]! > 0)) return 0;
        let known = 0;
        for (let y = 0; y < K; y += 1) known += mean[y]! * gain[y * K + x]!;
        return (prior[x]! / shares[x]!) * (h - known) - h;
      });
      for (let r = 0; r < ownRows; r += 1) {
        out[i * ownRows + r]! += (raked[r]! / Math.sqrt(weight[r]!)) * change[cellOf[r]!]!;
      }
    }
  }
  return out;
}
