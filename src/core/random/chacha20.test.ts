import { createCipheriv } from 'node:crypto';
import { chacha20 } from '@noble/ciphers/chacha.js';
import { describe, expect, it } from 'vitest';
import {
  blockAddress,
  chacha20Source,
  fillKeystream,
  STREAM_PURPOSES,
  type StreamPurpose,
} from './chacha20.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'));
const purposes = Object.keys(STREAM_PURPOSES) as StreamPurpose[];
const key = Uint8Array.from({ length: 32 }, (_, i) => i);

describe('the cipher that the streams are made of', () => {
  it('gives the keystream block of RFC 8439 §2.3.2', () => {
    const nonce = bytes('000000090000004a00000000');
    expect(hex(chacha20(key, nonce, new Uint8Array(64), undefined, 1))).toBe(
      hex(
        bytes(`10f1e7e4d13b5915500fdd1fa32071c4 c7d1f4c733c068030422aa9ac3d46c4e
               d2826446079faa0914c2d705d98b02a2 b5129cd1de164eb9cbd083e8a2503c4e`),
      ),
    );
  });

  it('gives test vector 1 of RFC 8439 appendix A.1', () => {
    expect(hex(chacha20(new Uint8Array(32), new Uint8Array(12), new Uint8Array(64)))).toBe(
      hex(
        bytes(`76b8e0ada0f13d90405d6ae55386bd28 bdd219b8a08ded1aa836efcc8b770dc7
               da41597c5157488d7724e03fb8d84a37 6a43b8f41518a11cc387b669b2ee6586`),
      ),
    );
  });
});

describe('a keystream source', () => {
  it('is ChaCha20 under its nonce and counter, over several refills, as another implementation gives it', () => {
    const words = 3 * 4096 + 5;
    const source = chacha20Source(key, 'mechanismNoise');
    const drawn = Uint32Array.from({ length: words }, () => source.uint32());
    const { nonce, counter } = blockAddress('mechanismNoise', 0);
    const iv = Buffer.alloc(16);
    iv.writeUInt32LE(counter, 0);
    iv.set(nonce, 4);
    const stream = createCipheriv('chacha20', key, iv).update(Buffer.alloc(4 * words));
    expect(hex(new Uint8Array(drawn.buffer))).toBe(hex(stream));
  });

  it('has twenty rounds for every purpose', () => {
    for (const purpose of purposes) {
      const out = new Uint8Array(128);
      fillKeystream(key, purpose, 7, out);
      const { nonce, counter } = blockAddress(purpose, 7);
      expect(hex(out)).toBe(hex(chacha20(key, nonce, new Uint8Array(128), undefined, counter)));
    }
  });

  it('never meets a block of another purpose: addresses and blocks are all distinct', () => {
    const addresses = new Set<string>();
    const blocks = new Set<string>();
    const perPurpose = 512;
    for (const purpose of purposes) {
      const out = new Uint8Array(64 * perPurpose);
      fillKeystream(key, purpose, 0, out);
      for (let b = 0; b < perPurpose; b += 1) blocks.add(hex(out.subarray(64 * b, 64 * b + 64)));
      for (const block of [0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32, 2 ** 40, 2 ** 50]) {
        const { nonce, counter } = blockAddress(purpose, block);
        addresses.add(`${hex(nonce)} ${counter}`);
      }
    }
    expect(blocks.size).toBe(purposes.length * perPurpose);
    expect(addresses.size).toBe(purposes.length * 8);
  });

  it('goes on into the next segment where the 32-bit counter of the cipher would end', () => {
    const out = new Uint8Array(64);
    fillKeystream(key, 'subsample', 2 ** 31, out);
    const first = hex(out);
    fillKeystream(key, 'subsample', 2 ** 31 - 1, out);
    expect(hex(out)).not.toBe(first);
    fillKeystream(key, 'subsample', 0, out);
    expect(hex(out)).not.toBe(first);
  });

  it('depends on every key byte and keeps its own copy of the key', () => {
    const first = chacha20Source(key, 'synthesis').uint32();
    for (let i = 0; i < 32; i += 1) {
      const other = key.slice();
      other[i] = (other[i] as number) ^ 1;
      expect(chacha20Source(other, 'synthesis').uint32()).not.toBe(first);
    }
    const mine = key.slice();
    const source = chacha20Source(mine, 'synthesis');
    mine.fill(0);
    expect(source.uint32()).toBe(first);
  });

  it('refuses a key of another length and gives nothing once forgotten', () => {
    expect(() => chacha20Source(new Uint8Array(16), 'synthesis')).toThrow('32 bytes');
    const source = chacha20Source(key, 'synthesis');
    source.uint32();
    source.forget();
    expect(() => source.uint32()).toThrow('forgotten');
  });
});
