import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { Codebook, Variable } from '../codebook/codebook.ts';
import { codebookId } from '../codebook/codebook-id.ts';
import { checkCodebook } from '../codebook/parse-codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { readCsv } from '../table/read-csv.ts';
import type { Bundle } from './bundle.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { type Certify, readBundle } from './read-bundle.ts';
import { formulaSafe } from './set-csv.ts';
import { contentHashOf, writeBundle } from './write-bundle.ts';

const certify: Certify = () => ({ ok: true, value: EXAMPLE_MECHANISM });
const random = () => chacha20Source(new Uint8Array(32), 'synthesis');
const example = exampleBundle(cohortCodebook(), { rows: 50, sets: 3, components: 2 }, random());
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);
function read(zip: Uint8Array) {
  const result = readBundle(zip, { certify });
  if (!result.ok) throw new Error(JSON.stringify(result.failure));
  return result.value;
}

/** Texts that a codebook allows, the awkward ones more often. */
const label = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      '=cmd|calc',
      '+1+1',
      '-1',
      '-x',
      '@sum',
      "'quoted",
      "'=x",
      '"',
      'a,b',
      'a""b',
      '<b>',
      'é',
      '1.0',
      '，',
      '＝x',
    ),
  )
  .map((x) => x.trim());
const variable: fc.Arbitrary<Variable> = fc
  .record({
    name: label,
    values: fc.uniqueArray(label, { minLength: 2, maxLength: 6 }),
    missing: fc.option(label),
    cut: fc.boolean(),
  })
  .map(({ name, values, missing, cut }) => {
    const base = {
      name,
      label: `the ${name}`,
      levels: values.map((value) => ({ value, label: `level ${value}` })),
      reference: values[values.length - 1]!,
      missingCodes: [],
      missing:
        missing === null ? ({ kind: 'exclude' } as const) : ({ kind: 'level', label: missing } as const),
    };
    return cut
      ? { ...base, kind: 'numeric', cutPoints: values.slice(1).map((_, i) => i * Math.PI) }
      : { ...base, kind: 'categorical' };
  });
const codebook: fc.Arbitrary<Codebook> = fc
  .record({
    variables: fc.array(variable, { minLength: 1, maxLength: 4 }),
    outcome: fc.tuple(label, label, label),
    count: fc.boolean(),
  })
  .map(
    ({ variables, outcome: [name, event, noEvent], count }): Codebook => ({
      format: 'twinpool-codebook',
      version: 1,
      title: 'any',
      variables,
      outcome: count
        ? { kind: 'count', name, label: name, maximum: 1_000_000, missingCodes: [] }
        : { kind: 'binary', name, label: name, event, noEvent, missingCodes: [] },
      declaredPublic: true,
    }),
  )
  .filter((candidate) => checkCodebook(candidate).ok);

