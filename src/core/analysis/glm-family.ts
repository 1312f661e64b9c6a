import type { CovariateTree } from './covariate-tree.ts';
import type { PatternTable } from './pattern-table.ts';

/** Outcome distributions with their links: what IRLS needs at every covariate pattern (METHOD §7). */

export type FamilyName = 'poisson-log' | 'binomial-logit' | 'binomial-log' | 'gaussian-identity';

/** What the rows of each leaf say about the outcome; `n` people of the leaf, weights included. */
export interface LeafSums {
  readonly n: Float64Array;
  readonly sumY: Float64Array;
  /** Σ (y − ȳ_leaf)², about the leaf's own mean so that nothing cancels; follows from the other two and is empty where every outcome is 0 or 1. */
  readonly within: Float64Array;
  readonly total: number;
  readonly totalY: number;
  /** Σ y ln y and Σ ln y!: parts of deviance and log-likelihood that no coefficient moves; NaN where y is not a count. */
  readonly sumYLogY: number;
  readonly sumLogFactorial: number;
  readonly minimumY: number;
  readonly maximumY: number;
  readonly wholeNumbers: boolean;
}

/** Mean, IRLS weight n (dμ/dη)²/V and score (Σy − nμ)(dμ/dη)/V at every leaf. */
export interface LeafState {
  readonly mean: Float64Array;
  readonly weight: Float64Array;
  readonly score: Float64Array;
}

export interface Family {
  readonly name: FamilyName;
  readonly link: 'log' | 'logit' | 'identity';
  /** Deviation fixed at 1, or estimated as in the Gaussian family. */
  readonly dispersion: 'one' | 'estimated';
  /** The link makes observed and expected information equal. */
  readonly canonical: boolean;
  /** True where score = Σy − weight: its sums need no pass of their own, and `evaluate` leaves it out. */
  readonly scoreIsEventsLessWeight: boolean;
  /**
   * Fills `out` and returns the log-likelihood without the constants that `deviance` and `logLikelihood` add.
   *
   * @param predictor η at every leaf, e^η for a log link
   * @param linear Σ_leaf Σy · η
   * @returns −Infinity outside of the domain (a probability of 1 or more)
   */
  evaluate(leaves: LeafSums, predictor: Float64Array, linear: number, out: LeafState): number;
  deviance(leaves: LeafSums, kernel: number): number;
  logLikelihood(leaves: LeafSums, kernel: number): number;
  /**
   * Fills `out` with Σ_rows s², the squared scores of the rows of every leaf, s = (y − μ)(dμ/dη)/V.
   *
   * @returns Pearson's χ² = Σ_rows (y − μ)² / V
   */
  scatter(leaves: LeafSums, mean: Float64Array, out: Float64Array): number;
}

const poissonLog: Family = {
  name: 'poisson-log',
  canonical: true,
  link: 'log',
  dispersion: 'one',
  scoreIsEventsLessWeight: true,
  evaluate({ n }, predictor, linear, { mean, weight }) {
    let expected = 0;
    for (let i = 0; i < n.length; i += 1) {
      const rate = predictor[i]!;
      mean[i] = rate;
      const count = n[i]! * rate;
      weight[i] = count;
      expected += count;
    }
    if (Number.isNaN(expected)) {
      // An infinite rate where nobody is.
      expected = 0;
      for (let i = 0; i < n.length; i += 1) {
        if (n[i]! === 0) weight[i] = 0;
        expected += weight[i]!;
      }
    }
    return linear - expected;
  },
  deviance: ({ sumYLogY, totalY }, kernel) => Math.max(0, 2 * (sumYLogY - totalY - kernel)),
  logLikelihood: ({ sumLogFactorial }, kernel) => kernel - sumLogFactorial,
  scatter(leaves, mean, out) {
    let pearson = 0;
    for (let i = 0; i < out.length; i += 1) {
      const squares = squaredResiduals(leaves, i, mean[i]!);
      out[i] = squares;
      if (squares > 0) pearson += squares / mean[i]!;
    }
    return pearson;
  },
};

