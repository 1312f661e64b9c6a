import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { tableSchemaOf } from '../codebook/table-schema.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { exampleBundle } from './example-bundle.ts';
import { outcomeTexts, variableTexts } from './set-csv.ts';
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

/** Levels that a program left to guess makes something else of. */
const AWKWARD = [
  ...[
    'NA',
    'N/A',
    '<NA>',
    'None',
    'null',
    'T',
    'TRUE',
    '007',
    '1.0',
    '1e5',
    '1-5',
    '3+',
    '#1',
    '=cmd(calc)',
    "'x",
  ],
  ...['São "Luís", x', 'a;=b', '日本'],
];

/** The lines of FORMAT.md that open a set, by what they need. */
const FORMAT = readFileSync(new URL('./FORMAT.md', import.meta.url), 'utf8');
function linesWith(language: string, words: string): string {
  const blocks = [...FORMAT.matchAll(/```(\w+)\n([^`]*)```/g)];
  const found = blocks.find(([, name, text]) => name === language && text!.includes(words));
  if (found === undefined) throw new Error(`FORMAT.md has no ${language} with ${words}`);
  return found[2]!;
}

/** Programs of this machine that open a set by those lines, and print it again, a tab between cells. */
const READERS: readonly (readonly [name: string, program: string, lines: string])[] = [
  [
    'R',
    'Rscript',
    `${linesWith('r', 'read.csv')}out <- function(x) writeLines(paste(x, collapse = "\t"), stdout(), useBytes = TRUE)
out(names(d)); for (i in seq_len(nrow(d))) out(unlist(d[i, ]))`,
  ],
  [
    'Python with pandas',
    'python3',
    `${linesWith('python', 'pandas')}import sys
sys.stdout.reconfigure(encoding="utf-8")
print("\t".join(d.columns))
for row in d.values: print("\t".join(row))`,
  ],
  [
    'Python',
    'python3',
    `${linesWith('python', 'csv.DictReader')}import sys
sys.stdout.reconfigure(encoding="utf-8")
print("\t".join(d[0]))
for row in d: print("\t".join(row.values()))`,
  ],
];

function opened(program: string, lines: string, set: Uint8Array): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'set-'));
  try {
    writeFileSync(join(folder, 'set-001.csv'), set);
    writeFileSync(join(folder, 'open.txt'), lines);
    const printed = execFileSync(program, ['open.txt'], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return printed
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)
      .map((line) => line.split('\t'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isInstalled(program: string, lines: string): boolean {
  try {
    return opened(program, lines, new TextEncoder().encode('sex,y\nF,1\n')).length === 2;
  } catch {
    return false;
  }
}

describe('a set of a bundle, as it is', () => {
  const levels = AWKWARD.map((value) => ({ value, label: value }));
  const [first, ...others] = codebook.variables;
  const { missingCodes, missing } = first!;
  const awkward = { kind: 'categorical', name: 'São', label: 'x', missingCodes, missing, levels } as const;
  const hard = { ...codebook, variables: [{ ...awkward, reference: AWKWARD[0]! }, ...others] };
  const example = exampleBundle(
    hard,
    { rows: 200, sets: 1, components: 2 },
    chacha20Source(new Uint8Array(32), 'synthesis'),
  );
  const set = unzipSync(writeBundle(example))['synthetic/set-001.csv']!;
  const [synthetic] = [...example.sets];
  const texts = variableTexts(hard);
  const [none, event] = outcomeTexts(hard)!;

  for (const [name, program, lines] of READERS) {
    it.skipIf(!isInstalled(program, lines))(
      `opens in ${name} with the lines of FORMAT.md, cell by cell`,
      () => {
        const [header, ...rows] = opened(program, lines, set);
        expect(header).toEqual([...hard.variables.map((variable) => variable.name), hard.outcome.name]);
        expect(rows).toEqual(
          Array.from({ length: 200 }, (_, i) => [
            ...texts.map((column, j) => column[synthetic!.columns[j]![i]!]!),
            synthetic!.outcome[i] === 1 ? event : none,
          ]),
        );
        expect(new Set(rows.map(([cell]) => cell)).size).toBe(AWKWARD.length);
      },
    );
  }
});
