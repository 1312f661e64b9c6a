import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Codebook } from './codebook.ts';

/** The codebook as canonical JSON (RFC 8785): one text for one codebook, whatever the order of its keys. */
export function serialiseCodebook(codebook: Codebook): string {
  const json = canonicalize(codebook);
  if (json === undefined) throw new Error('a codebook is always JSON');
  return json;
}

/** The codebook's identity: SHA-256 of its canonical JSON (RFC 8785) in UTF-8, 64 hexadecimal digits. */
export function codebookId(codebook: Codebook): string {
  return bytesToHex(sha256(utf8ToBytes(serialiseCodebook(codebook))));
}
