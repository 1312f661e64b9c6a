import { sha256 } from '@noble/hashes/sha2.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';
import { fail, type Result, succeed } from '../result.ts';

/** An Ed25519 signature (RFC 8032) of a bundle with the key that is said to have made it, both in hexadecimal. */
export interface BundleSignature {
  /** 32 bytes. */
  readonly publicKey: string;
  /** 64 bytes. */
  readonly signature: string;
}

/** A signature as it was found, of the bytes that it should be of. Nobody has checked it yet. */
export interface ClaimedSignature extends BundleSignature {
  readonly message: Uint8Array;
}

/** Who signed a bundle. `checked` is false where the browser knows no Ed25519: then it is a claim only. */
export interface BundleSigner {
  readonly publicKey: string;
  readonly checked: boolean;
}

/** Signs the bytes; null where the platform cannot. */
export type Sign = (message: Uint8Array) => Promise<BundleSignature | null>;

/** Whether the signature is that of the bytes under the key; null where the platform cannot tell. */
export type Verify = (claim: ClaimedSignature) => Promise<boolean | null>;

const schema = v.strictObject({
  algorithm: v.literal('Ed25519'),
  signedFile: v.literal('datapackage.json'),
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/)),
});

/** The text of `signature.json`. */
export function signatureToJson({ publicKey, signature }: BundleSignature): Uint8Array {
  const content: v.InferInput<typeof schema> = {
    algorithm: 'Ed25519',
    signedFile: 'datapackage.json',
    publicKey,
    signature,
  };
  return utf8ToBytes(JSON.stringify(content, null, 2));
}

/** The signature in a parsed `signature.json`, or null where it is none. */
export function checkSignature(json: unknown): BundleSignature | null {
  const parsed = v.safeParse(schema, json);
  return parsed.success ? { publicKey: parsed.output.publicKey, signature: parsed.output.signature } : null;
}

/**
 * Who signed, once the platform has checked it; null for a bundle without a signature. A signature that does not
 * match refuses the bundle: what was changed after signing is not what anybody vouched for.
 */
export async function verifySigner(
  claim: ClaimedSignature | null,
  verify: Verify,
): Promise<Result<BundleSigner | null, { readonly kind: 'signature-mismatch' }>> {
  if (claim === null) return succeed(null);
  const matches = await verify(claim);
  if (matches === false) return fail({ kind: 'signature-mismatch' });
  return succeed({ publicKey: claim.publicKey, checked: matches === true });
}

const CONSONANTS = 'bdfghjklmnprstvz';
const VOWELS = 'aiou';
/** Six words of 16 bits. */
const FINGERPRINT_WORDS = 6;

/**
 * A public key as six words to read over the telephone: the first 96 bits of its SHA-256, 16 bits a word of the
 * form consonant, vowel, consonant, vowel, consonant (Wilkerson 2009, "A proposal for proquints", arXiv:0901.4016).
 * Making another key with the same words takes about 2⁹⁶ tries.
 *
 * @param publicKey 64 hexadecimal digits
 */
export function fingerprintWords(publicKey: string): string {
  const digest = sha256(hexToBytes(publicKey));
  const words = Array.from({ length: FINGERPRINT_WORDS }, (_, w) =>
    proquint(digest[2 * w]! * 256 + digest[2 * w + 1]!),
  );
  return words.join('-');
}

/** 16 bits as a word of five letters, the highest bits first. */
export function proquint(bits: number): string {
  const consonant = (shift: number) => CONSONANTS[(bits >> shift) & 15]!;
  const vowel = (shift: number) => VOWELS[(bits >> shift) & 3]!;
  return consonant(12) + vowel(10) + consonant(6) + vowel(4) + consonant(0);
}
