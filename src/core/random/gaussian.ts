import { exponential, type RandomSource, uniform } from './random-source.ts';

/**
 * Fills `out` with independent standard normals.
 *
 * Box and Muller (1958): r = √(2E), E ~ Exponential(1), angle 2πU; r cos and r sin are independent N(0, 1).
 * E is resolved at both ends (`exponential`), so the tail is right as far as a float64 can say (beyond
 * 30 σ), and the values lie on no visible lattice. For starts and synthetic sets; the mechanism's noise is `rounded-normal.ts`.
 */
export function fillStandardNormal(source: RandomSource, out: Float64Array): void {
  const n = out.length;
  for (let i = 0; i < n; i += 2) {
    const radius = Math.sqrt(2 * exponential(source));
    const angle = 2 * Math.PI * uniform(source);
    out[i] = radius * Math.cos(angle);
    if (i + 1 < n) out[i + 1] = radius * Math.sin(angle);
  }
}

/**
 * η of a step: standard normals, eight from six words: four words give radii, the halves of two, the lower first, give
 * angles; r cos stands before r sin. Right to 6.7 σ, where 32 bits end. The angle is one of 65,536 in the middle of as many
 * sectors: every moment of lower order is that of a uniform angle. Privacy does not rest on η (any public z would do,
 * METHOD §4); the noise has `fillRoundedNormal`.
 *
 * @param out filled to its end; the words of a last group that is not needed in full are drawn all the same
 */
export function fillVariationalDraw(source: RandomSource, out: Float64Array): void {
  const words = new Uint32Array(6);
  for (let i = 0; i < out.length; i += 8) {
    for (let k = 0; k < 6; k += 1) words[k] = source.uint32();
    for (let k = 0; k < 4; k += 1) {
      const radius = Math.sqrt(2 * exponentialOfWord(words[k] as number));
      const half = ((words[4 + (k >> 1)] as number) >>> (16 * (k & 1))) & 0xffff;
      // As a signed fraction of a turn.
      const angle = 2 * Math.PI * (((half << 16) | 0x8000) * 2 ** -32);
      if (i + k < out.length) out[i + k] = radius * Math.cos(angle);
      if (i + k + 4 < out.length) out[i + k + 4] = radius * Math.sin(angle);
    }
  }
}

/** −ln u, u = (w + ½) 2^-32; near u = 1 from its complement, so that it is relatively accurate at both ends. */
function exponentialOfWord(word: number): number {
  return word < 2 ** 31
    ? -Math.log((word + 0.5) * 2 ** -32)
    : -Math.log1p(-(2 ** 32 - 1 - word + 0.5) * 2 ** -32);
}
