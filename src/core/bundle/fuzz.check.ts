import { unzipSync, type Zippable, zipSync } from 'fflate';
import { writeXlsx } from 'hucre/xlsx';
import { readCodebookFile, redcapText, tableSchemaText } from '../codebook/codebook-formats.ts';
import { codebookId, serialiseCodebook } from '../codebook/codebook-id.ts';
import { draftFromCodebook, finishDraft } from '../codebook/finish-draft.ts';
import { parseCodebook } from '../codebook/parse-codebook.ts';
import { proposeCodebook } from '../codebook/propose-codebook.ts';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { type RandomSource, uniformInteger } from '../random/random-source.ts';
import { codeTable } from '../table/code-table.ts';
import { profileTable } from '../table/column-profile.ts';
import { readCsv, readCsvAnyhow, readCsvFile } from '../table/read-csv.ts';
import { readXlsx } from '../table/read-xlsx.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { readBundle } from './read-bundle.ts';
import { contentHashOf, writeBundle, writeSignedBundle } from './write-bundle.ts';

/**
 * Feeds the readers of strangers' files (CSV, XLSX, codebooks in three formats, bundles) with damaged and forged ones for `--minutes N` and says how
 * many it has tried. Fails on the first error that is thrown, on anything slower than a second, and on an
 * accepted input that does not read back as what it was accepted for. Prints the key that repeats a run.
 */
const LIMIT_MS = 1_000;
const minutes = Number(argument('--minutes') ?? '0.1');
const key = argument('--key') ?? Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex');
if (!(minutes > 0) || !/^[0-9a-f]{64}$/.test(key))
  throw new Error('usage: --minutes N [--key 64 hexadecimal digits]');
const random = chacha20Source(Uint8Array.from(Buffer.from(key, 'hex')), 'synthesis');
const encoder = new TextEncoder();

const TOKENS = [
  ...[
    '"',
    '""',
    ',',
    ';',
    '\t',
    '\n',
    '\r\n',
    '\r',
    '\u0000',
    '\u001a',
    '\ufeff',
    '\u202e',
    '\u200b',
    '\ud800',
    '😀',
    'é',
  ],
  ...[
    '=cmd|calc',
    '<script>',
    "'",
    '1e999',
    'NaN',
    'Infinity',
    '-0',
    '0.1',
    '1,5',
    '1,234',
    '99999999999',
    'null',
    'true',
  ],
  ...[
    '[',
    ']',
    '{',
    '}',
    '[[[[[[[[[[[[[[',
    '"__proto__":{"x":1},',
    '"constructor":1,',
    '\\u0000',
    '..',
    '../../x',
    'x'.repeat(5_000),
  ],
].map((token) => encoder.encode(token));

interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** Reads the input; throws where an accepted one is not what it should be. True when accepted. */
  readonly run: (input: Uint8Array) => boolean | Promise<boolean>;
  readonly mutate?: (input: Uint8Array, random: RandomSource) => Uint8Array;
}

const codebook = cohortCodebook();
const bundle = exampleBundle(codebook, { rows: 8, sets: 2, components: 2 }, random);
/** Signed with what is no signature: readers of a file look at its form only. */
const { bytes: signedBundle } = await writeSignedBundle(bundle, async () => ({
  publicKey: 'ab'.repeat(32),
  signature: 'cd'.repeat(64),
}));
const certify = () => ({ ok: true, value: EXAMPLE_MECHANISM }) as const;
const centre = simulateCentre('Barts', random);
const csv = [
  centre.columns.map(({ name }) => name).join(','),
  ...Array.from({ length: 40 }, (_, i) =>
    centre.columns.map((c) => `"${c.dictionary[c.codes[i]!]}"`).join(','),
  ),
].join('\n');

const spreadsheet = await writeXlsx({
  sheets: [
    {
      name: 'Centre',
      rows: csv.split('\n').map((line) => line.replaceAll('"', '').split(',')),
    },
  ],
});

