import type { ErrorKind } from '../analysis/glm-covariance.ts';

/**
 * What a simulation found about intervals called 95 % (METHOD §9.5), for the page that shows them: how often they held
 * the truth, over the 22 coefficients of the simulated cohort, 4 centres, K = 30, `short` preset, δ = 1e-6.
 * Printed by
 *
 *     npm run check:coverage                                            errors 'model'
 *     npm run check:coverage -- --epsilon 1 --errors HC1 --repeats 30   errors 'HC1'
 *
 * `README.md` beside this file has the whole table and what it means. A user's own table is not this one: other
 * variables, stronger effects and more parties can make it better or worse.
 */
export interface KnownCoverage {
  /** N, people a centre. */
  readonly rowCount: number;
  readonly epsilon: number;
  readonly errors: ErrorKind;
  /** Own real rows only. */
  readonly local: SimulatedShare;
  /** Rubin's rules with v⁻ or v⁺ and the normal interval: what the Analyse step calls pooled. */
  readonly pooled: SimulatedShare;
  /** The same where the true risk ratio is at least 1.5 or at most 1/1.5. */
  readonly pooledStrong: SimulatedShare;
  /** Rubin's rules with the t interval, all coefficients. */
  readonly pooledT: SimulatedShare;
}

/** Share of intervals that held the truth, with its Monte Carlo standard error. */
export interface SimulatedShare {
  readonly share: number;
  readonly standardError: number;
}

export const KNOWN_COVERAGE: readonly KnownCoverage[] = [
  {
    rowCount: 150,
    epsilon: 0.5,
    errors: 'model',
    local: { share: 0.983, standardError: 0.004 },
    pooled: { share: 0.861, standardError: 0.01 },
    pooledStrong: { share: 0.648, standardError: 0.029 },
    pooledT: { share: 0.913, standardError: 0.008 },
  },
  {
    rowCount: 150,
    epsilon: 1,
    errors: 'model',
    local: { share: 0.983, standardError: 0.004 },
    pooled: { share: 0.872, standardError: 0.009 },
    pooledStrong: { share: 0.688, standardError: 0.026 },
    pooledT: { share: 0.943, standardError: 0.006 },
  },
  {
    rowCount: 150,
    epsilon: 2,
    errors: 'model',
    local: { share: 0.983, standardError: 0.004 },
    pooled: { share: 0.867, standardError: 0.009 },
    pooledStrong: { share: 0.704, standardError: 0.025 },
    pooledT: { share: 0.959, standardError: 0.005 },
  },
  {
    rowCount: 500,
    epsilon: 0.5,
    errors: 'model',
    local: { share: 0.972, standardError: 0.006 },
    pooled: { share: 0.689, standardError: 0.016 },
    pooledStrong: { share: 0.424, standardError: 0.031 },
    pooledT: { share: 0.824, standardError: 0.011 },
  },
  {
    rowCount: 500,
    epsilon: 1,
    errors: 'model',
    local: { share: 0.972, standardError: 0.006 },
    pooled: { share: 0.74, standardError: 0.016 },
    pooledStrong: { share: 0.52, standardError: 0.034 },
    pooledT: { share: 0.869, standardError: 0.011 },
  },
  {
    rowCount: 500,
    epsilon: 2,
    errors: 'model',
    local: { share: 0.972, standardError: 0.006 },
    pooled: { share: 0.739, standardError: 0.014 },
    pooledStrong: { share: 0.58, standardError: 0.031 },
    pooledT: { share: 0.925, standardError: 0.007 },
  },
  {
    rowCount: 1500,
    epsilon: 0.5,
    errors: 'model',
    local: { share: 0.966, standardError: 0.007 },
    pooled: { share: 0.544, standardError: 0.014 },
    pooledStrong: { share: 0.328, standardError: 0.027 },
    pooledT: { share: 0.749, standardError: 0.014 },
  },
  {
    rowCount: 1500,
    epsilon: 1,
    errors: 'model',
    local: { share: 0.966, standardError: 0.007 },
    pooled: { share: 0.613, standardError: 0.017 },
    pooledStrong: { share: 0.424, standardError: 0.025 },
    pooledT: { share: 0.836, standardError: 0.014 },
  },
  {
    rowCount: 1500,
    epsilon: 2,
    errors: 'model',
    local: { share: 0.966, standardError: 0.007 },
    pooled: { share: 0.714, standardError: 0.014 },
    pooledStrong: { share: 0.572, standardError: 0.029 },
    pooledT: { share: 0.91, standardError: 0.01 },
  },
  {
    rowCount: 150,
    epsilon: 1,
    errors: 'HC1',
    local: { share: 0.949, standardError: 0.009 },
    pooled: { share: 0.721, standardError: 0.017 },
    pooledStrong: { share: 0.54, standardError: 0.027 },
    pooledT: { share: 0.93, standardError: 0.009 },
  },
  {
    rowCount: 500,
    epsilon: 1,
    errors: 'HC1',
    local: { share: 0.93, standardError: 0.013 },
    pooled: { share: 0.568, standardError: 0.019 },
    pooledStrong: { share: 0.353, standardError: 0.033 },
    pooledT: { share: 0.829, standardError: 0.016 },
  },
  {
    rowCount: 1500,
    epsilon: 1,
    errors: 'HC1',
    local: { share: 0.93, standardError: 0.013 },
    pooled: { share: 0.509, standardError: 0.015 },
    pooledStrong: { share: 0.313, standardError: 0.038 },
    pooledT: { share: 0.779, standardError: 0.016 },
  },
];

