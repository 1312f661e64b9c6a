import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { Pair } from './junction-tree.ts';
import type { MarginalsPlan } from './plan-marginals.ts';
import { levelShares, selectPairs } from './select-pairs.ts';
import type { PairTable, Workload } from './workload.ts';

/** One released table. */
export interface NoisyTable {
  readonly variable: number;
  readonly levels: number;
  /** σ_j in counts, public: whoever reads the table knows its noise. */
  readonly standardDeviation: number;
  /** 2 C_j noisy counts, of level c without the event at 2c and with it at 2c + 1. May be negative. */
  readonly counts: Float64Array;
}

/** One released pair. */
export interface NoisyPair {
  readonly variables: readonly [number, number];
  readonly levels: readonly [number, number];
  /** In counts, public. */
  readonly standardDeviation: number;
  /** C_i C_j noisy counts, of level a of the first and b of the second variable at a C_j + b. May be negative. */
  readonly counts: Float64Array;
}

/** The differentially private result of measuring: all that ever comes out of the rows. */
export interface NoisyTables {
  /** N, public by declaration. */
  readonly rowCount: number;
  readonly tables: readonly NoisyTable[];
  /** The declared ones, then those that the mechanism chose, either in the order of positions; absent where there are none. */
  readonly pairs?: readonly NoisyPair[];
}

/** Noisy counts lie on multiples of this, whatever the noise was. */
export const COUNT_GRID = 2 ** -10;

/** The exact tables of a workload, as integers, pairs last. Stays with the person who holds the rows. */
export function exactCounts({ tables, pairs }: Workload, table: CodedTable): Float64Array[] {
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
 * The only way from rows to the outside: each cell as h (n/h + round(σ_j ξ / h)), ξ ~ N(0, 1), h = 2^-10.
 *
 * n/h is an integer, so this equals h · round((n + σ_j ξ) / h): a function of the Gaussian mechanism on integer counts,
 * which costs no more than that mechanism, and it lies on a public grid so that the float lattice of ξ (Mironov
 * 2012) does not show. As in `inference/released-sum.ts`; here nothing is rounded before the noise, so no sensitivity is lost.
 * The noise is continuous and then rounded, not the discrete Gaussian of Canonne, Kamath and Steinke
 * (2020): at h ≪ σ the two differ by nothing that could be measured, and the accountant's certificate is for this one.
 *
 * Pairs that the mechanism chooses are chosen after that, by what has been released and the rows, and then counted in the same way
 * (`select-pairs.ts`): all together are the one mechanism of the plan.
 *
 * @throws Error where the table does not fit the plan, before anything is drawn
 */
export function releaseTables(plan: MarginalsPlan, table: CodedTable, random: RandomSource): NoisyTables {
  demandFit(plan, table);
  const { workload, rowCount } = plan;
  const noisy = exactCounts(workload, table).map((counts, t) => withNoise(counts, plan.noise[t]!, random));
  const tables = workload.tables.map(
    ({ variable, levels }, t): NoisyTable => ({ variable, levels, ...noisy[t]! }),
  );
  const declared = workload.pairs.map(
    ({ variables, levels }, t): NoisyPair => ({ variables, levels, ...noisy[tables.length + t]! }),
  );
  const pairs = [...declared, ...releaseSelected(plan, table, tables, random)];
  return { rowCount, tables, ...(pairs.length > 0 && { pairs }) };
}

function releaseSelected(
  { workload, levelCounts, selectionNoise }: MarginalsPlan,
  table: CodedTable,
  released: readonly NoisyTable[],
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
      shares: released.map(({ counts }) => levelShares(counts)),
      countsOf: (variables) => countsOf({ variables, levels: levelsOf(variables) }),
    },
    random,
  );
  return chosen.map((variables) => {
    const levels = levelsOf(variables);
    return { variables, levels, ...withNoise(countsOf({ variables, levels }), selectionNoise.table, random) };
  });
}

/** The counts with noise; the exact ones are wiped. */
function withNoise(counts: Float64Array, standardDeviation: number, random: RandomSource) {
  const noise = new Float64Array(counts.length);
  fillStandardNormal(random, noise);
  const released = counts.map(
    (n, cell) => COUNT_GRID * (n / COUNT_GRID + Math.round((standardDeviation * noise[cell]!) / COUNT_GRID)),
  );
  noise.fill(0);
  counts.fill(0);
  return { standardDeviation, counts: released };
}

function demandFit({ workload, rowCount, noise, selectionNoise }: MarginalsPlan, table: CodedTable): void {
  if (table.rowCount !== rowCount) throw new Error(`${table.rowCount} rows, ${rowCount} planned`);
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
  if (workload.selection === undefined) return;
  const { choice = 0, table: ofTable = 0 } = selectionNoise ?? {};
  if (![choice, ofTable].every((one) => one > 0 && one < Infinity)) throw new Error('a choice without noise');
}
