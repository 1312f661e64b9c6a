import type { ErrorKind } from '../analysis/glm-covariance.ts';
import type { Codebook } from '../codebook/codebook.ts';
import { levelsOf } from '../codebook/codebook.ts';
import { COHORT_CENTRES } from '../cohort/centres.ts';
import {
  AGE_RATE,
  DEPRIVATION_RATE,
  EDUCATION_RATE,
  ETHNICITY_RATE,
  INTERCEPT,
  MALE_RATE,
} from '../cohort/links.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { type PlanFailure, planTraining, type TrainingPlan } from '../inference/plan.ts';
import { shortPreset } from '../inference/presets.ts';
import type { Result } from '../result.ts';

/**
 * How often intervals called 95 % hold the truth, as an experiment: M centres of N invented people each, all from one
 * population, so that every centre estimates the same numbers. Centre 1 analyses its own rows with K
 * synthetic sets of each of the others, trained by the `short` preset at (ε, δ).
 *
 * The events are drawn with P(y = 1) = λ(x), main effects on the log scale as in `cohort/links.ts`: a Poisson regression
 * with log link is right about λ. Its model-based errors are a little too wide for events (variance λ(1 − λ) and not
 * λ), so that an honest method holds the truth in somewhat more than 95 %.
 */
export interface CoverageDesign {
  /** The centre of the simulated cohort whose people are drawn. */
  readonly centre: string;
  /** M ≥ 2 */
  readonly parties: number;
  /** N, people a centre; every value with every ε is one cell. */
  readonly rowCounts: readonly number[];
  readonly epsilons: readonly number[];
  readonly delta: number;
  /** K */
  readonly setCount: number;
  /** B, trainings on sets of every twin for the rules by parametric bootstrap; 0 leaves these rules out. At most K. */
  readonly replicates: number;
  /** Independent simulations a cell: new people, new training, new sets. */
  readonly repeats: number;
  readonly errors: ErrorKind;
  /** Whether centres with noisy tables count their rows with noise too, and do not declare them public. */
  readonly noisyRows: boolean;
  /** Pairs of variables that centres with noisy tables count as well, by name. */
  readonly pairs: readonly (readonly [string, string])[];
  /** Rows that the first centre keeps of its N. */
  readonly ownRows: number;
  /** Declared guess of the event rate; the true one is near 0.23. */
  readonly eventRateGuess: number;
}

/** As large as takes about five minutes on one core. Errors as the Analyse step has them unless asked otherwise. */
export const USUAL_COVERAGE_DESIGN: CoverageDesign = {
  centre: 'Croydon',
  parties: 4,
  rowCounts: [150, 500, 1500],
  epsilons: [0.5, 1, 2],
  delta: 1e-6,
  setCount: 30,
  replicates: 0,
  repeats: 50,
  errors: 'model',
  noisyRows: false,
  pairs: [],
  ownRows: Number.POSITIVE_INFINITY,
  eventRateGuess: 0.2,
};

export const QUICK_COVERAGE_DESIGN: CoverageDesign = {
  ...USUAL_COVERAGE_DESIGN,
  rowCounts: [300],
  epsilons: [1],
  setCount: 10,
  repeats: 10,
};

export interface CoverageCell {
  readonly rowCount: number;
  readonly epsilon: number;
}

export function cellsOf({ rowCounts, epsilons }: CoverageDesign): CoverageCell[] {
  return rowCounts.flatMap((rowCount) => epsilons.map((epsilon) => ({ rowCount, epsilon })));
}

/** The training of every centre but the first. */
export function planOf(design: CoverageDesign, cell: CoverageCell): Result<TrainingPlan, PlanFailure> {
  const codebook = cohortCodebook();
  const settings = shortPreset(codebook.outcome, design.eventRateGuess);
  return planTraining({ codebook, settings, delta: design.delta, ...cell });
}

/** Log rates of the levels, as the cohort draws its events. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  age_group: AGE_RATE,
  sex: [0, MALE_RATE],
  ethnicity: ETHNICITY_RATE,
  deprivation: DEPRIVATION_RATE,
  education: EDUCATION_RATE,
};

/** One coefficient of the regression with its true value, on the log scale. */
export interface TrueCoefficient {
  /** Undefined for the intercept. */
  readonly variable: string | undefined;
  /** Position in the codebook, −1 for the intercept. */
  readonly position: number;
  readonly level: number;
  readonly label: string;
  readonly value: number;
}

/** The truth in the order of the regression's columns: the intercept, then every level but the references. */
export function trueCoefficients(
  centre: string,
  codebook: Codebook = cohortCodebook(),
): readonly TrueCoefficient[] {
  const { logRateOffset } = centreNamed(centre);
  const intercept: TrueCoefficient = {
    variable: undefined,
    position: -1,
    level: 0,
    label: 'intercept',
    value: INTERCEPT + logRateOffset,
  };
  const effects = codebook.variables.flatMap((variable, position) =>
    levelsOf(variable).flatMap(({ label, value }, level): TrueCoefficient[] => {
      if (value === variable.reference) return [];
      const name = variable.name;
      return [
        {
          variable: name,
          position,
          level,
          label: `${variable.label}: ${label}`,
          value: RATES[name]![level]!,
        },
      ];
    }),
  );
  return [intercept, ...effects];
}

/** @throws RangeError where the simulated cohort has no such centre */
export function centreNamed(name: string): (typeof COHORT_CENTRES)[number] {
  const centre = COHORT_CENTRES.find((candidate) => candidate.name === name);
  if (centre === undefined) throw new RangeError(`the simulated cohort has no centre ${name}`);
  return centre;
}
