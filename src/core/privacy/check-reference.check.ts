import { calibrate, certifyComposition } from './certify.ts';
import type { Tally } from './check-tally.check.ts';
import { certifyDelta } from './delta-cost.ts';
import type { DirectionCost, SubsampledGaussian } from './mechanism.ts';

interface PerDirection {
  readonly remove?: number | null;
  readonly add?: number | null;
  readonly max?: number | null;
}

interface Interval {
  readonly lower?: number | string | null;
  readonly upper?: number | string | null;
}

interface Row {
  readonly exact?: PerDirection | null;
  readonly reference?: number | null;
  readonly reference_is?: string;
  readonly rdp_upper?: number | string | null;
  readonly interval?: Readonly<Record<string, Interval | undefined>> | null;
}

interface CompositionRecord {
  readonly id?: string;
  readonly mechanisms: readonly { readonly sigma: number; readonly q: number; readonly T: number }[];
  readonly epsilon_for_delta?: readonly (Row & { readonly delta: number })[];
  readonly delta_for_epsilon?: readonly (Row & { readonly epsilon: number })[];
}

interface CalibrationRecord {
  readonly id?: string;
  readonly epsilon: number;
  readonly delta: number;
  readonly q: number;
  readonly T: number;
  readonly reference_sigma?: number | null;
}

export interface ReferenceFile {
  readonly single?: readonly CompositionRecord[];
  readonly heterogeneous?: readonly CompositionRecord[];
  readonly calibration?: readonly CalibrationRecord[];
  readonly contour_check?: {
    readonly rows?: readonly {
      readonly sigma: number;
      readonly q: number;
      readonly T: number;
      readonly epsilon: number;
      readonly direction: 'remove' | 'add';
      readonly delta_double: number;
    }[];
  };
}

/** Where no exact value is known the reference is an upper bound, within about 1e-5 of the truth. */
const UPPER_REFERENCE_SLACK = 1e-4;

/** Compares everything that a file of the reference format holds, with the tolerances of its README. */
export function checkReferenceFile(file: ReferenceFile, tally: Tally): void {
  for (const record of file.single ?? []) checkComposition('single', record, tally);
  for (const record of file.heterogeneous ?? []) checkComposition('heterogeneous', record, tally);
  for (const record of file.calibration ?? []) checkCalibration(record, tally);
  for (const row of file.contour_check?.rows ?? []) {
    const mechanisms = [{ noiseMultiplier: row.sigma, samplingRate: row.q, steps: row.T }];
    const result = certifyDelta(mechanisms, row.epsilon);
    const value = result.ok ? result.value[row.direction].deltaValue : Number.NaN;
    const name = `σ=${row.sigma} q=${row.q} T=${row.T} ε=${row.epsilon} ${row.direction}`;
    tally.add('40-digit δ', name, Math.abs(value / row.delta_double - 1), 1e-7);
  }
}

function checkComposition(group: string, record: CompositionRecord, tally: Tally): void {
  const mechanisms: readonly SubsampledGaussian[] = record.mechanisms.map(({ sigma, q, T }) => ({
    noiseMultiplier: sigma,
    samplingRate: q,
    steps: T,
  }));
  const label = record.id ?? JSON.stringify(record.mechanisms);
  for (const row of record.epsilon_for_delta ?? []) {
    const name = `${label} δ=${row.delta}`;
    const start = performance.now();
    const result = certifyComposition(mechanisms, row.delta);
    const elapsed = performance.now() - start;
    if (!result.ok) {
      tally.add(`${group} refused`, `${name} ${result.failure.kind}`, 1, 0, elapsed);
      continue;
    }
    const cost = result.value;
    const whole = { ...cost, max: cost };
    for (const direction of ['remove', 'add', 'max'] as const) {
      const bound = whole[direction] as Pick<DirectionCost, 'epsilonUpper' | 'epsilonValue' | 'epsilonLower'>;
      checkEpsilon(`${group} ε`, `${name} ${direction}`, row, direction, bound, elapsed, tally);
    }
  }
  for (const row of record.delta_for_epsilon ?? []) {
    const name = `${label} ε=${row.epsilon}`;
    const start = performance.now();
    const result = certifyDelta(mechanisms, row.epsilon);
    const elapsed = performance.now() - start;
    if (!result.ok) {
      tally.add(`${group} refused`, `${name} ${result.failure.kind}`, 1, 0, elapsed);
      continue;
    }
    const whole = { ...result.value, max: result.value };
    for (const direction of ['remove', 'add', 'max'] as const) {
      const { deltaValue, deltaUpper, deltaLower } = whole[direction];
      const exact = exactValue(row, direction);
      const of = `${name} ${direction}`;
      if (exact !== null) {
        // below δ = 1e-14 the tolerance is absolute
        const gap = Math.abs(deltaValue - exact);
        tally.add(`${group} δ value`, of, gap, exact >= 1e-14 ? 1e-7 * exact : 1e-18, elapsed);
        tally.add(`${group} δ upper not below`, of, exact - deltaUpper, 1e-9 * exact + 1e-18, elapsed);
        tally.add(`${group} δ lower not above`, of, deltaLower - exact, 1e-9 * exact + 1e-18, elapsed);
      } else if (direction === 'max' && isNumber(row.reference)) {
        tally.add(`${group} δ below the reference bound`, of, deltaLower - row.reference, 1e-9, elapsed);
        const gap = Math.abs(deltaValue - row.reference);
        tally.add(`${group} δ near the reference bound`, of, gap, 1e-3 * row.reference + 1e-12, elapsed);
      }
    }
  }
}

