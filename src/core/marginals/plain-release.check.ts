import { fillStandardNormal } from '../random/gaussian.ts';
import type { RandomSource } from '../random/random-source.ts';
import type { NoisyTables } from './noisy-tables.ts';

/** Tables as they are asked for: with the noise that they are to say they have, and no counts yet. */
export function emptyTables(
  rowCount: number,
  levelCounts: readonly number[],
  standardDeviation: number,
): NoisyTables {
  return {
    rowCount,
    events: { count: 0, standardDeviation },
    tables: levelCounts.map((levels, variable) => ({
      variable,
      levels,
      standardDeviation,
      counts: new Float64Array(2 * levels),
    })),
  };
}

/**
 * The release of `noisy-tables.ts` once more in plain float64 and off any grid, for tests of what comes after it: exact cells, less the mean of
 * their outcome, with normal noise, less its mean, and on top equal shares of the noisy number of people with that outcome. With
 * `rowCountStandardDeviation` the number of people is noisy too, and not whole.
 *
 * @param empty what each table says of its noise
 * @param exact counts of tables, then of pairs
 * @param noise none where it is null: a limit, private for nobody
 */
export function plainRelease(
  empty: NoisyTables,
  exact: readonly Float64Array[],
  noise: RandomSource | null,
): NoisyTables {
  const { rowCount: people, rowCountStandardDeviation, events, tables, pairs } = empty;
  const drawn = (length: number) => {
    const out = new Float64Array(length);
    if (noise !== null) fillStandardNormal(noise, out);
    return out;
  };
  let happened = 0;
  for (let k = 1; k < exact[0]!.length; k += 2) happened += exact[0]![k]!;
  const rowCount =
    rowCountStandardDeviation === undefined ? people : people + rowCountStandardDeviation * drawn(1)[0]!;
  const count = happened + (rowCount - people) / 2 + events.standardDeviation * drawn(1)[0]!;
  const cells = <T extends { counts: Float64Array; standardDeviation: number }>(
    table: T,
    t: number,
    totals: readonly number[],
  ): T => {
    const xi = drawn(table.counts.length);
    const noisy = exact[t]!.map((n, k) => n + table.standardDeviation * xi[k]!);
    const classes = totals.length;
    const C = noisy.length / classes;
    const counts = noisy.slice();
    for (const [y, total] of totals.entries()) {
      const mean = noisy.filter((_, k) => k % classes === y).reduce((sum, n) => sum + n / C, 0);
      for (let k = y; k < counts.length; k += classes) counts[k]! += total / C - mean;
    }
    return { ...table, counts };
  };
  return {
    rowCount,
    ...(rowCountStandardDeviation !== undefined && { rowCountStandardDeviation }),
    events: { ...events, count },
    tables: tables.map((table, t) => cells(table, t, [rowCount - count, count])),
    ...(pairs && { pairs: pairs.map((pair, k) => cells(pair, tables.length + k, [rowCount])) }),
  };
}
