import { makePartyKey, type PartyKey } from '../session/party-key.ts';
import type { Ports } from '../session/ports.ts';
import type { TwinpoolDatabase } from './database.ts';

/**
 * The key that signs this browser's bundles: made once, kept as a key that no script can read, forgotten by "Forget
 * everything". Null where the browser cannot make or keep one; its bundles are then not signed.
 */
export function openPartyKey({ values }: TwinpoolDatabase): Ports['partyKey'] {
  return async () => {
    try {
      const known = await values.get('partyKey');
      if (known !== undefined) return known.value as PartyKey;
      const fresh = await makePartyKey();
      if (fresh === null) return null;
      // of two tabs that make one at once, the first keeps it
      return await values.db.transaction('rw', values, async () => {
        const kept = await values.get('partyKey');
        if (kept !== undefined) return kept.value as PartyKey;
        await values.add({ key: 'partyKey', value: fresh });
        return fresh;
      });
    } catch {
      return null;
    }
  };
}
