import { describe, expect, it } from 'vitest';
import { publicKey } from '../../core/inference/check-problem.ts';
import type { OutcomeDraw } from '../../core/inference/plan.ts';
import type { Posterior } from '../../core/inference/posterior.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { allocateTables, fillTables } from '../../core/model/tables.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { drawSyntheticSet } from '../../core/synthesis/draw-sets.ts';
import type { SyntheticSet } from '../../core/synthesis/synthetic-set.ts';
import { sampleSets } from './sample-sets.ts';

function posteriorWith(rate: number, family: OutcomeFamily = 'poisson', scale = 1e-12): Posterior {
  const shape = { levelCounts: [3, 4], referenceLevels: [0, 1], components: 3, family };
  const layout = parameterLayout(shape);
  const location = Float64Array.from({ length: layout.dimension }, (_, k) => Math.sin(5 * k));
  location.fill(0, layout.intercept);
  location[layout.intercept] = Math.log(rate);
  return { shape, location, scale: new Float64Array(layout.dimension).fill(scale) };
}

async function oneSet(posterior: Posterior, rowCount: number, outcomeDraw: OutcomeDraw, number: number) {
  for (const set of await sampleSets({ posterior, setCount: 1, rowCount, outcomeDraw }, publicKey(number))) {
    return set;
  }
  throw new Error('no set came');
}

function cells(set: SyntheticSet): Float64Array {
  const counts = new Float64Array(12);
  for (let i = 0; i < set.rowCount; i += 1) {
    const cell = set.columns[0]![i]! * 4 + set.columns[1]![i]!;
    counts[cell] = counts[cell]! + 1;
  }
  return counts;
}

describe('a quickly drawn set', () => {
  const n = 400_000;

  it('has the joint distribution of the mixture at its z', async () => {
    const posterior = posteriorWith(0.2);
    const layout = parameterLayout(posterior.shape);
    const tables = allocateTables(layout);
    fillTables(layout, posterior.location, tables);
    const counts = cells(await oneSet(posterior, n, 'bernoulli', 1));
    let chi2 = 0;
    for (let a = 0; a < 3; a += 1) {
      for (let b = 0; b < 4; b += 1) {
        let p = 0;
        for (let r = 0; r < 3; r += 1) {
          p += tables.mixture[r]! * tables.level[a * 3 + r]! * tables.level[(3 + b) * 3 + r]!;
        }
        chi2 += (counts[a * 4 + b]! - n * p) ** 2 / (n * p);
      }
    }
    // χ² with 11 degrees of freedom exceeds 43 once in 100,000 times.
    expect(chi2).toBeLessThan(43);
  });

  it('cannot be told from one of the plain sampler', async () => {
    const posterior = posteriorWith(0.3);
    const quick = cells(await oneSet(posterior, n, 'bernoulli', 2));
    const plain = cells(
      drawSyntheticSet(posterior, n, 'bernoulli', chacha20Source(publicKey(3), 'synthesis')),
    );
    // Two multinomial samples of one size: Σ (a − b)²/(a + b) is χ² with 11 degrees of freedom.
    const chi2 = quick.reduce((sum, a, k) => sum + (a - plain[k]!) ** 2 / (a + plain[k]!), 0);
    expect(chi2).toBeLessThan(43);
  });

  it.each<[OutcomeDraw, OutcomeFamily, number, number]>([
    ['bernoulli', 'poisson', 0.3, 0.3],
    ['bernoulli', 'poisson', 1.7, 1],
    ['bernoulli', 'bernoulli-log', 0.3, 0.3],
    ['bernoulli', 'bernoulli-logit', 0.3, 0.3 / 1.3],
    ['thresholded-poisson', 'poisson', 0.3, 1 - Math.exp(-0.3)],
    ['poisson', 'poisson', 2.5, 2.5],
  ])('drawn %s under %s at λ = %d has mean outcome %d', async (draw, family, rate, expected) => {
    const set = await oneSet(posteriorWith(rate, family), 100_000, draw, 4);
    const mean = set.outcome.reduce((sum, y) => sum + y, 0) / set.rowCount;
    // Five standard errors; the Poisson variance is the largest of them.
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt(rate / set.rowCount));
    if (draw !== 'poisson') expect(set.outcome.every((y) => y <= 1)).toBe(true);
  });

  it('has outcomes that depend on its levels as the rates say', async () => {
    const posterior = posteriorWith(0.2);
    const { betaIndex } = parameterLayout(posterior.shape);
    posterior.location[betaIndex[2] as number] = Math.log(2);
    const set = await oneSet(posterior, n, 'bernoulli', 5);
    const share = (level: number) => {
      let rows = 0;
      let events = 0;
      for (let i = 0; i < n; i += 1) {
        if (set.columns[0]![i] !== level) continue;
        rows += 1;
        events += set.outcome[i]!;
      }
      return { rate: events / rows, error: Math.sqrt(0.4 / rows) };
    };
    expect(Math.abs(share(0).rate - 0.2)).toBeLessThan(5 * share(0).error);
    expect(Math.abs(share(2).rate - 0.4)).toBeLessThan(5 * share(2).error);
  });

  it('keeps counts within the declared maximum', async () => {
    const request = {
      posterior: posteriorWith(1e30),
      setCount: 1,
      rowCount: 50,
      outcomeDraw: 'poisson',
      maximumCount: 12,
    } as const;
    for (const set of await sampleSets(request, publicKey(6))) {
      expect([...set.outcome]).toEqual(new Array(50).fill(12));
    }
  });
});

describe('K quickly drawn sets', () => {
  it('are K, all different, one z each', async () => {
    const posterior = posteriorWith(0.2, 'poisson', 0.5);
    const rates: number[] = [];
    const request = { posterior, setCount: 40, rowCount: 2000, outcomeDraw: 'poisson' } as const;
    for (const set of await sampleSets(request, publicKey(7))) {
      rates.push(set.outcome.reduce((sum, y) => sum + y, 0) / set.rowCount);
    }
    expect(new Set(rates).size).toBeGreaterThan(35);
    const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
    const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / (rates.length - 1);
    // β_0 alone gives λ a relative spread of ½: variance about 0.01; rows alone 0.2/2000 = 1e-4.
    expect(variance).toBeGreaterThan(20 * 1e-4);
  });

  it('come one at a time: a million of them take no memory before they are asked for', async () => {
    const request = {
      posterior: posteriorWith(0.2),
      setCount: 1e6,
      rowCount: 1000,
      outcomeDraw: 'bernoulli',
    } as const;
    const sets = await sampleSets(request, publicKey(8));
    expect(sets.next().done).toBe(false);
    expect(sets.return().done).toBe(true);
  });
});
