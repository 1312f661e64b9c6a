import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { crc32, inflateEntry, readZipDirectory, type ZipLimits } from './zip-directory.ts';

const LIMITS: ZipLimits = {
  fileBytes: 1_000_000,
  entries: 10,
  entryBytes: 5_000_000,
  totalBytes: 8_000_000,
  ratio: 100,
  ratioFrom: 1_000_000,
};
const two = zipSync({ 'a.txt': strToU8('a'.repeat(100)), 'b.txt': strToU8('b'.repeat(50)) });
const directoryOf = (zip: Uint8Array, limits = LIMITS) => {
  const directory = readZipDirectory(zip, limits);
  return directory.ok ? [...directory.value.keys()] : directory.failure;
};
/** Where the directory record of entry `index` begins. */
function recordAt(zip: Uint8Array, index: number): number {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  let at = view.getUint32(zip.length - 6, true);
  for (let i = 0; i < index; i++) at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true);
  return at;
}
/** The zip with a field of a directory record changed. */
function patched(zip: Uint8Array, index: number, change: (view: DataView, at: number) => void): Uint8Array {
  const copy = zip.slice();
  change(new DataView(copy.buffer), recordAt(copy, index));
  return copy;
}
/** The zip with a name replaced wherever it stands, by one as long. */
function renamed(zip: Uint8Array, from: string, to: string): Uint8Array {
  const latin = Buffer.from(zip).toString('latin1').replaceAll(from, to);
  return new Uint8Array(Buffer.from(latin, 'latin1'));
}

