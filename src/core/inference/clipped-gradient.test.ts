import { describe, expect, it } from 'vitest';
import { parameterLayout } from '../model/layout.ts';
import { logDensityGradient } from '../model/log-density.ts';
import type { ModelShape, OutcomeFamily } from '../model/shape.ts';
import { allocateTables, fillTables } from '../model/tables.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { inventedTable } from './check-problem.ts';
import { allocateClippedSum, clippedSum, evaluateRow } from './clipped-gradient.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from './released-sum.ts';
import { allocateBatch, fullBatch, mergeRows, type RowPatterns } from './row-patterns.ts';

const families: OutcomeFamily[] = ['poisson', 'bernoulli-log', 'bernoulli-logit'];
const levelCounts = [3, 2, 4];

function setting(family: OutcomeFamily, components = 3, counts: readonly number[] = levelCounts) {
  const shape: ModelShape = {
    levelCounts: counts,
    referenceLevels: counts.map((count, j) => j % count),
    components,
    family,
  };
  const layout = parameterLayout(shape);
  const z = Float64Array.from({ length: layout.dimension }, (_, k) => 0.8 * Math.sin(7 * k + 2));
  z[layout.intercept] = -1.2;
  return { family, layout, z };
}

type Setting = ReturnType<typeof setting>;

/** k, the integers of the clipped sum of the whole table. */
function sumOf({ family, layout, z }: Setting, table: CodedTable, clipNorm: number, patterns?: RowPatterns) {
  const merged = patterns ?? mergeRows(layout, table);
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  const batch = allocateBatch(merged);
  fullBatch(merged, batch);
  const out = new Float64Array(layout.dimension);
  clippedSum(layout, family, clipNorm, tables, merged, batch, allocateClippedSum(layout), out);
  return out;
}

function rowsOf(table: CodedTable): { levels: number[]; y: number }[] {
  return Array.from({ length: table.rowCount }, (_, i) => ({
    levels: table.columns.map((column) => column[i] as number),
    y: table.outcome[i] as number,
  }));
}

function tableOf(rows: readonly { levels: readonly number[]; y: number }[], columns: number): CodedTable {
  return {
    rowCount: rows.length,
    columns: Array.from({ length: columns }, (_, j) =>
      Uint8Array.from(rows, (row) => row.levels[j] as number),
    ),
    outcome: Uint32Array.from(rows, (row) => row.y),
  };
}

const norm = (values: Iterable<number>) => Math.sqrt([...values].reduce((sum, v) => sum + v * v, 0));

const table = inventedTable({ levelCounts, rowCount: 120, meanOutcome: 0.4, binary: true, number: 1 });

