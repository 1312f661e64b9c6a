import type { RandomSource } from '../random/random-source.ts';
import { fillRoundedNormal } from '../random/rounded-normal.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { Pair } from './junction-tree.ts';
import type { MarginalsPlan } from './plan-marginals.ts';
import { levelShares, selectPairs } from './select-pairs.ts';
import type { PairTable, Workload } from './workload.ts';

/** One released table. */
export interface NoisyTable {
  readonly variable: number;
  readonly levels: number;
  /** σ_j in counts, public: whoever reads the table knows its noise (`table-noise.ts`). */
  readonly standardDeviation: number;
  /**
   * 2 C_j noisy counts, of level c without the event at 2c and with it at 2c + 1. May be negative. Those of an outcome sum to
   * its noisy number of people, to the rounding of the grid.
   */
  readonly counts: Float64Array;
}

/** One released pair. */
export interface NoisyPair {
  readonly variables: readonly [number, number];
  readonly levels: readonly [number, number];
  /** In counts, public. */
  readonly standardDeviation: number;
  /** C_i C_j noisy counts, of level a of the first and b of the second variable at a C_j + b. May be negative. Their sum is N. */
  readonly counts: Float64Array;
}

/** The differentially private result of measuring: all that ever comes out of the rows. */
export interface NoisyTables {
  /** N, public by declaration; or N̂, counted with noise, a whole number and at least 1. */
  readonly rowCount: number;
  /** σ_N; absent where N is public. */
  readonly rowCountStandardDeviation?: number;
  /** Ê = N/2 + what was measured of E − N/2, and the noise σ_E of that, in people. May be negative or beyond N. */
  readonly events: { readonly count: number; readonly standardDeviation: number };
  readonly tables: readonly NoisyTable[];
  /** The declared ones, then those that the mechanism chose, either in the order of positions; absent where there are none. */
  readonly pairs?: readonly NoisyPair[];
}

/** Noisy counts lie on multiples of this, whatever the noise was. */
export const COUNT_GRID = 2 ** -10;

/** The exact tables of a workload, as integers, pairs last. Stays with the person who holds the rows. */
export function exactCounts(
  { tables, pairs }: Pick<Workload, 'tables' | 'pairs'>,
  table: CodedTable,
): Float64Array[] {
  const count = (a: ArrayLike<number>, levelsOfA: number, b: ArrayLike<number>, levelsOfB: number) => {
    const counts = new Float64Array(levelsOfA * levelsOfB);
    for (let i = 0; i < table.rowCount; i += 1) counts[levelsOfB * a[i]! + b[i]!]! += 1;
    return counts;
  };
  const columns = table.columns;
  return [
    ...tables.map(({ variable, levels }) => count(columns[variable]!, levels, table.outcome, 2)),
    ...pairs.map(({ variables: [i, j], levels: [levelsOfI, levelsOfJ] }) =>
      count(columns[i]!, levelsOfI, columns[j]!, levelsOfJ),
    ),
  ];
}

/**
 * The only way from rows to the outside. Measured are whole numbers, each with rounded normal noise (`random/rounded-normal.ts`), h = 2^-10:
 *
 *     N                       where it is not public: noise σ_N, rounded to whole people
 *     2 E − N                 E = Σ_i y_i       noise 2 σ_E
 *     C n_cy − n_y            n_y = Σ_c n_cy    noise C σ_j, of every table and both outcomes
 *     C C′ n_ab − N           of every pair     noise C C′ σ_j
 *
 * each as h (m/h + round(σ ξ/h)) = h · round((m + σ ξ)/h), ξ ~ N(0, 1) exactly: a function of the Gaussian mechanism on m, which costs no
 * more than that mechanism, on a public grid so that no lattice of floats (Mironov 2012) shows. Nothing is rounded before the
 * noise, so no sensitivity is lost. The noise is continuous and then rounded, not the discrete Gaussian of Canonne, Kamath and
 * Steinke (2020): at h ≪ σ the two differ by nothing that could be measured, and the accountant's certificate is for this one.
 *
 * What is released follows from those, with N̂ in place of an N that is not public: the events, and cells n̂_cy = Ê_y/C + (m̂_c − mean of m̂)/C, so that every table has the same number
 * of people with the event. The part of the noise that all levels share is thrown away: the truth has none there.
 *
 * Pairs that the mechanism chooses are chosen after that, by what has been released and the rows, and then counted in the same way
 * (`select-pairs.ts`): all together are the one mechanism of the plan.
 *
 * @throws Error where the table does not fit the plan, before anything is drawn
 */
export function releaseTables(plan: MarginalsPlan, table: CodedTable, random: RandomSource): NoisyTables {
  demandFit(plan, table);
  const { workload, rowCountNoise, eventNoise } = plan;
  const rowCount = releasedRows(plan, table, random);
  const measured = noisyDifference(table, eventNoise, random);
  const events = { count: onGrid((rowCount + measured) / 2), standardDeviation: eventNoise };
  const ofOutcomes = [rowCount - events.count, events.count];
  const exact = exactCounts(workload, table);
  const noisy = exact.map((counts, t) =>
    noisyCells(counts, t < workload.tables.length ? ofOutcomes : [rowCount], plan.noise[t]!, random),
  );
  const tables = workload.tables.map(
    ({ variable, levels }, t): NoisyTable => ({ variable, levels, ...noisy[t]! }),
  );
  const declared = workload.pairs.map(
    ({ variables, levels }, t): NoisyPair => ({ variables, levels, ...noisy[tables.length + t]! }),
  );
  const pairs = [...declared, ...releaseSelected(plan, table, { rowCount, tables }, random)];
  return {
    rowCount,
    ...(rowCountNoise !== undefined && { rowCountStandardDeviation: rowCountNoise }),
    events,
    tables,
    ...(pairs.length > 0 && { pairs }),
  };
}

