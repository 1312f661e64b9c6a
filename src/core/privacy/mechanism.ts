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

/** One noisy count of the rows: N + Z with P(Z = z) ∝ e^{−ε|z|}, z an integer. */
export interface DiscreteLaplaceCount {
  readonly epsilon: number;
}

/** Where a part of a bound comes from, so that a page can show it. */
export interface ErrorTerm {
  readonly kind: /** Splitting every loss to the two ends of its cell (connect the dots): only ever adds to δ. */
    | 'mesh'
    /** Loss beyond the grid, counted as a complete failure. */
    | 'truncation'
    /** Loss above the window of the transform, by Chernoff's bound. */
    | 'window'
    /** Rounding of the transforms and of the power, by norms. */
    | 'transform-rounding'
    /** Rounding and quadrature of the masses of one step, times T. */
    | 'mass-rounding'
    /** Rounding of the places of the grid. */
    | 'grid-rounding'
    /** Rounding of a closed form. */
    | 'closed-form-rounding'
    /** Chernoff's bound alone, where no grid was found: sound but loose. */
    | 'chernoff'
    /** Pinsker's bound on δ(0). */
    | 'total-variation'
    /** The stated error of the contour integral, below the lower bound. */
    | 'contour-error';
  /** What the term adds to δ at the bound. */
  readonly delta: number;
  /** What the term moves ε by, in nats. */
  readonly epsilon: number;
}

/** One direction's ε(δ): value, bounds and how they came about. */
export interface DirectionCost {
  readonly epsilonUpper: number;
  readonly epsilonValue: number;
  readonly epsilonLower: number;
  /** `total-variation`: the whole loss is so small that ε = 0 holds at this δ. */
  readonly method: 'closed-form' | 'contour-and-grid' | 'grid' | 'total-variation';
  readonly errorTerms: readonly ErrorTerm[];
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
  /** The row is in the first table and not in the second: mixture against Gaussian. */
  readonly remove?: DirectionCost;
  /** The row is in the second table and not in the first: Gaussian against mixture. */
  readonly add?: DirectionCost;
}

declare const certified: unique symbol;

/**
 * A mechanism together with its cost; only `certify` and `calibrate` make one (DESIGN §6 rule 5). Plain data at
 * run time; the brand exists for the compiler only, so that no literal passes for one.
 */
export interface CertifiedMechanism {
  readonly [certified]: true;
  readonly kind: 'subsampled-gaussian';
  readonly parameters: SubsampledGaussian;
  readonly cost: CertifiedCost;
}