const targets: readonly Target[] = [
  {
    name: 'csv',
    seeds: [
      csv,
      csv.replaceAll('","', '";"'),
      csv.replaceAll('"', '').replaceAll('\n', '\r\n'),
      'a;b\n1,5;2\n',
      'a\n1\n',
    ].map((x) => encoder.encode(x)),
    run: (input) => {
      const table = readCsv(input);
      if (!table.ok) return false;
      for (const { codes, dictionary } of table.value.columns) {
        demand(
          codes.length === table.value.rowCount && codes.every((code) => code < dictionary.length),
          'codes',
        );
      }
      const draft = proposeCodebook(profileTable(table.value));
      const finished = finishDraft(draft, { declaredPublic: true });
      codeTable(table.value, codebook);
      if (finished.ok) {
        const coded = codeTable(table.value, finished.value);
        demand(
          coded.ok ? coded.value.report.rowsKept > 0 : coded.failure.kind === 'no-rows-left',
          'own codebook',
        );
        const again = finishDraft(draftFromCodebook(finished.value, profileTable(table.value)), {
          declaredPublic: true,
        });
        demand(again.ok && compareIds(again.value, finished.value), 'draft of a codebook');
      }
      return true;
    },
  },
  {
    name: 'codebook',
    seeds: [encoder.encode(serialiseCodebook(codebook)), encoder.encode(JSON.stringify(codebook, null, 1))],
    run: (input) => {
      const parsed = parseCodebook(new TextDecoder().decode(input));
      if (!parsed.ok) return false;
      const again = parseCodebook(serialiseCodebook(parsed.value));
      demand(again.ok && compareIds(again.value, parsed.value), 'codebook round trip');
      return true;
    },
  },
  {
    name: 'codebook in other formats',
    seeds: [encoder.encode(tableSchemaText(codebook)), encoder.encode(redcapText(codebook))],
    run: (input) => {
      const file = readCodebookFile(input);
      if (!file.ok) return false;
      const finished = finishDraft(file.value.draft, { declaredPublic: true });
      if (finished.ok)
        demand(parseCodebook(serialiseCodebook(finished.value)).ok, 'a finished draft is a codebook');
      return true;
    },
  },
  {
    name: 'csv in pieces',
    seeds: [csv, csv.replaceAll('"', ''), csv.replaceAll('","', '";"')].map((x) => encoder.encode(x)),
    run: async (input) => {
      const table = await readCsvFile({
        byteLength: input.length,
        pieces: async function* () {
          for (let at = 0; at < input.length; at += 700) yield input.subarray(at, at + 700);
        },
        whole: async () => input,
      });
      const whole = readCsvAnyhow(input);
      // Which cells fall into the sample that tells the delimiter is the same for so small a file.
      demand(JSON.stringify(table) === JSON.stringify(whole), 'both ways through a file agree');
      return table.ok;
    },
  },
  {
    name: 'xlsx bytes',
    seeds: [spreadsheet],
    run: runSpreadsheet,
  },
  {
    name: 'xlsx parts',
    seeds: [spreadsheet],
    run: runSpreadsheet,
    mutate: (zip, source) => {
      const files: Record<string, Uint8Array> = { ...unzipSync(zip) };
      const names = Object.keys(files);
      const victim = names[uniformInteger(source, names.length)]!;
      files[victim] = damage(files[victim]!, source);
      return zipSync(files as Zippable, { level: 1 });
    },
  },
  {
    name: 'bundle bytes',
    seeds: [writeBundle(bundle), signedBundle],
    run: runBundle,
  },
  {
    name: 'bundle parts',
    seeds: [writeBundle(bundle)],
    run: runBundle,
    mutate: (zip, source) => forge(zip, source),
  },
];

async function runSpreadsheet(input: Uint8Array): Promise<boolean> {
  const table = await readXlsx(input, { bytes: 1e7, rows: 100_000, columns: 1_000 });
  if (!table.ok) return false;
  const { columns, rowCount } = table.value;
  demand(
    columns.every(({ codes }) => codes.length === rowCount),
    'codes of a spreadsheet',
  );
  return true;
}

function runBundle(input: Uint8Array): boolean {
  const read = readBundle(input, { certify });
  if (!read.ok) return false;
  const again = readBundle(writeBundle(read.value.bundle), { certify });
  demand(again.ok && again.value.codebookId === read.value.codebookId, 'bundle round trip');
  return true;
}

