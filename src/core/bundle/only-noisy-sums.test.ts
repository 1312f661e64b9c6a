import { unzipSync } from 'fflate';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { bindTable, init, posteriorOf, stepInPlace } from '../inference/dpvi.ts';
import { planTraining } from '../inference/plan.ts';
import { shortPreset } from '../inference/presets.ts';
import { chacha20Source, type StreamPurpose } from '../random/chacha20.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { contentHashOf, writeBundle } from './write-bundle.ts';

/**
 * The clipped sums are the one place where rows are touched. Here they can be replaced by sums that are the
 * same for every table; everything else is the real thing. If two different tables then still give different
 * bundles, something else looked at the rows.
 */
const sums = vi.hoisted(() => ({ equal: false }));
vi.mock('../inference/clipped-gradient.ts', async (load) => {
  const real = await load<typeof import('../inference/clipped-gradient.ts')>();
  const clippedSum: typeof real.clippedSum = (...args) => {
    real.clippedSum(...args);
    const out = args[7];
    if (sums.equal) for (let k = 0; k < out.length; k += 1) out[k] = ((k * 7919) % 1000) * 2 ** 10;
  };
  return { ...real, clippedSum };
});

const codebook = cohortCodebook();
const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
const ROWS = 60;
const SECRET_KEY = 0xa7;

/** Different people: other levels, other outcomes, another order. */
function table(salt: number): CodedTable {
  return {
    rowCount: ROWS,
    columns: levelCounts.map((count, j) =>
      Uint8Array.from({ length: ROWS }, (_, i) => (i * (j + salt) + salt) % count),
    ),
    outcome: Uint32Array.from({ length: ROWS }, (_, i) => ((i * salt) % 3 === 0 ? 1 : 0)),
  };
}

function planned(samplingRate: number) {
  const settings = { ...shortPreset(codebook.outcome, 0.2), samplingRate, steps: 40 };
  const made = planTraining({ codebook, rowCount: ROWS, settings, epsilon: 4, delta: 1e-5 });
  if (!made.ok) throw new Error(JSON.stringify(made.failure));
  return made.value;
}

const stream = (purpose: StreamPurpose) => chacha20Source(new Uint8Array(32).fill(SECRET_KEY), purpose);

/** The whole way from rows to the file, with one key for every table, so that only the rows differ. */
function bundleOf(rows: CodedTable, samplingRate: number): Uint8Array {
  const plan = planned(samplingRate);
  const problem = bindTable(plan, rows);
  const state = { ...init(plan, stream('initialLocation')) };
  const randomness = {
    variationalDraw: stream('variationalDraw'),
    subsample: stream('subsample'),
    mechanismNoise: stream('mechanismNoise'),
  };
  while (state.step < plan.mechanism.parameters.steps) stepInPlace(problem, state, randomness);
  const posterior = posteriorOf(plan, state);
  return writeBundle({
    partyName: 'North',
    createdOn: '2026-11-25',
    softwareVersion: '0.1.0',
    licence: 'CC-BY-4.0',
    codebook,
    rowCount: ROWS,
    settings: plan.settings,
    mechanism: plan.mechanism,
    simulated: false,
    posterior,
    sets: drawSyntheticSets(posterior, 3, ROWS, plan.settings.outcomeDraw, stream('synthesis'), 1),
  });
}

beforeEach(() => {
  sums.equal = false;
});

describe.each([1, 0.3])('a bundle trained at sampling rate %s', (samplingRate) => {
  it('is the same, byte for byte, for two tables whose clipped sums are equal', () => {
    sums.equal = true;
    const [one, other] = [table(2), table(5)].map((rows) => contentHashOf(bundleOf(rows, samplingRate)));
    expect(one).toBe(other);
  });

  it('is another for other sums: the comparison can fail', () => {
    const [one, other] = [table(2), table(5)].map((rows) => contentHashOf(bundleOf(rows, samplingRate)));
    expect(one).not.toBe(other);
  });
});

describe('a bundle', () => {
  it('does not depend on the order of the rows, which no sum sees', () => {
    const rows = table(2);
    const reversed: CodedTable = {
      rowCount: ROWS,
      columns: rows.columns.map((column) => column.toReversed()),
      outcome: rows.outcome.toReversed(),
    };
    expect(contentHashOf(bundleOf(reversed, 1))).toBe(contentHashOf(bundleOf(rows, 1)));
  });

  it('holds no seed, no key, no loss and no count but the declared number of rows', () => {
    const rows = table(2);
    const files = unzipSync(bundleOf(rows, 1));
    const text = Object.entries(files)
      .filter(([name]) => !name.startsWith('synthetic/'))
      .map(([, bytes]) => new TextDecoder().decode(bytes))
      .join('\n')
      .toLowerCase();
    const key = Buffer.from(new Uint8Array(32).fill(SECRET_KEY));
    expect(text).not.toContain(key.toString('hex'));
    expect(text).not.toContain(key.toString('base64').toLowerCase());
    const { twinpool, privacy, resources } = JSON.parse(new TextDecoder().decode(files['datapackage.json']));
    const keys = JSON.stringify([
      twinpool,
      privacy,
      resources,
      JSON.parse(new TextDecoder().decode(files['posterior.json'])),
    ])
      .match(/"[A-Za-z]+":/g)!
      .map((name) => name.toLowerCase());
    for (const word of ['seed', 'key', 'loss', 'elbo', 'events', 'file'])
      expect(
        keys.filter((name) => name.includes(word)),
        word,
      ).toEqual([]);
    const counts = keys.filter((name) => name.includes('count') && name !== '"accountant":');
    expect(new Set(counts)).toEqual(
      new Set(['"rowcount":', '"setcount":', '"rowcountpolicy":', '"levelcounts":']),
    );
  });
});
