import { fail, type Result, succeed } from '../result.ts';
import { calibrateNoise } from './calibration.ts';
import { type LossComponent, normalForm } from './composition.ts';
import { directionCost, USUAL_ACCURACY } from './direction-cost.ts';
import type {
  CertifiedCost,
  CertifiedMechanism,
  DiscreteLaplaceCount,
  SubsampledGaussian,
} from './mechanism.ts';
import {
  countOutOfRange,
  mechanismOutOfRange,
  outOfRange,
  type ParameterOutOfRange,
} from './parameter-range.ts';

/** Why there is no certified answer, with what would work. */
export type PrivacyFailure =
  | ParameterOutOfRange
  /** Even the most noise allowed costs more than asked for. */
  | {
      readonly kind: 'epsilon-unreachable';
      readonly epsilon: number;
      /** Certified ε with σ = `largestNoiseMultiplier`: the smallest target that would work. */
      readonly smallestEpsilon: number;
      readonly largestNoiseMultiplier: number;
      /** The number of steps with which the target would work; 0 if not even one step does. */
      readonly largestSteps: number;
    }
  /** What has been released already costs the whole budget. */
  | { readonly kind: 'budget-spent'; readonly epsilonSpent: number; readonly cap: number }
  /** Read-back data claims a cost that the accountant does not confirm. */
  | { readonly kind: 'cost-not-confirmed'; readonly claimed: number; readonly certified: number }
  /** Value and bound contradict each other: no number is given out. */
  | { readonly kind: 'engines-disagree'; readonly epsilonUpper: number; readonly epsilonValue: number };

/** What a plan asks for. ε in nats. */
export interface CalibrationTarget {
  readonly epsilon: number;
  readonly delta: number;
  /** q */
  readonly samplingRate: number;
  /** T */
  readonly steps: number;
}

/**
 * The certified cost of one run at δ: upper bound, value and lower bound of ε in both directions
 * (METHOD §5; ACCOUNTING.md engines A and B).
 */
export function certify(
  parameters: SubsampledGaussian,
  delta: number,
): Result<CertifiedMechanism, PrivacyFailure> {
  const cost = certifyComposition([parameters], delta);
  return cost.ok ? succeed(certifiedMechanism(parameters, cost.value)) : cost;
}

/**
 * The smallest noise multiplier, rounded up to 4 significant digits, whose certified ε is at most the target.
 */
export function calibrate(target: CalibrationTarget): Result<CertifiedMechanism, PrivacyFailure> {
  return calibrateBeside([], [], target);
}

/** The certified total of releases made from one table. No releases cost nothing. */
export function certifyComposition(
  mechanisms: readonly SubsampledGaussian[],
  delta: number,
  counts: readonly DiscreteLaplaceCount[] = [],
): Result<CertifiedCost, PrivacyFailure> {
  const failure =
    outOfRange('delta', delta) ??
    firstDefined(mechanisms, mechanismOutOfRange) ??
    firstDefined(counts, countOutOfRange);
  if (failure !== undefined) return fail(failure);
  return certifiedCost(normalForm(mechanisms, counts), delta, USUAL_ACCURACY);
}

/**
 * The largest budget left: the smallest noise for a next run such that everything released before and that run
 * together cost at most the cap. The mechanism in the answer carries its own cost; the total is in `total`.
 */
export function nextRelease(
  before: readonly SubsampledGaussian[],
  countsBefore: readonly DiscreteLaplaceCount[],
  cap: CalibrationTarget,
): Result<{ readonly mechanism: CertifiedMechanism; readonly total: CertifiedCost }, PrivacyFailure> {
  const mechanism = calibrateBeside(before, countsBefore, cap);
  if (!mechanism.ok) return mechanism;
  const total = certifyComposition([...before, mechanism.value.parameters], cap.delta, countsBefore);
  return total.ok ? succeed({ mechanism: mechanism.value, total: total.value }) : total;
}

/**
 * Gives read-back data its brand again: recomputes the cost and accepts the claim only if the claimed bound is
 * not below what the accountant certifies (1e-9 relative for another machine's rounding).
 */
export function reverify(claimed: {
  readonly parameters: SubsampledGaussian;
  readonly cost: Pick<CertifiedCost, 'delta' | 'epsilonUpper'>;
}): Result<CertifiedMechanism, PrivacyFailure> {
  const certified = certify(claimed.parameters, claimed.cost.delta);
  if (!certified.ok) return certified;
  const { epsilonUpper } = certified.value.cost;
  if (claimed.cost.epsilonUpper >= epsilonUpper * (1 - 1e-9)) return certified;
  const target = refinedMechanism(claimed.parameters, claimed.cost.delta);
  if (!target.ok) return target;
  if (claimed.cost.epsilonUpper >= target.value.cost.epsilonUpper * (1 - 1e-9)) return target;
  return fail({
    kind: 'cost-not-confirmed',
    claimed: claimed.cost.epsilonUpper,
    certified: target.value.cost.epsilonUpper,
  });
}

