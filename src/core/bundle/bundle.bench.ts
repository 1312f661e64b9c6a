import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { readBundle } from './read-bundle.ts';
import { writeBundle } from './write-bundle.ts';

/** Time to write and to read a bundle of K = 100 sets of 5,000 rows of the cohort's 6 columns. */
const random = chacha20Source(new Uint8Array(32), 'synthesis');
const bundle = exampleBundle(cohortCodebook(), { rows: 5_000, sets: 100, components: 16 }, random);

for (let round = 0; round < 3; round++) {
  const started = performance.now();
  const zip = writeBundle(bundle);
  const written = performance.now();
  const read = readBundle(zip, { certify: () => ({ ok: true, value: EXAMPLE_MECHANISM }) });
  const done = performance.now();
  if (!read.ok) throw new Error(JSON.stringify(read.failure));
  console.log(
    `write ${Math.round(written - started)} ms, read ${Math.round(done - written)} ms, ${(zip.length / 1e6).toFixed(2)} MB`,
  );
}
