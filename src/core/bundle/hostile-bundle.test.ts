import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { codebookId, serialiseCodebook } from '../codebook/codebook-id.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { certify } from '../privacy/certify.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { uniformInteger } from '../random/random-source.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { type BundleFailure, type Certify, readBundle } from './read-bundle.ts';
import { contentHashOf, writeBundle } from './write-bundle.ts';

// What the reader does with labels and claims of a stranger; `read-bundle.test.ts` and `zip-directory.test.ts` have
// damaged zips, files, hashes and keys.

const random = chacha20Source(new Uint8Array(32), 'synthesis');
const lenient: Certify = () => ({ ok: true, value: EXAMPLE_MECHANISM });
const size = { rows: 20, sets: 2, components: 2 };
const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

function failureOf(zip: Uint8Array, by: Certify = lenient): BundleFailure | null {
  const read = readBundle(zip, { certify: by });
  return read.ok ? null : read.failure;
}

/** The cohort's codebook with other words for the levels of one variable. */
function relabelled(labels: readonly string[]): Codebook {
  const codebook = cohortCodebook();
  const [first, ...others] = codebook.variables;
  const levels = first!.levels.map((level, i) => ({ ...level, label: labels[i] ?? level.label }));
  return { ...codebook, variables: [{ ...first!, levels }, ...others] };
}

/** A good bundle with another codebook in it, every hash and the identity made to fit. */
function withCodebook(codebook: Codebook): Uint8Array {
  const files = { ...unzipSync(writeBundle(exampleBundle(cohortCodebook(), size, random))) };
  const forged = strToU8(serialiseCodebook(codebook));
  const descriptor = JSON.parse(text(files['datapackage.json']));
  descriptor.twinpool.codebookId = codebookId(codebook);
  for (const resource of descriptor.resources) {
    if (resource.path !== 'codebook.json') continue;
    resource.bytes = forged.length;
    resource.hash = `sha256:${contentHashOf(forged)}`;
  }
  files['codebook.json'] = forged;
  files['datapackage.json'] = strToU8(JSON.stringify(descriptor));
  return zipSync(files, { level: 1 });
}

