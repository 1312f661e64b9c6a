import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Codebook } from '../codebook/codebook.ts';
import type { RawTable } from '../table/coded-table.ts';
import type { StudySettings } from './experiments.ts';

/**
 * Raised whenever one seed comes to make other numbers: other streams, another mechanism, another training. Parts that
 * were kept before are then made again and not mixed with new ones. `kernels/study-numbers.test.ts` fails until it is.
 */
export const STUDY_NUMBERS = 3;

/**
 * Under which name results of parts are kept: equal for equal data, seed, training and version of the numbers. What only the
 * analysis uses is in the name of the part itself.
 */
export function studyIdentity(data: string, seed: Uint8Array, settings: StudySettings): string {
  const { synthesizer, training, delta, testShare, eventRateGuess } = settings;
  const made = [STUDY_NUMBERS, synthesizer, training, delta, testShare, eventRateGuess];
  const decides = [data, bytesToHex(seed), ...made];
  return bytesToHex(sha256(utf8ToBytes(JSON.stringify(decides)))).slice(0, 16);
}

/** A public table under a codebook. */
export function tableIdentity(raw: RawTable, codebook: Codebook, siteColumn: string): string {
  const hash = sha256.create();
  hash.update(utf8ToBytes(JSON.stringify([codebook, siteColumn])));
  for (const { name, dictionary, codes } of raw.columns) {
    hash.update(utf8ToBytes(JSON.stringify([name, dictionary])));
    hash.update(new Uint8Array(codes.buffer, codes.byteOffset, codes.byteLength));
  }
  return bytesToHex(hash.digest()).slice(0, 16);
}