/**
 * The simulation nearest to a table of N rows and twins of ε, by ratio; HC0 counts as HC1. The answer says which N and
 * ε it is about: say those, and not the user's.
 *
 * @throws RangeError unless N > 0 and ε > 0
 */
export function knownCoverageNear(rowCount: number, epsilon: number, errors: ErrorKind): KnownCoverage {
  if (!(rowCount > 0 && epsilon > 0)) throw new RangeError(`no simulation near N ${rowCount}, ε ${epsilon}`);
  const kind = errors === 'HC0' ? 'HC1' : errors;
  const distance = (known: KnownCoverage) =>
    Math.abs(Math.log(known.rowCount / rowCount)) + Math.abs(Math.log(known.epsilon / epsilon));
  const candidates = KNOWN_COVERAGE.filter((known) => known.errors === kind);
  return candidates.reduce((best, known) => (distance(known) < distance(best) ? known : best));
}

/**
 * The same for the estimate from own rows and noisy tables (`core/marginals`), alike centres, prior N(0, 1), model-based errors. Printed by
 *
 *     npm run check:coverage -- --method tables --rows 150,500,1500,4700 --epsilon 0.5,1,2,4
 */
export interface KnownTablesCoverage {
  readonly rowCount: number;
  readonly epsilon: number;
  readonly tables: SimulatedShare;
  /** Where the true risk ratio is at least 1.5 or at most 1/1.5. */
  readonly tablesStrong: SimulatedShare;
}

export const KNOWN_TABLES_COVERAGE: readonly KnownTablesCoverage[] = [
  {
    rowCount: 150,
    epsilon: 0.5,
    tables: { share: 0.986, standardError: 0.004 },
    tablesStrong: { share: 0.96, standardError: 0.014 },
  },
  {
    rowCount: 150,
    epsilon: 1,
    tables: { share: 0.986, standardError: 0.003 },
    tablesStrong: { share: 0.968, standardError: 0.01 },
  },
  {
    rowCount: 150,
    epsilon: 2,
    tables: { share: 0.979, standardError: 0.004 },
    tablesStrong: { share: 0.968, standardError: 0.01 },
  },
  {
    rowCount: 150,
    epsilon: 4,
    tables: { share: 0.969, standardError: 0.005 },
    tablesStrong: { share: 0.968, standardError: 0.01 },
  },
  {
    rowCount: 500,
    epsilon: 0.5,
    tables: { share: 0.971, standardError: 0.006 },
    tablesStrong: { share: 0.976, standardError: 0.009 },
  },
  {
    rowCount: 500,
    epsilon: 1,
    tables: { share: 0.968, standardError: 0.007 },
    tablesStrong: { share: 0.976, standardError: 0.009 },
  },
  {
    rowCount: 500,
    epsilon: 2,
    tables: { share: 0.955, standardError: 0.008 },
    tablesStrong: { share: 0.964, standardError: 0.011 },
  },
  {
    rowCount: 500,
    epsilon: 4,
    tables: { share: 0.95, standardError: 0.008 },
    tablesStrong: { share: 0.94, standardError: 0.015 },
  },
  {
    rowCount: 1500,
    epsilon: 0.5,
    tables: { share: 0.961, standardError: 0.008 },
    tablesStrong: { share: 0.956, standardError: 0.013 },
  },
  {
    rowCount: 1500,
    epsilon: 1,
    tables: { share: 0.954, standardError: 0.008 },
    tablesStrong: { share: 0.952, standardError: 0.015 },
  },
  {
    rowCount: 1500,
    epsilon: 2,
    tables: { share: 0.96, standardError: 0.008 },
    tablesStrong: { share: 0.964, standardError: 0.012 },
  },
  {
    rowCount: 1500,
    epsilon: 4,
    tables: { share: 0.964, standardError: 0.007 },
    tablesStrong: { share: 0.968, standardError: 0.013 },
  },
  {
    rowCount: 4700,
    epsilon: 0.5,
    tables: { share: 0.963, standardError: 0.006 },
    tablesStrong: { share: 0.96, standardError: 0.011 },
  },
  {
    rowCount: 4700,
    epsilon: 1,
    tables: { share: 0.954, standardError: 0.007 },
    tablesStrong: { share: 0.96, standardError: 0.013 },
  },
  {
    rowCount: 4700,
    epsilon: 2,
    tables: { share: 0.954, standardError: 0.008 },
    tablesStrong: { share: 0.956, standardError: 0.013 },
  },
  {
    rowCount: 4700,
    epsilon: 4,
    tables: { share: 0.945, standardError: 0.009 },
    tablesStrong: { share: 0.944, standardError: 0.014 },
  },
];

/**
 * The simulation nearest to a table of N rows and tables of ε, by ratio.
 *
 * @throws RangeError unless N > 0 and ε > 0
 */
export function knownTablesCoverageNear(rowCount: number, epsilon: number): KnownTablesCoverage {
  if (!(rowCount > 0 && epsilon > 0)) throw new RangeError(`no simulation near N ${rowCount}, ε ${epsilon}`);
  const distance = (known: KnownTablesCoverage) =>
    Math.abs(Math.log(known.rowCount / rowCount)) + Math.abs(Math.log(known.epsilon / epsilon));
  return KNOWN_TABLES_COVERAGE.reduce((best, known) => (distance(known) < distance(best) ? known : best));
}
