import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Codebook } from '../codebook/codebook.ts';
import type { RawTable } from '../table/coded-table.ts';
import type { StudySettings } from './experiments.ts';

/**
 * Under which name results of parts are kept: equal for equal data, seed and training. What only the analysis uses is
 * in the name of the part itself.
 */
export function studyIdentity(data: string, seed: Uint8Array, settings: StudySettings): string {
  const { synthesizer, training, delta, testShare, eventRateGuess } = settings;
  const decides = [data, bytesToHex(seed), synthesizer, training, delta, testShare, eventRateGuess];
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
