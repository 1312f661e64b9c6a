import type { ModelShape } from '../model/shape.ts';

/**
 * The differentially private result of a training: q(z) = N(m, diag(τ²)) over the D unconstrained
 * parameters, in the order of `model/layout.ts`.
 */
export interface Posterior {
  readonly shape: ModelShape;
  /** m, length D */
  readonly location: Float64Array;
  /** τ > 0, length D */
  readonly scale: Float64Array;
}
