import type { Design } from '../analysis/design.ts';
import type { CodedTable } from '../table/coded-table.ts';

/**
 * A distribution over the predictors' patterns as weighted rows: how the predictors hang together. The tables that a
 * party releases say how frequent each level is there, not which levels meet in one person; that comes from here.
 */
export interface SeedRows {
  readonly rows: number;
  /** Rows that stand for own people come first, the invented ones after them. */
  readonly ownRows: number;
  /** Code of each row, one array a design variable. */
  readonly codes: readonly Uint8Array[];
  /** People a row stands for; for invented rows a share of `inventedWeight`. */
  readonly weight: Float64Array;
}

/** Invented rows: enough that pairs of common levels meet as often as independent ones do, to about two per cent. */
const INVENTED_ROWS = 1024;
/** Smallest share of a level among invented rows: a level that nobody here has may be common elsewhere. */
const SMALLEST_SHARE = 1 / 200;

/**
 * Own distinct patterns, and rows in which every predictor follows its own margin and is independent of the others,
 * with total weight `inventedWeight`: a shrinkage of the sampled associations towards none. The invented rows
 * lie on a Weyl sequence (multiples of square roots of primes, modulo 1), so there is no randomness in an analysis.
 */
export function seedRows(design: Design, own: CodedTable, inventedWeight: number): SeedRows {
  const columns = design.variables.map(({ position }) => own.columns[position]!);
  const patterns = new Map<string, number>();
  const first: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < own.rowCount; i += 1) {
    const key = columns.map((column) => column[i]).join();
    const known = patterns.get(key);
    if (known === undefined) {
      patterns.set(key, first.length);
      first.push(i);
      counts.push(1);
    } else counts[known]! += 1;
  }
  const ownRows = first.length;
  const invented = inventedWeight > 0 ? INVENTED_ROWS : 0;
  const rows = ownRows + invented;
  const weight = new Float64Array(rows).fill(inventedWeight / INVENTED_ROWS);
  weight.set(counts);
  const codes = design.variables.map(({ size }, v) => {
    const column = columns[v]!;
    const code = new Uint8Array(rows);
    const upTo = new Float64Array(size);
    for (const [r, i] of first.entries()) {
      code[r] = column[i]!;
      upTo[column[i]!]! += counts[r]!;
    }
    const people = upTo.reduce((sum, one) => sum + one, 0);
    for (let c = 0; c < size; c += 1) upTo[c] = Math.max(upTo[c]!, SMALLEST_SHARE * Math.max(1, people));
    for (let c = 1; c < size; c += 1) upTo[c]! += upTo[c - 1]!;
    const total = upTo[size - 1]!;
    const stride = Math.sqrt(PRIMES[v % PRIMES.length]!) * (1 + Math.floor(v / PRIMES.length));
    for (let r = 0; r < invented; r += 1) {
      const place = (((r + 0.5) * stride) % 1) * total;
      let c = 0;
      while (c < size - 1 && place >= upTo[c]!) c += 1;
      code[ownRows + r] = c;
    }
    return code;
  });
  return { rows, ownRows, codes, weight };
}

const PRIMES = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71] as const;

/** Largest relative distance of a margin from its target at which raking stops. */
const RAKED = 1e-7;
const MOST_SWEEPS = 200;

/**
 * Weights with total 1 whose margins are the given ones and whose odds ratios are the seed's: iterative proportional fitting
 * (Deming and Stephan 1940).
 *
 * @param margins one array a variable, positive, each with sum 1
 * @param from weights to start from, of a raking of the same seed to other margins; they have the seed's odds ratios too
 */
export function rake(
  { rows, codes, weight: seedWeight }: SeedRows,
  margins: readonly Float64Array[],
  from?: Float64Array,
): Float64Array {
  const weight = from ?? seedWeight;
  const total = weight.reduce((sum, one) => sum + one, 0);
  const raked = weight.map((one) => one / total);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep += 1) {
    let furthest = 0;
    for (const [v, margin] of margins.entries()) {
      const code = codes[v]!;
      const found = new Float64Array(margin.length);
      for (let r = 0; r < rows; r += 1) found[code[r]!]! += raked[r]!;
      const factor = margin.map((target, c) => (found[c]! > 0 ? target / found[c]! : 0));
      for (let c = 0; c < margin.length; c += 1) {
        if (found[c]! > 0) furthest = Math.max(furthest, Math.abs(factor[c]! - 1));
      }
      for (let r = 0; r < rows; r += 1) raked[r]! *= factor[code[r]!]!;
    }
    if (furthest < RAKED) break;
  }
  return raked;
}
