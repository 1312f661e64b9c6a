import * as v from 'valibot';
import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import type { Posterior } from '../inference/posterior.ts';
import { COUNT_GRID, type NoisyTables } from '../marginals/noisy-tables.ts';
import { parameterLayout } from '../model/layout.ts';
import { fail, type Result, succeed } from '../result.ts';
import { isNoisyTables, type SynthesisPosterior } from '../synthesis/synthesizer.ts';
import { POSTERIOR_FORMAT, POSTERIOR_VERSIONS } from './package-parts.ts';

/** Most mixture components a bundle may claim. */
export const MAX_COMPONENTS = 1024;

export type PosteriorProblem =
  | 'wrong-form'
  | 'unknown-version'
  | 'shape-does-not-match-codebook'
  | 'wrong-length'
  | 'not-finite'
  | 'scale-not-positive'
  /** A count further from 0 … N than any noise takes it. */
  | 'count-out-of-range'
  /** The cells of a table are not the people that they share out. */
  | 'cells-do-not-add-up';

/** `posterior.json`. JSON numbers carry every bit of a double, so reading gives the same posterior. */
export function posteriorToJson(posterior: SynthesisPosterior): string {
  if (isNoisyTables(posterior)) {
    return JSON.stringify({
      format: POSTERIOR_FORMAT,
      version: POSTERIOR_VERSIONS['noisy tables'],
      family: 'noisy tables',
      rowCount: posterior.rowCount,
      ...(posterior.rowCountStandardDeviation !== undefined && {
        rowCountStandardDeviation: posterior.rowCountStandardDeviation,
      }),
      events: posterior.events,
      tables: posterior.tables.map(withPlainCounts),
      ...(posterior.pairs && { pairs: posterior.pairs.map(withPlainCounts) }),
    });
  }
  return JSON.stringify({
    format: POSTERIOR_FORMAT,
    version: POSTERIOR_VERSIONS['mean-field Gaussian'],
    family: 'mean-field Gaussian',
    shape: posterior.shape,
    location: Array.from(posterior.location),
    scale: Array.from(posterior.scale),
  });
}

function withPlainCounts<T extends { readonly counts: Float64Array }>(table: T) {
  return { ...table, counts: Array.from(table.counts) };
}

const index = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(256));
const schema = v.strictObject({
  format: v.literal(POSTERIOR_FORMAT),
  version: v.literal(POSTERIOR_VERSIONS['mean-field Gaussian']),
  family: v.literal('mean-field Gaussian'),
  shape: v.strictObject({
    levelCounts: v.array(index),
    referenceLevels: v.array(index),
    components: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_COMPONENTS)),
    family: v.picklist(['poisson', 'bernoulli-log', 'bernoulli-logit']),
  }),
  location: v.array(v.number()),
  scale: v.array(v.number()),
});

const standardDeviation = v.pipe(v.number(), v.finite(), v.gtValue(0));
const noisyCounts = {
  standardDeviation,
  counts: v.array(v.number()),
};
const tablesSchema = v.strictObject({
  format: v.literal(POSTERIOR_FORMAT),
  version: v.literal(POSTERIOR_VERSIONS['noisy tables']),
  family: v.literal('noisy tables'),
  rowCount: v.pipe(v.number(), v.integer(), v.minValue(1)),
  rowCountStandardDeviation: v.exactOptional(standardDeviation),
  events: v.strictObject({ count: v.number(), standardDeviation }),
  tables: v.array(v.strictObject({ variable: index, levels: index, ...noisyCounts })),
  pairs: v.exactOptional(
    v.array(
      v.strictObject({
        variables: v.tuple([index, index]),
        levels: v.tuple([index, index]),
        ...noisyCounts,
      }),
    ),
  ),
});

/** Noise goes further than this many standard deviations less than once in 10^80 cells. */
const FURTHEST_NOISE = 20;

/** The posterior of a value that came out of JSON, under a codebook that is already known to be valid. */
export function checkPosterior(
  value: unknown,
  codebook: Codebook,
): Result<SynthesisPosterior, PosteriorProblem> {
  const family = typeof value === 'object' && value !== null ? (value as { family?: unknown }).family : null;
  return family === 'noisy tables' ? checkTables(value, codebook) : checkTrained(value, codebook);
}

