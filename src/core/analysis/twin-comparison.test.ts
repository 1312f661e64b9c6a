import { describe, expect, it } from 'vitest';
import type { CodedTable } from '../table/coded-table.ts';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import { compareTwins, cramersV } from './twin-comparison.ts';
import { judgeTwins } from './twin-verdict.ts';

const sizes = [3, 2, 4];
const codebook = inventedCodebook(sizes);
const real = inventedTable(sizes, 4000, uniformStream(7));

function compared(twins: readonly CodedTable[]) {
  const done = compareTwins({ codebook, real, twins, family: 'poisson-log', errors: 'HC1' });
  if (!done.ok) throw new Error(done.failure.kind);
  return done.value;
}

describe('twins beside the rows', () => {
  it('that are the rows themselves differ in nothing', () => {
    const same = compared([real, real]);
    expect(same.marginals.map(({ distance }) => distance)).toEqual([0, 0, 0]);
    expect(same.associations.every(({ real: a, twins: b }) => a === b)).toBe(true);
    // Variables and the outcome: 4 choose 2 pairs.
    expect(same.associations).toHaveLength(6);
    expect(same.outcome.real).toBe(same.outcome.twins);
    const verdict = judgeTwins(same);
    expect(Object.values(verdict).map(({ grade }) => grade)).toEqual(['good', 'good', 'good', 'good']);
    expect(verdict.effects).toMatchObject({ inside: 6, of: 6 });
  });

  it('do not depend on the order of the rows or of the sets', () => {
    const other = inventedTable(sizes, 4000, uniformStream(8));
    const reversed: CodedTable = {
      rowCount: other.rowCount,
      columns: other.columns.map((column) => column.slice().reverse()),
      outcome: other.outcome.slice().reverse(),
    };
    const one = compared([other, real]);
    const two = compared([real, reversed]);
    for (const [i, { distance }] of one.marginals.entries())
      expect(two.marginals[i]?.distance).toBeCloseTo(distance, 12);
    expect(two.outcome.twins).toBeCloseTo(one.outcome.twins, 12);
  });

  it('that lost a link, a share or the events are called poor in that', () => {
    const always: CodedTable = {
      ...real,
      columns: [new Uint8Array(4000), real.columns[1]!, real.columns[2]!],
    };
    const distance = judgeTwins(compared([always])).shares;
    expect(distance).toMatchObject({ grade: 'poor', worst: 'Variable 0' });
    // Everybody at level 0: those who were not would have to move.
    const others = real.columns[0]!.filter((code) => code !== 0).length / 4000;
    expect(distance.distance).toBeCloseTo(others, 12);

    const quiet: CodedTable = { ...real, outcome: new Uint32Array(4000) };
    expect(judgeTwins(compared([quiet])).outcome).toEqual({ grade: 'poor', relative: 1 });

    const twice: CodedTable = { ...real, columns: [real.columns[0]!, real.columns[1]!, real.columns[1]!] };
    expect(judgeTwins(compared([twice])).links.grade).toBe('poor');
    expect(compared([twice]).associations[0]).toMatchObject({ first: 'Variable 1', second: 'Variable 2' });
  });
});

describe('Cramér’s V', () => {
  it('is 0 for independent, 1 for equal columns and 0 where nothing varies', () => {
    const a = [0, 0, 1, 1, 0, 0, 1, 1];
    const b = [0, 1, 0, 1, 0, 1, 0, 1];
    expect(cramersV(a, 2, b, 2)).toBe(0);
    expect(cramersV(a, 2, a, 2)).toBeCloseTo(1, 12);
    // A declared level that nobody has changes nothing.
    expect(cramersV(a, 5, a, 3)).toBeCloseTo(1, 12);
    expect(cramersV(a, 2, [1, 1, 1, 1, 1, 1, 1, 1], 2)).toBe(0);
  });

  it('of a 2 × 2 table is |φ|', () => {
    const a = [0, 0, 0, 1, 1, 1, 1, 0, 1, 0];
    const b = [0, 0, 1, 1, 1, 0, 1, 0, 1, 1];
    const n = (x: number, y: number) => a.filter((value, i) => value === x && b[i] === y).length;
    const phi =
      (n(1, 1) * n(0, 0) - n(1, 0) * n(0, 1)) /
      Math.sqrt((n(1, 1) + n(1, 0)) * (n(0, 0) + n(0, 1)) * (n(1, 1) + n(0, 1)) * (n(0, 0) + n(1, 0)));
    expect(cramersV(a, 2, b, 2)).toBeCloseTo(Math.abs(phi), 12);
  });
});
