import { chacha20 } from '@noble/ciphers/chacha.js';
import type { RandomSource } from './random-source.ts';

/**
 * What a keystream is for. Each purpose has a nonce of its own, so that under one key no two purposes
 * ever see the same block.
 */
export const STREAM_PURPOSES = {
  /** The start m of the variational location. */
  initialLocation: 1,
  /** η of a DPVI step. */
  variationalDraw: 2,
  /** Which rows enter a batch. */
  subsample: 3,
  /** ξ, the noise that privacy rests on. */
  mechanismNoise: 4,
  /** Draws of synthetic sets. */
  synthesis: 5,
  /** Rows of synthetic sets where another stream of the same key draws their parameters. */
  syntheticRows: 6,
} as const;

export type StreamPurpose = keyof typeof STREAM_PURPOSES;

export const KEY_BYTES = 32;
const BLOCK_BYTES = 64;
const BLOCKS_PER_REFILL = 256;
/** RFC 8439 counts blocks in 32 bits; half of that a segment keeps far from its end. */
const BLOCKS_PER_SEGMENT = 2 ** 31;

/** The RFC 8439 nonce and counter of block `block` (0, 1, 2, …) of a purpose: distinct for distinct arguments. */
export function blockAddress(purpose: StreamPurpose, block: number): { nonce: Uint8Array; counter: number } {
  if (!(Number.isSafeInteger(block) && block >= 0)) throw new Error('block out of range');
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  view.setUint32(0, STREAM_PURPOSES[purpose], true);
  view.setUint32(4, Math.floor(block / BLOCKS_PER_SEGMENT), true);
  return { nonce, counter: block % BLOCKS_PER_SEGMENT };
}

/** A keystream as a random source, with the means to forget it. */
export interface KeystreamSource extends RandomSource {
  /** Overwrites the key copy and the unread keystream. The source must not be used afterwards. */
  forget(): void;
}

/**
 * ChaCha20 keystream (RFC 8439 §2.4) as 32-bit words, little-endian.
 *
 * Under a secret uniformly random key no efficient adversary tells these words from fair coins: that is
 * what stands between the noise of METHOD §4 and someone who would subtract it. Who makes the key
 * (`crypto.getRandomValues`) is outside of core.
 *
 * @param key 32 secret bytes; copied. A key is used for one run only, never again after a resume.
 * @throws Error where the key has another length
 */
export function chacha20Source(key: Uint8Array, purpose: StreamPurpose): KeystreamSource {
  if (key.length !== KEY_BYTES) throw new Error(`a key has ${KEY_BYTES} bytes, not ${key.length}`);
  return new ChaCha20Source(key.slice(), purpose);
}

/** Blocks `first`, `first + 1`, … of a purpose's keystream, written over the whole of `out`. */
export function fillKeystream(key: Uint8Array, purpose: StreamPurpose, first: number, out: Uint8Array): void {
  const { nonce, counter } = blockAddress(purpose, first);
  out.fill(0);
  chacha20(key, nonce, out, out, counter);
}

/** Blocks from `counter` on under a nonce of three words, for machines that address their streams in their own way. */
export function fillKeystreamAt(
  key: Uint8Array,
  nonceWords: readonly [number, number, number],
  counter: number,
  out: Uint8Array,
): void {
  const nonce = new Uint8Array(12);
  const view = new DataView(nonce.buffer);
  for (const [i, word] of nonceWords.entries()) view.setUint32(4 * i, word, true);
  out.fill(0);
  chacha20(key, nonce, out, out, counter);
}

class ChaCha20Source implements KeystreamSource {
  readonly #key: Uint8Array;
  readonly #purpose: StreamPurpose;
  readonly #bytes = new Uint8Array(BLOCKS_PER_REFILL * BLOCK_BYTES);
  // Read in the platform's byte order: little-endian on everything that runs a browser.
  readonly #words = new Uint32Array(this.#bytes.buffer);
  #next = this.#words.length;
  #block = 0;
  #forgotten = false;

  constructor(key: Uint8Array, purpose: StreamPurpose) {
    this.#key = key;
    this.#purpose = purpose;
  }

  uint32(): number {
    if (this.#next === this.#words.length) this.#refill();
    const word = this.#words[this.#next] as number;
    this.#next += 1;
    return word;
  }

  forget(): void {
    this.#key.fill(0);
    this.#bytes.fill(0);
    this.#next = this.#words.length;
    this.#forgotten = true;
  }

  #refill(): void {
    if (this.#forgotten) throw new Error('this keystream was forgotten');
    fillKeystream(this.#key, this.#purpose, this.#block, this.#bytes);
    this.#block += BLOCKS_PER_REFILL;
    this.#next = 0;
  }
}
