import { exponential, type RandomSource, uniform } from './random-source.ts';

/**
 * Fills `out` with independent standard normals.
 *
 * Box and Muller (1958): r = √(2E), E ~ Exponential(1), angle 2πU; r cos and r sin are independent N(0, 1).
 * E is resolved at both ends (`exponential`), so the tail is right as far as a float64 can say (beyond
 * 30 σ), and the values lie on no visible lattice. Each value carries the relative rounding error of
 * float64 (about 3e-16); `released-sum.ts` says what that means for the mechanism.
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
