import { describe, expect, it } from 'vitest';
import { cellsOf, USUAL_COVERAGE_DESIGN } from './coverage-design.ts';
import { KNOWN_COVERAGE, knownCoverageNear } from './known-coverage.ts';

describe('the measured coverage', () => {
  it('has one entry for each cell of the usual design', () => {
    const cells = KNOWN_COVERAGE.filter(({ errors }) => errors === USUAL_COVERAGE_DESIGN.errors);
    expect(cells.map(({ rowCount, epsilon }) => ({ rowCount, epsilon }))).toEqual(
      cellsOf(USUAL_COVERAGE_DESIGN),
    );
  });

  it('consists of shares with their errors', () => {
    for (const { local, pooled, pooledStrong, pooledT } of KNOWN_COVERAGE) {
      for (const { share, standardError } of [local, pooled, pooledStrong, pooledT]) {
        expect(share).toBeGreaterThan(0);
        expect(share).toBeLessThan(1);
        // 30 repeats or more: at most √(¼/30) = 0.09 even if all coefficients of a repeat moved together.
        expect(standardError).toBeGreaterThan(0);
        expect(standardError).toBeLessThan(0.09);
      }
    }
  });

  it('does not depend on ε for own rows: the same people were simulated', () => {
    for (const { rowCount, errors, local } of KNOWN_COVERAGE)
      expect(local).toEqual(knownCoverageNear(rowCount, 1, errors).local);
  });

  it('is looked up by ratio: the nearest simulation of the same kind of errors', () => {
    const near = (rowCount: number, epsilon: number) => {
      const { rowCount: N, epsilon: found } = knownCoverageNear(rowCount, epsilon, 'model');
      return [N, found];
    };
    expect(near(500, 1)).toEqual([500, 1]);
    // Between 150 and 500 the halfway ratio is at √(150 · 500) ≈ 274.
    expect([near(270, 1), near(280, 1)]).toEqual([
      [150, 1],
      [500, 1],
    ]);
    expect([near(1, 1e-3), near(1e6, 100)]).toEqual([
      [150, 0.5],
      [1500, 2],
    ]);
    expect(knownCoverageNear(400, 2, 'HC0')).toMatchObject({ rowCount: 500, epsilon: 1, errors: 'HC1' });
    expect(() => knownCoverageNear(0, 1, 'model')).toThrow(RangeError);
    expect(() => knownCoverageNear(100, Number.NaN, 'model')).toThrow(RangeError);
  });
});
