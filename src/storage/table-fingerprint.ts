import type { Fingerprint } from '../session/ports.ts';
import type { TwinpoolDatabase } from './database.ts';

/**
 * Names tables by HMAC-SHA-256 under a key that is made once in this browser and that no script can read, this page's
 * own included. "Forget everything" forgets it too. Where the browser has no such thing (a page from plain http) there
 * is no name.
 */
export function openFingerprint({ values }: TwinpoolDatabase): Fingerprint {
  async function keyOfThisBrowser(): Promise<CryptoKey> {
    const fresh = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    // of two tabs that make one at once, the first keeps it
    return values.db.transaction('rw', values, async () => {
      const kept = await values.get('fingerprintKey');
      if (kept !== undefined) return kept.value as CryptoKey;
      await values.add({ key: 'fingerprintKey', value: fresh });
      return fresh;
    });
  }

  return async (bytes) => {
    try {
      const signed = await crypto.subtle.sign('HMAC', await keyOfThisBrowser(), bytes);
      return Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, '0')).join('');
    } catch {
      return null;
    }
  };
}
