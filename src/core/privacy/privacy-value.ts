import { singleReleaseDelta } from './closed-form.ts';
import { type Direction, type LossComponent, largestLoss } from './composition.ts';
import {
  type ContourDelta,
  contourDelta,
  saddleEpsilon,
  saddleForDelta,
  type Tilt,
} from './contour-integral.ts';

/** ε(δ) with the δ error of the evaluation that gave it. */
export interface EpsilonValue {
  readonly epsilon: number;
  /** Bound on the error of ε. */
  readonly error: number;
}

/** The one release that a composition is, if it is one: its δ(ε) has a closed form. */
export function singleRelease(
  components: readonly LossComponent[],
): { readonly noiseMultiplier: number; readonly samplingRate: number } | null {
  const only = components.length === 1 ? components[0] : undefined;
  if (only === undefined || only.steps !== 1 || only.kind === 'count') return null;
  return {
    noiseMultiplier: only.noiseMultiplier,
    samplingRate: only.kind === 'gaussian' ? 1 : only.samplingRate,
  };
}

/** Relative rounding of the closed form: Mills ratios agree in at most log10(σ) + 2 digits. */
export function closedFormError(noiseMultiplier: number): number {
  return 1e-13 * (10 + 10 * noiseMultiplier);
}

/**
 * The ε ≥ 0 at which a closed form meets δ, by bisection and Illinois on ln δ.
 *
 * @param deltaAt decreasing in ε
 */
export function closedFormEpsilon(deltaAt: (epsilon: number) => number, delta: number): number {
  const excess = (epsilon: number) => Math.log(Math.max(deltaAt(epsilon), 1e-320)) - Math.log(delta);
  let low = 0;
  let fLow = excess(0);
  if (fLow <= 0) return 0;
  let high = 1e-3;
  let fHigh = excess(high);
  while (fHigh > 0) {
    low = high;
    fLow = fHigh;
    high *= 2;
    fHigh = excess(high);
  }
  for (let i = 0; i < 200 && high - low > 1e-15 * high; i += 1) {
    let middle = low + ((high - low) * fLow) / (fLow - fHigh);
    if (i % 3 === 2 || !(middle > low && middle < high)) middle = 0.5 * (low + high);
    const f = excess(middle);
    if (f === 0) return middle;
    if (f > 0) {
      low = middle;
      fLow = f;
    } else {
      high = middle;
      fHigh = f;
    }
  }
  return high;
}

/** δ(ε) by closed form or contour integral; null where the integrand decays too slowly. */
export function deltaValue(
  components: readonly LossComponent[],
  direction: Direction,
  epsilon: number,
): ContourDelta | null {
  const single = singleRelease(components);
  if (single === null) return contourDelta(components, direction, epsilon);
  const delta = singleReleaseDelta(single.noiseMultiplier, single.samplingRate, direction, epsilon);
  return { delta, slope: Number.NaN, error: delta * closedFormError(single.noiseMultiplier) };
}

/** ε(δ) by closed form or contour integral; null where the integrand decays too slowly. */
export function epsilonValue(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  start?: Tilt,
): EpsilonValue | null {
  const single = singleRelease(components);
  if (single !== null) {
    const { noiseMultiplier, samplingRate } = single;
    const at = (epsilon: number) => singleReleaseDelta(noiseMultiplier, samplingRate, direction, epsilon);
    const epsilon = closedFormEpsilon(at, delta);
    return { epsilon, error: (1 + epsilon) * closedFormError(noiseMultiplier) };
  }
  return contourEpsilon(components, direction, delta, start ?? saddleForDelta(components, direction, delta));
}

/** Newton's method on ln δ, kept inside of a bracket. */
function contourEpsilon(
  components: readonly LossComponent[],
  direction: Direction,
  delta: number,
  start: Tilt,
): EpsilonValue | null {
  let low = 0;
  let high = largestLoss(components, direction);
  let epsilon = Math.max(0, saddleEpsilon(start));
  if (!(epsilon < high)) epsilon = 0.999 * high;
  for (let i = 0; i < 60; i += 1) {
    const at = contourDelta(components, direction, epsilon);
    if (at === null) return null;
    const gap = at.delta > 0 ? Math.log(at.delta / delta) : Number.NEGATIVE_INFINITY;
    if (gap > 0) low = epsilon;
    else high = epsilon;
    const rate = -at.slope / at.delta;
    const error = at.error / -at.slope;
    if (epsilon === 0 && gap <= 0) return { epsilon: 0, error };
    let next = epsilon + gap / rate;
    if (!(next >= low && next <= high)) {
      next = high < Number.POSITIVE_INFINITY ? 0.5 * (low + high) : 2 * epsilon + 0.1;
      if (gap < 0 && low === 0 && epsilon + gap / rate < 0) next = 0;
    }
    if (Math.abs(next - epsilon) <= 1e-12 * (1 + epsilon) || high - low < 1e-14 * (1 + high)) {
      return { epsilon: next, error: error + 1e-12 * (1 + epsilon) };
    }
    epsilon = next;
  }
  return null;
}