describe.each(families)('the clipped sum under %s', (family) => {
  const here = setting(family);
  const rows = rowsOf(table);
  const gradients = rows.map(({ levels, y }) => logDensityGradient(here.layout, family, here.z, levels, y));

  it('is the plain sum of gradients where nothing is clipped', () => {
    const clipNorm = 2 * Math.max(...gradients.map(norm));
    const sum = sumOf(here, table, clipNorm);
    const grid = GRID_PER_CLIP_NORM * clipNorm;
    for (let k = 0; k < here.layout.dimension; k += 1) {
      const plain = gradients.reduce((total, g) => total + (g[k] as number), 0);
      // Each of 120 rows is rounded by at most half a grid step an entry, times at most 3 entries mixed.
      expect(Math.abs(grid * (sum[k] as number) - plain)).toBeLessThan(120 * 2 * grid);
    }
  });

  it.each([0.2, 0.5, 1])('is Σ g min(1, C_eff/‖g‖) at C = %d', (clipNorm) => {
    const effective = effectiveClipNorm(here.layout, clipNorm);
    const sum = sumOf(here, table, clipNorm);
    const grid = GRID_PER_CLIP_NORM * clipNorm;
    expect(gradients.some((g) => norm(g) > effective)).toBe(true);
    for (let k = 0; k < here.layout.dimension; k += 1) {
      const clipped = gradients.reduce(
        (total, g) => total + (g[k] as number) * Math.min(1, effective / norm(g)),
        0,
      );
      expect(Math.abs(grid * (sum[k] as number) - clipped)).toBeLessThan(120 * 2 * grid);
    }
  });

  it('takes norms that are those of the materialised gradients', () => {
    const patterns = mergeRows(here.layout, table);
    const tables = allocateTables(here.layout);
    fillTables(here.layout, here.z, tables);
    const { row, distance } = allocateClippedSum(here.layout);
    for (let p = 0; p < patterns.count; p += 1) {
      evaluateRow(here.layout, family, tables, patterns, p, distance, row);
      const levels = levelCounts.map(
        (_, j) => (patterns.levelRow[3 * p + j] as number) - (here.layout.levelStart[j] as number),
      );
      const g = logDensityGradient(here.layout, family, here.z, levels, patterns.outcome[p] as number);
      // Two orders of the same sum of about 40 terms.
      expect(Math.abs(row.norm / norm(g) - 1)).toBeLessThan(1e-13);
    }
  });

  it('does not change by a bit when rows are permuted', () => {
    const shuffled = tableOf(
      [...rows].sort((a, b) => Math.sin(a.y + 3 * (a.levels[2] as number)) - Math.sin(b.y)),
      3,
    );
    expect(sumOf(here, shuffled, 1)).toEqual(sumOf(here, table, 1));
  });

  it('does not change by a bit when equal rows are not merged', () => {
    const merged = mergeRows(here.layout, table);
    expect(merged.count).toBeLessThan(table.rowCount);
    const d = 3;
    const single: RowPatterns = {
      count: table.rowCount,
      levelRow: Uint16Array.from(
        rows.flatMap(({ levels }) => levels.map((c, j) => (here.layout.levelStart[j] as number) + c)),
      ),
      outcome: Float64Array.from(rows, ({ y }) => y),
      coefficientCount: Uint8Array.from(rows, ({ levels }) =>
        levels.reduce(
          (n, c, j) =>
            n + ((here.layout.betaIndex[(here.layout.levelStart[j] as number) + c] as number) >= 0 ? 1 : 0),
          1,
        ),
      ),
      multiplicity: new Uint32Array(table.rowCount).fill(1),
      patternOfSortedRow: Uint32Array.from({ length: table.rowCount }, (_, i) => i),
    };
    expect(single.levelRow.length).toBe(table.rowCount * d);
    expect(sumOf(here, table, 1, single)).toEqual(sumOf(here, table, 1));
  });

  it('is a vector of whole numbers, and 0 for no rows', () => {
    expect(sumOf(here, table, 1).every(Number.isInteger)).toBe(true);
    expect(sumOf(here, tableOf([], 3), 1).every((k) => k === 0)).toBe(true);
  });
});

describe('one row', () => {
  it.each(families)(
    'added or removed moves the rounded sum by at most C under %s, whichever row',
    (family) => {
      const counts = [2, 3];
      let largest = 0;
      for (const clipNorm of [0.05, 1, 2]) {
        for (const size of [0.3, 3, 30]) {
          const here = setting(family, 4, counts);
          here.z.set(here.z.map((value) => size * value));
          const table = inventedTable({
            levelCounts: counts,
            rowCount: 9,
            meanOutcome: 0.5,
            binary: true,
            number: 3,
          });
          const rows = rowsOf(table);
          const full = sumOf(here, table, clipNorm);
          const moved = (other: readonly { levels: readonly number[]; y: number }[]) => {
            const sum = sumOf(here, tableOf(other, 2), clipNorm);
            return GRID_PER_CLIP_NORM * norm(full.map((k, index) => k - (sum[index] as number)));
          };
          for (let out = 0; out < rows.length; out += 1) {
            largest = Math.max(largest, moved(rows.filter((_, i) => i !== out)));
          }
          for (const y of family === 'poisson' ? [0, 1, 7, 1e9] : [0, 1]) {
            for (let a = 0; a < 2; a += 1) {
              for (let b = 0; b < 3; b += 1)
                largest = Math.max(largest, moved([...rows, { levels: [a, b], y }]));
            }
          }
        }
      }
      // In units of C. The bound is exact; that it is nearly reached shows that rows are not cut shorter than said.
      expect(largest).toBeLessThanOrEqual(1);
      expect(largest).toBeGreaterThan(0.999);
    },
  );
});

describe('extreme parameters', () => {
  it('give whole numbers, never NaN', () => {
    for (const family of families) {
      for (const size of [1e2, 1e4, 1e8]) {
        const here = setting(family);
        here.z.set(here.z.map((_, k) => (k % 3 === 0 ? size : -size)));
        expect(sumOf(here, table, 2).every(Number.isInteger)).toBe(true);
        here.z[here.layout.intercept] = size;
        expect(sumOf(here, table, 2).every(Number.isInteger)).toBe(true);
      }
    }
  });
});