function refinedMechanism(
  parameters: SubsampledGaussian,
  delta: number,
): Result<CertifiedMechanism, PrivacyFailure> {
  const cost = certifiedCost(normalForm([parameters]), delta, REFINED_ACCURACY);
  return cost.ok ? succeed(certifiedMechanism(parameters, cost.value)) : cost;
}

/** Mesh accuracy of the second try, where the usual one misses a target. */
const REFINED_ACCURACY = USUAL_ACCURACY / 64;

function calibrateBeside(
  before: readonly SubsampledGaussian[],
  counts: readonly DiscreteLaplaceCount[],
  target: CalibrationTarget,
): Result<CertifiedMechanism, PrivacyFailure> {
  const { epsilon, delta, samplingRate, steps } = target;
  const failure =
    outOfRange('epsilon', epsilon) ??
    outOfRange('delta', delta) ??
    outOfRange('samplingRate', samplingRate) ??
    outOfRange('steps', steps) ??
    firstDefined(before, mechanismOutOfRange) ??
    firstDefined(counts, countOutOfRange);
  if (failure !== undefined) return fail(failure);
  const beside = before.length + counts.length > 0;
  if (beside) {
    const spent = certifyComposition(before, delta, counts);
    if (!spent.ok) return spent;
    if (spent.value.epsilonUpper >= epsilon) {
      return fail({ kind: 'budget-spent', epsilonSpent: spent.value.epsilonUpper, cap: epsilon });
    }
  }
  const composed = (noiseMultiplier: number, T = steps) =>
    normalForm([...before, { noiseMultiplier, samplingRate, steps: T }], counts);
  // a Gaussian with the run's variance: the right size for long runs
  const guess = (samplingRate * Math.sqrt(2 * steps * Math.log(1 / delta))) / Math.min(epsilon, 20);
  const found = calibrateNoise(composed, epsilon, delta, guess, (components, refined) => {
    // beside others the total must fit as everybody else computes it
    if (refined && beside) return null;
    const cost = certifiedCost(components, delta, refined ? REFINED_ACCURACY : USUAL_ACCURACY);
    return cost.ok ? cost.value : null;
  });
  if (found.kind === 'unreachable') {
    return fail({
      kind: 'epsilon-unreachable',
      epsilon,
      smallestEpsilon: found.smallestEpsilon,
      largestNoiseMultiplier: found.noiseMultiplier,
      largestSteps: found.largestSteps(steps),
    });
  }
  const parameters = { noiseMultiplier: found.noiseMultiplier, samplingRate, steps };
  return beside ? certify(parameters, delta) : succeed(certifiedMechanism(parameters, found.cost));
}

function certifiedCost(
  components: readonly LossComponent[],
  delta: number,
  accuracy: number,
): Result<CertifiedCost, PrivacyFailure> {
  const remove = directionCost(components, 'remove', delta, accuracy);
  const add = directionCost(components, 'add', delta, accuracy);
  for (const { epsilonUpper, epsilonValue, epsilonLower } of [remove, add]) {
    if (!(epsilonLower <= epsilonUpper && epsilonUpper < Number.POSITIVE_INFINITY)) {
      return fail({ kind: 'engines-disagree', epsilonUpper, epsilonValue });
    }
  }
  return succeed({
    delta,
    epsilonUpper: Math.max(remove.epsilonUpper, add.epsilonUpper),
    epsilonValue: Math.max(remove.epsilonValue, add.epsilonValue),
    epsilonLower: Math.max(remove.epsilonLower, add.epsilonLower),
    neighbours: 'add-remove-one-row',
    remove,
    add,
  });
}

/** The only place where the brand is given. */
function certifiedMechanism(parameters: SubsampledGaussian, cost: CertifiedCost): CertifiedMechanism {
  const { noiseMultiplier, samplingRate, steps } = parameters;
  return {
    kind: 'subsampled-gaussian',
    parameters: { noiseMultiplier, samplingRate, steps },
    cost,
  } as CertifiedMechanism;
}

function firstDefined<T>(
  values: readonly T[],
  check: (value: T) => ParameterOutOfRange | undefined,
): ParameterOutOfRange | undefined {
  for (const value of values) {
    const failure = check(value);
    if (failure !== undefined) return failure;
  }
  return undefined;
}
