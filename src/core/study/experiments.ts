import type { Codebook } from '../codebook/codebook.ts';

/**
 * The experiments of the paper as data (METHOD §8): what every figure compares, with its settings, and a quick form of
 * each. Nothing here runs anything; `parts.ts` lists the jobs, `study-workshop.ts` does one.
 */

export const FIGURES = ['1', '2', '3', '4', '5', '6', 'S1', 'S2', 'S3', 'S4'] as const;
export type FigureName = (typeof FIGURES)[number];

/** What a figure compares. */
export type FigureKind =
  /** Local only against combined, centre by centre. */
  | 'centres'
  /** Log-likelihood against the number of other parties' sets, over random orders. */
  | 'shared-sets'
  /** The largest centre at several sizes of everybody's tables. */
  | 'sizes'
  /** The largest centre, whole: local with and without the skewed variable, and combined. */
  | 'skewed-centre'
  /** One party with fewer and fewer positive people of one group, judged on that group. */
  | 'skewed-cell'
  /** Local only against combined at several ε, centre by centre. */
  | 'epsilons';

/** Which centres a figure shows. The paper leaves its smallest one out of most pictures: its boxes stretch the axis. */
export type ShownCentres = 'all' | 'all-but-smallest' | 'small-and-large' | 'largest';

export interface FigureDesign {
  readonly figure: FigureName;
  readonly kind: FigureKind;
  readonly shown: ShownCentres;
  readonly epsilons: readonly number[];
  /** Shares of every centre's training rows. */
  readonly sizes: readonly number[];
  /** Shares of the skewed cell that are kept; empty where nothing is skewed. */
  readonly keptShares: readonly number[];
  /** The paper tests in one direction, "sharing helps", but for the experiments with skew. */
  readonly test: 'greater' | 'two-sided';
}

const CENTRES = {
  kind: 'centres',
  shown: 'all-but-smallest',
  epsilons: [1],
  sizes: [0.1],
  keptShares: [],
  test: 'greater',
} as const;
const SHARED_SETS = { ...CENTRES, kind: 'shared-sets', shown: 'small-and-large' } as const;

export const FIGURE_DESIGNS: Readonly<Record<FigureName, FigureDesign>> = {
  '1': { ...CENTRES, figure: '1' },
  '2': { ...SHARED_SETS, figure: '2' },
  '3': { ...CENTRES, figure: '3', kind: 'sizes', shown: 'largest', sizes: [0.1, 0.2, 0.5, 1] },
  '4': { ...CENTRES, figure: '4', kind: 'skewed-centre', shown: 'largest', sizes: [1], test: 'two-sided' },
  '5': {
    ...CENTRES,
    figure: '5',
    kind: 'skewed-cell',
    shown: 'all',
    sizes: [1],
    keptShares: [0.1, 0.25, 0.5, 0.75, 1],
    test: 'two-sided',
  },
  '6': { ...CENTRES, figure: '6', kind: 'epsilons', epsilons: [0.5, 1, 2, 4] },
  S1: { ...CENTRES, figure: 'S1', epsilons: [2] },
  S2: { ...SHARED_SETS, figure: 'S2', epsilons: [2] },
  S3: { ...CENTRES, figure: 'S3', shown: 'all' },
  S4: { ...SHARED_SETS, figure: 'S4', shown: 'all' },
};

/** Every number of a study that is not in the figure itself. */
export interface StudySettings {
  readonly synthesizer: SynthesizerName;
  readonly training: TrainingName;
  readonly delta: number;
  /** Share of every centre's rows set aside for testing. */
  readonly testShare: number;
  /** Trainings of every centre; the split stays the same, as in the paper. */
  readonly repeats: number;
  /** K */
  readonly setCount: number;
  /** Draws of the coefficients from N(w̄, diag(v̂)) for one box. */
  readonly draws: number;
  /** Random orders in which the others join (figures 2, S2, S4) and draws kept of each order. */
  readonly orders: number;
  readonly drawsPerOrder: number;
  /** Declared, public guess of the event rate. */
  readonly eventRateGuess: number;
}

/**
 * What the others share and how it is analysed: twins by DPVI of the mixture; twins drawn from noisy tables (`core/marginals`); or noisy
 * tables as they are, in one regression with own rows: what the page recommends for a 0/1 event.
 */
export const SYNTHESIZERS = ['dpvi', 'marginals', 'tables'] as const;
export type SynthesizerName = (typeof SYNTHESIZERS)[number];

/** Settings of a DPVI training: the paper's, those of the product's own preset, or the same with fewer steps (`preset-variants.ts`). */
export const TRAININGS = ['paper', 'short', 'fewer-steps'] as const;
export type TrainingName = (typeof TRAININGS)[number];

export type StudyPreset = 'quick' | 'paper';

/**
 * `paper`: as published; of the 100 draws of each order 10 are kept, which still makes 10,000 values a box.
 * `quick`: the same picture in a minute or two: the product's own training, fewer sets and orders. Not fewer repeats: of four the
 * share of the gap that is closed has a standard error of 6 points, of ten 3.
 */
export const STUDY_PRESETS: Readonly<Record<StudyPreset, StudySettings>> = {
  paper: {
    synthesizer: 'dpvi',
    training: 'paper',
    delta: 1e-6,
    testShare: 0.2,
    repeats: 10,
    setCount: 100,
    draws: 100,
    orders: 100,
    drawsPerOrder: 10,
    eventRateGuess: 0.2,
  },
  quick: {
    synthesizer: 'dpvi',
    training: 'short',
    delta: 1e-6,
    testShare: 0.2,
    repeats: 10,
    setCount: 20,
    draws: 100,
    orders: 10,
    drawsPerOrder: 20,
    eventRateGuess: 0.2,
  },
};

/** A variable that can be unevenly spread over centres, and the group of people in it that figure 5 makes rare. */
export interface SkewedGroup {
  readonly variable: string;
  readonly level: string;
}

/** The paper's group, which the simulated cohort has too. */
export const COHORT_SKEW: SkewedGroup = { variable: 'ethnicity', level: 'South Asian' };

/** Any group serves to show skew: the last level of the last variable. */
export function anyGroup({ variables }: Codebook): SkewedGroup | undefined {
  const last = variables[variables.length - 1];
  const level = last?.levels[last.levels.length - 1];
  return last === undefined || level === undefined ? undefined : { variable: last.name, level: level.value };
}