describe('a bundle', () => {
  it('read back is the bundle that was written, bit by bit', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    // Minus zero is the one double that JSON does not carry; as a location it is zero.
    const plain = number.map((x) => x + 0);
    fc.assert(
      fc.property(
        codebook,
        fc.record({
          rows: fc.integer({ min: 1, max: 30 }),
          sets: fc.integer({ min: 1, max: 3 }),
          components: fc.integer({ min: 1, max: 3 }),
        }),
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.array(plain, { minLength: 1, maxLength: 20 }),
        (book, size, key, numbers) => {
          const made = exampleBundle(book, size, chacha20Source(key, 'synthesis'));
          const location = made.posterior.location.map((x, i) => numbers[i] ?? x);
          const scale = made.posterior.scale.map((x, i) => Math.abs(numbers[i] ?? x) || Number.MIN_VALUE);
          const bundle: Bundle = { ...made, posterior: { ...made.posterior, location, scale } };
          const zip = writeBundle(bundle);
          const again = read(zip);
          expect(again).toEqual({
            bundle,
            contentHash: contentHashOf(zip),
            codebookId: codebookId(book),
            claimedSignature: null,
          });
          expect(writeBundle(again.bundle)).toEqual(zip);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the same bytes for the same content, and takes sets one at a time', () => {
    function* oneByOne() {
      yield* example.sets;
    }
    const zip = writeBundle(example);
    expect(writeBundle({ ...example, sets: oneByOne() })).toEqual(zip);
    const seen: number[] = [];
    writeBundle(example, { onSet: (k) => seen.push(k) });
    expect(seen).toEqual([1, 2, 3]);
    // A change of one cell of one set is another bundle.
    const sets = example.sets.map((set, k) =>
      k === 2 ? { ...set, outcome: set.outcome.map((y, i) => (i === 0 ? 1 - y : y)) } : set,
    );
    expect(contentHashOf(writeBundle({ ...example, sets }))).not.toBe(contentHashOf(zip));
  });

  it('holds the named files only', () => {
    expect(Object.keys(unzipSync(writeBundle(example)))).toEqual([
      'codebook.json',
      'posterior.json',
      'table-schema.json',
      'README.txt',
      'synthetic/set-001.csv',
      'synthetic/set-002.csv',
      'synthetic/set-003.csv',
      'datapackage.json',
    ]);
  });

  it('opens as CSV without us', () => {
    const files = unzipSync(writeBundle(example));
    const set = readCsv(files['synthetic/set-002.csv']!);
    if (!set.ok) throw new Error(set.failure.kind);
    expect(set.value.rowCount).toBe(50);
    expect(set.value.columns.map(({ name }) => name)).toEqual([
      ...['age_group', 'sex', 'ethnicity', 'deprivation', 'education', 'covid_test_result'],
    ]);
    const { dictionary, codes } = set.value.columns[2]!;
    const ethnicity = example.codebook.variables[2]!.levels;
    expect(Array.from(codes, (code) => dictionary[code])).toEqual(
      Array.from(example.sets[1]!.columns[2]!, (code) => ethnicity[code]!.value),
    );
  });

  it('describes itself as a Data Package v2', () => {
    const files = unzipSync(writeBundle(example));
    const descriptor = JSON.parse(text(files['datapackage.json']));
    expect(descriptor.$schema).toBe('https://datapackage.org/profiles/2.0/datapackage.json');
    expect(descriptor.created).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
    expect(descriptor.licenses).toEqual([{ name: 'CC-BY-4.0' }]);
    expect(descriptor.contributors).toEqual([{ title: 'Newcastle', roles: ['creator'] }]);
    expect(descriptor.resources).toHaveLength(7);
    for (const resource of descriptor.resources) {
      // The standard's patterns for a relative path and for a named hash.
      expect(resource.path).toMatch(/^(?=[^./~])(?!file:)((?!\/\.\.\/)(?!\\)(?!:\/\/).)*$/);
      expect(resource.hash).toBe(`sha256:${contentHashOf(files[resource.path]!)}`);
      expect(resource.bytes).toBe(files[resource.path]!.length);
      if (resource.type === 'table')
        expect(resource).toMatchObject({ schema: 'table-schema.json', format: 'csv' });
    }
    const names = descriptor.resources.map(({ name }: { name: string }) => name);
    expect(new Set(names).size).toBe(7);
    const schema = JSON.parse(text(files['table-schema.json']));
    expect(schema.fields[1]).toEqual({
      name: 'sex',
      title: 'Sex',
      type: 'string',
      categories: [
        { value: 'Female', label: 'Female' },
        { value: 'Male', label: 'Male' },
      ],
      constraints: { required: true, enum: ['Female', 'Male'] },
    });
  });

  it('states its privacy, the cost with the mechanism', () => {
    const { privacy } = JSON.parse(text(unzipSync(writeBundle(example))['datapackage.json']));
    expect(privacy).toMatchObject({
      epsilon: 1.0000000000000002,
      delta: 1e-6,
      neighbours: 'add-remove-one-row',
      mechanism: 'subsampled-gaussian',
      noiseMultiplier: 26.7316,
      samplingRate: 0.01,
      steps: 400_000,
      clipNorm: 2,
      rowCountPolicy: 'declared-public',
    });
  });

  it('tells people what it is, and when it is not private', () => {
    const readMe = (bundle: Bundle) => text(unzipSync(writeBundle(bundle))['README.txt']);
    expect(readMe(example)).toContain('NOT PRIVATE');
    const real = readMe({ ...example, simulated: false });
    expect(real).not.toContain('NOT PRIVATE');
    for (const part of [
      'No row is a person',
      'epsilon = 1.0000000000000002',
      "Rubin's rules",
      'WHAT NOT TO CONCLUDE',
    ]) {
      expect(real).toContain(part);
    }
  });

  it('holds no seed, loss, raw count or file name', () => {
    const files = unzipSync(writeBundle(example));
    const names = new Set<string>();
    const collect = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(collect);
      else if (typeof value === 'object' && value !== null) {
        for (const [key, item] of Object.entries(value)) {
          names.add(key.toLowerCase());
          collect(item);
        }
      }
    };
    for (const [name, bytes] of Object.entries(files))
      if (name.endsWith('.json')) collect(JSON.parse(text(bytes)));
    for (const word of [
      'seed',
      'key',
      'loss',
      'elbo',
      'excluded',
      'file',
      'filename',
      'report',
      'gradient',
      'batch',
    ]) {
      expect([...names].filter((name) => name.includes(word))).toEqual([]);
    }
  });
});

describe('formulaSafe', () => {
  it('disarms formulas, leaves numbers and is one-to-one', () => {
    expect(['=cmd', '+1+1', '@x', '-x', "'x", '-1', '+2.5', '3+', 'a=b'].map(formulaSafe)).toEqual([
      ...["'=cmd", "'+1+1", "'@x", "'-x", "''x", '-1', '+2.5', '3+', 'a=b'],
    ]);
    // A spreadsheet that separates by semicolons begins a cell behind each.
    expect(['a;=cmd', 'a; =cmd', "a;'=x", 'a;b', 'x\t@y', 'a;-1'].map(formulaSafe)).toEqual([
      ...["a;'=cmd", "a;' =cmd", "a;''=x", 'a;b', "x\t'@y", "a;'-1"],
    ]);
    const sharp = fc.string({ unit: fc.constantFrom('a', ' ', ';', '=', "'", '-', '1', '＋'), maxLength: 8 });
    fc.assert(
      fc.property(sharp, sharp, (a, b) => {
        expect(formulaSafe(a) === formulaSafe(b)).toBe(a === b);
        expect(/(^|;\s*)[=＋]/.test(formulaSafe(a))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    fc.assert(
      fc.property(label, label, (a, b) => {
        expect(formulaSafe(a) === formulaSafe(b)).toBe(a === b);
        expect(/^[=@]/.test(formulaSafe(a))).toBe(false);
      }),
    );
  });
});

describe('writeBundle refuses what does not fit together', () => {
  it.each<[string, Partial<Bundle>]>([
    ['no sets', { sets: [] }],
    ['a set of another size', { sets: [{ ...example.sets[0]!, rowCount: 49 }] }],
    [
      'a code that is no level',
      { sets: [{ ...example.sets[0]!, columns: example.sets[0]!.columns.map((c) => c.map(() => 9)) }] },
    ],
    ['an outcome that is neither', { sets: [{ ...example.sets[0]!, outcome: new Uint32Array(50).fill(2) }] }],
    ['another q', { settings: { ...example.settings, samplingRate: 0.5 } }],
    ['another R', { settings: { ...example.settings, components: 3 } }],
    ['a party name with an override', { partyName: 'a\u202eb' }],
    ['a day that is none', { createdOn: '2026-02-30' }],
    ['a licence in prose', { licence: 'do what you want' }],
  ])('%s', (_, changes) => expect(() => writeBundle({ ...example, ...changes })).toThrow());
});
