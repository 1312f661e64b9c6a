import { poolPatterns } from '../analysis/pattern-table.ts';
import { localCell, type PooledCell, pooledCell } from '../analysis/pooled-analysis.ts';
import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { planTraining, type TrainingSettings } from '../inference/plan.ts';
import { drawTwinSets } from '../marginals/draw-twins.ts';
import { fitTables } from '../marginals/fit-tables.ts';
import { releaseTables } from '../marginals/noisy-tables.ts';
import { planMarginals } from '../marginals/plan-marginals.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { RandomSource } from '../random/random-source.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { simulateCentres } from './coverage.ts';
import { trueCoefficients, USUAL_COVERAGE_DESIGN } from './coverage-design.ts';
import { stackTables } from './study-data.ts';
import { studyKey } from './study-key.ts';
import { countRound, type StudyRound, sharedFits } from './study-round.ts';
import { localEstimate, pooledEstimate } from './study-scores.ts';
import type { TrainTwin } from './twin-maker.ts';

/**
 * Alike centres of N invented people with known truth: what presets are compared on and what the planner's table is
 * made of. One training of every other centre serves all numbers of parties and of sets.
 */
export interface SimulatedCell {
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
  /** Log-likelihood a test person of point estimates: own rows, own rows with twins, and all real rows. */
  readonly local: number;
  readonly combined: number;
  readonly ideal: number;
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

/** K sets of one party, from its rows, at (ε, δ) of the cell. */
export type MakeSets = (
  party: { readonly table: CodedTable; readonly codebook: Codebook; readonly key: Uint8Array },
  random: RandomSource,
) => Promise<Iterable<CodedTable>>;

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
  return async ({ table, codebook, key }, random) => {
    const { rowCount, epsilon, delta } = cell;
    const plan = planMarginals({ codebook, rowCount, epsilon, delta });
    if (!plan.ok) throw new Error(`no plan for N ${rowCount}, ε ${epsilon}: ${plan.failure.kind}`);
    const release = releaseTables(plan.value, table, chacha20Source(key, 'mechanismNoise'));
    const count = Math.max(...cell.setCounts);
    return drawTwinSets(fitTables(release, random), count, rowCount, 'ratio', random);
  };
}

/** @returns one outcome a number of parties and of sets */
export async function simulateCell(
  cell: SimulatedCell,
  makeSets: MakeSets,
  seed: Uint8Array,
): Promise<CellOutcome[]> {
  const { rowCount, repeat } = cell;
  const codebook = partOfCodebook(cell.variables);
  // ε and the settings are no part of a key: cells that differ in them have the same people and the same draws.
  const randomOf = (use: string) =>
    chacha20Source(studyKey(seed, `${rowCount}/${repeat}/${use}`), 'synthesis');
  const largest = Math.max(...cell.parties);
  const people = (rows: number, parties: number, use: string) =>
    simulateCentres({ ...USUAL_COVERAGE_DESIGN, centre: CENTRE, parties }, rows, randomOf(use)).map((table) =>
      columnsOf(table, codebook),
    );
  const own = people(rowCount, largest, 'people');
  const [test] = people(TEST_ROWS, 1, 'test');
  const sets: CodedTable[][] = [[]];
  for (let m = 1; m < largest; m += 1) {
    const key = studyKey(seed, `${rowCount}/${repeat}/train ${m}`);
    sets.push([...(await makeSets({ table: own[m]!, codebook, key }, randomOf(`sets ${m}`)))]);
  }
  const round = countRound(codebook, own, test!, (centre) => sets[centre]!);
  return cell.parties.flatMap((parties) =>
    cell.setCounts.map((setCount) =>
      outcomeOf(round, codebook, own, { parties, setCount }, randomOf('draws')),
    ),
  );
}

function outcomeOf(
  round: StudyRound,
  codebook: Codebook,
  own: readonly CodedTable[],
  { parties, setCount }: { readonly parties: number; readonly setCount: number },
  random: ReturnType<typeof chacha20Source>,
): CellOutcome {
  const { design, scorer } = round;
  const others = Array.from({ length: parties - 1 }, (_, i) => i + 1);
  const fits = Array.from({ length: setCount }, (_, k) =>
    round.fit(poolPatterns([round.own[0]!, ...others.map((m) => round.sets[m]![k]!)])),
  );
  const localFit = round.fit(round.own[0]!);
  const allReal = poolPatterns(round.own.slice(0, parties));
  const [local, combined, ideal] = [
    localEstimate(localFit),
    pooledEstimate(fits, design),
    localEstimate(sharedFits(design, [allReal])(allReal)),
  ];
  if (local === undefined || combined === undefined || ideal === undefined)
    throw new Error(`no regression ended on ${stackTables(own).rowCount} invented people`);
  const truth = trueCoefficients(CENTRE, codebook);
  const widths: Record<'local' | 'normal' | 't', number[]> = { local: [], normal: [], t: [] };
  let [normalCovered, tCovered, counted, squaredError] = [0, 0, 0, 0];
  for (let column = 1; column < design.terms.length; column += 1) {
    const mine = localCell(localFit, design.terms, column, 'model');
    const cell: PooledCell = pooledCell(fits, design.terms, column, 'model');
    if (mine.kind === 'estimated') widths.local.push(mine.upper - mine.lower);
    if (cell.kind !== 'estimated') continue;
    const { normal, t } = cell.rubin;
    const { value } = truth[column]!;
    widths.normal.push(normal.upper - normal.lower);
    widths.t.push(t.upper - t.lower);
    normalCovered += normal.lower <= value && value <= normal.upper ? 1 : 0;
    tCovered += t.lower <= value && value <= t.upper ? 1 : 0;
    squaredError += (cell.estimate - value) ** 2;
    counted += 1;
  }
  const meanScore = (estimate: { mean: Float64Array; variances: Float64Array }) => {
    const { mean, variances } = estimate;
    const draws = scorer.draws({ mean, covariance: variances }, SCORE_DRAWS, random);
    return draws.reduce((sum, value) => sum + value, 0) / draws.length;
  };
  return {
    parties,
    setCount,
    local: scorer.point(local.mean),
    combined: scorer.point(combined.mean),
    ideal: scorer.point(ideal.mean),
    localScore: meanScore(local),
    combinedScore: meanScore(combined),
    localWidth: medianOf(widths.local),
    normalWidth: medianOf(widths.normal),
    tWidth: medianOf(widths.t),
    normalCovered,
    tCovered,
    counted,
    squaredError,
  };
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
