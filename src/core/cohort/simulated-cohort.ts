import type { Codebook, Level, Variable } from '../codebook/codebook.ts';
import { type RandomSource, uniform } from '../random/random-source.ts';
import type { RawTable } from '../table/coded-table.ts';
import {
  AGE_GROUP_LEVELS,
  COHORT_CENTRES,
  type CohortCentre,
  DEPRIVATION_LEVELS,
  EDUCATION_LEVELS,
  ETHNICITY_LEVELS,
  SEX_LEVELS,
} from './centres.ts';
import {
  AGE_RATE,
  AGE_SCORE,
  AGE_SLOPE_BY_ETHNICITY,
  DEGREE_BY_DEPRIVATION,
  DEGREE_BY_ETHNICITY,
  DEPRIVATION_BY_ETHNICITY,
  DEPRIVATION_RATE,
  EDUCATION_RATE,
  ETHNICITY_RATE,
  INTERCEPT,
  MALE_RATE,
  NONE_BY_DEPRIVATION,
} from './links.ts';

export const SITE_COLUMN = 'assessment_center';
const OUTCOME_COLUMN = 'covid_test_result';
const OUTCOME_VALUES = ['False', 'True'] as const;

/** Columns of the table in the file's order: site, five variables, outcome. */
const DICTIONARIES = {
  [SITE_COLUMN]: COHORT_CENTRES.map(({ name }) => name),
  age_group: AGE_GROUP_LEVELS,
  sex: SEX_LEVELS,
  ethnicity: ETHNICITY_LEVELS,
  deprivation: DEPRIVATION_LEVELS,
  education: EDUCATION_LEVELS,
  [OUTCOME_COLUMN]: OUTCOME_VALUES,
} as const;

/** The names of the 16 centres. */
export const CENTRE_NAMES: readonly string[] = DICTIONARIES[SITE_COLUMN];

/**
 * All 16 centres, 58,253 **invented people**: a table shaped like that of Prediger, Jälkö, Honkela and
 * Kaski (2024), whose real one is not public. See `centres.ts` for the sources of the shape.
 */
export function simulateCohort(random: RandomSource): RawTable {
  return simulate(COHORT_CENTRES, random);
}

/**
 * One centre's invented people.
 *
 * @param name one of `CENTRE_NAMES`
 * @throws RangeError for any other name
 */
export function simulateCentre(name: string, random: RandomSource): RawTable {
  const centre = COHORT_CENTRES.find((candidate) => candidate.name === name);
  if (centre === undefined) throw new RangeError(`the simulated cohort has no centre ${name}`);
  return simulate([centre], random);
}

/** The codebook of the simulated cohort. Its levels are published with the study's code, hence public. */
export function cohortCodebook(): Codebook {
  return {
    format: 'twinpool-codebook',
    version: 1,
    title: 'Simulated cohort of 16 centres',
    variables: [
      categorical('age_group', 'Age at recruitment', AGE_GROUP_LEVELS, AGE_GROUP_LABELS),
      categorical('sex', 'Sex', SEX_LEVELS),
      categorical('ethnicity', 'Ethnicity', ETHNICITY_LEVELS),
      categorical('deprivation', 'Deprivation quartile', DEPRIVATION_LEVELS, DEPRIVATION_LABELS),
      categorical('education', 'Highest education', EDUCATION_LEVELS),
    ],
    outcome: {
      kind: 'binary',
      name: OUTCOME_COLUMN,
      label: 'Positive SARS-CoV-2 test',
      event: 'True',
      noEvent: 'False',
      missingCodes: [],
    },
    declaredPublic: true,
  };
}

const AGE_GROUP_LABELS = [
  '40 to 44',
  '45 to 49',
  '50 to 54',
  '55 to 59',
  '60 to 64',
  '65 to 69',
  '70 and over',
];
const DEPRIVATION_LABELS = ['1st (least deprived)', '2nd', '3rd', '4th (most deprived)'];

function categorical(
  name: string,
  label: string,
  values: readonly string[],
  labels: readonly string[] = values,
): Variable {
  const levels: Level[] = values.map((value, i) => ({ value, label: labels[i]! }));
  return {
    name,
    label,
    kind: values.length === 2 ? 'binary' : 'categorical',
    levels,
    reference: values[0]!,
    missingCodes: [],
    missing: { kind: 'exclude' },
  };
}

function simulate(centres: readonly CohortCentre[], random: RandomSource): RawTable {
  const rowCount = centres.reduce((sum, centre) => sum + centre.rowCount, 0);
  const columns = Object.entries(DICTIONARIES).map(([name, dictionary]) => ({
    name,
    dictionary,
    codes: new Uint32Array(rowCount),
  }));
  const [site, ageGroup, sex, ethnicity, deprivation, education, outcome] = columns.map(({ codes }) => codes);
  let row = 0;
  for (const centre of centres) {
    const siteCode = COHORT_CENTRES.indexOf(centre);
    for (let i = 0; i < centre.rowCount; i++, row++) {
      const e = draw(centre.ethnicity, random);
      const a = draw(
        weigh(centre.ageGroup, (level) => Math.exp(AGE_SLOPE_BY_ETHNICITY[e]! * AGE_SCORE[level]!)),
        random,
      );
      const q = draw(
        weigh(centre.deprivation, (level) => Math.sqrt(DEPRIVATION_BY_ETHNICITY[e]![level]!)),
        random,
      );
      const d = draw(
        weigh(centre.education, (level) => educationWeight(level, { age: a, ethnicity: e, deprivation: q })),
        random,
      );
      const male = uniform(random) * 100 < centre.female ? 0 : 1;
      const logRate =
        INTERCEPT +
        AGE_RATE[a]! +
        MALE_RATE * male +
        ETHNICITY_RATE[e]! +
        DEPRIVATION_RATE[q]! +
        EDUCATION_RATE[d]! +
        centre.logRateOffset;
      site![row] = siteCode;
      ageGroup![row] = a;
      sex![row] = male;
      ethnicity![row] = e;
      deprivation![row] = q;
      education![row] = d;
      outcome![row] = uniform(random) < Math.min(1, Math.exp(logRate)) ? 1 : 0;
    }
  }
  return { columns, rowCount };
}

function educationWeight(
  level: number,
  person: { age: number; ethnicity: number; deprivation: number },
): number {
  const score = AGE_SCORE[person.age]!;
  if (level === 0) {
    return (
      DEGREE_BY_DEPRIVATION[person.deprivation]! *
      DEGREE_BY_ETHNICITY[person.ethnicity]! *
      Math.exp(-0.08 * score)
    );
  }
  return level === 4 ? NONE_BY_DEPRIVATION[person.deprivation]! * Math.exp(0.22 * score) : 1;
}

function weigh(shares: readonly number[], weight: (level: number) => number): number[] {
  return shares.map((share, level) => share * weight(level));
}

/** An index drawn with probability proportional to its share. */
function draw(shares: readonly number[], random: RandomSource): number {
  let left = uniform(random) * shares.reduce((sum, share) => sum + share, 0);
  for (let index = 0; index < shares.length - 1; index++) {
    left -= shares[index]!;
    if (left < 0) return index;
  }
  return shares.length - 1;
}
