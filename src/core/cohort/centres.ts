/**
 * What is assumed of the 16 centres of the simulated cohort: sizes, shares in per cent, and an offset to
 * the log rate of a positive test. **These are estimates about invented people**, made to fit what is
 * published about the shape of a real cohort; no number here was measured in a centre.
 *
 * Sources of the shape: the sizes' range and median, the total and the shares of White British people as
 * given by Prediger, Jälkö, Honkela and Kaski (BMC Med Inform Decis Mak 2024); column levels as in their
 * published code; education as among tested UK Biobank participants (ERJ Open Research, table of
 * demographic characteristics); age by decade from UK Biobank's description of its participants;
 * deprivation by ethnicity after Mathur et al. (Lancet 2021). Ethnicity, deprivation and education by
 * centre follow the 2011 Census of the districts around each centre (Office for National Statistics):
 * contains public sector information licensed under the Open Government Licence v3.0, Crown copyright.
 */
export interface CohortCentre {
  /** As the study spells it. */
  readonly name: string;
  readonly rowCount: number;
  /** Per cent, in the order of `ETHNICITY_LEVELS`; shares need not add up to exactly 100. */
  readonly ethnicity: readonly number[];
  /** Per cent, least deprived quartile first. */
  readonly deprivation: readonly number[];
  /** Per cent, in the order of `EDUCATION_LEVELS`. */
  readonly education: readonly number[];
  /** Per cent, in the order of `AGE_GROUP_LEVELS`. */
  readonly ageGroup: readonly number[];
  /** Per cent. */
  readonly female: number;
  /** Added to the log rate of a positive test; a guess at the epidemic's regional course. */
  readonly logRateOffset: number;
}

export const AGE_GROUP_LEVELS = [
  '[40, 45)',
  '[45, 50)',
  '[50, 55)',
  '[55, 60)',
  '[60, 65)',
  '[65, 70)',
  '[70, 200)',
] as const;
export const SEX_LEVELS = ['Female', 'Male'] as const;
export const ETHNICITY_LEVELS = [
  'White British',
  'White Irish',
  'White Other',
  'Mixed',
  'South Asian',
  'Black',
  'Chinese',
  'Other',
] as const;
export const DEPRIVATION_LEVELS = ['1st', '2nd', '3rd', '4th'] as const;
export const EDUCATION_LEVELS = [
  'College or University degree',
  'A levels/AS levels or equivalent',
  'O levels/GCSEs/CSEs',
  'Others',
  'None of the above',
] as const;

