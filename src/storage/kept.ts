import { TwinpoolDatabase } from './database.ts';
import { openVault } from './dexie-vault.ts';
import { openFileMemory } from './file-memory.ts';
import { openPartyKey } from './party-key.ts';
import { openFingerprint } from './table-fingerprint.ts';

/** Every port that stands on the database of this browser, on one connection to it. */
export function openKept() {
  const database = new TwinpoolDatabase();
  return {
    vault: openVault(database),
    files: openFileMemory(database),
    fingerprint: openFingerprint(database),
    partyKey: openPartyKey(database),
  };
}
