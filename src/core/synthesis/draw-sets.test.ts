import { describe, expect, it } from 'vitest';
import { inventedTable, PAPER_LEVEL_COUNTS, publicKey, uncertifiedPlan } from '../inference/check-problem.ts';
import { bindTable, init, type MutableDpviState, posteriorOf, stepInPlace } from '../inference/dpvi.ts';
import { copyState } from '../inference/dpvi-state.ts';
import type { OutcomeDraw } from '../inference/plan.ts';
import type { Posterior } from '../inference/posterior.ts';
import { parameterLayout } from '../model/layout.ts';
import type { ModelShape, OutcomeFamily } from '../model/shape.ts';
import { allocateTables, fillTables } from '../model/tables.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { drawParameters, drawSyntheticSet, drawSyntheticSets } from './draw-sets.ts';

const shape: ModelShape = { levelCounts: [3, 4], referenceLevels: [0, 1], components: 3, family: 'poisson' };
const random = (number: number) => chacha20Source(publicKey(number), 'synthesis');

function posteriorWith(change: { rate: number; family?: OutcomeFamily; scale?: number }): Posterior {
  const withFamily = { ...shape, family: change.family ?? 'poisson' };
  const layout = parameterLayout(withFamily);
  const location = Float64Array.from({ length: layout.dimension }, (_, k) => Math.sin(5 * k));
  location.fill(0, layout.intercept);
  location[layout.intercept] = Math.log(change.rate);
  return {
    shape: withFamily,
    location,
    scale: new Float64Array(layout.dimension).fill(change.scale ?? 1e-12),
  };
}

function levelShares(table: CodedTable, j: number, levels: number): number[] {
  const shares = new Array<number>(levels).fill(0);
  for (const code of table.columns[j]!) shares[code] = shares[code]! + 1 / table.rowCount;
  return shares;
}

const mean = (values: Uint32Array) => values.reduce((sum, y) => sum + y, 0) / values.length;

describe('a synthetic set', () => {
  const n = 100_000;

  it('has the joint distribution of the mixture at its z', () => {
    const posterior = posteriorWith({ rate: 0.2 });
    const layout = parameterLayout(shape);
    const tables = allocateTables(layout);
    fillTables(layout, posterior.location, tables);
    const set = drawSyntheticSet(posterior, n, 'bernoulli', random(1));
    const counts = new Float64Array(12);
    for (let i = 0; i < n; i += 1) {
      const cell = set.columns[0]![i]! * 4 + set.columns[1]![i]!;
      counts[cell] = counts[cell]! + 1;
    }
    for (let a = 0; a < 3; a += 1) {
      for (let b = 0; b < 4; b += 1) {
        let p = 0;
        for (let r = 0; r < 3; r += 1) {
          p += tables.mixture[r]! * tables.level[a * 3 + r]! * tables.level[(3 + b) * 3 + r]!;
        }
        // Five binomial standard deviations.
        expect(Math.abs(counts[a * 4 + b]! - n * p)).toBeLessThan(5 * Math.sqrt(n * p * (1 - p)));
      }
    }
  });

  it.each<[OutcomeDraw, OutcomeFamily, number, number]>([
    ['bernoulli', 'poisson', 0.3, 0.3],
    ['bernoulli', 'poisson', 1.7, 1],
    ['bernoulli', 'bernoulli-log', 0.3, 0.3],
    ['bernoulli', 'bernoulli-logit', 0.3, 0.3 / 1.3],
    ['thresholded-poisson', 'poisson', 0.3, 1 - Math.exp(-0.3)],
    ['poisson', 'poisson', 2.5, 2.5],
  ])('drawn %s under %s at λ = %d has mean outcome %d', (outcomeDraw, family, rate, expected) => {
    const set = drawSyntheticSet(posteriorWith({ rate, family }), n, outcomeDraw, random(2));
    // Five standard errors; the Poisson variance is the largest of them.
    expect(Math.abs(mean(set.outcome) - expected)).toBeLessThan(5 * Math.sqrt(rate / n));
    if (outcomeDraw !== 'poisson') expect(Math.max(...new Set(set.outcome))).toBeLessThanOrEqual(1);
  });

  it('keeps counts within the declared maximum, also where the rate runs away', () => {
    const set = drawSyntheticSet(posteriorWith({ rate: 1e30 }), 50, 'poisson', random(3), 12);
    expect([...set.outcome]).toEqual(new Array(50).fill(12));
    const modest = drawSyntheticSet(posteriorWith({ rate: 3 }), 2000, 'poisson', random(3), 4);
    expect(Math.max(...modest.outcome)).toBe(4);
  });

  it('uses one z for all its rows: sets of one posterior differ more than their rows explain', () => {
    const posterior = posteriorWith({ rate: 0.2, scale: 0.5 });
    const rates = Array.from(drawSyntheticSets(posterior, 40, 2000, 'poisson', random(4)), (set) =>
      mean(set.outcome),
    );
    const centre = rates.reduce((a, b) => a + b, 0) / rates.length;
    const variance = rates.reduce((sum, r) => sum + (r - centre) ** 2, 0) / (rates.length - 1);
    // β_0 alone gives λ a relative spread of ½: variance about 0.01; rows alone 0.2/2000 = 1e-4.
    expect(variance).toBeGreaterThan(20 * 1e-4);
  });

  it('takes τ as the standard deviation of z', () => {
    const posterior = posteriorWith({ rate: 0.2, scale: 0.5 });
    const source = random(5);
    let squares = 0;
    for (let i = 0; i < 2000; i += 1) {
      const z = drawParameters(posterior, source);
      squares += ((z[0]! - posterior.location[0]!) / 0.5) ** 2;
    }
    // χ² with 2,000 degrees of freedom: sd 63.
    expect(Math.abs(squares - 2000)).toBeLessThan(5 * 63);
  });

  it('is refused where the posterior is not of its shape', () => {
    const posterior = { ...posteriorWith({ rate: 0.1 }), location: new Float64Array(3) };
    expect(() => drawSyntheticSet(posterior, 10, 'bernoulli', random(6))).toThrow('shape');
  });

  it('may have no rows', () => {
    const set = drawSyntheticSet(posteriorWith({ rate: 0.1 }), 0, 'bernoulli', random(7));
    expect(set.columns.map((column) => column.length)).toEqual([0, 0]);
  });
});

