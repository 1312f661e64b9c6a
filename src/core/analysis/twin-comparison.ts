import { type Codebook, levelsOf } from '../codebook/codebook.ts';
import { type Result, succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { Term } from './design.ts';
import type { ErrorKind } from './glm-covariance.ts';
import type { FamilyName } from './glm-family.ts';
import { analyseParties } from './party-analysis.ts';
import type { LocalCell, PooledAnalysisFailure, PooledCell } from './pooled-analysis.ts';

/**
 * Synthetic twins beside the rows they were made from: shares of levels, association of every pair, and the regression.
 * Made from rows, so it is for the screen of the person who holds them (METHOD §9.1): never stored, never in a bundle.
 */
export interface TwinComparison {
  readonly marginals: readonly MarginalComparison[];
  /** Mean of the outcome: the event rate, or the mean count. */
  readonly outcome: { readonly real: number; readonly twins: number };
  /** Every pair of variables, the outcome among them, the furthest apart first. */
  readonly associations: readonly AssociationComparison[];
  readonly coefficients: readonly CoefficientComparison[];
  readonly setCount: number;
}

export interface MarginalComparison {
  readonly variable: string;
  readonly label: string;
  /** Shares of the rows; `lowest` and `highest` over the sets. */
  readonly levels: readonly {
    readonly label: string;
    readonly real: number;
    readonly twins: number;
    readonly lowest: number;
    readonly highest: number;
  }[];
  /** Half the sum of the absolute differences, 0 to 1: the share of people that would have to change level. */
  readonly distance: number;
}

export interface AssociationComparison {
  readonly first: string;
  readonly second: string;
  /** Cramér's V, 0 (independent) to 1; the twins' is the mean over the sets. */
  readonly real: number;
  readonly twins: number;
}

export interface CoefficientComparison {
  readonly term: Term;
  readonly real: LocalCell;
  readonly twins: PooledCell;
}

export interface TwinComparisonInput {
  readonly codebook: Codebook;
  readonly real: CodedTable;
  /** At least one. */
  readonly twins: readonly CodedTable[];
  readonly family: FamilyName;
  readonly errors: ErrorKind;
}

export function compareTwins(input: TwinComparisonInput): Result<TwinComparison, PooledAnalysisFailure> {
  const { codebook, real, twins, family, errors } = input;
  const fitted = analyseParties({
    codebook,
    choice: { predictors: codebook.variables.map(({ name }) => name) },
    family,
    errors,
    local: real,
    parties: [{ id: 'twins', sets: twins }],
  });
  if (!fitted.ok) return fitted;
  const coefficients = fitted.value.coefficients.map(({ term, local, parties }) => {
    const [own] = parties;
    if (own === undefined) throw new Error('the twins were one party');
    return { term, real: local, twins: own.cell };
  });
  return succeed({
    marginals: codebook.variables.map((_, j) => compareMarginal(codebook, j, real, twins)),
    outcome: { real: mean(real.outcome), twins: average(twins.map(({ outcome }) => mean(outcome))) },
    associations: compareAssociations(codebook, real, twins),
    coefficients,
    setCount: twins.length,
  });
}

function compareMarginal(
  codebook: Codebook,
  j: number,
  real: CodedTable,
  twins: readonly CodedTable[],
): MarginalComparison {
  const variable = codebook.variables[j]!;
  const levels = levelsOf(variable);
  const own = shares(real.columns[j]!, levels.length);
  const others = twins.map((set) => shares(set.columns[j]!, levels.length));
  const compared = levels.map(({ label }, c) => {
    const values = others.map((share) => share[c]!);
    return {
      label,
      real: own[c]!,
      twins: average(values),
      lowest: Math.min(...values),
      highest: Math.max(...values),
    };
  });
  const distance = compared.reduce((sum, level) => sum + Math.abs(level.real - level.twins), 0) / 2;
  return { variable: variable.name, label: variable.label, levels: compared, distance };
}

function compareAssociations(
  codebook: Codebook,
  real: CodedTable,
  twins: readonly CodedTable[],
): AssociationComparison[] {
  const names = [...codebook.variables.map(({ label }) => label), codebook.outcome.label];
  const sizes = codebook.variables.map((variable) => levelsOf(variable).length);
  // A count is compared as none, one, two or more: what is asked is whether it hangs together with the variable.
  const column = (table: CodedTable, j: number): ArrayLike<number> =>
    j < sizes.length ? table.columns[j]! : table.outcome.map((y) => Math.min(y, 2));
  const size = (j: number) => sizes[j] ?? 3;
  const pairs: AssociationComparison[] = [];
  for (let a = 0; a < names.length; a += 1) {
    for (let b = a + 1; b < names.length; b += 1) {
      const of = (table: CodedTable) => cramersV(column(table, a), size(a), column(table, b), size(b));
      pairs.push({ first: names[a]!, second: names[b]!, real: of(real), twins: average(twins.map(of)) });
    }
  }
  return pairs.sort((p, q) => Math.abs(q.real - q.twins) - Math.abs(p.real - p.twins));
}

/**
 * Cramér's V = sqrt(χ² / (n (min(r, c) − 1))) over the levels that occur; 0 where one of the two does not vary.
 *
 * Source: Cramér, Mathematical Methods of Statistics (1946), §21.9.
 */
export function cramersV(a: ArrayLike<number>, sizeA: number, b: ArrayLike<number>, sizeB: number): number {
  const n = a.length;
  const counts = new Float64Array(sizeA * sizeB);
  const rows = new Float64Array(sizeA);
  const columns = new Float64Array(sizeB);
  for (let i = 0; i < n; i += 1) {
    counts[a[i]! * sizeB + b[i]!]! += 1;
    rows[a[i]!]! += 1;
    columns[b[i]!]! += 1;
  }
  let chiSquared = 0;
  for (let r = 0; r < sizeA; r += 1) {
    for (let c = 0; c < sizeB; c += 1) {
      const expected = (rows[r]! * columns[c]!) / n;
      if (expected > 0) chiSquared += (counts[r * sizeB + c]! - expected) ** 2 / expected;
    }
  }
  const occurring = Math.min(rows.filter((x) => x > 0).length, columns.filter((x) => x > 0).length);
  return occurring > 1 ? Math.sqrt(chiSquared / (n * (occurring - 1))) : 0;
}

function shares(column: Uint8Array, size: number): Float64Array {
  const share = new Float64Array(size);
  for (const code of column) share[code]! += 1 / column.length;
  return share;
}

function mean(values: Uint32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
