import { describe, expect, it } from 'vitest';
import { covariateTree, emptySums, sumCells } from './covariate-tree.ts';
import { designOf } from './design.ts';
import { fitGlm } from './glm.ts';
import type { FamilyName } from './glm-family.ts';
import { leafSums } from './glm-family.ts';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import { irlsWorkspace } from './irls.ts';
import type { PatternTable } from './pattern-table.ts';
import { PatternIndex } from './pattern-table.ts';

const SIZES = [4, 2, 3, 5];

function twoTrees(rows: number, sizes: readonly number[] = SIZES, seed = 7) {
  const design = designOf(inventedCodebook(sizes), { predictors: sizes.map((_, j) => `v${j}`) });
  if (!design.ok) throw new Error(design.failure.kind);
  const table: PatternTable = new PatternIndex(sizes).count(inventedTable(sizes, rows, uniformStream(seed)));
  return {
    table,
    grid: covariateTree(design.value, table),
    tree: covariateTree(design.value, table, { grid: false }),
  };
}

describe('the grid of all patterns', () => {
  it('is taken where most patterns are occupied, and not where few are', () => {
    expect(twoTrees(2000).grid.grid).toBeDefined();
    expect(twoTrees(2000).tree.grid).toBeUndefined();
    expect(twoTrees(20).grid.grid).toBeUndefined();
  });

  it.each([[[5]], [[3, 4]], [[4, 2, 3]], [SIZES]])('sums cells and pairs as the tree does: %j', (sizes) => {
    const { grid, tree, table } = twoTrees(600, sizes);
    expect(grid.grid).toBeDefined();
    const [first, second] = [emptySums(grid, true), emptySums(tree, true)];
    // Whole numbers: both ways are exact.
    sumCells(grid, leafSums(grid, table).n, first);
    sumCells(tree, leafSums(tree, table).n, second);
    expect(first).toEqual(second);
    const [singles, others] = [emptySums(grid, false), emptySums(tree, false)];
    sumCells(grid, leafSums(grid, table).n, singles);
    sumCells(tree, leafSums(tree, table).n, others);
    expect(singles).toEqual(others);
    expect(singles.single).toEqual(first.single);
  });

  it.each<FamilyName>(['poisson-log', 'binomial-logit', 'binomial-log', 'gaussian-identity'])(
    'gives the tree’s fit: %s',
    (family) => {
      for (const [rows, seed] of [
        [300, 1],
        [900, 2],
        [5000, 3],
      ] as const) {
        const { grid, tree, table } = twoTrees(rows, SIZES, seed);
        const [first, second] = [grid, tree].map((one) => {
          const fit = fitGlm(irlsWorkspace(one), leafSums(one, table), family);
          if (!fit.ok) throw new Error(fit.failure.kind);
          return fit.value;
        });
        expect(first!.status).toEqual(second!.status);
        // The order of the additions differs: rounding, carried through a few steps of Newton.
        for (const [j, value] of first!.coefficients.entries())
          expect(value).toBeCloseTo(second!.coefficients[j]!, 9);
        for (const kind of ['model', 'HC0', 'HC1'] as const)
          for (const [i, value] of first!.covariance[kind].entries())
            expect(value).toBeCloseTo(second!.covariance[kind][i]!, 9);
        expect(first!.deviance / second!.deviance).toBeCloseTo(1, 10);
        expect(first!.separatedLeaves === 0).toBe(second!.separatedLeaves === 0);
      }
    },
  );
});