export const COHORT_CENTRES: readonly CohortCentre[] = [
  {
    name: 'Barts',
    rowCount: 1867,
    ethnicity: [59.05, 6.51, 12.55, 1.87, 5.57, 10.21, 0.9, 3.34],
    deprivation: [8.5, 12.4, 20.1, 59],
    education: [47, 8.8, 22.3, 10.1, 11.8],
    ageGroup: [12.6, 15.1, 16, 17.7, 22.1, 16.1, 0.4],
    female: 53.3,
    logRateOffset: 0.05,
  },
  {
    name: 'Birmingham',
    rowCount: 3713,
    ethnicity: [83.1, 3.93, 2.13, 1.08, 5.11, 2.97, 0.32, 1.36],
    deprivation: [18.1, 21, 25.7, 35.2],
    education: [23.9, 11, 27.9, 12.6, 24.6],
    ageGroup: [10.2, 13.2, 15.1, 18, 24.2, 18.8, 0.5],
    female: 54.4,
    logRateOffset: 0.1,
  },
  {
    name: 'Bristol',
    rowCount: 4560,
    ethnicity: [93.43, 1.54, 2.47, 0.48, 0.55, 0.96, 0.22, 0.35],
    deprivation: [33.5, 28.4, 23.5, 14.6],
    education: [35.9, 10.4, 26.4, 12, 15.3],
    ageGroup: [10, 13.1, 15, 18, 24.3, 19.1, 0.5],
    female: 54.3,
    logRateOffset: -0.2,
  },
  {
    name: 'Bury',
    rowCount: 3890,
    ethnicity: [89.35, 2.65, 2.02, 0.52, 3.91, 0.72, 0.25, 0.58],
    deprivation: [20.5, 22.6, 26, 30.9],
    education: [24.6, 11.2, 28.4, 12.9, 22.9],
    ageGroup: [10.2, 13.2, 15.1, 18, 24.1, 18.9, 0.5],
    female: 54.2,
    logRateOffset: 0.12,
  },
  {
    name: 'Croydon',
    rowCount: 3380,
    ethnicity: [75.38, 4.92, 7.43, 1.42, 2.37, 6.51, 0.5, 1.47],
    deprivation: [17.3, 20.4, 25.5, 36.8],
    education: [46.2, 9.1, 23.1, 10.5, 11.1],
    ageGroup: [11.6, 14.4, 15.7, 17.9, 22.7, 17.2, 0.5],
    female: 55.1,
    logRateOffset: 0.05,
  },
  {
    name: 'Hounslow',
    rowCount: 3745,
    ethnicity: [65.13, 7.77, 10.04, 1.26, 7.29, 4.45, 0.5, 3.56],
    deprivation: [16.5, 19.8, 25.3, 38.4],
    education: [44.1, 9.4, 23.9, 10.8, 11.8],
    ageGroup: [11.5, 14.3, 15.7, 17.9, 22.8, 17.3, 0.5],
    female: 54,
    logRateOffset: 0.05,
  },
  {
    name: 'Leeds',
    rowCount: 5420,
    ethnicity: [89.57, 1.98, 2.48, 0.63, 3.29, 1, 0.25, 0.8],
    deprivation: [23.2, 24.2, 25.9, 26.7],
    education: [28.6, 10.9, 27.5, 12.5, 20.5],
    ageGroup: [10.3, 13.3, 15.2, 18, 24, 18.7, 0.5],
    female: 54.7,
    logRateOffset: 0.02,
  },
  {
    name: 'Liverpool',
    rowCount: 4370,
    ethnicity: [96.04, 1.68, 0.97, 0.27, 0.23, 0.28, 0.19, 0.34],
    deprivation: [23.1, 24.2, 25.9, 26.8],
    education: [26.4, 11, 27.9, 12.7, 22],
    ageGroup: [10.1, 13.2, 15.1, 18, 24.1, 19, 0.5],
    female: 55.3,
    logRateOffset: 0.1,
  },
  {
    name: 'Manchester',
    rowCount: 2060,
    ethnicity: [87.28, 4.03, 2.32, 0.71, 2.42, 1.66, 0.49, 1.09],
    deprivation: [18.8, 21.5, 25.8, 33.9],
    education: [29.9, 10.7, 27.3, 12.4, 19.7],
    ageGroup: [10.6, 13.6, 15.3, 18, 23.7, 18.3, 0.5],
    female: 54,
    logRateOffset: 0.12,
  },
  {
    name: 'Middlesborough',
    rowCount: 2960,
    ethnicity: [96.45, 0.86, 1.01, 0.28, 0.71, 0.24, 0.14, 0.31],
    deprivation: [23.3, 24.3, 25.9, 26.5],
    education: [24.5, 11.3, 28.6, 13, 22.6],
    ageGroup: [10, 13.1, 15, 18, 24.4, 19, 0.5],
    female: 54.6,
    logRateOffset: 0.02,
  },
  {
    name: 'Newcastle',
    rowCount: 5922,
    ethnicity: [96.54, 0.8, 1.08, 0.21, 0.54, 0.23, 0.24, 0.36],
    deprivation: [22.7, 24, 26, 27.3],
    education: [26, 11.1, 28.1, 12.7, 22.1],
    ageGroup: [10, 13.1, 15, 18, 24.4, 19, 0.5],
    female: 54.9,
    logRateOffset: 0,
  },
  {
    name: 'Nottingham',
    rowCount: 4330,
    ethnicity: [91.6, 1.82, 2.37, 0.72, 1.54, 1.06, 0.31, 0.58],
    deprivation: [26.5, 25.9, 25.5, 22.1],
    education: [27.5, 11, 28, 12.7, 20.8],
    ageGroup: [10.1, 13.2, 15.1, 18, 24.2, 18.9, 0.5],
    female: 54,
    logRateOffset: 0,
  },
  {
    name: 'Oxford',
    rowCount: 1936,
    ethnicity: [91.37, 2.15, 3.7, 0.48, 0.96, 0.71, 0.26, 0.37],
    deprivation: [37.8, 29.2, 21.8, 11.2],
    education: [41.7, 9.8, 24.8, 11.2, 12.5],
    ageGroup: [10.4, 13.4, 15.2, 18, 23.9, 18.6, 0.5],
    female: 54.1,
    logRateOffset: -0.25,
  },
  {
    name: 'Reading',
    rowCount: 3300,
    ethnicity: [88.29, 2.6, 4, 0.62, 2.44, 1.21, 0.25, 0.59],
    deprivation: [35.6, 28.9, 22.7, 12.8],
    education: [40, 10.1, 25.6, 11.6, 12.7],
    ageGroup: [10.9, 13.8, 15.4, 18, 23.4, 18, 0.5],
    female: 53.8,
    logRateOffset: -0.08,
  },
  {
    name: 'Sheffield',
    rowCount: 4040,
    ethnicity: [94.43, 1.02, 1.55, 0.38, 0.88, 0.74, 0.24, 0.76],
    deprivation: [23.3, 24.3, 25.9, 26.5],
    education: [22.9, 11.2, 28.5, 12.9, 24.5],
    ageGroup: [9.9, 13, 15, 18, 24.4, 19.2, 0.5],
    female: 54.4,
    logRateOffset: 0,
  },
  {
    name: 'Stoke',
    rowCount: 2760,
    ethnicity: [95.26, 1.15, 1.63, 0.34, 0.84, 0.34, 0.15, 0.29],
    deprivation: [34.3, 28.6, 23.2, 13.9],
    education: [27.5, 10.9, 27.7, 12.6, 21.3],
    ageGroup: [9.6, 12.8, 14.9, 18.1, 24.6, 19.5, 0.5],
    female: 54,
    logRateOffset: 0.05,
  },
];
