import type { ParameterLayout } from '../model/layout.ts';
import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';

/** The public grid on which sums and noise lie, in units of the clip norm C. */
export const GRID_PER_CLIP_NORM = 2 ** -20;

/** Relative room for float64 rounding in ‖g_i‖ and in the clip factor. */
const NORM_ROUNDING = 2 ** -32;

/** Room for float64 rounding of one coordinate of the sum before it meets the grid, in grid steps. */
const COORDINATE_ROUNDING = 2 ** -5;

/** Range of C in which the rounding allowances hold. */
export const CLIP_NORM_RANGE = { smallest: 1e-3, largest: 1e6 } as const;

/**
 * Largest N for which sums of clipped rows are exact integers with room to spare: each entry of a row is at
 * most max(1, 1/C) · 2^20 grid steps, and 2^46 of them keep the products of `clippedSum` within
 * `COORDINATE_ROUNDING`.
 */
export function largestRowCount(clipNorm: number): number {
  return 2 ** 26 * Math.min(1, clipNorm);
}

/**
 * The norm C_eff < C at which rows are clipped so that one row moves the **rounded** sum by at most C.
 *
 * Let h = 2^-20 C be the grid. For fixed public z the step computes, in this order,
 *
 * 1. for each row the weights w γ_r (r = 1…R) and w ε, w = min(1, C_eff/‖g‖), each rounded to a multiple of h;
 * 2. their sums over the batch: multiples of h, exact in float64 (integers below 2^46), in any order;
 * 3. a fixed linear map of these sums, H[j,c][r] − θ Σ_c' H, and so on: the gradient's coordinates;
 * 4. each coordinate rounded to a multiple of h.
 *
 * One row added or removed changes 2 by that row's own entries. Without rounding, 3 turns them into w g, of
 * norm at most C_eff. Rounding in 1 changes an entry by at most h/2, and the map turns entry errors e into at
 * most √(2d)‖e‖ on the level logits (‖onehot − θ‖² ≤ 2), (1 + √R)‖e‖ on the mixture logits, √(d + 1) |e| on β.
 * Rounding in 4 moves a coordinate's difference by at most h, and float64 in 3 by h/32. Together, by the
 * triangle inequality,
 *
 *     ‖Δ‖ ≤ C_eff + (h/2)(√(2dR) + √R + R + √(d + 1)) + (1 + 2^-5) h √D  ≤  C,
 *
 * which is how C_eff is defined (less 2^-32 C for rounding in the norm itself, a sum of positive terms).
 * At R = 16, d = 5, D = 454 it costs 4e-5 of C.
 *
 * Noise: the release is h (k + round(σ C ξ / h)) with k the integers of 4. As k is an integer this equals
 * h · round(k + σ C ξ / h): a function of the Gaussian mechanism on k alone, so it costs no more than the
 * accounted σ; and it lies on the grid whatever ξ was, so that the float lattice of ξ (Mironov 2012) does not
 * show. What remains beyond the proof: ξ is a float64 and not a real number (relative 3e-16), which moves a value
 * across a rounding border with a probability of about 4e-10 σ a draw; a coarser grid would make that rarer and
 * cost more of C.
 */
export function effectiveClipNorm(layout: ParameterLayout, clipNorm: number): number {
  const { variableCount: d, components: R, dimension: D } = layout;
  const contributionRounding = (Math.sqrt(2 * d * R) + Math.sqrt(R) + R + Math.sqrt(d + 1)) / 2;
  const sumRounding = (1 + COORDINATE_ROUNDING) * Math.sqrt(D);
  return clipNorm * (1 - NORM_ROUNDING - GRID_PER_CLIP_NORM * (contributionRounding + sumRounding));
}

/**
 * The only way out of the data: replaces the integers k of `clippedSum` by the noisy sum
 * G = h (k + round(σ ξ 2^20)), ξ ~ N(0, I_D), in units of the gradient. An empty batch (k = 0) gets the same noise.
 *
 * @param noiseMultiplier σ ≥ 0; 0 is for tests of limits only and private for nobody
 * @param sum in: k, length D; out: G
 * @param noise buffer of length D, overwritten
 */
export function releaseSum(
  noiseMultiplier: number,
  clipNorm: number,
  random: RandomSource,
  sum: Float64Array,
  noise: Float64Array,
): void {
  const grid = GRID_PER_CLIP_NORM * clipNorm;
  const noisePerGrid = noiseMultiplier / GRID_PER_CLIP_NORM;
  fillStandardNormal(random, noise);
  for (let k = 0; k < sum.length; k += 1) {
    sum[k] = grid * ((sum[k] as number) + Math.round(noisePerGrid * (noise[k] as number)));
    noise[k] = 0;
  }
}
