import { describe, expect, it } from 'vitest';
import { parameterLayout } from './layout.ts';
import { allocateTables, fillTables } from './tables.ts';

const layout = parameterLayout({
  levelCounts: [3, 4],
  referenceLevels: [1, 3],
  components: 2,
  family: 'poisson',
});

function tablesOf(z: Float64Array) {
  const tables = allocateTables(layout);
  fillTables(layout, z, tables);
  return tables;
}

const z = Float64Array.from({ length: layout.dimension }, (_, k) => 1.7 * Math.cos(5 * k + 1));

describe('the tables of a z', () => {
  it('hold softmaxes: sums of 1 over components and over the levels of a variable', () => {
    const { mixture, level } = tablesOf(z);
    expect(mixture[0]! + mixture[1]!).toBeCloseTo(1, 14);
    for (let r = 0; r < 2; r += 1) {
      for (const [start, count] of [
        [0, 3],
        [3, 4],
      ] as const) {
        let sum = 0;
        for (let c = 0; c < count; c += 1) sum += level[(start + c) * 2 + r]!;
        expect(sum).toBeCloseTo(1, 14);
      }
    }
  });

  it('hold logarithms of the same numbers', () => {
    const { mixture, logMixture, level, logLevel } = tablesOf(z);
    mixture.forEach((p, r) => void expect(Math.log(p)).toBeCloseTo(logMixture[r]!, 13));
    level.forEach((p, cell) => void expect(Math.log(p)).toBeCloseTo(logLevel[cell]!, 13));
  });

  it('hold the squared distance of a level from its probabilities, 1 − 2θ + ‖θ‖²', () => {
    const { level, levelDistance } = tablesOf(z);
    for (let c = 0; c < 4; c += 1) {
      let squares = 0;
      for (let k = 0; k < 4; k += 1) squares += level[(3 + k) * 2]! ** 2;
      expect(levelDistance[(3 + c) * 2]).toBeCloseTo(1 - 2 * level[(3 + c) * 2]! + squares, 14);
    }
  });

  it('resolve that distance relatively near a certain level, where 1 − 2θ + ‖θ‖² is rounding only', () => {
    const certain = new Float64Array(layout.dimension);
    certain[layout.levelLogits + 0 * 2] = 40;
    const { levelDistance } = tablesOf(certain);
    // θ = (1 − 2e, e, e), e = e^-40: the distance of level 0 is (2e)² + 2e² to leading order; 1 − θ_0 itself is
    // rounded to 0 below 1e-16, so only the 2e² of the other levels remains.
    expect(levelDistance[0]! / (2 * Math.exp(-80))).toBeCloseTo(1, 10);
  });

  it('have coefficient 0 at reference levels and β elsewhere', () => {
    const { coefficient, intercept } = tablesOf(z);
    expect(coefficient[1]).toBe(0);
    expect(coefficient[6]).toBe(0);
    expect(coefficient[0]).toBe(z[layout.betaIndex[0]!]);
    expect(intercept).toBe(z[layout.intercept]);
  });

  it('stay finite at absurd logits', () => {
    const absurd = Float64Array.from({ length: layout.dimension }, (_, k) => (k % 2 === 0 ? 1e6 : -1e6));
    const tables = tablesOf(absurd);
    for (const values of Object.values(tables)) {
      if (values instanceof Float64Array) expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  it('do not change when a constant is added to the logits of one softmax', () => {
    const shifted = z.slice();
    for (let c = 0; c < 3; c += 1) {
      const k = layout.levelLogits + c * 2 + 1;
      shifted[k] = shifted[k]! + 2.5;
    }
    const before = tablesOf(z).level;
    tablesOf(shifted).level.forEach((p, cell) => void expect(p).toBeCloseTo(before[cell]!, 14));
  });
});
