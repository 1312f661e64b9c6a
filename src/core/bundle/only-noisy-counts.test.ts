import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { exactCounts, releaseTables } from '../marginals/noisy-tables.ts';
import { planMarginals } from '../marginals/plan-marginals.ts';
import { chacha20Source, type StreamPurpose } from '../random/chacha20.ts';
import { drawSets } from '../synthesis/synthesizer.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { contentHashOf, writeBundle } from './write-bundle.ts';

/**
 * The second synthesizer counts rows once, each variable by the outcome. Nothing is replaced here: two tables of different
 * people with the same counts, under one key, must give the same bundle to the byte.
 */
const codebook = cohortCodebook();
const levelCounts = codebook.variables.map((variable) => levelsOf(variable).length);
const ROWS = 60;
const EVENTS = 20;
const SECRET_KEY = 0xa7;

const planned = planMarginals({ codebook, rowCount: ROWS, epsilon: 4, delta: 1e-5 });
if (!planned.ok) throw new Error(JSON.stringify(planned.failure));
const plan = planned.value;
const stream = (purpose: StreamPurpose) => chacha20Source(new Uint8Array(32).fill(SECRET_KEY), purpose);

/** The first rows have the event. */
const table: CodedTable = {
  rowCount: ROWS,
  columns: levelCounts.map((count, j) =>
    Uint8Array.from({ length: ROWS }, (_, i) => (i * (j + 2) + ((i * i) >> (j % 3))) % count),
  ),
  outcome: Uint32Array.from({ length: ROWS }, (_, i) => (i < EVENTS ? 1 : 0)),
};

/** Every variable dealt out anew among those with the event and among those without: other people, same counts. */
const dealtAnew: CodedTable = {
  ...table,
  columns: table.columns.map((column, j) =>
    Uint8Array.from(column, (_, i) =>
      i < EVENTS
        ? column[(i + j + 1) % EVENTS]!
        : column[EVENTS + ((i - EVENTS + 3 * j + 1) % (ROWS - EVENTS))]!,
    ),
  ),
};

/** One person with another level: two cells of one table move by one. */
const onePersonMoved: CodedTable = {
  ...table,
  columns: table.columns.map((column, j) =>
    j === 0 ? Uint8Array.from(column, (code, i) => (i === 7 ? (code + 1) % levelCounts[0]! : code)) : column,
  ),
};

function bundleOf(rows: CodedTable): Uint8Array {
  const posterior = releaseTables(plan, rows, stream('mechanismNoise'));
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
    sets: drawSets({ plan, posterior, outcome: codebook.outcome }, 3, stream('synthesis')),
  });
}

describe('a bundle of noisy tables', () => {
  it('is the same, byte for byte, for two tables of different people with equal counts', () => {
    expect(dealtAnew.columns).not.toEqual(table.columns);
    expect(exactCounts(plan.workload, dealtAnew)).toEqual(exactCounts(plan.workload, table));
    expect(contentHashOf(bundleOf(dealtAnew))).toBe(contentHashOf(bundleOf(table)));
  });

  it('is another for counts that differ by one person: the comparison can fail', () => {
    expect(contentHashOf(bundleOf(onePersonMoved))).not.toBe(contentHashOf(bundleOf(table)));
  });

  it('holds no key and no exact count', () => {
    const files = unzipSync(bundleOf(table));
    const text = Object.values(files)
      .map((bytes) => new TextDecoder().decode(bytes))
      .join('\n')
      .toLowerCase();
    const key = Buffer.from(new Uint8Array(32).fill(SECRET_KEY));
    expect(text).not.toContain(key.toString('hex'));
    expect(text).not.toContain(key.toString('base64').toLowerCase());
    const { tables } = JSON.parse(new TextDecoder().decode(files['posterior.json'])) as {
      tables: { counts: number[] }[];
    };
    const exact = exactCounts(plan.workload, table);
    const noisy = tables.flatMap(({ counts }, t) => counts.map((count, cell) => count - exact[t]![cell]!));
    expect(noisy.every((difference) => difference !== 0)).toBe(true);
  });
});
