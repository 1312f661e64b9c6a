import { generateKeyPairSync, type KeyObject, sign as nodeSign, verify as nodeVerify } from 'node:crypto';
import fc from 'fast-check';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { EXAMPLE_MECHANISM, exampleBundle } from './example-bundle.ts';
import { type Certify, readBundle } from './read-bundle.ts';
import { fingerprintWords, proquint, type Sign, type Verify, verifySigner } from './signature.ts';
import { contentHashOf, writeBundle, writeSignedBundle } from './write-bundle.ts';

const certify: Certify = () => ({ ok: true, value: EXAMPLE_MECHANISM });
const random = chacha20Source(new Uint8Array(32), 'synthesis');
const example = exampleBundle(cohortCodebook(), { rows: 20, sets: 2, components: 2 }, random);
const decode = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

/** The 32 bytes at the end of a public key's DER form are the key. */
const hexOf = (key: KeyObject) => key.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
const pair = generateKeyPairSync('ed25519');
const publicKey = hexOf(pair.publicKey);
const signWith =
  ({ privateKey, publicKey: key }: typeof pair): Sign =>
  async (message) => ({
    publicKey: hexOf(key),
    signature: nodeSign(null, message, privateKey).toString('hex'),
  });
/** Node's own Ed25519, with the key known beforehand. */
const verify: Verify = async ({ signature, message }) =>
  nodeVerify(null, message, pair.publicKey, Buffer.from(signature, 'hex'));

const { bytes: signed } = await writeSignedBundle(example, signWith(pair));

async function signerOf(zip: Uint8Array, check: Verify = verify) {
  const read = readBundle(zip, { certify });
  return read.ok ? verifySigner(read.value.claimedSignature, check) : read;
}
function repacked(change: (files: Record<string, Uint8Array>) => void): Uint8Array {
  const files = { ...unzipSync(signed) };
  change(files);
  return zipSync(files);
}

describe('a signed bundle', () => {
  it('is the unsigned one with one file more, and reads as the same content', async () => {
    const plain = unzipSync(writeBundle(example));
    const { 'signature.json': signature, ...others } = unzipSync(signed);
    expect(others).toEqual(plain);
    expect(Object.keys(JSON.parse(decode(signature)))).toEqual([
      'algorithm',
      'signedFile',
      'publicKey',
      'signature',
    ]);
    const read = readBundle(signed, { certify });
    expect(read.ok && read.value.bundle).toEqual(example);
  });

  it('names its signer once the platform has checked the signature', async () => {
    expect(await signerOf(signed)).toEqual({ ok: true, value: { publicKey, checked: true } });
  });

  it('names its signer as a claim where the platform cannot check', async () => {
    const unable: Verify = async () => null;
    expect(await signerOf(signed, unable)).toEqual({ ok: true, value: { publicKey, checked: false } });
  });

  it('is not signed where the platform cannot sign, or where the signature was taken out', async () => {
    const { bytes, signature } = await writeSignedBundle(example, async () => null);
    expect(signature).toBeNull();
    expect(contentHashOf(bytes)).toBe(contentHashOf(writeBundle(example)));
    expect(await signerOf(bytes)).toEqual({ ok: true, value: null });
    const stripped = repacked((files) => {
      delete files['signature.json'];
    });
    expect(await signerOf(stripped)).toEqual({ ok: true, value: null });
  });

  it('is refused when anything that it vouches for was changed, hashes and all', async () => {
    const renamed = repacked((files) => {
      files['datapackage.json'] = strToU8(
        decode(files['datapackage.json']).replace(/Newcastle/g, 'Oldcastle'),
      );
    });
    expect(await signerOf(renamed)).toEqual({ ok: false, failure: { kind: 'signature-mismatch' } });
    const otherSet = repacked((files) => {
      const old = files['synthetic/set-001.csv']!;
      const set = files['synthetic/set-002.csv']!;
      const descriptor = decode(files['datapackage.json'])
        .replace(contentHashOf(old), contentHashOf(set))
        .replace(`"bytes": ${old.length},`, `"bytes": ${set.length},`);
      files['synthetic/set-001.csv'] = set;
      files['datapackage.json'] = strToU8(descriptor);
    });
    expect(await signerOf(otherSet)).toEqual({ ok: false, failure: { kind: 'signature-mismatch' } });
  });

  it('is refused with the signature of another bundle', async () => {
    const other = await writeSignedBundle({ ...example, createdOn: '2026-11-25' }, signWith(pair));
    const swapped = repacked((files) => {
      files['signature.json'] = unzipSync(other.bytes)['signature.json']!;
    });
    expect(await signerOf(swapped)).toEqual({ ok: false, failure: { kind: 'signature-mismatch' } });
  });

  it.each([
    ['is no JSON', '{'],
    ['has a key too many', '{"algorithm":"Ed25519","x":1}'],
    ['has another algorithm', decode(unzipSync(signed)['signature.json']).replace('Ed25519', 'none')],
    ['reaches a prototype', '{"__proto__":{"publicKey":"x"}}'],
    ['has a short key', decode(unzipSync(signed)['signature.json']).replace(publicKey, publicKey.slice(2))],
    ['has a key in capitals', decode(unzipSync(signed)['signature.json']).replace(publicKey, 'A'.repeat(64))],
  ])('is damaged when its signature file %s', async (_, text) => {
    const zip = repacked((files) => {
      files['signature.json'] = strToU8(text);
    });
    expect(await signerOf(zip)).toEqual({ ok: false, failure: { kind: 'damaged', entry: 'signature.json' } });
  });

  it('never keeps its signer through a changed byte unless the content is the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const flipped = signed.slice();
        flipped[at]! ^= mask;
        const read = readBundle(flipped, { certify });
        if (!read.ok) return;
        const signer = await verifySigner(read.value.claimedSignature, verify);
        // Some header bytes (times, version made by) carry nothing.
        if (signer.ok && signer.value !== null) expect(read.value.bundle).toEqual(example);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the words of a key', () => {
  it('are proquints as published', () => {
    // 127.0.0.1 and 63.84.220.193 of Wilkerson's examples.
    expect([0x7f00, 0x0001].map(proquint)).toEqual(['lusab', 'babad']);
    expect([0x3f54, 0xdcc1].map(proquint)).toEqual(['gutih', 'tugad']);
    expect(proquint(0xffff)).toBe('zuzuz');
  });

  it('hold all 16 bits', () => {
    expect(new Set(Array.from({ length: 65_536 }, (_, bits) => proquint(bits))).size).toBe(65_536);
  });

  it('are six, the same for the same key only', () => {
    const words = fingerprintWords(publicKey);
    expect(words).toMatch(/^([a-z]{5}-){5}[a-z]{5}$/);
    expect(fingerprintWords(publicKey)).toBe(words);
    expect(fingerprintWords(hexOf(generateKeyPairSync('ed25519').publicKey))).not.toBe(words);
  });
});
