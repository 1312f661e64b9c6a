import { DIRECTIONS, type LossComponent } from './composition.ts';
import { deltaEstimate } from './delta-cost.ts';
import type { CertifiedCost } from './mechanism.ts';

/** The noise that calibration may choose from. */
export const SMALLEST_NOISE = 0.3;
export const LARGEST_NOISE = 1000;

export type CalibrationOutcome =
  | { readonly kind: 'calibrated'; readonly noiseMultiplier: number; readonly cost: CertifiedCost }
  | {
      readonly kind: 'unreachable';
      readonly noiseMultiplier: number;
      readonly smallestEpsilon: number;
      /** The largest number of steps, at most `steps`, with which the target would be met. */
      readonly largestSteps: (steps: number) => number;
    };

/**
 * Finds σ* with δ(ε; σ*) = δ by the value engine, rounds it up to 4 digits, and then lets the certificate decide:
 * once with the usual mesh, once with a finer one, then with the next σ of 4 digits.
 *
 * @param start a first guess of σ
 * @param composed the composition with a candidate σ (and a number of steps) in it; its δ falls in σ
 */
export function calibrateNoise(
  composed: (noiseMultiplier: number, steps?: number) => readonly LossComponent[],
  epsilon: number,
  delta: number,
  start: number,
  certified: (components: readonly LossComponent[], refined: boolean) => CertifiedCost | null,
): CalibrationOutcome {
  const excess = (noiseMultiplier: number, steps?: number) =>
    logDeltaExcess(composed(noiseMultiplier, steps), epsilon, delta);
  const value = noiseMeeting(excess, start);
  let candidate = value === null ? LARGEST_NOISE : roundUpTo4Digits(value);
  // a handful of tries: the first nearly always holds, and a step of 4 digits is worth 1e-4 in ε or more
  for (let attempt = 0; attempt < 6 && value !== null && candidate <= LARGEST_NOISE; attempt += 1) {
    for (const refined of [false, true]) {
      const cost = certified(composed(candidate), refined);
      if (cost !== null && cost.epsilonUpper <= epsilon) {
        return { kind: 'calibrated', noiseMultiplier: candidate, cost };
      }
    }
    candidate = next4Digits(candidate);
  }
  return {
    kind: 'unreachable',
    noiseMultiplier: LARGEST_NOISE,
    smallestEpsilon: certified(composed(LARGEST_NOISE), false)?.epsilonUpper ?? Number.MAX_VALUE,
    largestSteps: (steps) => {
      let works = 0;
      let fails = steps;
      while (fails - works > 1) {
        const middle = works + Math.floor((fails - works) / 2);
        if (excess(LARGEST_NOISE, middle) < 0) works = middle;
        else fails = middle;
      }
      return works;
    },
  };
}

/** ln δ(ε) − ln δ, the larger of both directions. */
function logDeltaExcess(components: readonly LossComponent[], epsilon: number, delta: number): number {
  let largest = 0;
  for (const direction of DIRECTIONS)
    largest = Math.max(largest, deltaEstimate(components, direction, epsilon));
  return largest > 0 ? Math.log(largest / delta) : -700;
}

/** The σ in [0.3, 1000] at which the excess changes sign; 0.3 where all are private enough; null where none is. */
function noiseMeeting(excess: (noiseMultiplier: number) => number, start: number): number | null {
  const smallest = Math.log(SMALLEST_NOISE);
  const largest = Math.log(LARGEST_NOISE);
  let low = Math.min(largest, Math.max(smallest, Math.log(start)));
  let fLow = excess(Math.exp(low));
  let high = low;
  let fHigh = fLow;
  for (let stride = 0.35; fLow <= 0; stride *= 2) {
    if (low <= smallest) return SMALLEST_NOISE;
    high = low;
    fHigh = fLow;
    low = Math.max(smallest, low - stride);
    fLow = excess(Math.exp(low));
  }
  for (let stride = 0.35; fHigh > 0; stride *= 2) {
    if (high >= largest) return null;
    low = high;
    fLow = fHigh;
    high = Math.min(largest, high + stride);
    fHigh = excess(Math.exp(high));
  }
  for (let i = 0; i < 80 && high - low > 1e-9; i += 1) {
    let middle = low + ((high - low) * fLow) / (fLow - fHigh);
    const wide = high - low > 0.8;
    if (wide || i % 4 === 3 || !(middle > low && middle < high)) middle = 0.5 * (low + high);
    const f = excess(Math.exp(middle));
    if (Math.abs(f) < 1e-9) return Math.exp(middle);
    if (f > 0) {
      low = middle;
      fLow = f;
    } else {
      high = middle;
      fHigh = f;
    }
  }
  return Math.exp(high);
}

/** The smallest decimal of 4 significant digits that is not below x (1e-9 relative is rounding, not noise). */
export function roundUpTo4Digits(x: number): number {
  const unit = Math.floor(Math.log10(x)) - 3;
  const scaled = unit < 0 ? x * 10 ** -unit : x / 10 ** unit;
  return decimal(Math.ceil(scaled * (1 - 1e-9)), unit);
}

function next4Digits(x: number): number {
  const unit = Math.floor(Math.log10(x * (1 + 1e-12))) - 3;
  const scaled = unit < 0 ? x * 10 ** -unit : x / 10 ** unit;
  return decimal(Math.round(scaled) + 1, unit);
}

function decimal(digits: number, exponent: number): number {
  return Number(`${digits}e${exponent}`);
}
