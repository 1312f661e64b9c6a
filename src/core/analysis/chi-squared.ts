import { incompleteGamma } from './incomplete-gamma.ts';

/** The chi-squared distribution with df > 0: P(X > x) = Q(df/2, x/2). */

export function chiSquaredCdf(x: number, df: number): number {
  return incompleteGamma(df / 2, Math.max(0, x) / 2).lower;
}

export function chiSquaredSf(x: number, df: number): number {
  return incompleteGamma(df / 2, Math.max(0, x) / 2).upper;
}

export function logChiSquaredSf(x: number, df: number): number {
  return incompleteGamma(df / 2, Math.max(0, x) / 2).logUpper;
}
