import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import { uniformInteger } from '../random/random-source.ts';
import type { Result } from '../result.ts';
import { succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { covariateTree } from './covariate-tree.ts';
import { type Design, designOf } from './design.ts';
import type { GlmFailure, GlmFit } from './glm.ts';
import { coefficientVariance } from './glm-covariance.ts';
import { leafSums } from './glm-family.ts';
import { irlsWorkspace } from './irls.ts';
import type { DrawDistribution } from './likelihood.ts';
import { logLikelihoodOfDraws, meanLogLikelihood } from './likelihood.ts';
import type { PatternTable } from './pattern-table.ts';
import { PatternIndex, poolPatterns } from './pattern-table.ts';
import type { PooledAnalysisFailure, PooledAnalysisInput } from './pooled-analysis.ts';
import {
  countTable,
  countTables,
  fitOne,
  manyFits,
  pooledCell,
  sitesOf,
  tablesToPool,
} from './pooled-analysis.ts';
import type { WelchFailure, WelchTest } from './rank-tests.ts';
import { welchOnRanks } from './rank-tests.ts';
import { fitRidge } from './ridge.ts';
import { poolCovariances } from './rubin-covariance.ts';

/**
 * Does pooling predict people better whom no fit has seen (METHOD §8)? Log-likelihood per test row of the fit on own rows,
 * of its ridge-regularised competitor, and of the pooled fit; at the point estimate, and over draws with the paper's diagonal
 * covariance and with the full one. The fits' own rows and the test rows must be different people.
 */
export interface HeldOutInput extends PooledAnalysisInput {
  readonly test: CodedTable;
}

export interface HeldOutOptions {
  /** Draws of the coefficients (METHOD: 100). */
  readonly draws: number;
  /** Random orders of the parties for the gain; 0 leaves it out. */
  readonly orders: number;
  /** Sets a fit of the gain uses, at most. */
  readonly gainSets: number;
  readonly source: RandomSource;
}

export type HeldOutMethod = 'local' | 'ridge' | 'pooled';

export interface HeldOutScore {
  readonly method: HeldOutMethod;
  /** Log-likelihood per test row at the point estimate; levels without an estimate count as their reference. */
  readonly point: number;
  /** w ~ N(w̄, diag(v̂)), the paper's score. −Infinity where a draw makes a test row impossible. */
  readonly diagonal: Float64Array;
  /** w ~ N(w̄, V̂) */
  readonly full: Float64Array;
}

export type HeldOutOutcome =
  | { readonly kind: 'scored'; readonly score: HeldOutScore }
  | { readonly kind: 'failed'; readonly method: HeldOutMethod; readonly failure: GlmFailure }
  /** There is no party to pool with, or the family has no such competitor. */
  | { readonly kind: 'not-offered'; readonly method: HeldOutMethod };

/** Point-estimate log-likelihood per test row with `parties` parties, over the random orders. */
export interface GainPoint {
  readonly parties: number;
  readonly mean: number;
  readonly lowest: number;
  readonly highest: number;
  readonly orders: number;
}

export interface HeldOutEvaluation {
  readonly trainingRows: number;
  readonly testRows: number;
  readonly outcomes: readonly HeldOutOutcome[];
  /** Welch's test on ranks of the pooled against the local draws; absent where one of them is. */
  readonly tests: Readonly<Record<'diagonal' | 'full', Result<WelchTest, WelchFailure>>> | undefined;
  readonly gain: readonly GainPoint[];
}

export type HeldOutFailure = PooledAnalysisFailure | { readonly kind: 'no-test-rows' };

/** Splits a table at random; `share` of the rows, at least one where there are two, become test rows. */
export function holdOut(
  table: CodedTable,
  share: number,
  source: RandomSource,
): { readonly training: CodedTable; readonly test: CodedTable } {
  if (!(share > 0 && share < 1)) throw new RangeError(`share ${share} is not between 0 and 1`);
  const order = shuffled(table.rowCount, source);
  const tested = table.rowCount < 2 ? 0 : Math.max(1, Math.round(share * table.rowCount));
  const part = (rows: Int32Array): CodedTable => ({
    rowCount: rows.length,
    columns: table.columns.map((column) => Uint8Array.from(rows, (row) => column[row]!)),
    outcome: Uint32Array.from(rows, (row) => table.outcome[row]!),
  });
  return { training: part(order.slice(tested).sort()), test: part(order.slice(0, tested).sort()) };
}

/** @param onProgress called with the regressions done and to be done */
export function evaluateHeldOut(
  input: HeldOutInput,
  options: HeldOutOptions,
  onProgress?: (doneFits: number, totalFits: number) => void,
): Result<HeldOutEvaluation, HeldOutFailure> {
  const { codebook, choice, parties, family } = input;
  const designed = designOf(codebook, choice, sitesOf(parties));
  if (!designed.ok) return designed;
  const localDesigned = designOf(codebook, { ...choice, siteEffect: false });
  if (!localDesigned.ok) return localDesigned;
  const design = designed.value;
  const index = new PatternIndex(design.variables.map(({ size }) => size));
  const counted = countTables(input, design, index);
  if (!counted.ok) return counted;
  const tested = countTable(input, design, index, input.test, 0, 'test');
  if (!tested.ok) return tested;
  const test = tested.value;
  if (!(test.total > 0)) return { ok: false, failure: { kind: 'no-test-rows' } };
  const { local, own, others } = counted.value;
  const plan = gainPlan(parties.length, options);
  const tables = tablesToPool(counted.value);
  const gainSets = Math.min(options.gainSets, tables.length);
  const total = 1 + tables.length + plan.subsets.length * gainSets;
  let done = 0;
  const progress = () => {
    done += 1;
    onProgress?.(done, total);
  };

  const standardNormal = normalStream(options.source);
  const localFit = fitOne(localDesigned.value, local, family);
  progress();
  const draw = scorer(localDesigned.value, local, test, input, options.draws, standardNormal);
  const outcomes: HeldOutOutcome[] = [
    localFit.ok
      ? { kind: 'scored', score: draw('local', localDistribution(localFit.value, input)) }
      : { kind: 'failed', method: 'local', failure: localFit.failure },
  ];
  outcomes.push(ridgeOutcome(localDesigned.value, local, input, draw));
  const fitter = manyFits(design, tables, family);
  const fits = tables.map((table) => {
    const fit = fitter(table);
    progress();
    return fit;
  });
  const score = scorer(design, local, test, input, options.draws, standardNormal);
  const estimated = pooledDistribution(fits, design, input);
  outcomes.push(
    estimated === undefined ? pooledFailure(fits) : { kind: 'scored', score: score('pooled', estimated) },
  );
  const gain: GainPoint[] = [];
  if (plan.subsets.length > 0) {
    const scores = new Map<string, number>();
    for (const subset of plan.subsets) {
      const chosen = { local, own, others: subset.map((m) => others[m]!) };
      const some = tablesToPool(chosen, gainSets);
      const fitSome = manyFits(design, some, family);
      const theirs = some.map((table) => {
        const fit = fitSome(table);
        progress();
        return fit;
      });
      const mean = pooledDistribution(theirs, design, input)?.diagonal.mean;
      scores.set(keyOf(subset), mean === undefined ? Number.NaN : score.point(mean));
    }
    const [first] = outcomes;
    if (first?.kind === 'scored') gain.push(gainPoint(0, [first.score.point]));
    for (let m = 1; m <= parties.length; m += 1) {
      const values = plan.orders.map((order) => scores.get(keyOf(order.slice(0, m)))!);
      const finite = values.filter(Number.isFinite);
      if (finite.length > 0) gain.push(gainPoint(m, finite));
    }
  }
  return succeed({
    trainingRows: local.total,
    testRows: test.total,
    outcomes,
    tests: comparison(outcomes),
    gain,
  });
}

interface Distributions {
  readonly diagonal: DrawDistribution;
  readonly full: DrawDistribution;
}

/** A function that scores coefficient distributions on the test rows; `point` scores one vector. */
function scorer(
  design: Design,
  local: PatternTable,
  test: PatternTable,
  { family }: HeldOutInput,
  draws: number,
  standardNormal: () => number,
) {
  const tree = covariateTree(design, poolPatterns([local, test]));
  const room = irlsWorkspace(tree);
  const leaves = leafSums(tree, test);
  const point = (coefficients: Float64Array) => meanLogLikelihood(room, leaves, family, coefficients);
  const distribution = (made: DrawDistribution) =>
    logLikelihoodOfDraws(room, leaves, family, made, draws, standardNormal);
  const score = (method: HeldOutMethod, { diagonal, full }: Distributions): HeldOutScore => ({
    method,
    point: point(diagonal.mean),
    diagonal: distribution(diagonal),
    full: distribution(full),
  });
  return Object.assign(score, { point });
}

function localDistribution(fit: GlmFit, { errors }: HeldOutInput): Distributions {
  const mean = fit.workingCoefficients.map((value, j) => (fit.status[j]!.kind === 'estimable' ? value : 0));
  const diagonal = mean.map((_, j) => coefficientVariance(fit, j, errors).variance);
  return { diagonal: { mean, covariance: diagonal }, full: { mean, covariance: fit.covariance[errors] } };
}

function ridgeOutcome(
  design: Design,
  local: PatternTable,
  { family }: HeldOutInput,
  draw: (method: HeldOutMethod, made: Distributions) => HeldOutScore,
): HeldOutOutcome {
  const method = 'ridge';
  if (family === 'gaussian-identity') return { kind: 'not-offered', method };
  const tree = covariateTree(design, local);
  const fit = fitRidge(irlsWorkspace(tree), leafSums(tree, local), family, RIDGE_VARIANCE);
  if (!fit.ok) return { kind: 'failed', method, failure: fit.failure };
  const { coefficients: mean, covariance } = fit.value;
  const diagonal = mean.map((_, j) => covariance[j * mean.length + j]!);
  const made = { diagonal: { mean, covariance: diagonal }, full: { mean, covariance } };
  return { kind: 'scored', score: draw(method, made) };
}

/** The prior variance of the generative model (METHOD §3). */
const RIDGE_VARIANCE = 1;

/** Rubin's estimate and variance of every coefficient; undefined when no fit succeeded. */
function pooledDistribution(
  fits: readonly Result<GlmFit, GlmFailure>[],
  design: Design,
  { errors }: HeldOutInput,
): Distributions | undefined {
  const good = fits.flatMap((fit) => (fit.ok ? [fit.value] : []));
  const together = poolCovariances(
    good.map(({ coefficients, covariance }) => ({ estimates: coefficients, covariance: covariance[errors] })),
  );
  if (together === undefined) return undefined;
  const cells = design.terms.map((_, column) => pooledCell(fits, design.terms, column, errors));
  const mean = Float64Array.from(cells, (cell) => (cell.kind === 'estimated' ? cell.estimate : 0));
  const variance = Float64Array.from(cells, (cell) => (cell.kind === 'estimated' ? cell.rubin.variance : 0));
  return {
    diagonal: { mean, covariance: variance },
    full: { mean, covariance: together.covariance },
  };
}

function pooledFailure(fits: readonly Result<GlmFit, GlmFailure>[]): HeldOutOutcome {
  for (const fit of fits) if (!fit.ok) return { kind: 'failed', method: 'pooled', failure: fit.failure };
  return { kind: 'not-offered', method: 'pooled' };
}

function comparison(outcomes: readonly HeldOutOutcome[]): HeldOutEvaluation['tests'] {
  const of = (method: HeldOutMethod) =>
    outcomes.flatMap((one) => (one.kind === 'scored' && one.score.method === method ? [one.score] : []))[0];
  const [local, pooled] = [of('local'), of('pooled')];
  if (local === undefined || pooled === undefined) return undefined;
  return {
    diagonal: welchOnRanks(pooled.diagonal, local.diagonal),
    full: welchOnRanks(pooled.full, local.full),
  };
}

/** The orders, and every subset of parties that some order begins with. */
function gainPlan(parties: number, { orders: wanted, source }: HeldOutOptions) {
  const distinct = new Map<string, number[]>();
  for (let n = 0; n < wanted && parties > 0; n += 1) {
    const order = [...shuffled(parties, source)];
    distinct.set(order.join(), order);
  }
  const orders = [...distinct.values()];
  const subsets = new Map<string, number[]>();
  for (const order of orders)
    for (let m = 1; m <= parties; m += 1) {
      const subset = order.slice(0, m).sort((a, b) => a - b);
      subsets.set(keyOf(subset), subset);
    }
  return { orders, subsets: [...subsets.values()] };
}

function keyOf(subset: readonly number[]): string {
  return subset.toSorted((a, b) => a - b).join();
}

function gainPoint(parties: number, values: readonly number[]): GainPoint {
  return {
    parties,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    orders: values.length,
  };
}

/** 0 … n − 1 in random order (Fisher and Yates). */
function shuffled(n: number, source: RandomSource): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i -= 1) {
    const j = uniformInteger(source, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function normalStream(source: RandomSource): () => number {
  const buffer = new Float64Array(256);
  let used = buffer.length;
  return () => {
    if (used === buffer.length) {
      fillStandardNormal(source, buffer);
      used = 0;
    }
    used += 1;
    return buffer[used - 1]!;
  };
}
