import * as v from 'valibot';
import { MAX_VARIABLES } from '../codebook/codebook.ts';
import { textProblem } from '../codebook/safe-text.ts';
import { MAX_SELECTED } from '../marginals/pair-selection.ts';
import { MAX_PAIRS, WEIGHT_RANGE } from '../marginals/plan-marginals.ts';
import {
  ACCOUNTANT,
  BUNDLE_FORMAT,
  BUNDLE_VERSIONS,
  isDay,
  LICENCE_PATTERN,
  MAX_SETS,
  SOFTWARE_VERSION_PATTERN,
} from './package-parts.ts';
import { MAX_COMPONENTS } from './posterior-json.ts';

/** Most steps a claim may have; the paper's has 400,000. Bounds the work of computing a claim anew. */
const MAX_STEPS = 10_000_000;
/** Most rows a set may have. */
export const MAX_ROWS = 5_000_000;

const plainText = v.pipe(
  v.string(),
  v.check((text) => textProblem(text) === null),
);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const notNegative = v.pipe(v.number(), v.finite(), v.minValue(0));
const probability = v.pipe(v.number(), v.gtValue(0), v.maxValue(1));
const wholeUpTo = (maximum: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maximum));
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

const trainingSettings = v.strictObject({
  preset: v.picklist(['short', 'paper', 'custom']),
  components: wholeUpTo(MAX_COMPONENTS),
  samplingRate: probability,
  steps: wholeUpTo(MAX_STEPS),
  clipNorm: positive,
  learningRate: v.strictObject({ initial: positive, final: positive }),
  initialScale: positive,
  averagedFraction: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  family: v.picklist(['poisson', 'bernoulli-log', 'bernoulli-logit']),
  outcomeDraw: v.picklist(['poisson', 'bernoulli', 'thresholded-poisson']),
  eventRateGuess: positive,
});

const position = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_VARIABLES - 1));
const weight = v.pipe(v.number(), v.minValue(WEIGHT_RANGE.smallest), v.maxValue(WEIGHT_RANGE.largest));
/** Positions in the codebook, the smaller first. */
const pairOfPositions = v.pipe(
  v.tuple([position, position]),
  v.check(([i, j]) => i < j),
);
const marginalsSettings = v.strictObject({
  preset: v.literal('noisy-marginals'),
  rowCountWeight: v.exactOptional(weight),
  eventWeight: weight,
  weights: v.pipe(v.array(weight), v.minLength(1), v.maxLength(MAX_VARIABLES)),
  pairs: v.exactOptional(
    v.pipe(
      v.array(v.strictObject({ variables: pairOfPositions, weight })),
      v.minLength(1),
      v.maxLength(MAX_PAIRS),
    ),
  ),
  selection: v.exactOptional(
    v.strictObject({ count: wholeUpTo(MAX_SELECTED), weight, choiceWeight: weight }),
  ),
  twinModel: v.picklist(['ratio', 'odds']),
});

const statement = v.strictObject({
  format: v.literal(BUNDLE_FORMAT),
  version: v.picklist(Object.values(BUNDLE_VERSIONS).flat()),
  partyName: plainText,
  createdOn: v.pipe(v.string(), v.check(isDay)),
  softwareVersion: v.pipe(v.string(), v.regex(SOFTWARE_VERSION_PATTERN)),
  licence: v.pipe(v.string(), v.regex(LICENCE_PATTERN)),
  codebookId: sha256,
  rowCount: wholeUpTo(MAX_ROWS),
  setCount: wholeUpTo(MAX_SETS),
  simulated: v.boolean(),
  model: v.picklist(['mixture-of-categoricals', 'noisy-marginals']),
  settings: v.union([trainingSettings, marginalsSettings]),
});

const privacy = v.strictObject({
  epsilon: positive,
  delta: v.pipe(v.number(), v.gtValue(0), v.ltValue(1)),
  neighbours: v.literal('add-remove-one-row'),
  unit: v.literal('one person, one row'),
  mechanism: v.literal('subsampled-gaussian'),
  noiseMultiplier: positive,
  samplingRate: probability,
  steps: wholeUpTo(MAX_STEPS),
  clipNorm: positive,
  accountant: v.strictObject({
    name: v.literal(ACCOUNTANT),
    epsilonUpper: positive,
    epsilonValue: notNegative,
    epsilonLower: notNegative,
  }),
  rowCountPolicy: v.picklist(['declared-public', 'counted-with-noise']),
});

const resource = v.object({
  path: v.pipe(v.string(), v.maxLength(100)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  hash: v.pipe(v.string(), v.regex(/^sha256:[0-9a-f]{64}$/)),
});

/** What the reader uses of `datapackage.json`; the standard's other properties are for other readers. */
export const descriptorSchema = v.object({
  twinpool: statement,
  privacy,
  resources: v.pipe(v.array(resource), v.maxLength(MAX_SETS + 10)),
});

export type Descriptor = v.InferOutput<typeof descriptorSchema>;
