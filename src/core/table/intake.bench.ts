import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finishDraft } from '../codebook/finish-draft.ts';
import { proposeCodebook } from '../codebook/propose-codebook.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { uniformInteger } from '../random/random-source.ts';
import { codeTable } from './code-table.ts';
import { profileTable } from './column-profile.ts';
import { readCsvFile } from './read-csv.ts';

/**
 * Time and memory from a file of 1,000,000 rows × 12 columns to a coded table: read in pieces as the page
 * does, profiled, given a codebook, coded. Memory is what the process grew by at most, sampled with every
 * piece and step, over the size of the file. Run with --expose-gc.
 */
const ROWS = 1_000_000;
const VALUES = [
  ['North', 'South', 'East', 'West'],
  ['Female', 'Male'],
  ['0-24', '25-34', '35-44', '45-54', '55-64', '65-74', '75+'],
  ['White British', 'White Irish', 'South Asian', 'Black', 'Other'],
  ['1st', '2nd', '3rd', '4th'],
  ['degree', 'school', 'none'],
  ...Array.from({ length: 5 }, () => ['No', 'Yes']),
  ['0', '1'],
];
const random = chacha20Source(new Uint8Array(32), 'synthesis');
const folder = await mkdtemp(join(tmpdir(), 'intake-'));
const quoted = process.argv.includes('--quoted');
const cell = (text: string) => (quoted ? `"${text}"` : text);
try {
  await writeTable(join(folder, 'table.csv'));
  await measure(join(folder, 'table.csv'));
} finally {
  await rm(folder, { recursive: true });
}

async function writeTable(path: string): Promise<void> {
  const lines = [VALUES.map((_, j) => `column_${j}`).join(',')];
  for (let i = 0; i < ROWS; i++)
    lines.push(VALUES.map((values) => cell(values[uniformInteger(random, values.length)]!)).join(','));
  await writeFile(path, `${lines.join('\n')}\n`);
}

async function measure(path: string): Promise<void> {
  const byteLength = (await stat(path)).size;
  const file = {
    byteLength,
    pieces: () => createReadStream(path, { highWaterMark: 1 << 20 }),
    whole: async () => new Uint8Array(await readFile(path)),
  };
  console.log(`${(byteLength / 1e6).toFixed(1)} MB`);
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    const heldNow = () => {
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const before = heldNow();
    let peak = 0;
    const sample = () => {
      peak = Math.max(peak, heldNow() - before);
    };
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    const raw = await readCsvFile(file, { onProgress: sample });
    const read = performance.now();
    sample();
    if (!raw.ok) throw new Error(raw.failure.kind);
    const codebook = finishDraft(proposeCodebook(profileTable(raw.value)), { declaredPublic: true });
    if (!codebook.ok) throw new Error(JSON.stringify(codebook.failure));
    const proposed = performance.now();
    sample();
    const coded = codeTable(raw.value, codebook.value);
    const done = performance.now();
    sample();
    if (!coded.ok || coded.value.table.rowCount !== ROWS) throw new Error('rows were lost');
    const cpu = process.cpuUsage(cpuBefore);
    console.log(
      `read ${Math.round(read - started)} ms, profile and codebook ${Math.round(proposed - read)} ms, ` +
        `code ${Math.round(done - proposed)} ms: ${Math.round(done - started)} ms in all ` +
        `(processor ${Math.round((cpu.user + cpu.system) / 1_000)} ms); ` +
        `memory at most ${Math.round(peak / 1e6)} MB, ${(peak / byteLength).toFixed(1)} × the file`,
    );
  }
}
