import { choleskyInPlace, choleskyInverse, choleskySolve, product } from '../analysis/symmetric-matrix.ts';
import type { NoisyPair } from './noisy-tables.ts';
import type { PartyMargins } from './party-margins.ts';
import { rake, type SeedRows } from './seed-rows.ts';

/** A cell (a, b) is at a C′ + b of K = C C′. */
export interface PairShares {
  /** Places of the two in the design. */
  readonly variables: readonly [number, number];
  /** Cell of each seed row. */
  readonly cellOf: Uint16Array;
  /** r */
  readonly prior: Float64Array;
  /** q̂, positive where r is, with the party's margins. */
  readonly shares: Float64Array;
  /** G, K × K */
  readonly gain: Float64Array;
  /** K × K: covariance of q̂ by the noise of the table and of the margins. What own rows as a sample leave open is in `pairMoves`. */
  readonly open: Float64Array;
}

/** ν: none, then doubling. At 0.001 the shares of a table of 30 cells differ by a sixth between two parties, at 0.03 by about themselves. */
const DIFFERENCES = [0, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128] as const;
const LIKELIHOODS = DIFFERENCES.map((nu) => (nu === 0 ? 1 : 0.001 / nu));
/** No cell is impossible: in people, and in standard deviations of what is left open about it. A smaller share may not go with the other margins. */
const SMALLEST_PEOPLE = 0.05;
const SMALLEST_DEVIATION = 0.5;

/**
 * How two variables meet in one of a party's people, from its noisy table t_ab of the two (`noisy-tables.ts`) and from the seed raked to the party's
 * margins: an empirical Bayes estimate. With r_ab the shares of the raked seed and q_ab the party's own ones,
 *
 *     q = r + a + m,   t/N = q + e
 *     a ~ N(0, Ψ − Ψ A (Aᵀ Ψ A)⁻¹ Aᵀ Ψ),   Ψ_x = Σ_(rows of x) w²/n + r_x (1/N + ν)
 *     m ~ N(0, D_r A diag(v) Aᵀ D_r),   e ~ N(0, σ²/N² (I − 1 1ᵀ/K))
 *
 *     q̂ = r + G (t/N − r),   G = Cov a (Cov a + Cov m + σ²/N² I)⁻¹
 *
 * A are the K × (C + C′) indicators of rows and columns of the table: a leaves margins as they are (the normal law of independent
 * cells given its margins), m moves nothing but margins. n are the people that a seed row stands for and w is its raked weight, so Ψ holds the own rows
 * as a sample, the party's people as one, and ν, by how much parties differ in how levels meet. v are the relative variances of the
 * levels' people (`party-margins.ts`). e has nothing where all cells are alike, and a has nothing there either, so σ² I in G is the same. ν has a
 * prior on a few values, each half as likely as the one before, and is taken at its mean given t. Without noise q̂ is the
 * table; with noise beyond bounds G is 0 and q̂ is r.
 *
 * The noise of pairs is independent of that of the tables variable × outcome, and a pair says nothing of outcomes. So z of `joint-estimate.ts` has mean 0 at
 * the true β whatever that noise was, but for the error of q̂, which is in V (`party-pairs.ts`): weights made from noisy pairs do not
 * bias the equation, as weights made from the noise in z itself would.
 *
 * Empirical Bayes with normal laws: Morris, J. Am. Stat. Assoc. 78 (1983) 47. Laws and prior as above are ours.
 *
 * @param variables places of the two in the design
 * @param raked seed weights, sum 1, with the party's margins
 * @param N the party's number of rows
 */
export function pairShares(
  { counts, levels, standardDeviation }: NoisyPair,
  variables: readonly [number, number],
  { rows, codes, weight }: SeedRows,
  raked: Float64Array,
  { people, variance }: PartyMargins,
  N: number,
): PairShares {
  const [i, j] = variables;
  const K = counts.length;
  const cellOf = new Uint16Array(rows);
  const prior = new Float64Array(K);
  const sampled = new Float64Array(K);
  for (let r = 0; r < rows; r += 1) {
    const x = codes[i]![r]! * levels[1] + codes[j]![r]!;
    cellOf[r] = x;
    prior[x]! += raked[r]!;
    sampled[x]! += raked[r]! ** 2 / weight[r]!;
  }
  const apart = counts.map((t, x) => t / N - prior[x]!);
  const relative = [i, j].map((v) => people[v]!.map((n, c) => variance[v]![c]! / n ** 2));
  const others = otherCovariance(prior, levels, relative, (standardDeviation / N) ** 2);
  const association = (nu: number) =>
    betweenMargins(
      sampled.map((one, x) => one + prior[x]! * (1 / N + nu)),
      levels,
    );
  const nu = difference(apart, others, association);
  const spread = association(nu);
  const { gain, explained, open } = gainOf(spread, others, K);
  const positive = prior.map((r, x) => {
    const deviation = Math.sqrt(Math.max(0, spread[x * (K + 1)]! - explained[x * (K + 1)]!));
    const smallest = Math.max(SMALLEST_PEOPLE / N, SMALLEST_DEVIATION * deviation);
    return Math.max(r + rowTimes(gain, x, apart), Math.min(r, smallest));
  });
  const shares = toMargins(positive, levels, [people[i]!, people[j]!], N);
  return { variables, cellOf, prior, shares, gain, open };
}

