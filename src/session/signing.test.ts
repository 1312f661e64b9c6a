import { unzipSync, zipSync } from 'fflate';
import { beforeEach, describe, expect, it } from 'vitest';
import { makePartyKey, signerWith, verifyEd25519 } from './party-key.ts';
import { Browser, file, SECRET, withBundle, withCodebook } from './session-in-memory.check.ts';

const bytesOf = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('Ed25519 of the platform', () => {
  // RFC 8032, section 7.1, test 2.
  const publicKey = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
  const signature =
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';

  it('takes the signature of RFC 8032 and no other', async () => {
    expect(await verifyEd25519({ publicKey, signature, message: bytesOf('72') })).toBe(true);
    expect(await verifyEd25519({ publicKey, signature, message: bytesOf('73') })).toBe(false);
    const flipped = signature.replace(/^92/, '93');
    expect(await verifyEd25519({ publicKey, signature: flipped, message: bytesOf('72') })).toBe(false);
    const noPoint = `02${'00'.repeat(31)}`;
    expect(await verifyEd25519({ publicKey: noPoint, signature, message: bytesOf('72') })).toBe(false);
  });

  it('signs with a key that nobody can take out', async () => {
    const key = (await makePartyKey())!;
    expect(key.privateKey.extractable).toBe(false);
    await expect(crypto.subtle.exportKey('pkcs8', key.privateKey)).rejects.toThrow();
    const message = bytesOf('00ff');
    const claim = { ...(await signerWith(key)(message))!, message };
    expect(await verifyEd25519(claim)).toBe(true);
    expect(await signerWith(null)(message)).toBeNull();
  });
});

describe('a bundle of a peer', () => {
  let north: Browser;
  let south: Browser;
  beforeEach(() => {
    north = new Browser();
    south = new Browser();
  });

  it('is signed by the key of its browser, which says so, and the peer’s says so too', async () => {
    const { session: sender, bytes } = await withBundle(north, 1);
    const signer = { publicKey: north.partyKey!.publicKey, checked: true };
    expect(sender.getState().bundles[0]!.signer).toEqual(signer);
    const session = await withCodebook(south, 2);
    await session.importBundles([file(bytes)]);
    expect(session.getState().imports).toMatchObject([
      { kind: 'imported', signature: { signer, change: null } },
    ]);
    expect(session.getState().bundles[0]!.signer).toEqual(signer);
  });

  it('under another key than before, or under none, is pointed out', async () => {
    const { session: sender, bytes } = await withBundle(north, 1);
    const make = async () => {
      const before = new Set(sender.getState().bundles.map(({ id }) => id));
      await sender.makeBundle();
      const made = sender.getState().bundles.find(({ id }) => !before.has(id))!;
      return north.files.get(made.id)!;
    };
    const sameKey = await make();
    north.partyKey = null;
    const otherKey = await make();
    const { 'signature.json': _taken, ...rest } = unzipSync(await make());
    const session = await withCodebook(south, 2);
    await session.importBundles([bytes, sameKey, otherKey, zipSync(rest)].map((one) => file(one)));
    expect(
      session.getState().imports.map((outcome) => outcome.kind !== 'refused' && outcome.signature.change),
    ).toEqual([null, null, 'other-key', 'not-signed-now']);
  });

  it('whose signature does not match is refused, and changes nothing', async () => {
    const { session: sender, bytes } = await withBundle(north, 1);
    await sender.makeBundle();
    const [, second] = [...north.files.values()];
    const files = { ...unzipSync(bytes), 'signature.json': unzipSync(second!)['signature.json']! };
    const session = await withCodebook(south, 2);
    const before = south.stored();
    await session.importBundles([file(zipSync(files))]);
    expect(session.getState().imports).toMatchObject([
      { kind: 'refused', failure: { kind: 'signature-mismatch' } },
    ]);
    expect(session.getState().bundles).toEqual([]);
    expect(south.stored()).toBe(before);
  });

  it('of a browser that cannot sign is not signed', async () => {
    Object.defineProperty(north, 'partyKey', { get: () => null, set: () => undefined });
    const { session, bytes } = await withBundle(north, 1);
    expect(session.getState().bundles[0]!.signer).toBeUndefined();
    expect(Object.keys(unzipSync(bytes))).not.toContain('signature.json');
  });
});

describe('what a bundle says of the table', () => {
  it('is no name of its file and no cell of a column that was left out', async () => {
    const browser = new Browser();
    const { session, bytes } = await withBundle(browser, 1);
    // The browser knows both, so that the search below could find them.
    expect(session.getState().releases[0]!.source.label).toBe('table.csv');
    expect(session.getState().data.raw).not.toBeNull();
    for (const [name, content] of Object.entries(unzipSync(bytes))) {
      const text = `${name}\n${new TextDecoder().decode(content)}`;
      expect(text, name).not.toContain('table.csv');
      expect(text, name).not.toContain(SECRET);
    }
  });
});
