/** Scores are whole numbers of this fraction of a person. */
export const SCORE_GRID = 2 ** -10;
/**
 * Between neighbouring tables the scores of any two pairs move by at most this against each other, in steps of the grid: each by one person
 * at most, up or down, and two steps for rounding, of either pair and either table.
 */
export const SCORE_RANGE = 2 / SCORE_GRID + 4;

/** With so many levels all ways to split them in two are tried: 127. */
const ALL_SPLITS = 8;

/**
 * How far two variables are from independent, in people, told by a number that one row moves by at most one:
 *
 *     S(n) = max_g min_t Σ_b |Σ_a g_a n_ab − t q_b|
 *
 * over splits g of the levels of one variable in two sides, (1_A − p_A)/max(p_A, 1 − p_A), p and q shares of the levels that are known already: from
 * the released tables, so that nothing here but n is from the rows. For independent variables with just these shares, and for all others
 * that differ in the shares of b only, every sum is 0; the least over t takes out what the shares of a are off by.
 *
 * **One row moves it by at most 1**, whatever p and q are: a row is in one cell (a, b) and moves one sum by g_a, |g_a| ≤ 1; so every Σ_b
 * moves by at most 1, and so do their minimum and their maximum. The usual distance Σ_ab |n_ab − n_a n_b/N| moves by up to 3 (a row of two new
 * levels on an independent table), and Σ_ab |n_ab − N p_a q_b| (McKenna et al. 2022, AIM) by 1, but the noise of p and q is in it.
 *
 * The minimum over t is a weighted median of y_b/q_b. Floats are off by less than N 2^-43, N ≤ 2^31, which with rounding is below one step.
 *
 * @param counts C_a C_b exact counts, of (a, b) at a C_b + b
 * @param shares of the levels of either variable, ≥ 0 with sum 1
 * @returns S in whole steps of `SCORE_GRID`
 */
export function pairScore(
  counts: ArrayLike<number>,
  [p, q]: readonly [ArrayLike<number>, ArrayLike<number>],
): number {
  const [A, B] = [p.length, q.length];
  const score =
    A <= B
      ? largestSplit(p, q, (a, b) => counts[a * B + b]!)
      : largestSplit(q, p, (b, a) => counts[a * B + b]!);
  return Math.round(score / SCORE_GRID);
}

function largestSplit(
  p: ArrayLike<number>,
  q: ArrayLike<number>,
  count: (a: number, b: number) => number,
): number {
  let largest = 0;
  const sums = new Float64Array(q.length);
  for (const side of sidesOf(p.length)) {
    let share = 0;
    for (let a = 0; a < p.length; a += 1) if (side(a)) share += p[a]!;
    const [within, without] = share < 0.5 ? [1, -share / (1 - share)] : [(1 - share) / share, -1];
    for (let b = 0; b < q.length; b += 1) {
      let sum = 0;
      // Shares that sum to 1 + 2^-52 may take one of the two beyond 1 or below −1.
      for (let a = 0; a < p.length; a += 1) {
        sum += Math.max(-1, Math.min(1, side(a) ? within : without)) * count(a, b);
      }
      sums[b] = sum;
    }
    largest = Math.max(largest, distanceFromMultiples(sums, q));
  }
  return largest;
}

/** Which levels are on the first side: every split once, or those of an order and of one level against all others. */
function sidesOf(levels: number): ((level: number) => boolean)[] {
  if (levels <= ALL_SPLITS) {
    return Array.from({ length: 2 ** (levels - 1) - 1 }, (_, k) => (level) => ((k + 1) >> level) % 2 === 1);
  }
  return [
    ...Array.from({ length: levels - 1 }, (_, k) => (level: number) => level > k),
    ...Array.from({ length: levels }, (_, k) => (level: number) => level === k),
  ];
}

/** min_t Σ_b |y_b − t q_b|, taken at a weighted median of y_b/q_b. */
function distanceFromMultiples(y: Float64Array, q: ArrayLike<number>): number {
  const places = Array.from(y, (sum, b) => ({ ratio: sum / q[b]!, weight: q[b]! }))
    .filter(({ weight }) => weight > 0)
    .sort((one, other) => one.ratio - other.ratio);
  const half = places.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let [below, t] = [0, 0];
  for (const { ratio, weight } of places) {
    below += weight;
    t = ratio;
    if (below >= half) break;
  }
  return y.reduce((sum, one, b) => sum + Math.abs(one - t * q[b]!), 0);
}