describe('labels of a stranger', () => {
  it('that are HTML, script or formulas stay the same text, and no cell of a set starts a formula', () => {
    const dangerous = [
      '<img src=x onerror=alert(1)>',
      '<script>alert(1)</script>',
      '=cmd|calc!A1',
      '+1+1',
      '@SUM(A1)',
      '-2+3',
      '{{7*7}}',
    ];
    const codebook = relabelled(dangerous);
    const [first, ...others] = codebook.variables;
    const named = first!.kind === 'numeric' ? first!.levels : levelsOf(first!);
    expect(named.map(({ label }) => label)).toEqual(dangerous);
    // The cells of a set are values, so the values are made as bad as the labels.
    const levels = named.map(({ label }) => ({ value: label, label }));
    const { name, label, missingCodes, missing } = first!;
    const categorical = { kind: 'categorical', name, label, missingCodes, missing, levels } as const;
    const worst: Codebook = {
      ...codebook,
      variables: [{ ...categorical, reference: levels[0]!.value }, ...others],
    };
    const bundle = exampleBundle(worst, { ...size, rows: 200 }, random);
    const zip = writeBundle(bundle);
    const read = readBundle(zip, { certify: lenient });
    expect(read.ok && read.value.bundle).toEqual(bundle);
    const set = text(unzipSync(zip)['synthetic/set-001.csv']);
    expect(set).toContain("'=cmd|calc!A1");
    expect(set).not.toMatch(/(^|[,"])[=+@-][^\d]/m);
    expect(set).not.toMatch(/(^|[,"])(\+1\+1|-2\+3)/m);
  });

  it.each([
    ['reads backwards', 'a\u202eb'],
    ['holds an isolate', 'a\u2066b\u2069'],
    ['holds a zero-width space', 'a\u200bb'],
    ['holds a zero-width joiner', 'a\u200db'],
    ['holds a byte order mark', 'a\ufeffb'],
    ['holds a NUL', 'a\u0000b'],
    ['holds a line break', 'a\nb'],
  ])('are refused when one %s', (_, label) => {
    expect(failureOf(withCodebook(relabelled([label])))).toMatchObject({
      kind: 'invalid-codebook',
      failure: { kind: 'invalid', problems: [{ reason: 'unsafe-character' }] },
    });
  });

  it('of 10 MB that hardly pack are refused in about a second of work, of 201 letters by name', () => {
    const letters = Array.from({ length: 100_000 }, () => 97 + uniformInteger(random, 26));
    const zip = withCodebook(relabelled([String.fromCharCode(...letters).repeat(100)]));
    // Time of the processor, not of the clock: the machine may be busy. Seen: 0.7 s, mostly hashing; three times that.
    const before = process.cpuUsage();
    expect(failureOf(zip)).toMatchObject({ kind: 'invalid-codebook', failure: { kind: 'too-large' } });
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
    expect(failureOf(withCodebook(relabelled(['x'.repeat(201)])))).toMatchObject({
      failure: { problems: [{ reason: 'too-long' }] },
    });
  });
});

describe('numbers of a stranger', () => {
  const zip = writeBundle(exampleBundle(cohortCodebook(), size, random));
  const descriptor = text(unzipSync(zip)['datapackage.json']);
  const claims = [
    ...['epsilon', 'delta', 'noiseMultiplier', 'samplingRate', 'steps', 'clipNorm'],
    ...['epsilonUpper', 'epsilonValue', 'epsilonLower', 'rowCount', 'setCount', 'eventRateGuess'],
  ];
  it.each(claims.flatMap((key) => ['NaN', '1e999', '-1e999', '"1"', '-1'].map((value) => [key, value])))(
    'are refused where %s is %s',
    (key, value) => {
      const forged = descriptor.replaceAll(new RegExp(`("${key}": )[^,\\n]*`, 'g'), `$1${value}`);
      expect(forged).not.toBe(descriptor);
      const files = { ...unzipSync(zip), 'datapackage.json': strToU8(forged) };
      expect(failureOf(zipSync(files))?.kind).toMatch(/^(invalid-descriptor|wrong-set-count)$/);
    },
  );
});

describe('a claim about privacy', () => {
  // One full batch a step: the cost has a closed form and takes milliseconds.
  const parameters = { noiseMultiplier: 140, samplingRate: 1, steps: 1000 };
  const certified = certify(parameters, 1e-6);
  if (!certified.ok) throw new Error(certified.failure.kind);
  const example = exampleBundle(cohortCodebook(), size, random);
  const claiming = (change: Partial<typeof parameters>, delta = 1e-6) => {
    const claimed = { ...parameters, ...change };
    const settings = { ...example.settings, samplingRate: claimed.samplingRate, steps: claimed.steps };
    const { value } = certified;
    const mechanism = { ...value, parameters: claimed, cost: { ...value.cost, delta } };
    return writeBundle({ ...example, settings, mechanism });
  };

  it('is believed when the accountant finds the same cost', () => {
    expect(failureOf(claiming({}), certify)).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['less noise', claiming({ noiseMultiplier: 139 })],
    ['more steps', claiming({ steps: 1010 })],
    ['a smaller δ', claiming({}, 1e-7)],
  ])('is refused with the same ε for %s', (_, zip) => {
    expect(failureOf(zip, certify)).toMatchObject({ kind: 'forged-epsilon' });
  });

  it('is refused with the same ε for a larger share of the rows a step', () => {
    const half = { noiseMultiplier: 70, samplingRate: 0.5, steps: 100 };
    const honest = certify(half, 1e-6);
    if (!honest.ok) throw new Error(honest.failure.kind);
    const larger = { ...half, samplingRate: 0.55 };
    const settings = { ...example.settings, samplingRate: larger.samplingRate, steps: larger.steps };
    const mechanism = { ...honest.value, parameters: larger };
    expect(failureOf(writeBundle({ ...example, settings, mechanism }), certify)).toMatchObject({
      kind: 'forged-epsilon',
    });
  });
});
