import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { codebookId } from '../codebook/codebook-id.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { exampleBundle } from './example-bundle.ts';
import { writeBundle } from './write-bundle.ts';

/** The keys of an object and of the objects in it, as dotted paths. */
function keysOf(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([key, item]) =>
    typeof item === 'object' && item !== null ? keysOf(item, `${prefix}${key}.`) : [`${prefix}${key}`],
  );
}

it('the example of FORMAT.md has the keys that a bundle has, for the codebook of the cohort', () => {
  const page = readFileSync(new URL('./FORMAT.md', import.meta.url), 'utf8');
  const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)![1]!);
  const random = chacha20Source(new Uint8Array(32), 'synthesis');
  const files = unzipSync(
    writeBundle(exampleBundle(cohortCodebook(), { rows: 2, sets: 1, components: 1 }, random)),
  );
  const { twinpool, privacy } = JSON.parse(new TextDecoder().decode(files['datapackage.json']));
  expect(keysOf(example)).toEqual(keysOf({ twinpool, privacy }));
  expect(example.twinpool.codebookId).toBe(codebookId(cohortCodebook()));
  for (const name of Object.keys(files)) expect(page).toContain(`\`${name}\``);
});