describe('K sets', () => {
  it('are K, all different, and each is drawn when it is asked for', () => {
    const sets = [...drawSyntheticSets(posteriorWith({ rate: 0.2 }), 5, 300, 'bernoulli', random(8))];
    expect(sets.length).toBe(5);
    expect(new Set(sets.map((set) => set.columns[0]!.join())).size).toBe(5);
    const lazy = drawSyntheticSets(posteriorWith({ rate: 0.2 }), 1e9, 10, 'bernoulli', random(8));
    expect(lazy.next().done).toBe(false);
  });
});

describe('the whole line with hardly any noise', () => {
  it('gives synthetic rows with the levels and the event rate of the table', () => {
    const rowCount = 4000;
    const table = inventedTable({
      levelCounts: PAPER_LEVEL_COUNTS,
      rowCount,
      meanOutcome: 0.15,
      binary: true,
      number: 2,
    });
    const plan = uncertifiedPlan({
      levelCounts: PAPER_LEVEL_COUNTS,
      rowCount,
      noiseMultiplier: 1e-3,
      settings: { clipNorm: 8, averagedFraction: 0.1 },
    });
    const key = publicKey(3);
    const problem = bindTable(plan, table);
    const state: MutableDpviState = copyState(init(plan, chacha20Source(key, 'initialLocation')));
    const randomness = {
      variationalDraw: chacha20Source(key, 'variationalDraw'),
      subsample: chacha20Source(key, 'subsample'),
      mechanismNoise: chacha20Source(key, 'mechanismNoise'),
    };
    while (state.step < 1000) stepInPlace(problem, state, randomness);
    const set = drawSyntheticSet(posteriorOf(plan, state), 200_000, 'bernoulli', random(9));
    PAPER_LEVEL_COUNTS.forEach((levels, j) => {
      const real = levelShares(table, j, levels);
      const synthetic = levelShares(set, j, levels);
      // One z of a posterior of 4,000 rows (0.01 a level) after 1,000 steps of Adam ending at 5e-3.
      real.forEach((share, c) => void expect(Math.abs(share - synthetic[c]!)).toBeLessThan(0.03));
    });
    expect(Math.abs(mean(table.outcome) - mean(set.outcome))).toBeLessThan(0.015);
  });
});
