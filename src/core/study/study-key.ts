import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { KEY_BYTES } from '../random/chacha20.ts';

/**
 * A key for one use in a study: SHA-256 of a public seed and the name of the use. Distinct uses have distinct
 * keys, the same use always the same one, whichever worker runs it and in whatever order.
 *
 * Who knows the seed knows the noise: a study runs on invented or public people only, and nothing that it makes is
 * private (METHOD §9.3).
 */
export function studyKey(seed: Uint8Array, use: string): Uint8Array {
  if (seed.length !== KEY_BYTES) throw new Error(`a seed has ${KEY_BYTES} bytes, not ${seed.length}`);
  return sha256(concatBytes(seed, utf8ToBytes(use)));
}
