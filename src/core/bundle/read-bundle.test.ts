import fc from 'fast-check';
import { strToU8, unzipSync, type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { type BundleFailure, type Certify, DEFAULT_BUNDLE_LIMITS, readBundle } from './read-bundle.ts';
import { contentHashOf, writeBundle } from './write-bundle.ts';

type Files = Record<string, Uint8Array>;
interface Json {
  readonly [key: string]: Json;
}

const certify: Certify = () => ({ ok: true, value: EXAMPLE_MECHANISM });
const random = chacha20Source(new Uint8Array(32), 'synthesis');
const example = exampleBundle(cohortCodebook(), { rows: 20, sets: 3, components: 2 }, random);
const zip = writeBundle(example);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function read(bytes: Uint8Array, options: { certify?: Certify; limits?: typeof DEFAULT_BUNDLE_LIMITS } = {}) {
  return readBundle(bytes, { certify, ...options });
}
function failure(bytes: Uint8Array, options = {}): BundleFailure | null {
  const result = read(bytes, options);
  return result.ok ? null : result.failure;
}

/** The bundle with changed files and, unless told otherwise, hashes that fit them: a forger can hash, too. */
function forge(change: (files: Files) => void, sealed = true): Uint8Array {
  const files: Files = { ...unzipSync(zip) };
  change(files);
  const descriptor = files['datapackage.json'];
  if (sealed && descriptor !== undefined) {
    const json = JSON.parse(decode(descriptor));
    for (const resource of json.resources) {
      // A forged path may be anything: what cannot be made a string, or the name of something every object has.
      const { path } = resource;
      const file = typeof path === 'string' && Object.hasOwn(files, path) ? files[path] : undefined;
      if (file === undefined) continue;
      resource.bytes = file.length;
      resource.hash = `sha256:${contentHashOf(file)}`;
    }
    files['datapackage.json'] = strToU8(JSON.stringify(json));
  }
  return zipSync(files as Zippable, { level: 1 });
}
/** The bundle with a changed JSON file. */
function forgeJson(name: string, change: (json: Json) => void): Uint8Array {
  return forge((files) => {
    const json = JSON.parse(decode(files[name]!));
    change(json);
    files[name] = strToU8(JSON.stringify(json));
  });
}
const forgeDescriptor = (change: (json: Json) => void) => forgeJson('datapackage.json', change);
const set = (target: Json | undefined, key: string, value: unknown) => {
  (target as Record<string, unknown>)[key] = value;
};
const replaceText = (name: string, from: string | RegExp, to: string) => (files: Files) => {
  files[name] = strToU8(decode(files[name]!).replace(from, to));
};

describe('readBundle accepts', () => {
  it('a bundle that another zip program packed again: the content counts', () => {
    const result = read(forge(() => {}));
    expect(result.ok && result.value.bundle).toEqual(example);
  });

  it('a claim that is weaker than our own bound, and keeps the weaker one', () => {
    const weaker = forgeDescriptor((json) => {
      set(json.privacy, 'epsilon', 1.5);
      set(json.privacy!.accountant, 'epsilonUpper', 1.5);
    });
    const result = read(weaker);
    expect(result.ok && result.value.bundle.mechanism.cost.epsilonUpper).toBe(1.5);
  });
});

describe('readBundle refuses', () => {
  it.each<[string, () => Uint8Array, object]>([
    ['nothing', () => new Uint8Array(0), { kind: 'not-a-zip' }],
    ['text', () => strToU8('a,b\n1,2\n'), { kind: 'not-a-zip' }],
    ['another zip', () => zipSync({ 'hello.txt': strToU8('x') }), { kind: 'not-a-bundle' }],
    [
      'another data package',
      () => zipSync({ 'datapackage.json': strToU8('{"resources":[]}') }),
      { kind: 'not-a-bundle' },
    ],
    [
      'a descriptor that is no JSON',
      () => zipSync({ 'datapackage.json': strToU8('{') }),
      { kind: 'invalid-descriptor' },
    ],
    [
      'a later version, by name',
      () => forgeDescriptor((json) => set(json.twinpool, 'version', 2)),
      { kind: 'unknown-version', found: '2', supported: [1] },
    ],
    [
      'a file too many',
      () =>
        forge((files) => {
          files['evil.exe'] = strToU8('x');
        }),
      { kind: 'unexpected-file', entry: 'evil.exe' },
    ],
    [
      'no codebook',
      () =>
        forge((files) => {
          delete files['codebook.json'];
        }),
      { kind: 'missing-file', entry: 'codebook.json' },
    ],
    [
      'no posterior',
      () =>
        forge((files) => {
          delete files['posterior.json'];
        }),
      { kind: 'missing-file', entry: 'posterior.json' },
    ],
    [
      'a set too few',
      () =>
        forge((files) => {
          delete files['synthetic/set-002.csv'];
        }),
      { kind: 'wrong-set-count', declared: 3, found: 2 },
    ],
    [
      'a set too many',
      () =>
        forge((files) => {
          files['synthetic/set-004.csv'] = files['synthetic/set-001.csv']!;
        }),
      { kind: 'wrong-set-count', declared: 3, found: 4 },
    ],
    [
      'a wrong K',
      () => forgeDescriptor((json) => set(json.twinpool, 'setCount', 2)),
      { kind: 'wrong-set-count', declared: 2, found: 3 },
    ],
    [
      'a K of a million',
      () => forgeDescriptor((json) => set(json.twinpool, 'setCount', 1_000_000)),
      { kind: 'invalid-descriptor', paths: ['twinpool.setCount'] },
    ],
    [
      'fewer rows than said',
      () => forgeDescriptor((json) => set(json.twinpool, 'rowCount', 21)),
      { kind: 'invalid-set', reason: 'too-few-rows', row: 21 },
    ],
    [
      'more rows than said',
      () => forgeDescriptor((json) => set(json.twinpool, 'rowCount', 19)),
      { kind: 'invalid-set', reason: 'too-many-rows', row: 20 },
    ],
    [
      'a value that is no level',
      () => forge(replaceText('synthetic/set-002.csv', /\n[^\n]*,(Fem|M)ale,/, '\n"[40, 45)",=cmd,')),
      { kind: 'invalid-set', entry: 'synthetic/set-002.csv', reason: 'not-a-level', row: 1, column: 'sex' },
    ],
    [
      'another header',
      () => forge(replaceText('synthetic/set-001.csv', 'sex', 'gender')),
      { kind: 'invalid-set', reason: 'wrong-header' },
    ],
    [
      'a row too long',
      () => forge(replaceText('synthetic/set-001.csv', /(True|False)\n/, '$1,extra\n')),
      { kind: 'invalid-set', reason: 'not-a-level', column: 'covid_test_result' },
    ],
    [
      'a changed set under the old hash',
      () => forge(replaceText('synthetic/set-003.csv', /Male/, 'Female'), false),
      { kind: 'damaged', entry: 'synthetic/set-003.csv' },
    ],
    [
      'a changed page for people',
      () => forge(replaceText('README.txt', 'NOT PRIVATE', 'PRIVATE'), false),
      { kind: 'damaged', entry: 'README.txt' },
    ],
    [
      'a path out of the bundle in the descriptor',
      () => forgeDescriptor((json) => set(json.resources![0], 'path', '../../etc/passwd')),
      { kind: 'invalid-descriptor', paths: ['resources'] },
    ],
    [
      'a hash twice',
      () =>
        forgeDescriptor((json) =>
          set(json, 'resources', [...(json.resources as unknown as Json[]), json.resources![0]]),
        ),
      { kind: 'invalid-descriptor', paths: ['resources'] },
    ],
    [
      'an unknown key beside ε',
      () => forgeDescriptor((json) => set(json.privacy, 'trustMe', true)),
      { kind: 'invalid-descriptor', paths: ['privacy.trustMe'] },
    ],
    [
      'a party name that reads backwards',
      () => forgeDescriptor((json) => set(json.twinpool, 'partyName', 'a\u202eb')),
      { kind: 'invalid-descriptor', paths: ['twinpool.partyName'] },
    ],
    [
      'a party name of 10 MB',
      () => forgeDescriptor((json) => set(json.twinpool, 'partyName', 'x'.repeat(10_000_000))),
      { kind: 'too-large', what: 'ratio' },
    ],
    [
      'a party name of 1 MB',
      () => forgeDescriptor((json) => set(json.twinpool, 'partyName', 'x'.repeat(1_000_000))),
      { kind: 'invalid-descriptor' },
    ],
    [
      'an ε that is no number',
      () => forgeDescriptor((json) => set(json.privacy, 'epsilon', null)),
      { kind: 'invalid-descriptor', paths: ['privacy.epsilon'] },
    ],
    [
      'a negative ε',
      () => forgeDescriptor((json) => set(json.privacy, 'epsilon', -1)),
      { kind: 'invalid-descriptor', paths: ['privacy.epsilon'] },
    ],
    [
      'another codebook',
      () => forgeJson('codebook.json', (json) => set(json, 'title', 'x')),
      { kind: 'codebook-id-mismatch' },
    ],
    [
      'a codebook that is none',
      () => forgeJson('codebook.json', (json) => set(json, 'variables', [])),
      { kind: 'invalid-codebook', failure: { kind: 'invalid' } },
    ],
    [
      'q in settings and in the claim differ',
      () => forgeDescriptor((json) => set(json.privacy, 'samplingRate', 0.001)),
      { kind: 'contradiction', between: ['twinpool.settings.samplingRate', 'privacy.samplingRate'] },
    ],
    [
      'two different ε',
      () => forgeDescriptor((json) => set(json.privacy, 'epsilon', 2)),
      { kind: 'contradiction', between: ['privacy.epsilon', 'privacy.accountant.epsilonUpper'] },
    ],
    [
      'an R that the posterior has not',
      () => forgeDescriptor((json) => set(json.twinpool!.settings, 'components', 3)),
      { kind: 'contradiction' },
    ],
    [
      'a posterior too short',
      () => forgeJson('posterior.json', (json) => (json.location as unknown as number[]).pop()),
      { kind: 'invalid-posterior', problem: 'wrong-length' },
    ],
    [
      'a posterior with 1e999',
      () => forge(replaceText('posterior.json', /"location":\[[^,]*/, '"location":[1e999')),
      { kind: 'invalid-posterior', problem: 'not-finite' },
    ],
    [
      'a posterior with NaN',
      () => forge(replaceText('posterior.json', /"location":\[[^,]*/, '"location":[NaN')),
      { kind: 'invalid-posterior', problem: 'wrong-form' },
    ],
    [
      'a scale of zero',
      () => forge(replaceText('posterior.json', /"scale":\[[^,]*/, '"scale":[0')),
      { kind: 'invalid-posterior', problem: 'scale-not-positive' },
    ],
    [
      'a posterior of another shape',
      () => forgeJson('posterior.json', (json) => set(json.shape, 'levelCounts', [7, 2, 8, 4, 6])),
      { kind: 'invalid-posterior', problem: 'shape-does-not-match-codebook' },
    ],
    [
      'a posterior of a later version',
      () => forgeJson('posterior.json', (json) => set(json, 'version', 2)),
      { kind: 'invalid-posterior', problem: 'unknown-version' },
    ],
    [
      'text that is no UTF-8',
      () =>
        forge((files) => {
          files['posterior.json'] = Uint8Array.of(0x22, 0xff, 0x22);
        }),
      { kind: 'invalid-posterior' },
    ],
  ])('%s', (_, make, expected) => {
    expect(failure(make())).toMatchObject(expected);
  });

  it('keys that reach a prototype', () => {
    const polluted = forge(replaceText('posterior.json', '"shape":{', '"__proto__":{"x":1},"shape":{'));
    expect(failure(polluted)).toEqual({ kind: 'invalid-posterior', problem: 'wrong-form' });
    const descriptor = forge(
      replaceText('datapackage.json', '"privacy"', '"constructor": {"prototype": {}}, "privacy"'),
    );
    expect(failure(descriptor)).toMatchObject({ kind: 'invalid-descriptor' });
    expect(({} as { x?: number }).x).toBeUndefined();
  });

  it('a forged ε: less than the claimed mechanism costs', () => {
    const honest: Certify = (parameters, delta) => {
      expect([parameters, delta]).toEqual([EXAMPLE_MECHANISM.parameters, 1e-6]);
      return {
        ok: true,
        value: { ...EXAMPLE_MECHANISM, cost: { ...EXAMPLE_MECHANISM.cost, epsilonUpper: 1.01 } },
      };
    };
    expect(failure(zip, { certify: honest })).toEqual({
      kind: 'forged-epsilon',
      claimed: 1.0000000000000002,
      certified: 1.01,
      delta: 1e-6,
    });
  });

  it('a mechanism that has no cost, or one that is no number', () => {
    expect(failure(zip, { certify: () => ({ ok: false, failure: 'σ' }) })).toEqual({
      kind: 'uncertifiable-mechanism',
    });
    const nan: Certify = () => ({
      ok: true,
      value: { ...EXAMPLE_MECHANISM, cost: { ...EXAMPLE_MECHANISM.cost, epsilonUpper: Number.NaN } },
    });
    expect(failure(zip, { certify: nan })).toMatchObject({ kind: 'forged-epsilon' });
  });

  it('a set that cannot hold as many rows as are claimed, before memory is asked for them', () => {
    const refused = failure(forgeDescriptor((json) => set(json.twinpool, 'rowCount', 5_000_000)));
    expect(refused).toMatchObject({ kind: 'invalid-set', reason: 'too-few-rows' });
    // By its size: row 21, the first that is not there, was not looked for.
    expect((refused as { readonly row: number }).row).toBeGreaterThan(21);
  });

  it('more than its limits, before inflating', () => {
    const limits = (changes: object) => ({ limits: { ...DEFAULT_BUNDLE_LIMITS, ...changes } });
    expect(failure(zip, limits({ fileBytes: 1_000 }))).toEqual({
      kind: 'too-large',
      what: 'fileBytes',
      limit: 1_000,
    });
    expect(failure(zip, limits({ entries: 7 }))).toEqual({ kind: 'too-large', what: 'entries', limit: 7 });
    expect(failure(zip, limits({ entryBytes: 1_000 }))).toMatchObject({ what: 'entryBytes' });
    expect(failure(zip, limits({ totalBytes: 10_000 }))).toMatchObject({ what: 'totalBytes' });
  });
});

describe('readBundle under fire', () => {
  it('refuses or reads the same content when one byte is changed, and never throws', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: zip.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, mask) => {
          const flipped = zip.slice();
          flipped[at]! ^= mask;
          const result = read(flipped);
          // Some header bytes (times, version made by) carry nothing.
          if (result.ok) expect(result.value.bundle).toEqual(example);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('refuses every truncation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: zip.length - 1 }), (length) => {
        expect(read(zip.slice(0, length)).ok).toBe(false);
        expect(read(zip.slice(zip.length - length)).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it('refuses any JSON in place of any part of the descriptor, and never throws', () => {
    const paths = [
      'twinpool',
      'privacy',
      'resources',
      'twinpool.settings',
      'privacy.accountant',
      'twinpool.rowCount',
      'privacy.steps',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
        const forged = forgeDescriptor((json) => {
          const [parent, child] = path.split('.');
          if (path === 'resources') set(json, 'resources', Array.isArray(value) ? [] : [{ path: value }]);
          else if (child === undefined) set(json, parent!, value);
          else set(json[parent!], child, value);
        });
        expect(read(forged).ok).toBe(false);
      }),
      { numRuns: 150 },
    );
  });
});
