import { describe, expect, it } from 'vitest';
import { chacha20Source } from './chacha20.ts';
import { exponential, type RandomSource, uniform, uniformInteger } from './random-source.ts';

/** Gives the listed words, then fails: a test sees every word that is asked for. */
function scripted(words: readonly number[]): RandomSource {
  let next = 0;
  return {
    uint32() {
      const word = words[next];
      if (word === undefined) throw new Error('script exhausted');
      next += 1;
      return word;
    },
  };
}

const source = () => chacha20Source(new Uint8Array(32).fill(3), 'synthesis');

describe('uniform', () => {
  it('is 53 bits: 0 at all zeros, 1 − 2^-53 at all ones', () => {
    expect(uniform(scripted([0, 0]))).toBe(0);
    expect(uniform(scripted([2 ** 32 - 1, 2 ** 32 - 1]))).toBe(1 - 2 ** -53);
    expect(uniform(scripted([2 ** 31, 0]))).toBe(0.5);
    expect(uniform(scripted([0, 64]))).toBe(2 ** -53);
  });

  it('fills 64 equal cells evenly', () => {
    const random = source();
    const n = 256_000;
    const counts = new Float64Array(64);
    for (let i = 0; i < n; i += 1) {
      const cell = Math.floor(uniform(random) * 64);
      counts[cell] = (counts[cell] as number) + 1;
    }
    const chi2 = counts.reduce((sum, c) => sum + (c - n / 64) ** 2 / (n / 64), 0);
    // χ² with 63 degrees of freedom: mean 63, sd 11.2; five sd either way.
    expect(chi2).toBeGreaterThan(63 - 56);
    expect(chi2).toBeLessThan(63 + 56);
  });
});

describe('exponential', () => {
  it('has mean 1, variance 1 and median ln 2', () => {
    const random = source();
    const n = 400_000;
    let sum = 0;
    let squares = 0;
    let below = 0;
    for (let i = 0; i < n; i += 1) {
      const e = exponential(random);
      sum += e;
      squares += e * e;
      if (e < Math.LN2) below += 1;
    }
    // Five standard errors: sd(E) = 1, sd(E²) = √20, sd of the median indicator ½.
    expect(Math.abs(sum / n - 1)).toBeLessThan(5 / Math.sqrt(n));
    expect(Math.abs(squares / n - 2)).toBeLessThan((5 * Math.sqrt(20)) / Math.sqrt(n));
    expect(Math.abs(below / n - 0.5)).toBeLessThan(2.5 / Math.sqrt(n));
  });

  it('goes on where 32 leading bits are zero: the tail has no end at 22 or 37', () => {
    const oneWord = exponential(scripted([1, 1]));
    const twoWords = exponential(scripted([0, 1, 1]));
    const threeWords = exponential(scripted([0, 0, 1, 1]));
    // Each zero word adds 32 ln 2 exactly, up to rounding.
    expect(twoWords - oneWord).toBeCloseTo(32 * Math.LN2, 12);
    expect(threeWords - twoWords).toBeCloseTo(32 * Math.LN2, 12);
    expect(threeWords).toBeGreaterThan(60);
  });

  it('resolves its small end relatively', () => {
    // low bit 0 takes −ln(1 − v) with v = 2^-33 · 2^-32 · (1 + …): about v itself.
    const small = exponential(scripted([0, 1, 0]));
    expect(small / 2 ** -65).toBeGreaterThan(1);
    expect(small / 2 ** -65).toBeLessThan(1 + 1e-9);
  });

  it('gives up on a source that is stuck at zero', () => {
    expect(() => exponential({ uint32: () => 0 })).toThrow('only zeros');
  });
});

describe('uniformInteger', () => {
  it('rejects the words that would favour small values', () => {
    // 2^32 mod 3 = 1: only the last word is rejected.
    expect(uniformInteger(scripted([2 ** 32 - 1, 5]), 3)).toBe(2);
    expect(() => uniformInteger(source(), 0)).toThrow('bound');
  });
});
