import type { DiscreteLaplaceCount, SubsampledGaussian } from './mechanism.ts';

export type ParameterName =
  | 'noiseMultiplier'
  | 'samplingRate'
  | 'steps'
  | 'epsilon'
  | 'delta'
  | 'countEpsilon';

/** A number for which the accountant gives no answer, with the range in which it does. */
export interface ParameterOutOfRange {
  readonly kind: 'parameter-out-of-range';
  readonly parameter: ParameterName;
  readonly value: number;
  readonly smallest: number;
  readonly largest: number;
  /** True where the parameter must be a whole number. */
  readonly whole: boolean;
}

interface Range {
  readonly smallest: number;
  readonly largest: number;
  readonly whole: boolean;
}

/** Where the engines have been tested against each other (`npm run check:accountant -- --random`). */
export const PARAMETER_RANGES: Readonly<Record<ParameterName, Range>> = {
  noiseMultiplier: { smallest: 0.2, largest: 10_000, whole: false },
  samplingRate: { smallest: 1e-9, largest: 1, whole: false },
  steps: { smallest: 1, largest: 10_000_000, whole: true },
  epsilon: { smallest: 1e-9, largest: 1e9, whole: false },
  delta: { smallest: 1e-15, largest: 1 - 2 ** -53, whole: false },
  countEpsilon: { smallest: 1e-6, largest: 100, whole: false },
};

/** The first number out of range, or undefined. NaN is out of every range. */
export function outOfRange(parameter: ParameterName, value: number): ParameterOutOfRange | undefined {
  const { smallest, largest, whole } = PARAMETER_RANGES[parameter];
  const inside = value >= smallest && value <= largest && (!whole || Number.isInteger(value));
  return inside ? undefined : { kind: 'parameter-out-of-range', parameter, value, smallest, largest, whole };
}

export function mechanismOutOfRange(mechanism: SubsampledGaussian): ParameterOutOfRange | undefined {
  return (
    outOfRange('noiseMultiplier', mechanism.noiseMultiplier) ??
    outOfRange('samplingRate', mechanism.samplingRate) ??
    outOfRange('steps', mechanism.steps)
  );
}

export function countOutOfRange(count: DiscreteLaplaceCount): ParameterOutOfRange | undefined {
  return outOfRange('countEpsilon', count.epsilon);
}
