import type { ParameterLayout } from '../model/layout.ts';
import { softplusSlope } from '../model/softplus.ts';
import type { ModelTables } from '../model/tables.ts';

/**
 * DPVI as it was first given (Jälkö, Dikmen and Honkela 2017), for comparison with aligned gradients: a row's gradients
 * along m **and** s, a_k = softplus'(s_k) η_k,
 *
 *     g_i = ∇_z ln p(x_i, y_i | z),   (g_i, a ∘ g_i) ∈ R^{2D},
 *
 * are clipped together at C and released together, each coordinate with noise of its own. So one row moves the 2D numbers
 * by at most C, and the step is the Gaussian mechanism with noise multiplier σ and sensitivity C as the aligned one is: it
 * costs the same (ε, δ) at the same σ, q and T, and carries noise on s that the aligned step has not.
 *
 * With b_k = 1 + a_k² the norm is Σ_k b_k g_k², again from look-ups: `weighDistances`. The rows' second half needs no sum of
 * its own: Σ w_i a∘g_i = a ∘ Σ w_i g_i.
 */
export type GradientVariant = 'aligned' | 'plain';

/** |η_k| is at most √(2 ln 2^33) (`fillVariationalDraw`), softplus' at most 1: a_k² < 45.75. */
const LARGEST_SQUARED_PULL = 46;

/** The most that √b_k can be: what errors of an entry grow by when they reach both halves. */
export function largestStretch(variant: GradientVariant): number {
  return variant === 'plain' ? Math.sqrt(1 + LARGEST_SQUARED_PULL) : 1;
}

/** a and b = 1 + a², length D each. */
export function fillPulls(
  rawScale: Float64Array,
  eta: Float64Array,
  pull: Float64Array,
  weight: Float64Array,
): void {
  for (let k = 0; k < pull.length; k += 1) {
    const a = softplusSlope(rawScale[k] as number) * (eta[k] as number);
    pull[k] = a;
    weight[k] = 1 + a * a;
  }
}

/**
 * Overwrites ‖onehot(c) − θ_j^(r)‖² by b_{jcr} (1 − θ_c)² + Σ_{c'≠c} b_{jc'r} θ_c'², from positive terms only.
 *
 * @param weight b, length D
 */
export function weighDistances(layout: ParameterLayout, weight: Float64Array, tables: ModelTables): void {
  const { components: R, levelLogits, variableCount, levelStart, levelCounts } = layout;
  const { level, levelDistance } = tables;
  for (let j = 0; j < variableCount; j += 1) {
    const first = (levelStart[j] as number) * R;
    const last = first + ((levelCounts[j] as number) - 1) * R;
    for (let r = 0; r < R; r += 1) {
      let before = 0;
      for (let cell = first + r; cell <= last + r; cell += R) {
        const theta = level[cell] as number;
        const b = weight[levelLogits + cell] as number;
        levelDistance[cell] = b * (1 - theta) ** 2 + before;
        before += b * theta * theta;
      }
      let after = 0;
      for (let cell = last + r; cell >= first; cell -= R) {
        levelDistance[cell] = (levelDistance[cell] as number) + after;
        after += (weight[levelLogits + cell] as number) * (level[cell] as number) ** 2;
      }
    }
  }
}

/** The second half of the sum, in whole steps of the grid: round(a_k k_k). */
export function pullSum(pull: Float64Array, sum: Float64Array, out: Float64Array): void {
  for (let k = 0; k < out.length; k += 1) out[k] = Math.round((pull[k] as number) * (sum[k] as number));
}
