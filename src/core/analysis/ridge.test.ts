import { describe, expect, it } from 'vitest';
import { covariateTree } from './covariate-tree.ts';
import { designOf } from './design.ts';
import { fitGlm } from './glm.ts';
import { leafSums } from './glm-family.ts';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import { irlsWorkspace } from './irls.ts';
import { PatternIndex } from './pattern-table.ts';
import type { RidgeFamily } from './ridge.ts';
import { fitRidge } from './ridge.ts';

const SIZES = [4, 2, 3];

function problem(
  rows: number,
  change: (outcome: Uint32Array, columns: readonly Uint8Array[]) => void = () => undefined,
) {
  const design = designOf(inventedCodebook(SIZES), { predictors: ['v0', 'v1', 'v2'] });
  if (!design.ok) throw new Error(design.failure.kind);
  const coded = inventedTable(SIZES, rows, uniformStream(3));
  change(coded.outcome as Uint32Array, coded.columns as readonly Uint8Array[]);
  const table = new PatternIndex(SIZES).count(coded);
  const tree = covariateTree(design.value, table);
  return { room: irlsWorkspace(tree), leaves: leafSums(tree, table) };
}

function ridge(made: ReturnType<typeof problem>, variance: number, family: RidgeFamily = 'poisson-log') {
  const fit = fitRidge(made.room, made.leaves, family, variance);
  if (!fit.ok) throw new Error(fit.failure.kind);
  return fit.value;
}

const FAMILIES: readonly RidgeFamily[] = ['poisson-log', 'binomial-logit', 'binomial-log'];

describe('the ridge-regularised fit', () => {
  it.each(FAMILIES)('with a flat prior is the maximum likelihood fit: %s', (family) => {
    const made = problem(2000);
    const loose = ridge(made, 1e10, family);
    const fit = fitGlm(made.room, made.leaves, family);
    if (!fit.ok) throw new Error(fit.failure.kind);
    // The prior moves a coefficient by about variance / 1e10; scoring of the log-binomial stops within 1e-6 errors.
    for (const [j, value] of fit.value.coefficients.entries())
      expect(loose.coefficients[j]!).toBeCloseTo(value, 6);
    for (const [i, value] of fit.value.covariance.model.entries())
      expect(loose.covariance[i]!).toBeCloseTo(value, 6);
  });

  it('with a sharp prior has no effects, and the overall rate', () => {
    const made = problem(2000);
    const tight = ridge(made, 1e-9);
    expect(Math.max(...tight.coefficients.slice(1).map(Math.abs))).toBeLessThan(1e-5);
    expect(Math.exp(tight.coefficients[0]!)).toBeCloseTo(made.leaves.totalY / made.leaves.total, 5);
  });

  it.each(FAMILIES)(
    'has zero gradient: score = β / v, also for a level without events or without rows: %s',
    (family) => {
      const made = problem(300, (outcome, [first]) => {
        for (const [i, code] of first!.entries()) {
          if (code === 3) first![i] = 1;
          if (code === 2) outcome[i] = 0;
        }
      });
      const at = ridge(made, 1, family);
      expect(at.coefficients.every(Number.isFinite)).toBe(true);
      expect(at.coefficients[3]).toBeCloseTo(0, 10);
      expect(at.coefficients[2]).toBeLessThan(0);
      const objective = (beta: Float64Array) => {
        const penalty = beta.slice(1).reduce((sum, value) => sum + value ** 2, 0) / 2;
        let value = -penalty;
        for (let leaf = 0; leaf < made.leaves.n.length; leaf += 1) {
          const { tree } = made.room;
          let eta = beta[0]!;
          let node = leaf;
          for (let g = tree.depths.length - 1; g >= 0; g -= 1) {
            const column = tree.columnOfCell[tree.depths[g]!.cell[node]!]!;
            if (column >= 0) eta += beta[column]!;
            node = tree.depths[g]!.parent[node]!;
          }
          const [n, y] = [made.leaves.n[leaf]!, made.leaves.sumY[leaf]!];
          if (n === 0) continue;
          if (family === 'poisson-log') value += y * eta - n * Math.exp(eta);
          else if (family === 'binomial-logit') value += y * eta - n * Math.log1p(Math.exp(eta));
          else value += y * eta + (n - y) * Math.log1p(-Math.exp(eta));
        }
        return value;
      };
      const peak = objective(at.coefficients);
      for (let j = 0; j < at.coefficients.length; j += 1) {
        for (const shift of [1e-3, -1e-3]) {
          expect(
            objective(at.coefficients.map((value, i) => (i === j ? value + shift : value))),
          ).toBeLessThan(peak);
        }
      }
    },
  );

  it('refuses what has no finite rate', () => {
    const empty = problem(50, (outcome) => outcome.fill(0));
    expect(fitRidge(empty.room, empty.leaves, 'poisson-log', 1)).toMatchObject({
      failure: { kind: 'no-events' },
    });
    const full = problem(50, (outcome) => outcome.fill(1));
    expect(fitRidge(full.room, full.leaves, 'binomial-logit', 1)).toMatchObject({
      failure: { kind: 'all-events' },
    });
    const counts = problem(50, (outcome) => outcome.fill(2));
    expect(fitRidge(counts.room, counts.leaves, 'binomial-log', 1)).toMatchObject({
      failure: { kind: 'outcome-outside-family' },
    });
  });
});
