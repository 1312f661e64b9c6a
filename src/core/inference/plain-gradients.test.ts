import { describe, expect, it } from 'vitest';
import { parameterLayout } from '../model/layout.ts';
import { logDensityGradient } from '../model/log-density.ts';
import { addPriorGradient } from '../model/prior.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fillVariationalDraw } from '../random/gaussian.ts';
import { fillRoundedNormal } from '../random/rounded-normal.ts';
import { inventedTable, publicKey, uncertifiedPlan } from './check-problem.ts';
import { bindTable, init, step } from './dpvi.ts';
import { largestStretch } from './plain-gradients.ts';
import { effectiveClipNorm, GRID_PER_CLIP_NORM } from './released-sum.ts';

const levelCounts = [3, 2, 4];
const rowCount = 40;
const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.4, binary: true, number: 3 });
const plan = uncertifiedPlan({
  levelCounts,
  rowCount,
  noiseMultiplier: 1.5,
  settings: { components: 3, clipNorm: 0.7, initialScale: 0.8, gradients: 'plain' },
});
const streams = (number: number) => ({
  variationalDraw: chacha20Source(publicKey(number), 'variationalDraw'),
  subsample: chacha20Source(publicKey(number), 'subsample'),
  mechanismNoise: chacha20Source(publicKey(number), 'mechanismNoise'),
});

describe('a plain step', () => {
  it('is both gradients of every row written out, clipped together, with noise on each', () => {
    const start = init(plan, chacha20Source(publicKey(1), 'initialLocation'));
    const [after] = step(bindTable(plan, table), start, streams(2));
    const layout = parameterLayout(plan.shape);
    const D = layout.dimension;
    const eta = new Float64Array(D);
    fillVariationalDraw(chacha20Source(publicKey(2), 'variationalDraw'), eta);
    const tau = start.rawScale.map((s) => Math.log1p(Math.exp(s)));
    const slope = start.rawScale.map((s) => 1 / (1 + Math.exp(-s)));
    const z = start.location.map((m, k) => m + tau[k]! * eta[k]!);
    const source = chacha20Source(publicKey(2), 'mechanismNoise');
    const G = new Float64Array(2 * D);
    for (const half of [G.subarray(0, D), G.subarray(D)]) {
      fillRoundedNormal(source, 1.5 / GRID_PER_CLIP_NORM, half);
      half.forEach((k, i) => {
        half[i] = k * GRID_PER_CLIP_NORM * 0.7;
      });
    }
    const effective = effectiveClipNorm(layout, 0.7, 'plain');
    let clipped = 0;
    for (let i = 0; i < rowCount; i += 1) {
      const levels = table.columns.map((c) => c[i]!);
      const g = logDensityGradient(layout, 'poisson', z, levels, table.outcome[i]!);
      const both = Float64Array.from({ length: 2 * D }, (_, k) =>
        k < D ? g[k]! : slope[k - D]! * eta[k - D]! * g[k - D]!,
      );
      const norm = Math.sqrt(both.reduce((sum, x) => sum + x * x, 0));
      if (norm > effective) clipped += 1;
      both.forEach((x, k) => {
        G[k] = G[k]! + x * Math.min(1, effective / norm);
      });
    }
    expect(clipped).toBeGreaterThan(0);
    const prior = new Float64Array(D);
    addPriorGradient(layout, z, 1 / rowCount, prior);
    for (let k = 0; k < D; k += 1) {
      const gm = G[k]! / rowCount + prior[k]!;
      const gs = G[D + k]! / rowCount + slope[k]! * (eta[k]! * prior[k]! + 1 / (rowCount * tau[k]!));
      // 40 rows, each rounded by half a step of the grid in each entry, a up to 3.
      expect(Math.abs(after.firstMoment[k]! / 0.1 - gm)).toBeLessThan(1e-5);
      expect(Math.abs(after.firstMoment[D + k]! / 0.1 - gs)).toBeLessThan(1e-5);
    }
  });
});

describe('the room for rounding', () => {
  it('covers the largest η that is ever drawn', () => {
    // The smallest word in radius and angle: nothing larger comes out of `fillVariationalDraw`.
    const group = new Float64Array(8);
    let largest = 0;
    for (const half of [0, 0x3fff, 0x4000, 0x7fff, 0x8000, 0xffff]) {
      const words = [0, 0, 0, 0, half | (half << 16), half | (half << 16)];
      fillVariationalDraw({ uint32: () => (words.shift() as number) >>> 0 }, group);
      largest = Math.max(largest, ...group.map(Math.abs));
    }
    expect(largest).toBeGreaterThan(6.76);
    expect(Math.sqrt(1 + largest * largest)).toBeLessThan(largestStretch('plain'));
  });

  it('is still little', () => {
    const layout = parameterLayout({
      ...plan.shape,
      levelCounts: [7, 2, 8, 4, 5],
      referenceLevels: [0, 0, 0, 0, 0],
    });
    expect(effectiveClipNorm(layout, 2, 'plain')).toBeGreaterThan(2 * (1 - 1e-3));
    expect(effectiveClipNorm(layout, 2, 'plain')).toBeLessThan(effectiveClipNorm(layout, 2));
  });
});