const binomialLogit: Family = {
  name: 'binomial-logit',
  canonical: true,
  link: 'logit',
  dispersion: 'one',
  scoreIsEventsLessWeight: false,
  evaluate({ n, sumY }, predictor, _linear, { mean, weight, score }) {
    let kernel = 0;
    for (let i = 0; i < n.length; i += 1) {
      const eta = predictor[i]!;
      const small = Math.exp(-Math.abs(eta));
      const mu = eta >= 0 ? 1 / (1 + small) : small / (1 + small);
      mean[i] = mu;
      weight[i] = (n[i]! * small) / (1 + small) ** 2;
      score[i] = sumY[i]! - n[i]! * mu;
      // ln μ = min(η, 0) − ln(1 + e^−|η|), and the same of −η for ln(1 − μ).
      const events = sumY[i]!;
      const others = n[i]! - events;
      kernel += events * Math.min(eta, 0) - others * Math.max(eta, 0) - n[i]! * Math.log1p(small);
    }
    return kernel;
  },
  deviance: (_leaves, kernel) => 0 - 2 * kernel,
  logLikelihood: (_leaves, kernel) => kernel,
  scatter(leaves, mean, out) {
    let pearson = 0;
    for (let i = 0; i < out.length; i += 1) {
      const squares = squaredResiduals(leaves, i, mean[i]!);
      out[i] = squares;
      if (squares > 0) pearson += squares / (mean[i]! * (1 - mean[i]!));
    }
    return pearson;
  },
};

const binomialLog: Family = {
  name: 'binomial-log',
  canonical: false,
  link: 'log',
  dispersion: 'one',
  scoreIsEventsLessWeight: false,
  evaluate({ n, sumY }, predictor, linear, { mean, weight, score }) {
    let kernel = linear;
    for (let i = 0; i < n.length; i += 1) {
      const mu = predictor[i]!;
      mean[i] = mu;
      if (n[i]! === 0) {
        weight[i] = 0;
        score[i] = 0;
        continue;
      }
      if (!(mu < 1)) return Number.NEGATIVE_INFINITY;
      weight[i] = (n[i]! * mu) / (1 - mu);
      score[i] = (sumY[i]! - n[i]! * mu) / (1 - mu);
      kernel += (n[i]! - sumY[i]!) * Math.log1p(-mu);
    }
    return kernel;
  },
  deviance: (_leaves, kernel) => 0 - 2 * kernel,
  logLikelihood: (_leaves, kernel) => kernel,
  scatter(leaves, mean, out) {
    let pearson = 0;
    for (let i = 0; i < out.length; i += 1) {
      const squares = squaredResiduals(leaves, i, mean[i]!);
      out[i] = squares === 0 ? 0 : squares / (1 - mean[i]!) ** 2;
      if (squares > 0) pearson += squares / (mean[i]! * (1 - mean[i]!));
    }
    return pearson;
  },
};

const gaussianIdentity: Family = {
  name: 'gaussian-identity',
  canonical: true,
  link: 'identity',
  dispersion: 'estimated',
  scoreIsEventsLessWeight: false,
  evaluate(leaves, predictor, _linear, { mean, weight, score }) {
    const { n, sumY } = leaves;
    let squares = 0;
    for (let i = 0; i < n.length; i += 1) {
      const eta = predictor[i]!;
      mean[i] = eta;
      weight[i] = n[i]!;
      const residual = sumY[i]! - n[i]! * eta;
      score[i] = residual;
      if (n[i]! > 0) squares += withinOf(leaves, i) + residual ** 2 / n[i]!;
    }
    return -squares / 2;
  },
  deviance: (_leaves, kernel) => 0 - 2 * kernel,
  // At its maximum over the variance: −n/2 (ln(2π RSS/n) + 1).
  logLikelihood: ({ total }, kernel) => (-total / 2) * (Math.log((-4 * Math.PI * kernel) / total) + 1),
  scatter(leaves, mean, out) {
    let pearson = 0;
    for (let i = 0; i < out.length; i += 1) {
      out[i] = squaredResiduals(leaves, i, mean[i]!);
      pearson += out[i]!;
    }
    return pearson;
  },
};

