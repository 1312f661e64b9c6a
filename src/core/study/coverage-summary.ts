import { NORMAL_95 } from '../analysis/normal-distribution.ts';
import type { RepeatOutcome } from './coverage.ts';
import type { TrueCoefficient } from './coverage-design.ts';
import { COVERAGE_METHODS, type CoverageMethod, type Interval } from './coverage-intervals.ts';

/** A level is called common where a centre can expect so many events in it. */
export const COMMON_EVENTS = 10;
/** An effect is called strong from this absolute value on: a risk ratio of at least 1.5, or at most 1/1.5. */
export const STRONG_EFFECT = Math.log(1.5);

/** A share over coefficients and repeats with its Monte Carlo standard error; NaN where nothing was counted. */
export interface MeasuredShare {
  readonly share: number;
  /** Repeats are independent, coefficients of one repeat are not; NaN for one repeat. */
  readonly standardError: number;
  readonly counted: number;
}

export interface MethodSummary {
  readonly method: CoverageMethod;
  /** How often the 95 % interval holds the truth. */
  readonly covered: MeasuredShare;
  /** The same for coefficients with at least `COMMON_EVENTS` events a centre, and for the rarer ones. */
  readonly coveredCommon: MeasuredShare;
  readonly coveredRare: MeasuredShare;
  /**
   * The same for strong effects. Twins are pulled to no effect: where the truth is near it, an interval holds it by
   * luck, and only strong effects tell.
   */
  readonly coveredStrong: MeasuredShare;
  /** Share of all (repeat, coefficient) pairs that the method could estimate. */
  readonly estimated: number;
  /** Median over pairs of interval width / width from all real rows: half are wider, half narrower. */
  readonly relativeWidth: number;
  /** Median of |estimate − truth| / the same median for all real rows, over pairs that both estimate. */
  readonly relativeError: number;
  /** Median of |estimate − all real rows| / median standard error of all real rows. */
  readonly distance: number;
  /** 1 − Σ estimate / Σ truth over strong effects, signs turned to one side: 0 without bias, 1 when all is pulled to no effect. */
  readonly pull: number;
  /** One a coefficient. */
  readonly byCoefficient: readonly MeasuredShare[];
}

export interface CellSummary {
  readonly repeats: number;
  readonly methods: readonly MethodSummary[];
  /** Share of coefficients where v⁻ ≤ 0 and Rubin's rules fell back to v⁺. */
  readonly fallback: MeasuredShare;
  readonly eventsPerCentre: Float64Array;
}

/** Counts over all repeats of one cell. */
export function summariseCell(
  outcomes: readonly RepeatOutcome[],
  truth: readonly TrueCoefficient[],
): CellSummary {
  const eventsPerCentre = Float64Array.from(truth, (_, column) =>
    mean(outcomes.map((outcome) => outcome.eventsPerCentre[column]!)),
  );
  const isCommon = (column: number) => eventsPerCentre[column]! >= COMMON_EVENTS;
  const all = [...truth.keys()];
  const strong = all.filter((column) => {
    const { variable, value } = truth[column]!;
    return variable !== undefined && Math.abs(value) >= STRONG_EFFECT;
  });
  return {
    repeats: outcomes.length,
    eventsPerCentre,
    fallback: measuredShare(outcomes, all, ({ coefficients }, column) => coefficients[column]!.usedFallback),
    methods: COVERAGE_METHODS.map((method): MethodSummary => {
      const interval = ({ coefficients }: RepeatOutcome, column: number) =>
        coefficients[column]!.intervals[method];
      const holds = (outcome: RepeatOutcome, column: number) => {
        const found = interval(outcome, column);
        return found === undefined ? undefined : holdsTruth(found, truth[column]!.value);
      };
      const covered = measuredShare(outcomes, all, holds);
      return {
        method,
        covered,
        coveredCommon: measuredShare(outcomes, all.filter(isCommon), holds),
        coveredRare: measuredShare(
          outcomes,
          all.filter((column) => !isCommon(column)),
          holds,
        ),
        coveredStrong: measuredShare(outcomes, strong, holds),
        estimated: covered.counted / (outcomes.length * truth.length),
        ...againstAllReal(outcomes, truth, method),
        pull: pullOf(outcomes, truth, strong, method),
        byCoefficient: all.map((column) => measuredShare(outcomes, [column], holds)),
      };
    }),
  };
}

export function holdsTruth({ lower, upper }: Interval, truth: number): boolean {
  return lower <= truth && truth <= upper;
}

/**
 * p̂ = Σ_r h_r / Σ_r n_r with h_r of n_r counted in repeat r; standard error of a ratio with repeats as the sampling unit,
 * √(R/(R − 1) Σ (h_r − p̂ n_r)²) / Σ n_r (Cochran, Sampling Techniques, 3rd ed., eq. 6.13).
 */
function measuredShare(
  outcomes: readonly RepeatOutcome[],
  columns: readonly number[],
  hit: (outcome: RepeatOutcome, column: number) => boolean | undefined,
): MeasuredShare {
  const tallies = outcomes.map((outcome) => {
    const hits = columns.map((column) => hit(outcome, column)).filter((one) => one !== undefined);
    return { hits: hits.filter(Boolean).length, counted: hits.length };
  });
  const counted = tallies.reduce((sum, tally) => sum + tally.counted, 0);
  const share = tallies.reduce((sum, tally) => sum + tally.hits, 0) / counted;
  const squares = tallies.reduce((sum, tally) => sum + (tally.hits - share * tally.counted) ** 2, 0);
  const R = tallies.length;
  return { share, counted, standardError: R > 1 ? Math.sqrt((R / (R - 1)) * squares) / counted : Number.NaN };
}

function againstAllReal(
  outcomes: readonly RepeatOutcome[],
  truth: readonly TrueCoefficient[],
  method: CoverageMethod,
): Pick<MethodSummary, 'relativeWidth' | 'relativeError' | 'distance'> {
  const widths: number[] = [];
  const errors: number[] = [];
  const idealErrors: number[] = [];
  const distances: number[] = [];
  const idealWidths: number[] = [];
  for (const { coefficients } of outcomes) {
    for (const [column, { intervals }] of coefficients.entries()) {
      const { [method]: found, 'all-real': ideal } = intervals;
      if (found === undefined || ideal === undefined) continue;
      widths.push((found.upper - found.lower) / (ideal.upper - ideal.lower));
      errors.push(Math.abs(found.estimate - truth[column]!.value));
      distances.push(Math.abs(found.estimate - ideal.estimate));
      idealWidths.push(ideal.upper - ideal.lower);
      idealErrors.push(Math.abs(ideal.estimate - truth[column]!.value));
    }
  }
  return {
    relativeWidth: median(widths),
    relativeError: median(errors) / median(idealErrors),
    distance: median(distances) / (median(idealWidths) / (2 * NORMAL_95)),
  };
}

/** Signs are turned so that strong effects of both signs add up. */
function pullOf(
  outcomes: readonly RepeatOutcome[],
  truth: readonly TrueCoefficient[],
  strong: readonly number[],
  method: CoverageMethod,
): number {
  let [found, wanted] = [0, 0];
  for (const { coefficients } of outcomes) {
    for (const column of strong) {
      const { value } = truth[column]!;
      const interval = coefficients[column]!.intervals[method];
      if (interval === undefined) continue;
      found += Math.sign(value) * interval.estimate;
      wanted += Math.abs(value);
    }
  }
  return 1 - found / wanted;
}

/** NaN of nothing. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(half)]!
    : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
