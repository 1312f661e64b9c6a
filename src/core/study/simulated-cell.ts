import { poolPatterns } from '../analysis/pattern-table.ts';
import { localCell, type PooledCell, pooledCell } from '../analysis/pooled-analysis.ts';
import { normalInference } from '../analysis/rubin.ts';
import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { planTraining, type TrainingSettings } from '../inference/plan.ts';
import { drawTwinSets } from '../marginals/draw-twins.ts';
import { fitTables } from '../marginals/fit-tables.ts';
import { type NoisyTables, releaseTables } from '../marginals/noisy-tables.ts';
import { planMarginals } from '../marginals/plan-marginals.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { RandomSource } from '../random/random-source.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { simulateCentres } from './coverage.ts';
import { trueCoefficients, USUAL_COVERAGE_DESIGN } from './coverage-design.ts';
import { baseRateShift, drawOutcomes, simulateScenario } from './coverage-scenarios.ts';
import type { SimulatedCentres } from './simulated-centres.ts';
import { stackTables } from './study-data.ts';
import { studyKey } from './study-key.ts';
import { countRound, ridgeCoefficients, type StudyRound, sharedFits } from './study-round.ts';
import { type Estimate, localEstimate, pooledEstimate } from './study-scores.ts';
import { tablesEstimate } from './tables-estimate.ts';
import type { TrainTwin } from './twin-maker.ts';

/**
 * Centres of N invented people with known truth: what presets are compared on and what the planner's table is
 * made of. One training of every other centre serves all numbers of parties and of sets.
 */
export interface SimulatedCell {
  /** All from one population, or each from another place with another base rate (`coverage-scenarios.ts`). */
  readonly centres: SimulatedCentres;
  /** N, people a centre. */
  readonly rowCount: number;
  readonly epsilon: number;
  readonly delta: number;
  /** Numbers of parties, ascending, each at least 2. */
  readonly parties: readonly number[];
  /** Numbers of sets, ascending. */
  readonly setCounts: readonly number[];
  /** Variables of the cohort that the codebook keeps; all where undefined. */
  readonly variables?: readonly string[];
  readonly repeat: number;
}

export interface CellOutcome {
  readonly parties: number;
  readonly setCount: number;
  /** Log-likelihood a test person of point estimates: own rows, own rows with what the others share, and all real rows. */
  readonly local: number;
  readonly combined: number;
  readonly ideal: number;
  /** The same with a N(0, 1) prior on every effect, the harder yardstick: own rows, and all real rows. */
  readonly ridge: number;
  readonly ridgeIdeal: number;
  /** Means of the paper's score. */
  readonly localScore: number;
  readonly combinedScore: number;
  /** Median over coefficients (intercept left out) of ln(upper / lower) of a risk ratio's 95 % interval. */
  readonly localWidth: number;
  readonly normalWidth: number;
  readonly tWidth: number;
  /** Coefficients whose combined interval holds the truth, of those estimated; the intercept left out. */
  readonly normalCovered: number;
  readonly tCovered: number;
  readonly counted: number;
  /** Squared error of the combined coefficients, sum over `counted`. */
  readonly squaredError: number;
}

const CENTRE = 'Croydon';
const TEST_ROWS = 6000;
const SCORE_DRAWS = 50;

/** The cohort's codebook with some of its variables only. */
export function partOfCodebook(names: readonly string[] | undefined): Codebook {
  const codebook = cohortCodebook();
  if (names === undefined) return codebook;
  return { ...codebook, variables: codebook.variables.filter(({ name }) => names.includes(name)) };
}

/** Levels of all variables together. */
export function levelCountOf(codebook: Codebook): number {
  return codebook.variables.reduce((sum, variable) => sum + levelsOf(variable).length, 0);
}

/** What the other centres share: K sets each, or tables that are analysed without a synthetic row. */
export type SharedBy = { readonly kind: 'sets'; readonly make: MakeSets } | { readonly kind: 'tables' };

/** K sets of one party, from its rows, at (ε, δ) of the cell. */
export type MakeSets = (party: Party, random: RandomSource) => Promise<Iterable<CodedTable>>;

interface Party {
  readonly table: CodedTable;
  readonly codebook: Codebook;
  readonly key: Uint8Array;
}

/** Sets of DPVI under these settings. */
export function dpviSets(cell: SimulatedCell, settings: TrainingSettings, train: TrainTwin): MakeSets {
  return async ({ table, codebook, key }, random) => {
    const { rowCount, epsilon, delta } = cell;
    const plan = planTraining({ codebook, settings, rowCount, epsilon, delta });
    if (!plan.ok) throw new Error(`no plan for N ${rowCount}, ε ${epsilon}: ${plan.failure.kind}`);
    const posterior = await train(plan.value, table, key);
    const count = Math.max(...cell.setCounts);
    return drawSyntheticSets(posterior, count, rowCount, settings.outcomeDraw, random);
  };
}

