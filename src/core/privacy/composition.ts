import type { DiscreteLaplaceCount, SubsampledGaussian } from './mechanism.ts';

/** The two orders of a neighbouring pair: the row is in the upper table (`remove`) or in the lower one (`add`). */
export type Direction = 'remove' | 'add';
export const DIRECTIONS: readonly Direction[] = ['remove', 'add'];

/** T steps of one subsampled Gaussian with 0 < q < 1. */
export interface SubsampledRun {
  readonly kind: 'subsampled';
  readonly noiseMultiplier: number;
  readonly samplingRate: number;
  readonly steps: number;
}

/** All releases without subsampling as one: T_i steps at σ_i are one at σ with σ^-2 = Σ T_i σ_i^-2. */
export interface PlainGaussian {
  readonly kind: 'gaussian';
  readonly noiseMultiplier: number;
  readonly steps: 1;
}

/** `steps` noisy counts, each with loss ±ε₀. */
export interface CountRun {
  readonly kind: 'count';
  readonly epsilon: number;
  readonly steps: number;
}

export type LossComponent = SubsampledRun | PlainGaussian | CountRun;

/**
 * A composition in normal form: equal runs added up, runs without subsampling made one, the rest sorted. So the
 * order in which releases are listed cannot matter, nor how a run is cut into pieces.
 */
export function normalForm(
  mechanisms: readonly SubsampledGaussian[],
  counts: readonly DiscreteLaplaceCount[] = [],
): readonly LossComponent[] {
  const runs = new Map<string, SubsampledRun>();
  const plain: number[] = [];
  for (const { noiseMultiplier, samplingRate, steps } of mechanisms) {
    if (samplingRate === 1) {
      plain.push(steps / noiseMultiplier ** 2);
      continue;
    }
    const key = `${noiseMultiplier} ${samplingRate}`;
    const before = runs.get(key)?.steps ?? 0;
    runs.set(key, { kind: 'subsampled', noiseMultiplier, samplingRate, steps: before + steps });
  }
  const releases = new Map<number, CountRun>();
  for (const { epsilon } of counts) {
    const before = releases.get(epsilon)?.steps ?? 0;
    releases.set(epsilon, { kind: 'count', epsilon, steps: before + 1 });
  }
  const precision = plain.sort((a, b) => a - b).reduce((sum, term) => sum + term, 0);
  return [
    ...[...runs.values()].sort(
      (a, b) => a.noiseMultiplier - b.noiseMultiplier || a.samplingRate - b.samplingRate || a.steps - b.steps,
    ),
    ...(precision > 0
      ? [{ kind: 'gaussian' as const, noiseMultiplier: 1 / Math.sqrt(precision), steps: 1 as const }]
      : []),
    ...[...releases.values()].sort((a, b) => a.epsilon - b.epsilon),
  ];
}

/**
 * The largest loss that can occur: −Σ T ln(1−q) when a row is added, and +∞ as soon as a plain Gaussian is in the
 * composition or a row is removed. δ(ε) = 0 exactly at and beyond it.
 */
export function largestLoss(components: readonly LossComponent[], direction: Direction): number {
  let sum = 0;
  for (const component of components) {
    if (component.kind === 'count') sum += component.steps * component.epsilon;
    else if (component.kind === 'gaussian' || direction === 'remove') return Number.POSITIVE_INFINITY;
    else sum -= component.steps * Math.log1p(-component.samplingRate);
  }
  return sum;
}

/** Σ T, for error terms that every step adds to. */
export function totalSteps(components: readonly LossComponent[]): number {
  return components.reduce((sum, component) => sum + component.steps, 0);
}
