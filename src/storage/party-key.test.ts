import 'fake-indexeddb/auto';
import { afterEach, expect, it, vi } from 'vitest';
import { signerWith, verifyEd25519 } from '../session/party-key.ts';
import { TwinpoolDatabase } from './database.ts';
import { openVault } from './dexie-vault.ts';
import { openPartyKey } from './party-key.ts';

afterEach(() => vi.restoreAllMocks());

it('is made once, is kept as it is over reloads, signs, and is forgotten with everything', async () => {
  const database = new TwinpoolDatabase('party-key');
  const partyKey = openPartyKey(database);
  const [first, second] = await Promise.all([partyKey(), partyKey()]);
  expect(first).not.toBeNull();
  expect(second!.publicKey).toBe(first!.publicKey);
  const kept = await openPartyKey(new TwinpoolDatabase('party-key'))();
  expect(kept!.publicKey).toBe(first!.publicKey);

  const message = Uint8Array.of(1, 2, 3);
  const signature = await signerWith(kept)(message);
  expect(await verifyEd25519({ ...signature!, message })).toBe(true);

  await openVault(database).forgetEverything();
  expect(await database.values.count()).toBe(0);
  expect((await partyKey())!.publicKey).not.toBe(first!.publicKey);
});

it('is none where the browser has no Ed25519, and then nothing is kept', async () => {
  vi.spyOn(crypto.subtle, 'generateKey').mockRejectedValue(new DOMException('', 'NotSupportedError'));
  const database = new TwinpoolDatabase('no-party-key');
  expect(await openPartyKey(database)()).toBeNull();
  expect(await database.values.count()).toBe(0);
});
