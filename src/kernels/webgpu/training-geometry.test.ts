import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uncertifiedPlan } from '../../core/inference/check-problem.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { trainingProgram } from './training.program.ts';
import {
  keyText,
  MODEL_FIELDS,
  programKey,
  rateWords,
  releaseGrid,
  workgroupBytes,
} from './training-geometry.ts';

const anyPlan = fc
  .record({
    components: fc.constantFrom(1, 4, 6, 16, 64, 128),
    levelCounts: fc.array(fc.integer({ min: 2, max: 256 }), { minLength: 1, maxLength: 12 }),
    rowCount: fc.integer({ min: 1, max: 2_000_000 }),
    noiseMultiplier: fc.double({ min: 0.2, max: 1e7, noNaN: true }),
    clipNorm: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  })
  .map(({ components, levelCounts, rowCount, noiseMultiplier, clipNorm }) =>
    uncertifiedPlan({ levelCounts, rowCount, noiseMultiplier, settings: { components, clipNorm } }),
  );

const anyCount = fc.constantFrom('one' as const, 'many' as const);

describe('the pipeline key', () => {
  it('decides the source: equal keys, equal shaders', () => {
    fc.assert(
      fc.property(
        anyPlan,
        anyPlan,
        fc.constantFrom(16_384, 32_768),
        anyCount,
        anyCount,
        (a, b, bytes, m, n) => {
          const mine = programKey(parameterLayout(a.shape), bytes, m);
          const theirs = programKey(parameterLayout(b.shape), bytes, n);
          const equalText = keyText(mine) === keyText(theirs);
          expect(trainingProgram(mine) === trainingProgram(theirs)).toBe(equalText);
          expect(trainingProgram(mine)).toBe(trainingProgram({ ...mine }));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('puts into a workgroup only what its memory holds', () => {
    const layout = parameterLayout(
      uncertifiedPlan({ levelCounts: [7, 2, 8, 4, 5], rowCount: 9, noiseMultiplier: 1, settings: {} }).shape,
    );
    const bytes = workgroupBytes(layout);
    // The paper's shape fits what every device must have.
    expect(bytes).toBeLessThan(16_384);
    expect(programKey(layout, bytes, 'one').placement).toBe('workgroup');
    expect(programKey(layout, bytes - 1, 'one').placement).toBe('storage');
  });

  it('has each field of a model once in the shader', () => {
    const source = trainingProgram({ components: 4, levelRows: 10, placement: 'storage', workgroups: 'one' });
    for (const [i, field] of MODEL_FIELDS.entries()) expect(source).toContain(`const at_${field} = ${i}u;`);
  });
});

describe('the grid of a release', () => {
  it('keeps every sum in its counters and 64 bits, the clip norm below C, the noise not below σ', () => {
    let found = 0;
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const grid = releaseGrid(plan);
        if ('reason' in grid) return;
        found += 1;
        const { components: R, levelRows: L } = parameterLayout(plan.shape);
        const { noiseMultiplier } = plan.mechanism.parameters;
        const N = plan.rowCount;
        const low = 2 ** grid.splitBits - 1;
        expect(N * low).toBeLessThan(2 ** 32);
        expect(N * Math.floor(grid.largestEntry / 2 ** grid.splitBits)).toBeLessThan(2 ** 31);
        expect(N * (grid.largestEntry + R)).toBeLessThanOrEqual(2 ** 40);
        expect(grid.noiseScale).toBeGreaterThanOrEqual(noiseMultiplier * 2 ** grid.bits);
        expect(grid.noiseScale).toBeLessThan(2 ** 32);
        expect(Math.sqrt(grid.checkBound) + Math.sqrt(R + L * R)).toBeLessThanOrEqual(2 ** grid.bits);
        expect(grid.clipTarget).toBeLessThan(plan.settings.clipNorm);
        expect(Math.fround(grid.clipTarget)).toBe(grid.clipTarget);
        expect(Math.fround(grid.checkBound)).toBe(grid.checkBound);
      }),
      { numRuns: 500 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is the grid of the reference for the presets, and costs less than 1e-4 of C', () => {
    for (const [noiseMultiplier, rowCount] of [
      [26.7316, 4737],
      [130, 100_000],
      [1000, 1_000_000],
    ] as const) {
      const plan = uncertifiedPlan({ levelCounts: [7, 2, 8, 4, 5], rowCount, noiseMultiplier, settings: {} });
      const grid = releaseGrid(plan);
      if ('reason' in grid) throw new Error(grid.reason);
      expect(grid.bits).toBe(20);
      expect(1 - grid.clipTarget / plan.settings.clipNorm).toBeLessThan(1e-4);
    }
  });

  it('says so where there is none', () => {
    const plan = uncertifiedPlan({ levelCounts: [2], rowCount: 9, noiseMultiplier: 1e9, settings: {} });
    expect(releaseGrid(plan)).toMatchObject({ reason: expect.stringContaining('64 bits') });
  });
});

it('never raises a sampling rate when it takes its first 64 bits', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-9, max: 1, maxExcluded: true, noNaN: true }), (q) => {
      const { high, low } = rateWords(q);
      const asDrawn = high * 2 ** -32 + low * 2 ** -64;
      expect(asDrawn).toBeLessThanOrEqual(q);
      expect(q - asDrawn).toBeLessThan(2 ** -52);
      expect(high).toBeLessThan(2 ** 32);
    }),
  );
});
