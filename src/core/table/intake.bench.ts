import { finishDraft } from '../codebook/finish-draft.ts';
import { proposeCodebook } from '../codebook/propose-codebook.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { uniformInteger } from '../random/random-source.ts';
import { codeTable } from './code-table.ts';
import { readCsv } from './read-csv.ts';

/** Time and memory from the bytes of a file of 1,000,000 rows × 12 columns to a coded table. Run with --expose-gc for the memory. */
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
const encoder = new TextEncoder();
const pieces: Uint8Array[] = [encoder.encode(`${VALUES.map((_, j) => `column_${j}`).join(',')}\n`)];
for (let start = 0; start < ROWS; start += 10_000) {
  const rows = Array.from({ length: 10_000 }, () =>
    VALUES.map((values) => values[uniformInteger(random, values.length)]).join(','),
  );
  pieces.push(encoder.encode(`${rows.join('\n')}\n`));
}
const bytes = new Uint8Array(Buffer.concat(pieces));
console.log(`${(bytes.length / 1e6).toFixed(1)} MB`);

for (let round = 0; round < 3; round++) {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const cpuBefore = process.cpuUsage();
  const started = performance.now();
  const raw = readCsv(bytes);
  const read = performance.now();
  if (!raw.ok) throw new Error(raw.failure.kind);
  const codebook = finishDraft(proposeCodebook(raw.value), { declaredPublic: true });
  if (!codebook.ok) throw new Error(JSON.stringify(codebook.failure));
  const proposed = performance.now();
  const coded = codeTable(raw.value, codebook.value);
  const done = performance.now();
  if (!coded.ok || coded.value.table.rowCount !== ROWS) throw new Error('rows were lost');
  const cpuMs = process.cpuUsage(cpuBefore).user / 1_000;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const keptMb = (after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers) / 1e6;
  console.log(
    `read ${Math.round(read - started)} ms, profile and codebook ${Math.round(proposed - read)} ms, ` +
      `code ${Math.round(done - proposed)} ms (processor ${Math.round(cpuMs)} ms); kept ${Math.round(keptMb)} MB`,
  );
}