/** Σ_rows (y − μ)²: n₁(1 − μ)² + n₀μ² for 0/1 outcomes, else Σ (y − ȳ)² + n (ȳ − μ)². */
function squaredResiduals({ n, sumY, within }: LeafSums, leaf: number, mean: number): number {
  const people = n[leaf]!;
  const sum = sumY[leaf]!;
  if (within.length === 0) return sum * (1 - mean) ** 2 + (people - sum) * mean ** 2;
  return people === 0 ? 0 : within[leaf]! + (sum - people * mean) ** 2 / people;
}

function withinOf({ n, sumY, within }: LeafSums, leaf: number): number {
  return within.length === 0 ? sumY[leaf]! * (1 - sumY[leaf]! / n[leaf]!) : within[leaf]!;
}

const FAMILIES: Readonly<Record<FamilyName, Family>> = {
  'poisson-log': poissonLog,
  'binomial-logit': binomialLogit,
  'binomial-log': binomialLog,
  'gaussian-identity': gaussianIdentity,
};

export function familyOf(name: FamilyName): Family {
  return FAMILIES[name];
}

/**
 * Gathers the rows of a counted table at the leaves of a tree that was built over its index.
 *
 * @param spent sums of an earlier table that nobody needs any more: their arrays are used again
 */
export function leafSums(tree: CovariateTree, table: PatternTable, spent?: LeafSums): LeafSums {
  const { index, ids, counts } = table;
  const { patterns, outcomes } = index.rowViews();
  const { leafOfRow } = tree;
  const n = spent?.n.fill(0) ?? new Float64Array(tree.leafCount);
  const sumY = spent?.sumY.fill(0) ?? new Float64Array(tree.leafCount);
  let [total, totalY, sumYLogY, sumLogFactorial] = [0, 0, 0, 0];
  let [minimumY, maximumY, wholeNumbers] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (let r = 0; r < ids.length; r += 1) {
    const row = ids[r]!;
    const y = outcomes[row]!;
    // Rows that came to the index after the tree may still have a pattern that the tree knows.
    const leaf = leafOfRow[row] ?? tree.leafOfPattern[patterns[row]!] ?? -1;
    if (leaf < 0) throw new Error('the table holds a pattern that the tree does not');
    const count = counts[r]!;
    n[leaf]! += count;
    total += count;
    if (y < minimumY) minimumY = y;
    if (y > maximumY) maximumY = y;
    if (y === 0) continue;
    sumY[leaf]! += count * y;
    totalY += count * y;
    if (y === 1) continue;
    if (!Number.isInteger(y)) wholeNumbers = false;
    if (y > 1) {
      sumYLogY += count * y * Math.log(y);
      sumLogFactorial += count * logFactorial(y);
    }
  }
  const counted = wholeNumbers && minimumY >= 0;
  return {
    n,
    sumY,
    within: counted && maximumY <= 1 ? NO_VALUES : withinLeaves(tree, table, n, sumY),
    total,
    totalY,
    sumYLogY: counted ? sumYLogY : Number.NaN,
    sumLogFactorial: counted ? sumLogFactorial : Number.NaN,
    minimumY,
    maximumY,
    wholeNumbers,
  };
}

const NO_VALUES = new Float64Array(0);

function withinLeaves(
  { leafCount, leafOfPattern }: CovariateTree,
  { index, ids, counts }: PatternTable,
  n: Float64Array,
  sumY: Float64Array,
): Float64Array {
  const { patterns, outcomes } = index.rowViews();
  const within = new Float64Array(leafCount);
  for (let r = 0; r < ids.length; r += 1) {
    const leaf = leafOfPattern[patterns[ids[r]!]!]!;
    within[leaf]! += counts[r]! * (outcomes[ids[r]!]! - sumY[leaf]! / n[leaf]!) ** 2;
  }
  return within;
}

const LOG_FACTORIALS: number[] = [0, 0];

/** ln y! for y = 0, 1, 2, …: exact sums of logarithms below 256, Stirling's series above (error < 1e-16 relative). */
export function logFactorial(y: number): number {
  if (y < 256) {
    for (let k = LOG_FACTORIALS.length; k <= y; k += 1) {
      LOG_FACTORIALS.push(LOG_FACTORIALS[k - 1]! + Math.log(k));
    }
    return LOG_FACTORIALS[y]!;
  }
  const x = y + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260)));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