function checkEpsilon(
  kind: string,
  name: string,
  row: Row & { readonly delta: number },
  direction: 'remove' | 'add' | 'max',
  bound: Pick<DirectionCost, 'epsilonUpper' | 'epsilonValue' | 'epsilonLower'>,
  elapsed: number,
  tally: Tally,
): void {
  const { epsilonUpper, epsilonValue, epsilonLower } = bound;
  const exact = exactValue(row, direction);
  tally.add(
    `${kind} value within its bounds`,
    name,
    Math.max(epsilonLower - epsilonValue, epsilonValue - epsilonUpper),
    0,
  );
  if (exact !== null) {
    tally.add(`${kind} value`, name, Math.abs(epsilonValue - exact), 1e-7 + 1e-8 * exact, elapsed);
    tally.add(`${kind} upper not below`, name, exact - epsilonUpper, 1e-9, elapsed);
    tally.add(`${kind} upper tight`, name, epsilonUpper - exact, tightness(exact, row.delta), elapsed);
    tally.add(`${kind} lower not above`, name, epsilonLower - exact, 1e-9, elapsed);
  } else if (direction === 'max' && isNumber(row.reference)) {
    const { reference } = row;
    tally.add(`${kind} lower not above the reference`, name, epsilonLower - reference, 1e-9, elapsed);
    tally.add(
      `${kind} value near the reference bound`,
      name,
      Math.abs(epsilonValue - reference),
      UPPER_REFERENCE_SLACK * (1 + reference),
      elapsed,
    );
    tally.add(
      `${kind} upper tight`,
      name,
      epsilonUpper - reference,
      tightness(reference, row.delta),
      elapsed,
    );
  }
  const lower = row.interval?.[direction]?.lower;
  if (isNumber(lower)) tally.add(`${kind} upper above the packages' lower`, name, lower - epsilonUpper, 1e-9);
  if (direction === 'max' && isNumber(row.rdp_upper)) {
    tally.add(`${kind} below the Rényi bound`, name, epsilonValue - row.rdp_upper, 1e-9);
  }
}

function checkCalibration(record: CalibrationRecord, tally: Tally): void {
  const { epsilon, delta, q, T, reference_sigma: reference } = record;
  const name = record.id ?? `ε=${epsilon} δ=${delta} q=${q} T=${T}`;
  const start = performance.now();
  const result = calibrate({ epsilon, delta, samplingRate: q, steps: T });
  const elapsed = performance.now() - start;
  if (!result.ok) {
    tally.add('calibration refused', `${name} ${result.failure.kind}`, 1, 0, elapsed);
    return;
  }
  const { parameters, cost } = result.value;
  const sigma = parameters.noiseMultiplier;
  tally.add('calibration certified', name, cost.epsilonUpper - epsilon, 0, elapsed);
  if (!isNumber(reference)) return;
  tally.add('calibration σ not below', name, reference * (1 - 1e-7) - sigma, 0, elapsed);
  tally.add('calibration σ not above', name, sigma / reference - 1, 1e-3, elapsed);
}

function exactValue(row: Row, direction: 'remove' | 'add' | 'max'): number | null {
  const exact = row.exact?.[direction];
  if (isNumber(exact)) return exact;
  return direction === 'max' && row.reference_is === 'exact' && isNumber(row.reference)
    ? row.reference
    : null;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** How far a certificate may lie above: 1e-3 + 1e-3 ε from δ = 1e-8 on, where the tolerance is stated; ten times that below. */
function tightness(epsilon: number, delta: number): number {
  return (1e-3 + 1e-3 * epsilon) * (delta >= 1e-8 ? 1 : 10);
}