describe('readZipDirectory', () => {
  it('lists what is there, and inflates it', () => {
    const directory = readZipDirectory(two, LIMITS);
    if (!directory.ok) throw new Error(directory.failure.kind);
    expect([...directory.value.keys()]).toEqual(['a.txt', 'b.txt']);
    const a = inflateEntry(two, directory.value.get('a.txt')!);
    expect(a.ok && a.value).toEqual(strToU8('a'.repeat(100)));
    expect(crc32(strToU8('123456789'))).toBe(0xcbf43926);
  });

  it('agrees with the zip library on any content', () => {
    const files = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/),
      fc.uint8Array({ maxLength: 2_000 }),
      { maxKeys: 5 },
    );
    fc.assert(
      fc.property(files, fc.constantFrom(0, 1, 6, 9), (content, level) => {
        const zip = zipSync(content, { level: level as 0 | 1 | 6 | 9 });
        const directory = readZipDirectory(zip, LIMITS);
        if (!directory.ok) throw new Error(directory.failure.kind);
        const expected = unzipSync(zip);
        expect([...directory.value.keys()].sort()).toEqual(Object.keys(expected).sort());
        for (const [name, entry] of directory.value) {
          const bytes = inflateEntry(zip, entry);
          expect(bytes.ok && new Uint8Array(bytes.value)).toEqual(expected[name]);
          expect(crc32(expected[name]!)).toBe(entry.crc);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(['../xy', '/a.tx', 'a/../', 'C:\\aa', '..\\xy', './a.t', 'a\u0000b.t', 'a\u00e9.tx'])(
    'refuses the name %j',
    (name) => {
      expect(directoryOf(renamed(two, 'a.txt', name))).toMatchObject({ kind: 'unsafe-zip', reason: 'path' });
    },
  );

  it('refuses a name twice', () => {
    expect(directoryOf(renamed(two, 'a.txt', 'b.txt'))).toEqual({
      kind: 'unsafe-zip',
      reason: 'duplicate',
      entry: 'b.txt',
    });
  });

  it('refuses two entries that share bytes', () => {
    const start = new DataView(two.buffer).getUint32(recordAt(two, 0) + 42, true);
    const shared = patched(renamed(two, 'b.txt', 'a.txt'), 1, (view, at) =>
      view.setUint32(at + 42, start, true),
    );
    // Same name first, so that the local header agrees: a duplicate is found before the overlap.
    expect(directoryOf(shared)).toMatchObject({ kind: 'unsafe-zip', reason: 'duplicate' });
    const stored = zipSync(
      { 'a.txt': strToU8('a'.repeat(100)), 'b.txt': strToU8('b'.repeat(50)) },
      { level: 0 },
    );
    const swallowing = patched(stored, 0, (view, at) => {
      view.setUint32(at + 20, 160, true);
      view.setUint32(at + 24, 160, true);
    });
    expect(directoryOf(swallowing)).toEqual({ kind: 'unsafe-zip', reason: 'overlap', entry: 'b.txt' });
  });

  it.each<[string, (view: DataView, at: number) => void, object]>([
    ['encryption', (view, at) => view.setUint16(at + 8, 1, true), { reason: 'encrypted' }],
    ['a method it does not know', (view, at) => view.setUint16(at + 10, 12, true), { reason: 'method' }],
    ['ZIP64 sizes', (view, at) => view.setUint32(at + 24, 0xffffffff, true), { reason: 'zip64' }],
    [
      'an offset outside',
      (view, at) => view.setUint32(at + 42, 0xfffffff0, true),
      { reason: 'directory-lies' },
    ],
    ['an offset to no header', (view, at) => view.setUint32(at + 42, 3, true), { reason: 'directory-lies' }],
    [
      'more stored bytes than there are',
      (view, at) => view.setUint32(at + 20, 1_000_000, true),
      { reason: 'directory-lies' },
    ],
    [
      'another method in the local header',
      (view, at) => view.setUint16(at + 10, 0, true),
      { reason: 'directory-lies' },
    ],
  ])('refuses %s', (_, change, expected) => {
    expect(directoryOf(patched(two, 0, change))).toMatchObject({ kind: 'unsafe-zip', ...expected });
  });

  it('refuses bytes behind the end, and an end that counts wrongly', () => {
    expect(directoryOf(Uint8Array.of(...two, 0))).toEqual({ kind: 'not-a-zip' });
    const counts = two.slice();
    new DataView(counts.buffer).setUint16(counts.length - 12, 1, true);
    expect(directoryOf(counts)).toMatchObject({ kind: 'unsafe-zip', reason: 'directory-lies' });
  });

  it('refuses bombs by what they announce', () => {
    const bomb = zipSync({ 'bomb.csv': new Uint8Array(4_000_000) }, { level: 9 });
    expect(directoryOf(bomb)).toEqual({ kind: 'too-large', what: 'ratio', limit: 100 });
    expect(directoryOf(zipSync({ 'bomb.csv': new Uint8Array(6_000_000) }))).toMatchObject({
      what: 'entryBytes',
    });
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, strToU8('x')]));
    expect(directoryOf(zipSync(many))).toEqual({ kind: 'too-large', what: 'entries', limit: 10 });
  });

  it('stops a bomb that announces less than it holds long before its end', () => {
    const bomb = zipSync({ 'bomb.csv': new Uint8Array(40_000_000) }, { level: 1 });
    const lying = patched(bomb, 0, (view, at) => view.setUint32(at + 24, 1_000, true));
    const limits = {
      ...LIMITS,
      fileBytes: 10_000_000,
      entryBytes: 200_000_000,
      totalBytes: 200_000_000,
      ratio: 1e9,
    };
    const inflate = (zip: Uint8Array) => {
      const directory = readZipDirectory(zip, limits);
      if (!directory.ok) throw new Error(directory.failure.kind);
      let elapsedMs = Number.POSITIVE_INFINITY;
      let ok = false;
      for (let round = 0; round < 3; round++) {
        const started = performance.now();
        ({ ok } = inflateEntry(zip, directory.value.get('bomb.csv')!));
        elapsedMs = Math.min(elapsedMs, performance.now() - started);
      }
      return { ok, elapsedMs };
    };
    const whole = inflate(bomb);
    const stopped = inflate(lying);
    expect([whole.ok, stopped.ok]).toEqual([true, false]);
    // One step of 4 kB of the stored bytes is a fortieth of the whole; a quarter leaves room for a busy machine, and
    // inflating to the end without keeping anything takes about two thirds.
    expect(stopped.elapsedMs).toBeLessThan(whole.elapsedMs / 4);
  });

  it('calls damaged what inflates to less, or not at all', () => {
    const longer = patched(two, 0, (view, at) => view.setUint32(at + 24, 101, true));
    const garbage = two.slice();
    garbage.fill(0xff, 35, 40);
    for (const zip of [longer, garbage]) {
      const directory = readZipDirectory(zip, LIMITS);
      if (!directory.ok) throw new Error(directory.failure.kind);
      expect(inflateEntry(zip, directory.value.get('a.txt')!)).toMatchObject({
        failure: { kind: 'damaged' },
      });
    }
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(two.length - 1), fc.nat(255)), { maxLength: 8 }), (changes) => {
        const bytes = two.slice();
        for (const [at, value] of changes) bytes[at] = value;
        const directory = readZipDirectory(bytes, LIMITS);
        if (directory.ok) for (const entry of directory.value.values()) inflateEntry(bytes, entry);
        expect(typeof directory.ok).toBe('boolean');
      }),
      { numRuns: 2_000 },
    );
  });
});
