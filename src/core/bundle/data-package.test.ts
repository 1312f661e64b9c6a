import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { levelsOf } from '../codebook/codebook.ts';
import { tableSchemaOf } from '../codebook/table-schema.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { exampleBundle } from './example-bundle.ts';
import { writeBundle } from './write-bundle.ts';

const profile = JSON.parse(
  readFileSync(new URL('./profiles/data-package-2.0.fixture.json', import.meta.url), 'utf8'),
);
const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, logger: false }));
const validPackage = ajv.compile(profile);
const validTable = ajv.compile({
  ...profile.properties.resources.items.properties.schema,
  type: 'object',
});

const codebook = cohortCodebook();
const bundle = exampleBundle(
  codebook,
  { rows: 30, sets: 2, components: 2 },
  chacha20Source(new Uint8Array(32), 'synthesis'),
);
const files = unzipSync(writeBundle(bundle));
const json = (name: string) => JSON.parse(new TextDecoder().decode(files[name]));

describe('a bundle', () => {
  it('is a Data Package by the published profile, version 2.0', () => {
    expect(validPackage(json('datapackage.json')), JSON.stringify(validPackage.errors)).toBe(true);
    expect(validTable(json('table-schema.json')), JSON.stringify(validTable.errors)).toBe(true);
    expect(validTable(tableSchemaOf(codebook)), JSON.stringify(validTable.errors)).toBe(true);
  });

  it('would not pass with a broken descriptor', () => {
    const good = json('datapackage.json');
    expect(validPackage({ ...good, resources: [] })).toBe(false);
    expect(validPackage({ ...good, resources: [{ ...good.resources[0], path: '../x.csv' }] })).toBe(false);
    expect(validPackage({ ...good, created: 'yesterday' })).toBe(false);
    expect(validTable({ ...json('table-schema.json'), fields: [{ title: 'nameless' }] })).toBe(false);
  });
});

/** Programs of this machine that open a set as it is; those that are not installed are skipped by name. */
const READERS: readonly (readonly [name: string, run: (path: string) => string])[] = [
  [
    'Python',
    (path) =>
      execFileSync(
        'python3',
        [
          '-c',
          'import csv,json,sys;rows=list(csv.DictReader(open(sys.argv[1],encoding="utf-8",newline="")));print(json.dumps([list(rows[0]),len(rows),sorted({r["sex"] for r in rows})]))',
          path,
        ],
        { encoding: 'utf8' },
      ),
  ],
  [
    'R',
    (path) =>
      execFileSync(
        'Rscript',
        [
          '-e',
          'd <- read.csv(commandArgs(TRUE)[1], check.names = FALSE); cat("[[", paste0("\\"", names(d), "\\"", collapse = ","), "],", nrow(d), ",[", paste0("\\"", sort(unique(d$sex)), "\\"", collapse = ","), "]]", sep = "")',
          path,
        ],
        { encoding: 'utf8' },
      ),
  ],
];

function isInstalled(run: (path: string) => string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'set-'));
  try {
    writeFileSync(join(folder, 'probe.csv'), 'sex\nF\n');
    run(join(folder, 'probe.csv'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a set of a bundle, as it is', () => {
  for (const [name, run] of READERS) {
    it.skipIf(!isInstalled(run))(`opens in ${name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'set-'));
      try {
        writeFileSync(join(folder, 'set-001.csv'), files['synthetic/set-001.csv']!);
        const sex = codebook.variables.find((variable) => variable.name === 'sex')!;
        expect(JSON.parse(run(join(folder, 'set-001.csv')))).toEqual([
          [...codebook.variables.map((variable) => variable.name), codebook.outcome.name],
          30,
          levelsOf(sex)
            .map(({ value }) => value)
            .sort(),
        ]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