/** Sets of the noisy tables variable × outcome. */
export function marginalsSets(cell: SimulatedCell): MakeSets {
  return async (party, random) => {
    const count = Math.max(...cell.setCounts);
    return drawTwinSets(fitTables(tablesOf(cell, party), random), count, cell.rowCount, 'ratio', random);
  };
}

/** The noisy tables of one party at (ε, δ) of the cell. */
function tablesOf({ rowCount, epsilon, delta }: SimulatedCell, { table, codebook, key }: Party): NoisyTables {
  const plan = planMarginals({ codebook, rowCount, epsilon, delta });
  if (!plan.ok) throw new Error(`no plan for N ${rowCount}, ε ${epsilon}: ${plan.failure.kind}`);
  return releaseTables(plan.value, table, chacha20Source(key, 'mechanismNoise'));
}

/**
 * @returns one outcome a number of parties and, where sets are shared, of sets; none for a number of parties with whose tables the equations
 *   have no solution
 */
export async function simulateCell(
  cell: SimulatedCell,
  shared: SharedBy,
  seed: Uint8Array,
  people: CellPeople = peopleOf(cell, seed),
): Promise<CellOutcome[]> {
  const { rowCount, repeat } = cell;
  const codebook = partOfCodebook(cell.variables);
  const randomOf = randomIn(cell, seed);
  const own = people.own.map((table, m) =>
    outcomesOf(cell, columnsOf(table, codebook), m, codebook, randomOf),
  );
  const places = people.test.map((table, m) =>
    outcomesOf(cell, columnsOf(table, codebook), m, codebook, (use) => randomOf(`test ${use}`)),
  );
  const test = stackTables(places);
  const others = own.slice(1).map((table, i) => {
    return { table, codebook, key: studyKey(seed, `${rowCount}/${repeat}/train ${i + 1}`) };
  });
  const sets: CodedTable[][] = [[]];
  if (shared.kind === 'sets') {
    for (const [i, party] of others.entries())
      sets.push([...(await shared.make(party, randomOf(`sets ${i + 1}`)))]);
  }
  const round = countRound(codebook, own, test, (centre) => sets[centre] ?? []);
  const outcomes: CellOutcome[] = [];
  for (const parties of cell.parties) {
    const judge = judgeOf(round, codebook, own.slice(0, parties));
    if (shared.kind === 'tables') {
      const releases = others.slice(0, parties - 1).map((party) => tablesOf(cell, party));
      // People of other places judge too, whose base rates the few that share do not average to.
      const joint = tablesEstimate(codebook, own[0]!, releases, 'own');
      if (joint === undefined) continue;
      outcomes.push({ ...judge(joint, intervalsOfEstimate(joint), randomOf('draws')), parties, setCount: 0 });
      continue;
    }
    for (const setCount of cell.setCounts) {
      const fits = Array.from({ length: setCount }, (_, k) =>
        round.fit(poolPatterns([round.own[0]!, ...round.sets.slice(1, parties).map((one) => one[k]!)])),
      );
      const cells = round.design.terms.map((_, column) =>
        pooledCell(fits, round.design.terms, column, 'model'),
      );
      const pooled = pooledEstimate(fits, round.design);
      outcomes.push({ ...judge(pooled, cells.map(intervalsOfCell), randomOf('draws')), parties, setCount });
    }
  }
  return outcomes;
}

/** The invented people of a cell, over all variables: the same for every ε, method and choice of variables. */
export interface CellPeople {
  readonly own: readonly CodedTable[];
  /** Of everywhere that takes part, in equal shares. */
  readonly test: readonly CodedTable[];
}

export function peopleOf(cell: SimulatedCell, seed: Uint8Array): CellPeople {
  const largest = Math.max(...cell.parties);
  const randomOf = randomIn(cell, seed);
  const own = somePeople(cell, cell.rowCount, largest, randomOf('people'));
  const places = cell.centres === 'alike' ? 1 : largest;
  const test = somePeople(cell, Math.ceil(TEST_ROWS / places), places, randomOf('test'));
  return { own, test };
}

/**
 * Where variables are left out, the outcome is drawn anew from those that are kept: else what was left out would work through them, and the
 * coefficients would have another truth.
 */
function outcomesOf(
  { centres, variables }: SimulatedCell,
  table: CodedTable,
  m: number,
  codebook: Codebook,
  randomOf: (use: string) => RandomSource,
): CodedTable {
  if (variables === undefined) return table;
  const truth = trueCoefficients(CENTRE, codebook);
  const random = randomOf(`outcomes ${variables.length} ${m}`);
  return { ...table, outcome: drawOutcomes(table, truth, baseRateShift(centres, m), random) };
}