/** Cov m + σ²/N² I */
function otherCovariance(
  prior: Float64Array,
  [, width]: readonly [number, number],
  relative: readonly Float64Array[],
  noise: number,
): Float64Array {
  const K = prior.length;
  const out = new Float64Array(K * K);
  for (let x = 0; x < K; x += 1) {
    const [a, b] = [Math.floor(x / width), x % width];
    for (let y = 0; y < K; y += 1) {
      const sameRow = a === Math.floor(y / width) ? relative[0]![a]! : 0;
      const sameColumn = b === y % width ? relative[1]![b]! : 0;
      out[x * K + y] = prior[x]! * prior[y]! * (sameRow + sameColumn) + (x === y ? noise : 0);
    }
  }
  return out;
}

/** Should no cell join some levels to the rest, so much, relatively, keeps Aᵀ Ψ A positive. */
const RIDGE = 1e-14;

/**
 * Ψ − Ψ A (Aᵀ Ψ A)⁻¹ Aᵀ Ψ. All rows make what all columns make, A (1, −1) = 0: adding that vector's square to the matrix in the middle makes it
 * positive and changes nothing.
 */
function betweenMargins(psi: Float64Array, [height, width]: readonly [number, number]): Float64Array {
  const K = psi.length;
  const m = height + width;
  const gram = new Float64Array(m * m);
  let total = 0;
  for (let x = 0; x < K; x += 1) {
    const [a, b] = [Math.floor(x / width), height + (x % width)];
    total += psi[x]!;
    for (const k of [a, b]) for (const l of [a, b]) gram[k * m + l]! += psi[x]!;
  }
  for (let k = 0; k < m; k += 1) {
    gram[k * m + k]! += RIDGE * total;
    for (let l = 0; l < m; l += 1) gram[k * m + l]! += ((k < height === l < height ? 1 : -1) * total) / m;
  }
  choleskyInPlace(gram, m);
  const inverse = choleskyInverse(gram, m);
  const out = new Float64Array(K * K);
  for (let x = 0; x < K; x += 1) {
    const [a, b] = [Math.floor(x / width), height + (x % width)];
    for (let y = 0; y <= x; y += 1) {
      const [c, d] = [Math.floor(y / width), height + (y % width)];
      const between = inverse[a * m + c]! + inverse[a * m + d]! + inverse[b * m + c]! + inverse[b * m + d]!;
      const one = (x === y ? psi[x]! : 0) - psi[x]! * psi[y]! * between;
      out[x * K + y] = one;
      out[y * K + x] = one;
    }
  }
  return out;
}

/** Mean of ν given the table. */
function difference(
  apart: Float64Array,
  others: Float64Array,
  association: (nu: number) => Float64Array,
): number {
  const K = apart.length;
  const solved = new Float64Array(K);
  const logs = DIFFERENCES.map((nu, k) => {
    const factor = association(nu).map((one, at) => one + others[at]!);
    choleskyInPlace(factor, K);
    let log = Math.log(LIKELIHOODS[k]!) - choleskySolve(factor, K, apart, solved) / 2;
    for (let x = 0; x < K; x += 1) log -= Math.log(factor[x * K + x]!);
    return log;
  });
  const most = Math.max(...logs);
  let [sum, total] = [0, 0];
  for (const [k, log] of logs.entries()) {
    sum += DIFFERENCES[k]! * Math.exp(log - most);
    total += Math.exp(log - most);
  }
  return sum / total;
}

/** G, S = G Cov a, and G (Cov m + σ²/N² I) Gᵀ = S − G S. */
function gainOf(spread: Float64Array, others: Float64Array, K: number) {
  const factor = spread.map((one, at) => one + others[at]!);
  choleskyInPlace(factor, K);
  const gain = product(spread, choleskyInverse(factor, K), K);
  const explained = product(gain, spread, K);
  const once = product(gain, explained, K);
  return { gain, explained, open: explained.map((one, at) => one - once[at]!) };
}

/** Two-way raking of the table itself: only cells that were held positive are off. */
function toMargins(
  table: Float64Array,
  [, width]: readonly [number, number],
  people: readonly [Float64Array, Float64Array],
  N: number,
): Float64Array {
  const rows = { rows: table.length, ownRows: table.length, weight: table };
  const cells = Array.from(table.keys());
  const codes = [cells.map((x) => Math.floor(x / width)), cells.map((x) => x % width)];
  const margins = people.map((counts) => counts.map((n) => n / N));
  return rake({ ...rows, codes }, margins);
}

export function rowTimes(matrix: Float64Array, row: number, vector: Float64Array): number {
  let sum = 0;
  const start = row * vector.length;
  for (let x = 0; x < vector.length; x += 1) sum += matrix[start + x]! * vector[x]!;
  return sum;
}
