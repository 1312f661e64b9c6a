import * as v from 'valibot';
import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import type { Posterior } from '../inference/posterior.ts';
import type { NoisyTables } from '../marginals/noisy-tables.ts';
import { parameterLayout } from '../model/layout.ts';
import { fail, type Result, succeed } from '../result.ts';
import { isNoisyTables, type SynthesisPosterior } from '../synthesis/synthesizer.ts';
import { POSTERIOR_FORMAT, POSTERIOR_VERSION } from './package-parts.ts';

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
  | 'count-out-of-range';

/** `posterior.json`. JSON numbers carry every bit of a double, so reading gives the same posterior. */
export function posteriorToJson(posterior: SynthesisPosterior): string {
  if (isNoisyTables(posterior)) {
    return JSON.stringify({
      format: POSTERIOR_FORMAT,
      version: POSTERIOR_VERSION,
      family: 'noisy tables',
      rowCount: posterior.rowCount,
      tables: posterior.tables.map(withPlainCounts),
      ...(posterior.pairs && { pairs: posterior.pairs.map(withPlainCounts) }),
    });
  }
  return JSON.stringify({
    format: POSTERIOR_FORMAT,
    version: POSTERIOR_VERSION,
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
  version: v.literal(POSTERIOR_VERSION),
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

const noisyCounts = {
  standardDeviation: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  counts: v.array(v.number()),
};
const tablesSchema = v.strictObject({
  format: v.literal(POSTERIOR_FORMAT),
  version: v.literal(POSTERIOR_VERSION),
  family: v.literal('noisy tables'),
  rowCount: v.pipe(v.number(), v.integer(), v.minValue(1)),
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
  if (!parsed.success) return fail(formProblem(value));
  const { rowCount, tables, pairs = [] } = parsed.output;
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
  const problem =
    firstProblem(tables, rowCount, (table) => 2 * table.levels) ??
    firstProblem(pairs, rowCount, (pair) => pair.levels[0] * pair.levels[1]);
  if (problem !== null) return fail(problem);
  return succeed({
    rowCount,
    tables: tables.map(withTypedCounts),
    ...(parsed.output.pairs && { pairs: pairs.map(withTypedCounts) }),
  });
}

function firstProblem<T extends { readonly counts: number[]; readonly standardDeviation: number }>(
  tables: readonly T[],
  rowCount: number,
  cellsOf: (table: T) => number,
): PosteriorProblem | null {
  for (const table of tables) {
    if (table.counts.length !== cellsOf(table)) return 'wrong-length';
    const furthest = FURTHEST_NOISE * table.standardDeviation;
    for (const count of table.counts) {
      if (!Number.isFinite(count)) return 'not-finite';
      if (count < -furthest || count > rowCount + furthest) return 'count-out-of-range';
    }
  }
  return null;
}

function withTypedCounts<T extends { readonly counts: number[] }>(table: T) {
  return { ...table, counts: Float64Array.from(table.counts) };
}

function formProblem(value: unknown): PosteriorProblem {
  const { version } = typeof value === 'object' && value !== null ? (value as { version?: unknown }) : {};
  return typeof version === 'number' && version !== POSTERIOR_VERSION ? 'unknown-version' : 'wrong-form';
}

function checkTrained(value: unknown, codebook: Codebook): Result<Posterior, PosteriorProblem> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) return fail(formProblem(value));
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
