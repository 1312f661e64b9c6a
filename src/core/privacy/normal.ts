import erfcx from '@stdlib/math-base-special-erfcx';

const SQRT_HALF_PI = Math.sqrt(Math.PI / 2);
const LOG_SQRT_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** Standard normal density φ(z). */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_SQRT_TWO_PI);
}

/**
 * Mills' ratio R(z) = Φ̄(z)/φ(z) = √(π/2) erfcx(z/√2). For z below −37 it exceeds the largest double: the
 * callers use {@link normalUpperTail} there.
 */
export function millsRatio(z: number): number {
  return SQRT_HALF_PI * erfcx(z * Math.SQRT1_2);
}

/** Φ̄(z) = P(Z > z), relatively accurate in the upper tail down to the smallest double. */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  return 0.5 * erfcx(z * Math.SQRT1_2) * Math.exp(-0.5 * z * z);
}

/** Φ(z). */
export function normalLowerTail(z: number): number {
  return normalUpperTail(-z);
}

/** ln Φ̄(z), finite for every finite z. */
export function logNormalUpperTail(z: number): number {
  if (z < 0) return Math.log1p(-normalUpperTail(-z));
  return Math.log(0.5 * erfcx(z * Math.SQRT1_2)) - 0.5 * z * z;
}

/**
 * The z with Φ̄(z) = p, by Newton's method on ln Φ̄ (concave, so that it converges from below).
 *
 * @param p in (0, 1/2]; accurate to about 1e-14 relative in z down to p = 1e-300
 */
export function normalUpperQuantile(p: number): number {
  const target = Math.log(p);
  let z = 0;
  for (let i = 0; i < 60; i += 1) {
    const step = (logNormalUpperTail(z) - target) * millsRatio(z);
    z += step;
    if (Math.abs(step) < 1e-14 * (1 + z)) break;
  }
  return z;
}