function compareIds(a: Parameters<typeof codebookId>[0], b: Parameters<typeof codebookId>[0]): boolean {
  return codebookId(a) === codebookId(b);
}

function demand(holds: boolean, what: string): void {
  if (!holds) throw new Error(`does not hold: ${what}`);
}

/** One to eight small damages: a bit, a byte, a token, a piece cut out, doubled or moved. */
function damage(input: Uint8Array, source: RandomSource): Uint8Array {
  let bytes = input;
  for (let left = 1 + uniformInteger(source, 8); left > 0; left--) {
    const at = uniformInteger(source, bytes.length + 1);
    const to = Math.min(bytes.length, at + uniformInteger(source, 64));
    const token = TOKENS[uniformInteger(source, TOKENS.length)]!;
    const choice = uniformInteger(source, 7);
    if (choice === 0 && at < bytes.length)
      bytes = bytes.with(at, bytes[at]! ^ (1 << uniformInteger(source, 8)));
    else if (choice === 1 && at < bytes.length) bytes = bytes.with(at, uniformInteger(source, 256));
    else if (choice === 2) bytes = join(bytes.subarray(0, at), token, bytes.subarray(at));
    else if (choice === 3) bytes = join(bytes.subarray(0, at), token, bytes.subarray(to));
    else if (choice === 4) bytes = join(bytes.subarray(0, at), bytes.subarray(to));
    else if (choice === 5) bytes = join(bytes.subarray(0, to), bytes.subarray(at));
    else bytes = bytes.slice(0, at);
  }
  return bytes;
}

/** Damages one file of a bundle and seals it again, as a forger would. */
function forge(zip: Uint8Array, source: RandomSource): Uint8Array {
  const files: Record<string, Uint8Array> = { ...unzipSync(zip) };
  const names = Object.keys(files);
  const victim = names[uniformInteger(source, names.length)]!;
  files[victim] = damage(files[victim]!, source);
  if (victim !== 'datapackage.json') {
    const descriptor = JSON.parse(new TextDecoder().decode(files['datapackage.json']));
    for (const resource of descriptor.resources) {
      resource.bytes = files[resource.path]!.length;
      resource.hash = `sha256:${contentHashOf(files[resource.path]!)}`;
    }
    files['datapackage.json'] = encoder.encode(JSON.stringify(descriptor));
  }
  return zipSync(files as Zippable, { level: 1 });
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function argument(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

console.log(`key ${key}`);
const end = performance.now() + minutes * 60_000;
const tried = new Map(targets.map(({ name }) => [name, { inputs: 0, accepted: 0, slowestMs: 0 }]));
while (performance.now() < end) {
  for (const { name, seeds, run, mutate } of targets) {
    const input = (mutate ?? damage)(seeds[uniformInteger(random, seeds.length)]!, random);
    const count = tried.get(name)!;
    const started = performance.now();
    try {
      count.accepted += (await run(input)) ? 1 : 0;
    } catch (error) {
      console.error(`${name}: input ${count.inputs} threw`, error);
      console.error(Buffer.from(input).toString('base64').slice(0, 4_000));
      process.exit(1);
    }
    const elapsedMs = performance.now() - started;
    count.inputs++;
    count.slowestMs = Math.max(count.slowestMs, elapsedMs);
    if (elapsedMs > LIMIT_MS) {
      console.error(`${name}: input ${count.inputs} took ${Math.round(elapsedMs)} ms`);
      process.exit(1);
    }
  }
}
for (const [name, { inputs, accepted, slowestMs }] of tried) {
  console.log(`${name}: ${inputs} inputs, ${accepted} accepted, slowest ${Math.round(slowestMs)} ms`);
}
const total = [...tried.values()].reduce((sum, { inputs }) => sum + inputs, 0);
const residentMb = Math.round(process.memoryUsage().rss / 1e6);
console.log(`${total} inputs in all`);
console.log(`resident memory ${residentMb} MB; no error, none slower than ${LIMIT_MS} ms`);
