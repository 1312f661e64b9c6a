import { describe, expect, it } from 'vitest';
import { parameterLayout } from '../model/layout.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { inventedTable } from './check-problem.ts';
import { allocateBatch, fullBatch, gatherBatch, mergeRows } from './row-patterns.ts';

const levelCounts = [3, 2];
const layout = parameterLayout({ levelCounts, referenceLevels: [0, 1], components: 2, family: 'poisson' });

const table: CodedTable = {
  rowCount: 6,
  columns: [Uint8Array.of(2, 0, 2, 0, 1, 2), Uint8Array.of(1, 0, 1, 0, 1, 1)],
  outcome: Uint32Array.of(0, 1, 0, 1, 0, 3),
};

describe('a table as patterns', () => {
  it('lists every distinct row once with how often it is there', () => {
    const patterns = mergeRows(layout, table);
    const rows = Array.from({ length: patterns.count }, (_, p) => [
      ...patterns.levelRow.slice(2 * p, 2 * p + 2),
      patterns.outcome[p],
      patterns.multiplicity[p],
    ]);
    expect(rows).toEqual([
      [0, 3, 1, 2],
      [1, 4, 0, 1],
      [2, 4, 0, 2],
      [2, 4, 3, 1],
    ]);
  });

  it('counts the coefficients that a row touches: the intercept and its non-reference levels', () => {
    expect([...mergeRows(layout, table).coefficientCount]).toEqual([2, 2, 2, 2]);
    const reference: CodedTable = {
      rowCount: 1,
      columns: [Uint8Array.of(0), Uint8Array.of(1)],
      outcome: Uint32Array.of(0),
    };
    expect([...mergeRows(layout, reference).coefficientCount]).toEqual([1]);
  });

  it('is the same whatever the order of the rows', () => {
    const big = inventedTable({ levelCounts, rowCount: 500, meanOutcome: 0.5, binary: false, number: 4 });
    const reversed: CodedTable = {
      rowCount: 500,
      columns: big.columns.map((column) => column.slice().reverse()),
      outcome: big.outcome.slice().reverse(),
    };
    expect(mergeRows(layout, reversed)).toEqual(mergeRows(layout, big));
  });

  it('has as full batch every row, and as batch the rows asked for', () => {
    const patterns = mergeRows(layout, table);
    const batch = allocateBatch(patterns);
    fullBatch(patterns, batch);
    expect(batch.rowCount).toBe(6);
    expect([...batch.multiplicity]).toEqual([2, 1, 2, 1]);
    gatherBatch(patterns, Uint32Array.of(1, 3, 4), 3, batch);
    expect(batch.patternCount).toBe(2);
    expect([...batch.pattern.slice(0, 2)]).toEqual([0, 2]);
    expect([...batch.multiplicity.slice(0, 2)]).toEqual([1, 2]);
    gatherBatch(patterns, new Uint32Array(0), 0, batch);
    expect(batch.patternCount).toBe(0);
  });
});