function releaseSelected(
  { workload, levelCounts, selectionNoise }: MarginalsPlan,
  table: CodedTable,
  released: Pick<NoisyTables, 'rowCount' | 'tables'>,
  random: RandomSource,
): NoisyPair[] {
  const { selection } = workload;
  if (selection === undefined || selectionNoise === undefined) return [];
  const countsOf = ({ variables, levels }: Pick<PairTable, 'variables' | 'levels'>) =>
    exactCounts({ tables: [], pairs: [{ variables, levels, weight: selection.weight }] }, table)[0]!;
  const levelsOf = ([i, j]: Pair) => [levelCounts[i]!, levelCounts[j]!] as const;
  const chosen = selectPairs(
    {
      selection,
      levelCounts,
      declared: workload.pairs.map(({ variables }) => variables),
      noiseMultiplier: selectionNoise.choice,
      shares: released.tables.map(({ counts }) => levelShares(counts)),
      countsOf: (variables) => countsOf({ variables, levels: levelsOf(variables) }),
    },
    random,
  );
  return chosen.map((variables) => {
    const levels = levelsOf(variables);
    const counts = countsOf({ variables, levels });
    return { variables, levels, ...noisyCells(counts, [released.rowCount], selectionNoise.table, random) };
  });
}

/** To the grid; what comes in is released already. */
const onGrid = (count: number) => COUNT_GRID * Math.round(count / COUNT_GRID);

/** N, or N̂: whole, since a set cannot have half a row, and at least 1. */
function releasedRows(
  { rowCount, rowCountNoise }: MarginalsPlan,
  table: CodedTable,
  random: RandomSource,
): number {
  if (rowCount !== 'noisy') return rowCount;
  const noise = new Float64Array(1);
  fillRoundedNormal(random, rowCountNoise!, noise);
  const measured = table.rowCount + noise[0]!;
  noise.fill(0);
  return Math.max(1, measured);
}

/** 2 E − N with its noise. */
function noisyDifference(
  { outcome, rowCount }: CodedTable,
  standardDeviation: number,
  random: RandomSource,
): number {
  const noise = new Float64Array(1);
  fillRoundedNormal(random, (2 * standardDeviation) / COUNT_GRID, noise);
  let events = 0;
  for (const y of outcome) events += y;
  const measured = COUNT_GRID * ((2 * events - rowCount) / COUNT_GRID + noise[0]!);
  noise.fill(0);
  return measured;
}

/**
 * What is measured of a table: C n_cy − Σ_c n_cy, whole numbers, in place of its counts.
 *
 * @param classes of the counts, each of C cells: cell c of class y at c · classes + y
 */
export function departuresInPlace(counts: Float64Array, classes: number): Float64Array {
  const C = counts.length / classes;
  for (let y = 0; y < classes; y += 1) {
    let people = 0;
    for (let k = y; k < counts.length; k += classes) people += counts[k]!;
    for (let k = y; k < counts.length; k += classes) counts[k] = C * counts[k]! - people;
  }
  return counts;
}

/**
 * The cells with noise; the exact ones are wiped.
 *
 * @param totals released people of each class of the counts
 */
function noisyCells(
  counts: Float64Array,
  totals: readonly number[],
  standardDeviation: number,
  random: RandomSource,
) {
  const classes = totals.length;
  const C = counts.length / classes;
  const noise = new Float64Array(counts.length);
  fillRoundedNormal(random, (C * standardDeviation) / COUNT_GRID, noise);
  departuresInPlace(counts, classes);
  const released = counts.map((m, k) => COUNT_GRID * (m / COUNT_GRID + noise[k]!));
  for (const [y, total] of totals.entries()) {
    let mean = 0;
    for (let k = y; k < released.length; k += classes) mean += released[k]! / C;
    for (let k = y; k < released.length; k += classes)
      released[k] = onGrid((total + released[k]! - mean) / C);
  }
  noise.fill(0);
  counts.fill(0);
  return { standardDeviation, counts: released };
}

function demandFit(
  { workload, rowCount, rowCountNoise, eventNoise, noise, selectionNoise }: MarginalsPlan,
  table: CodedTable,
): void {
  if (rowCount !== 'noisy' && table.rowCount !== rowCount)
    throw new Error(`${table.rowCount} rows, ${rowCount} planned`);
  if (table.outcome.some((y) => y > 1)) throw new Error('the outcome is not 0/1');
  for (const { variable, levels } of workload.tables) {
    const column = table.columns[variable];
    if (column === undefined || column.some((code) => code >= levels)) {
      throw new Error(`column ${variable} does not fit the workload`);
    }
  }
  const levelsAt = (variable: number) => workload.tables.find((one) => one.variable === variable)?.levels;
  for (const { variables, levels } of workload.pairs) {
    if (variables.some((variable, k) => levelsAt(variable) !== levels[k])) {
      throw new Error(`pair ${variables.join(' × ')} does not fit the workload`);
    }
  }
  for (let t = 0; t < workload.tables.length + workload.pairs.length; t += 1) {
    if (!(noise[t]! > 0 && noise[t]! < Infinity)) throw new Error('a table without noise');
  }
  if (!(eventNoise > 0 && eventNoise < Infinity)) throw new Error('events without noise');
  if (
    (rowCount === 'noisy') !==
    (rowCountNoise !== undefined && rowCountNoise > 0 && rowCountNoise < Infinity)
  )
    throw new Error('a number of rows that is neither public nor noisy');
  if (workload.selection === undefined) return;
  const { choice = 0, table: ofTable = 0 } = selectionNoise ?? {};
  if (![choice, ofTable].every((one) => one > 0 && one < Infinity)) throw new Error('a choice without noise');
}
