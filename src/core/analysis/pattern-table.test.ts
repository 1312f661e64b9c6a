import { describe, expect, it } from 'vitest';
import { inventedTable, uniformStream } from './invented-tables.check.ts';
import { PatternIndex, poolPatterns } from './pattern-table.ts';

const SIZES = [4, 2, 3];

describe('PatternIndex', () => {
  it('counts every row once, under its own codes and outcome', () => {
    const table = inventedTable(SIZES, 500, uniformStream(1));
    const index = new PatternIndex(SIZES);
    const counted = index.count(table);
    expect(counted.total).toBe(500);
    const expected = new Map<string, number>();
    for (let i = 0; i < 500; i += 1) {
      const key = [...table.columns.map((column) => column[i]), table.outcome[i]].join();
      expected.set(key, (expected.get(key) ?? 0) + 1);
    }
    expect(counted.ids.length).toBe(expected.size);
    for (const [n, row] of counted.ids.entries()) {
      const pattern = index.patternOf(row);
      const key = [...SIZES.keys()].map((j) => index.codeOf(pattern, j));
      expect(counted.counts[n]).toBe(expected.get([...key, index.outcomeOf(row)].join()));
    }
  });

  it('pooling adds: counting two tables is counting their rows together', () => {
    const [a, b] = [inventedTable(SIZES, 300, uniformStream(2)), inventedTable(SIZES, 200, uniformStream(3))];
    const index = new PatternIndex(SIZES);
    const pooled = poolPatterns([index.count(a), index.count(b)]);
    const together = index.count({
      rowCount: 500,
      columns: a.columns.map((column, j) => Uint8Array.of(...column, ...b.columns[j]!)),
      outcome: Uint32Array.of(...a.outcome, ...b.outcome),
    });
    expect([pooled.ids, pooled.counts, pooled.total]).toEqual([together.ids, together.counts, 500]);
  });

  it('tells patterns apart whose mixed-radix key would not fit a number', () => {
    const sizes = Array(20).fill(256);
    const index = new PatternIndex(sizes);
    // Rows that differ in one variable only, the first or the last.
    const columns = sizes.map((_, j) => [j === 0 ? 255 : 7, 7, j === 19 ? 255 : 7]);
    const counted = index.count({ rowCount: 3, columns, outcome: [0, 0, 0] });
    expect(counted.ids.length).toBe(3);
    expect(index.count({ rowCount: 3, columns, outcome: [0, 0, 0] }).ids).toEqual(counted.ids);
  });

  it('keeps offsets and outcomes of any size apart', () => {
    const index = new PatternIndex([2], { offsets: true });
    const rows = {
      rowCount: 4,
      columns: [[1, 1, 1, 1]],
      outcome: [3, 3, 1e6, -0.5],
      offset: [0, 0.1, 0.1, 0.1],
    };
    expect(index.count(rows).ids.length).toBe(4);
    expect(index.patternCount).toBe(2);
  });

  it('an empty table, an empty subgroup and weight 0 hold nobody', () => {
    const index = new PatternIndex([2]);
    expect(index.count({ rowCount: 0, columns: [[]], outcome: [] }).total).toBe(0);
    const rows = { rowCount: 2, columns: [[0, 1]], outcome: [1, 0] };
    expect(index.count({ ...rows, keep: new Uint8Array(2) }).ids.length).toBe(0);
    expect(index.count({ ...rows, weights: [0, 2] })).toMatchObject({ total: 2 });
  });

  it('refuses what is not a code, a weight or a number', () => {
    const index = new PatternIndex([2]);
    const rows = { rowCount: 1, columns: [[0]], outcome: [0] };
    expect(() => index.count({ ...rows, columns: [[2]] })).toThrow(RangeError);
    expect(() => index.count({ ...rows, weights: [-1] })).toThrow(RangeError);
    expect(() => index.count({ ...rows, outcome: [Number.NaN] })).toThrow(RangeError);
    expect(() => index.count({ ...rows, columns: [] })).toThrow('do not fit');
    expect(() => poolPatterns([index.count(rows), new PatternIndex([2]).count(rows)])).toThrow(
      'different pattern indexes',
    );
  });
});