/** ε and the settings are no part of a key: cells that differ in them have the same people and the same draws. */
function randomIn({ rowCount, repeat }: SimulatedCell, seed: Uint8Array): (use: string) => RandomSource {
  return (use) => chacha20Source(studyKey(seed, `${rowCount}/${repeat}/${use}`), 'synthesis');
}

/** M tables of N invented people of the cell's kind. */
function somePeople(
  { centres }: SimulatedCell,
  rowCount: number,
  parties: number,
  random: RandomSource,
): CodedTable[] {
  return centres === 'alike'
    ? simulateCentres({ ...USUAL_COVERAGE_DESIGN, centre: CENTRE, parties }, rowCount, random)
    : simulateScenario('shifted', CENTRE, parties, rowCount, random);
}

/** Estimate and both intervals of one coefficient; undefined where it could not be estimated. */
interface CoefficientGuess {
  readonly estimate: number;
  readonly normal: { readonly lower: number; readonly upper: number };
  readonly t: { readonly lower: number; readonly upper: number };
}

function intervalsOfCell(cell: PooledCell): CoefficientGuess | undefined {
  if (cell.kind !== 'estimated') return undefined;
  return { estimate: cell.estimate, normal: cell.rubin.normal, t: cell.rubin.t };
}

/** The one interval that the joint estimate has stands for both. */
function intervalsOfEstimate({ mean, variances }: Estimate): CoefficientGuess[] {
  return Array.from(mean, (estimate, k) => {
    const interval = normalInference(estimate, variances[k]!);
    return { estimate, normal: interval, t: interval };
  });
}

/** Scores and intervals of an estimate that some centres share, beside those of own and of all real rows. */
function judgeOf(round: StudyRound, codebook: Codebook, own: readonly CodedTable[]) {
  const { design, scorer } = round;
  const localFit = round.fit(round.own[0]!);
  const allReal = poolPatterns(round.own.slice(0, own.length));
  const local = estimated(localEstimate(localFit), own);
  const ideal = estimated(localEstimate(sharedFits(design, [allReal])(allReal)), own);
  const ridge = estimated(ridgeCoefficients(design, round.own[0]!), own);
  const ridgeIdeal = estimated(ridgeCoefficients(design, allReal), own);
  const truth = trueCoefficients(CENTRE, codebook);
  const localWidths = design.terms.flatMap((_, column) => {
    const mine = localCell(localFit, design.terms, column, 'model');
    return column > 0 && mine.kind === 'estimated' ? [mine.upper - mine.lower] : [];
  });
  return (
    found: Estimate | undefined,
    guesses: readonly (CoefficientGuess | undefined)[],
    random: RandomSource,
  ): Omit<CellOutcome, 'parties' | 'setCount'> => {
    const combined = estimated(found, own);
    const widths: Record<'normal' | 't', number[]> = { normal: [], t: [] };
    let [normalCovered, tCovered, counted, squaredError] = [0, 0, 0, 0];
    for (const [column, guess] of guesses.entries()) {
      if (column === 0 || guess === undefined) continue;
      const { normal, t, estimate } = guess;
      const { value } = truth[column]!;
      widths.normal.push(normal.upper - normal.lower);
      widths.t.push(t.upper - t.lower);
      normalCovered += normal.lower <= value && value <= normal.upper ? 1 : 0;
      tCovered += t.lower <= value && value <= t.upper ? 1 : 0;
      squaredError += (estimate - value) ** 2;
      counted += 1;
    }
    const meanScore = ({ mean, variances }: Estimate) => {
      const draws = scorer.draws({ mean, covariance: variances }, SCORE_DRAWS, random);
      return draws.reduce((sum, value) => sum + value, 0) / draws.length;
    };
    return {
      local: scorer.point(local.mean),
      combined: scorer.point(combined.mean),
      ideal: scorer.point(ideal.mean),
      ridge: scorer.point(ridge),
      ridgeIdeal: scorer.point(ridgeIdeal),
      localScore: meanScore(local),
      combinedScore: meanScore(combined),
      localWidth: medianOf(localWidths),
      normalWidth: medianOf(widths.normal),
      tWidth: medianOf(widths.t),
      normalCovered,
      tCovered,
      counted,
      squaredError,
    };
  };
}

function estimated<T>(found: T | undefined, own: readonly CodedTable[]): T {
  if (found === undefined)
    throw new Error(`no regression ended on ${stackTables(own).rowCount} invented people`);
  return found;
}

/** The columns of the variables that this codebook keeps. */
function columnsOf(table: CodedTable, codebook: Codebook): CodedTable {
  const kept = new Set(codebook.variables.map(({ name }) => name));
  const columns = table.columns.filter((_, j) => kept.has(cohortCodebook().variables[j]!.name));
  return { ...table, columns };
}

/** NaN of nothing. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return sorted.length % 2 === 1
    ? sorted[Math.floor(half)]!
    : ((sorted[half - 1] ?? Number.NaN) + (sorted[half] ?? Number.NaN)) / 2;
}
