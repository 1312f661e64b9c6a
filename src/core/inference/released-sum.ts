import type { ParameterLayout } from '../model/layout.ts';
import type { RandomSource } from '../random/random-source.ts';
import { fillRoundedNormal } from '../random/rounded-normal.ts';
import { type GradientVariant, largestStretch } from './plain-gradients.ts';

/** The public grid on which sums and noise lie, in units of the clip norm C. */
export const GRID_PER_CLIP_NORM = 2 ** -20;

/** Up to this σ sum and noise together are whole numbers that float64 holds: |K| < 2^47 · 16. */
export const LARGEST_NOISE_MULTIPLIER = 2 ** 27;

/** Unit roundoff of float32, in which machines may tabulate θ, γ and norms. */
const FLOAT32_ROUNDOFF = 2 ** -24;

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
 * The norm C_eff < C at which rows are clipped so that one row moves the **rounded** sum by at most C, on a machine that
 * computes rows in float32 or better.
 *
 * Let h = 2^-20 C be the grid. For fixed public z the step computes, in this order,
 *
 * 1. tables π, θ and γ, ε of each row: any numbers of the format, γ ≥ 0; nothing below asks how good they are;
 * 2. n² = Σ_r (γ_r − π_r)² + Σ_r γ_r² Σ_j ‖onehot(x_j) − θ_j^(r)‖² + ε² (1 + #{j : x_j ≠ ref_j}) **of these numbers**;
 * 3. the entries w γ_r (r = 1…R) and w ε, w = min(1, C_eff/n), each rounded to a multiple of h;
 * 4. their sums over the batch: multiples of h, exact in float64 (integers below 2^46), in any order;
 * 5. a fixed linear map of these sums with the same π and θ, H[j,c][r] − θ Σ_c' H, and so on: the coordinates;
 * 6. each coordinate rounded to a multiple of h.
 *
 * One row added or removed changes 4 by that row's own entries. The map of 5 takes (γ, ε) to a vector whose square is n²,
 * but for the mixture logits, where it has γ_r − π_r Σγ in place of γ_r − π_r. Five errors, u = 2^-24:
 *
 * - n: every term is a sum of positive terms of factors that are each relatively accurate (γ_r − π_r is one rounding of
 *   numbers that are given), at most max_j C_j + d + R + 16 roundings deep, so that n is accurate to half of that times u;
 *   2 u more for w and 2 u for an entry before it is rounded: NORM.
 * - Σγ = 1 up to (R + 4) u, since γ = p/Σp: the mixture logits are off by at most that times w ‖π‖ ≤ w ≤ 1: SHARE. It is
 *   absolute, so it is what a tiny C pays most for.
 * - the rounding of 3 changes an entry by at most h/2, and the map turns entry errors e into at most √(2d)‖e‖ on the level
 *   logits (‖onehot − θ‖² ≤ 2 up to u), (1 + √R)‖e‖ on the mixture logits, √(d + 1) |e| on β: ENTRIES.
 * - the rounding of 6 moves a coordinate's difference by at most h, and float64 in 5 by h/32: COORDINATES.
 *
 * By the triangle inequality
 *
 *     ‖Δ‖ ≤ C_eff (1 + NORM) + SHARE + ENTRIES + COORDINATES  ≤  C,
 *
 * which is how C_eff is defined. At R = 16, d = 5, D = 454 it costs 4e-5 of C. The reference computes in float64 and
 * clips at the same norm, so that machines agree.
 *
 * The plain variant (`plain-gradients.ts`) releases k and round(a_k k_k). Its n² carries the weights b_k = 1 + a_k² ≤ 47, a
 * few roundings more; what errs in an entry or a coordinate of the first half errs √b_k times as much in both, and the
 * rounding of the second adds h a coordinate: `stretch`.
 *
 * Noise: the release is h (k + K) with k the integers of 6 and K = round(σ 2^20 ξ), ξ ~ N(0, 1). As k is whole this equals
 * h · round(k + σ 2^20 ξ): a function of the Gaussian mechanism on k alone, so it costs no more than the accounted σ, and it
 * lies on the grid whatever ξ was, so that no float lattice (Mironov 2012) shows. K has exactly this law
 * (`rounded-normal.ts`: every decision of the draw is that of real numbers), given fair words; nothing is left to charge.
 */
export function effectiveClipNorm(
  layout: ParameterLayout,
  clipNorm: number,
  variant: GradientVariant = 'aligned',
): number {
  const { variableCount: d, components: R, dimension: D, levelCounts } = layout;
  const u = FLOAT32_ROUNDOFF;
  const stretch = largestStretch(variant);
  const halves = variant === 'plain' ? 1 : 0;
  const norm = u * (0.5 * (Math.max(0, ...levelCounts) + d + R + 16 + 8 * halves) + 4);
  const share = u * (R + 4) * stretch;
  const entries = (stretch * (Math.sqrt(2 * d * R) + Math.sqrt(R) + R + Math.sqrt(d + 1))) / 2;
  const coordinates = (1 + COORDINATE_ROUNDING) * Math.sqrt(D) * (stretch + halves);
  return (clipNorm * (1 - GRID_PER_CLIP_NORM * (entries + coordinates)) - share) * (1 - norm);
}

/**
 * The only way out of the data: replaces the integers k of `clippedSum` by the noisy sum
 * G = h (k + round(σ 2^20 ξ)), ξ ~ N(0, I_D), in units of the gradient. An empty batch (k = 0) gets the same noise.
 *
 * @param noiseMultiplier 0 ≤ σ ≤ `LARGEST_NOISE_MULTIPLIER`; 0 is for tests of limits only and private for nobody
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
  fillRoundedNormal(random, noiseMultiplier / GRID_PER_CLIP_NORM, noise);
  for (let k = 0; k < sum.length; k += 1) {
    sum[k] = grid * ((sum[k] as number) + (noise[k] as number));
    noise[k] = 0;
  }
}
