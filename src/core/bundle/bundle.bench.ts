import { levelsOf, referenceIndex } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { parameterLayout } from '../model/layout.ts';
import type { Bundle } from './bundle.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

/** Time to write and to read a bundle of K = 100 sets of 5,000 rows of the cohort's 6 columns. */
const ROWS = 5_000;
const SETS = 100;
const codebook = cohortCodebook();
const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
const shape = {
  levelCounts,
  referenceLevels: codebook.variables.map(referenceIndex),
  components: 16,
  family: 'poisson',
} as const;
const { dimension } = parameterLayout(shape);
let state = 1;
/** A counter through an integer hash: the content only has to be as hard to compress as a synthetic set. */
const next = (bound: number) => {
  state = (state + 0x9e3779b9) >>> 0;
  let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
  word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
  return Math.floor((((word ^ (word >>> 15)) >>> 0) / 2 ** 32) ** 2 * bound);
};
const sets = Array.from({ length: SETS }, () => ({
  rowCount: ROWS,
  columns: levelCounts.map((count) => Uint8Array.from({ length: ROWS }, () => next(count))),
  outcome: Uint32Array.from({ length: ROWS }, () => next(2)),
}));
const cost = {
  delta: 1e-6,
  epsilonUpper: 1,
  epsilonValue: 0.999,
  epsilonLower: 0.99,
  neighbours: 'add-remove-one-row',
} as const;
const mechanism = {
  kind: 'subsampled-gaussian',
  parameters: { noiseMultiplier: 135, samplingRate: 1, steps: 1000 },
  cost,
} as const;
const bundle: Bundle = {
  partyName: 'Newcastle',
  createdOn: '2026-11-24',
  softwareVersion: '0.1.0',
  licence: 'CC-BY-4.0',
  codebook,
  rowCount: ROWS,
  settings: {
    preset: 'short',
    components: 16,
    samplingRate: 1,
    steps: 1000,
    clipNorm: 2,
    learningRate: { initial: 0.05, final: 0.005 },
    initialScale: 0.1,
    averagedFraction: 0.5,
    family: 'poisson',
    outcomeDraw: 'bernoulli',
    eventRateGuess: 0.2,
  },
  mechanism,
  simulated: true,
  posterior: { shape, location: new Float64Array(dimension), scale: new Float64Array(dimension).fill(0.1) },
  sets,
};

for (let round = 0; round < 3; round++) {
  const started = performance.now();
  const zip = writeBundle(bundle);
  const written = performance.now();
  const read = readBundle(zip, { certify: () => ({ ok: true, value: mechanism }) });
  const done = performance.now();
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  console.log(
    `write ${Math.round(written - started)} ms, read ${Math.round(done - written)} ms, ${(zip.length / 1e6).toFixed(2)} MB`,
  );
}
