/**
 * One run of the Poisson-subsampled Gaussian mechanism: T releases of Σ_{i∈batch} ĝ_i + σ C ξ,
 * ‖ĝ_i‖ ≤ C, every row in the batch independently with probability q (METHOD §4, §5).
 */
export interface SubsampledGaussian {
  /** σ, noise standard deviation in units of the clip norm C */
  readonly noiseMultiplier: number;
  /** q, 0 < q ≤ 1 */
  readonly samplingRate: number;
  /** T, positive integer */
  readonly steps: number;
}

/** The cost of a composition at one δ, as a statement that can be checked. ε in nats. */
export interface CertifiedCost {
  readonly delta: number;
  /** Certified upper bound on ε(δ), the larger of both directions. This is the number that is claimed. */
  readonly epsilonUpper: number;
  /** The value by the contour integral, not a bound. */
  readonly epsilonValue: number;
  /** Lower bound: nobody can prove less than this. */
  readonly epsilonLower: number;
  /** One person's row added or removed. */
  readonly neighbours: 'add-remove-one-row';
}

/** A mechanism together with its cost; only `certify` and `calibrate` make one (DESIGN §6 rule 5). */
export interface CertifiedMechanism {
  readonly kind: 'subsampled-gaussian';
  readonly parameters: SubsampledGaussian;
  readonly cost: CertifiedCost;
}
