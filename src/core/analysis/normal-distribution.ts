import { incompleteGamma } from './incomplete-gamma.ts';
import { quantileFromTails } from './quantile.ts';

/** The standard normal distribution with tails in logarithms: Φ(−|z|) = ½ Q(½, z²/2). */

const LN_2 = Math.LN2;

/** 1 − Φ(z). */
export function normalSf(z: number): number {
  return Math.exp(logNormalSf(z));
}

/** Φ(z). */
export function normalCdf(z: number): number {
  return normalSf(-z);
}

export function logNormalSf(z: number): number {
  if (z === 0) return -LN_2;
  const { logUpper, upper } = incompleteGamma(0.5, (z * z) / 2);
  return z > 0 ? logUpper - LN_2 : Math.log1p(-upper / 2);
}

export function logNormalCdf(z: number): number {
  return logNormalSf(-z);
}

/** z with Φ(z) = p, 0 ≤ p ≤ 1. */
export function normalQuantile(p: number): number {
  return quantileFromTails(p, NORMAL);
}

/** Two-sided p-value of z. */
export function normalTwoSidedP(z: number): number {
  return Math.exp(LN_2 + logNormalSf(Math.abs(z)));
}

/** The 97.5 % point: half the width of a 95 % interval in standard errors. */
export const NORMAL_95 = 1.959963984540054;

const NORMAL = {
  logUpperTail: logNormalSf,
  centre: (z: number) => incompleteGamma(0.5, (z * z) / 2).lower / 2,
  logDensity: (z: number) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI),
};
