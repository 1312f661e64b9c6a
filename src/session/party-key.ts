import type { Sign, Verify } from '../core/bundle/signature.ts';

/** The key with which a browser signs its bundles. */
export interface PartyKey {
  /** Not extractable: no script can read it, this page's own included. */
  readonly privateKey: CryptoKey;
  /** 64 hexadecimal digits. */
  readonly publicKey: string;
}

const ED25519 = { name: 'Ed25519' } as const;

/** A fresh key, or null where the browser has no Ed25519 (or no WebCrypto at all: a page from plain http). */
export async function makePartyKey(): Promise<PartyKey | null> {
  try {
    const pair = (await crypto.subtle.generateKey(ED25519, false, ['sign', 'verify'])) as CryptoKeyPair;
    const raw = await crypto.subtle.exportKey('raw', pair.publicKey);
    return { privateKey: pair.privateKey, publicKey: toHex(raw) };
  } catch {
    return null;
  }
}

/** Signs with the key; nothing is signed without one, or where the browser that made it can no more. */
export function signerWith(key: PartyKey | null): Sign {
  return async (message) => {
    if (key === null) return null;
    try {
      const signature = await crypto.subtle.sign(ED25519, key.privateKey, Uint8Array.from(message));
      return { publicKey: key.publicKey, signature: toHex(signature) };
    } catch {
      return null;
    }
  };
}

/** Checks a signature by WebCrypto; null where the browser has no Ed25519. */
export const verifyEd25519: Verify = async ({ publicKey, signature, message }) => {
  // A key that is no point of the curve fails to import, too: only a browser that makes no key knows no Ed25519.
  if ((await makePartyKey()) === null) return null;
  try {
    const key = await crypto.subtle.importKey('raw', fromHex(publicKey), ED25519, false, ['verify']);
    return await crypto.subtle.verify(ED25519, key, fromHex(signature), Uint8Array.from(message));
  } catch {
    return false;
  }
};

function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
