import type { Codebook } from '../codebook/codebook.ts';
import type { CodedTable } from '../table/coded-table.ts';

/** Tables for tests and benchmarks, from a fixed linear congruential stream: nobody's data. */

export function uniformStream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Variables v0, v1, …; levels "0", "1", …; reference "0". */
export function inventedCodebook(sizes: readonly number[]): Codebook {
  return {
    format: 'twinpool-codebook',
    version: 1,
    title: 'invented',
    declaredPublic: true,
    variables: sizes.map((size, j) => ({
      kind: 'categorical',
      name: `v${j}`,
      label: `Variable ${j}`,
      missingCodes: [],
      missing: { kind: 'exclude' },
      reference: '0',
      levels: Array.from({ length: size }, (_, level) => ({ value: String(level), label: `Level ${level}` })),
    })),
    outcome: { kind: 'binary', name: 'y', label: 'Outcome', event: '1', noEvent: '0', missingCodes: [] },
  };
}

/** Events with probability rate(codes of the row). */
export function inventedTable(
  sizes: readonly number[],
  rowCount: number,
  uniform: () => number,
  rate: (codes: readonly number[]) => number = (codes) => 0.1 * Math.exp(0.2 * (codes[0] ?? 0)),
): CodedTable {
  const columns = sizes.map(() => new Uint8Array(rowCount));
  const outcome = new Uint32Array(rowCount);
  for (let i = 0; i < rowCount; i += 1) {
    const codes = sizes.map((size) => Math.floor(size * uniform() ** 1.5));
    for (const [j, code] of codes.entries()) columns[j]![i] = code;
    outcome[i] = uniform() < rate(codes) ? 1 : 0;
  }
  return { rowCount, columns, outcome };
}
