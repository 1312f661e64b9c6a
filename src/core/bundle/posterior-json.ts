import * as v from 'valibot';
import { type Codebook, levelsOf, referenceIndex } from '../codebook/codebook.ts';
import type { Posterior } from '../inference/posterior.ts';
import { parameterLayout } from '../model/layout.ts';
import { fail, type Result, succeed } from '../result.ts';
import { POSTERIOR_FORMAT, POSTERIOR_VERSION } from './package-parts.ts';

/** Most mixture components a bundle may claim. */
export const MAX_COMPONENTS = 1024;

export type PosteriorProblem =
  | 'wrong-form'
  | 'unknown-version'
  | 'shape-does-not-match-codebook'
  | 'wrong-length'
  | 'not-finite'
  | 'scale-not-positive';

/** `posterior.json`. JSON numbers carry every bit of a double, so reading gives the same posterior. */
export function posteriorToJson(posterior: Posterior): string {
  return JSON.stringify({
    format: POSTERIOR_FORMAT,
    version: POSTERIOR_VERSION,
    family: 'mean-field Gaussian',
    shape: posterior.shape,
    location: Array.from(posterior.location),
    scale: Array.from(posterior.scale),
  });
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

/** The posterior of a value that came out of JSON, under a codebook that is already known to be valid. */
export function checkPosterior(value: unknown, codebook: Codebook): Result<Posterior, PosteriorProblem> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) {
    const { version } = typeof value === 'object' && value !== null ? (value as { version?: unknown }) : {};
    return fail(
      typeof version === 'number' && version !== POSTERIOR_VERSION ? 'unknown-version' : 'wrong-form',
    );
  }
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
