import type { FamilyName } from '../../core/analysis/glm-family.ts';
import type { LocalCell, PooledCell } from '../../core/analysis/pooled-analysis.ts';

/** What a coefficient becomes for its reader: a ratio of risks, odds or rates, or a difference. */
export type EffectKind =
  | 'risk ratio'
  | 'odds ratio'
  | 'rate ratio'
  | 'risk difference'
  | 'difference of means';

/** @param counts whether the outcome is a count and not a 0/1 event */
export function effectKindOf(family: FamilyName, counts: boolean): EffectKind {
  switch (family) {
    case 'binomial-logit':
      return 'odds ratio';
    case 'gaussian-identity':
      return counts ? 'difference of means' : 'risk difference';
    case 'poisson-log':
      return counts ? 'rate ratio' : 'risk ratio';
    case 'binomial-log':
      return 'risk ratio';
    default:
      return family satisfies never;
  }
}

export function isRatio(kind: EffectKind): boolean {
  return kind.endsWith('ratio');
}

/** "Risk ratio" */
export function capital(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

/** "risk ratios", "differences of means" */
export function plurally(kind: EffectKind): string {
  return kind === 'difference of means' ? 'differences of means' : `${kind}s`;
}

/** Value and nominal 95 % interval: exp() of the coefficient for ratios, the coefficient itself for differences. */
export interface Effect {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

export interface Ends {
  readonly lower: number;
  readonly upper: number;
}

export function effectFrom(estimate: number, { lower, upper }: Ends, kind: EffectKind): Effect | null {
  const scaled = (x: number) => (isRatio(kind) ? Math.exp(x) : x);
  const value = scaled(estimate);
  return Number.isFinite(value) ? { value, lower: scaled(lower), upper: scaled(upper) } : null;
}

export function effectOf(cell: LocalCell | PooledCell | null, kind: EffectKind): Effect | null {
  return cell === null || cell.kind !== 'estimated' ? null : effectFrom(cell.estimate, cell, kind);
}

/**
 * No interval at all, whatever its ends say: a t interval with next to no degrees of freedom spans all that a reader
 * could imagine (a ratio between a hundred-millionth and a hundred million).
 */
export function isUnbounded({ lower, upper }: Ends, kind: EffectKind): boolean {
  return isRatio(kind) ? !(lower > 1e-8 && upper < 1e8) : !(upper - lower < 1e6);
}

/** Where there is no difference. */
export function noEffect(kind: EffectKind): number {
  return isRatio(kind) ? 1 : 0;
}
