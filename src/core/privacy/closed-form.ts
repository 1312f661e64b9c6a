import type { Direction } from './composition.ts';
import { millsRatio, normalDensity, normalUpperTail } from './normal.ts';

/**
 * δ(ε) of one release with sampling rate q and noise multiplier σ, ε ≥ 0.
 *
 * The loss is monotone in the output x, so that the best attacker has one threshold x₀ with
 * 1 − q + q e^{(2x₀−1)/2σ²} = e^{±ε}, and with Mills' ratio R
 *
 *     remove: δ = q φ(a) [R(a) − R(a + 1/σ)],   a = (x₀ − 1)/σ
 *     add:    δ = e^ε q φ(b) [R(b) − R(b + 1/σ)],   b = −x₀/σ, φ taken at b + 1/σ
 *
 * which loses only the digits in which R(a) and R(a + 1/σ) agree. For q = 1 both are the analytic Gaussian
 * mechanism of Balle and Wang 2018, equation 6.
 */
export function singleReleaseDelta(sigma: number, q: number, direction: Direction, epsilon: number): number {
  if (direction === 'remove') {
    const x = 0.5 + sigma * sigma * logOddsAbove(epsilon, q);
    const a = (x - 1) / sigma;
    return q * tailDifference(a, 1 / sigma, ((2 * x - 1) / sigma / sigma) * 0.5);
  }
  const odds = epsilon < 0.7 ? (Math.expm1(-epsilon) + q) / q : (Math.exp(-epsilon) - (1 - q)) / q;
  if (!(odds > 0)) return 0;
  const x = 0.5 + sigma * sigma * (q === 1 ? -epsilon : Math.log(odds));
  const b = -x / sigma;
  // e^ε q [e^z Φ(x/σ) − Φ((x−1)/σ)] with e^z Φ(x/σ) = φ(b + 1/σ) R(b)
  const z = ((2 * x - 1) / sigma / sigma) * 0.5;
  return Math.exp(epsilon) * q * weightedDifference(b, 1 / sigma, z);
}

/** ln((e^ε − 1 + q)/q), without overflow. */
function logOddsAbove(epsilon: number, q: number): number {
  if (epsilon > 30) return epsilon - Math.log(q) + Math.log1p(-(1 - q) * Math.exp(-epsilon));
  return Math.log1p(Math.expm1(epsilon) / q);
}

/** Φ̄(a) − e^z Φ̄(a + s), where e^z φ(a + s) = φ(a). */
function tailDifference(a: number, s: number, z: number): number {
  if (a > -6) return Math.max(0, normalDensity(a) * (millsRatio(a) - millsRatio(a + s)));
  return normalUpperTail(a) - Math.exp(z) * normalUpperTail(a + s);
}

/** e^z Φ̄(b) − Φ̄(b + s), where e^z φ(b) = φ(b + s). */
function weightedDifference(b: number, s: number, z: number): number {
  if (b > -6) return Math.max(0, normalDensity(b + s) * (millsRatio(b) - millsRatio(b + s)));
  return Math.exp(z) * normalUpperTail(b) - normalUpperTail(b + s);
}
