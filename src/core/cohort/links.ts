/**
 * How the columns of the simulated cohort hang together, and the model of its test result.
 *
 * Invented, but for the deprivation weights, which follow Mathur et al. (Lancet 2021;397:1711, table 1).
 * The intercept and the rates of age and education were set so that a draw comes near the means published
 * for tested participants (ERJ Open Research); the rest was fitted to nothing. Orders as in `centres.ts`.
 */

/** Score s of each age group; a weight is exp(k s). */
export const AGE_SCORE = [-3, -2, -1, 0, 1, 2, 2.4] as const;
/** k by ethnicity: the younger groups are younger. */
export const AGE_SLOPE_BY_ETHNICITY = [0, 0, -0.08, -0.22, -0.15, -0.2, -0.15, -0.15] as const;

const SAME = [1, 1, 1, 1] as const;
/** Weight of deprivation quartiles by ethnicity; its square root is used, since the centres already differ. */
export const DEPRIVATION_BY_ETHNICITY = [
  SAME,
  SAME,
  SAME,
  [0.64, 0.82, 1.12, 1.53],
  [0.43, 0.67, 1.27, 1.79],
  [0.34, 0.6, 1.16, 2.13],
  SAME,
  [0.66, 0.86, 1.15, 1.41],
] as const;

export const DEGREE_BY_DEPRIVATION = [1.25, 1.1, 1, 0.72] as const;
export const DEGREE_BY_ETHNICITY = [1, 1, 1.5, 1.1, 1.1, 1, 1.4, 1.2] as const;
export const NONE_BY_DEPRIVATION = [0.75, 0.9, 1, 1.4] as const;

/** Log rate ratios of a positive test: P(positive) = min(1, exp(INTERCEPT + … + the centre's offset)). */
export const INTERCEPT = -1.444;
export const AGE_RATE = [0, -0.03, -0.17, -0.45, -0.85, -1.08, -1] as const;
export const MALE_RATE = 0.04;
export const ETHNICITY_RATE = [0, 0.1, 0.05, 0.12, 0.45, 0.25, -0.25, 0.25] as const;
export const DEPRIVATION_RATE = [0, 0.05, 0.1, 0.2] as const;
export const EDUCATION_RATE = [0, 0.12, 0.32, 0.27, 0.35] as const;