/**
 * One table a variable, in the codebook's order, and pairs of its variables. Their noise, and which pairs they are, is held against
 * the claimed mechanism and settings by the reader of the bundle.
 */
function checkTables(value: unknown, codebook: Codebook): Result<NoisyTables, PosteriorProblem> {
  const parsed = v.safeParse(tablesSchema, value);
  if (!parsed.success) return fail(formProblem(value, 'noisy tables'));
  const { rowCount, rowCountStandardDeviation, events, tables, pairs = [] } = parsed.output;
  const levels = codebook.variables.map((variable) => levelsOf(variable).length);
  const tablesMatch =
    same(
      tables.map((table) => table.levels),
      levels,
    ) && tables.every(({ variable }, j) => variable === j);
  const pairsMatch = pairs.every((pair) =>
    pair.variables.every((variable, k) => levels[variable] === pair.levels[k]),
  );
  if (!tablesMatch || !pairsMatch) return fail('shape-does-not-match-codebook');
  const ofRows = FURTHEST_NOISE * (rowCountStandardDeviation ?? 0);
  const furthest = FURTHEST_NOISE * events.standardDeviation + ofRows;
  if (!(events.count >= -furthest && events.count <= rowCount + furthest)) return fail('count-out-of-range');
  const ofOutcomes = [rowCount - events.count, events.count];
  const problem =
    firstProblem(tables, rowCount, ofOutcomes, furthest, (table) => 2 * table.levels) ??
    firstProblem(pairs, rowCount, [rowCount], ofRows, (pair) => pair.levels[0] * pair.levels[1]);
  if (problem !== null) return fail(problem);
  return succeed({
    rowCount,
    ...(rowCountStandardDeviation !== undefined && { rowCountStandardDeviation }),
    events,
    tables: tables.map(withTypedCounts),
    ...(parsed.output.pairs && { pairs: pairs.map(withTypedCounts) }),
  });
}

/**
 * @param totals people of each class, cell c of class y at c · classes + y
 * @param furthestTotal how far the noise of a total can take it
 */
function firstProblem<T extends { readonly counts: number[]; readonly standardDeviation: number }>(
  tables: readonly T[],
  rowCount: number,
  totals: readonly number[],
  furthestTotal: number,
  cellsOf: (table: T) => number,
): PosteriorProblem | null {
  for (const table of tables) {
    const { counts, standardDeviation } = table;
    if (counts.length !== cellsOf(table)) return 'wrong-length';
    const furthest = FURTHEST_NOISE * standardDeviation + furthestTotal;
    const sums = totals.map(() => 0);
    for (const [k, count] of counts.entries()) {
      if (!Number.isFinite(count)) return 'not-finite';
      if (count < -furthest || count > rowCount + furthest) return 'count-out-of-range';
      sums[k % totals.length]! += count;
    }
    // Each cell is rounded to the grid.
    const rounded = counts.length * COUNT_GRID;
    if (sums.some((sum, y) => Math.abs(sum - totals[y]!) > rounded)) return 'cells-do-not-add-up';
  }
  return null;
}

function withTypedCounts<T extends { readonly counts: number[] }>(table: T) {
  return { ...table, counts: Float64Array.from(table.counts) };
}

function formProblem(value: unknown, family: keyof typeof POSTERIOR_VERSIONS): PosteriorProblem {
  const { version } = typeof value === 'object' && value !== null ? (value as { version?: unknown }) : {};
  return typeof version === 'number' && version !== POSTERIOR_VERSIONS[family]
    ? 'unknown-version'
    : 'wrong-form';
}

function checkTrained(value: unknown, codebook: Codebook): Result<Posterior, PosteriorProblem> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return fail(formProblem(value, 'mean-field Gaussian'));
  const { shape, location, scale } = parsed.output;
  const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
  if (
    !same(shape.levelCounts, levelCounts) ||
    !same(shape.referenceLevels, codebook.variables.map(referenceIndex))
  ) {
    return fail('shape-does-not-match-codebook');
  }
  const { dimension } = parameterLayout(shape);
  if (location.length !== dimension || scale.length !== dimension) return fail('wrong-length');
  if (!location.every(Number.isFinite) || !scale.every(Number.isFinite)) return fail('not-finite');
  if (!scale.every((tau) => tau > 0)) return fail('scale-not-positive');
  return succeed({ shape, location: Float64Array.from(location), scale: Float64Array.from(scale) });
}

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
