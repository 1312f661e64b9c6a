import { describe, expect, it } from 'vitest';
import { type ParameterLayout, parameterLayout } from './layout.ts';
import { logDensity, logDensityGradient } from './log-density.ts';
import type { ModelShape, OutcomeFamily } from './shape.ts';

const shape: ModelShape = {
  levelCounts: [3, 2, 4],
  referenceLevels: [1, 0, 3],
  components: 3,
  family: 'poisson',
};

function parameters(layout: ParameterLayout, size: number): Float64Array {
  const z = Float64Array.from({ length: layout.dimension }, (_, k) => size * Math.sin(7 * k + 2));
  z[layout.intercept] = -2;
  return z;
}

/** Every x of the shape. */
function everyRow(levelCounts: readonly number[]): number[][] {
  return levelCounts.reduce<number[][]>(
    (rows, count) => rows.flatMap((row) => Array.from({ length: count }, (_, c) => [...row, c])),
    [[]],
  );
}

describe('the log density', () => {
  it.each<OutcomeFamily>(['bernoulli-log', 'bernoulli-logit'])(
    'sums to 1 over all x and y under %s',
    (family) => {
      const layout = parameterLayout({ ...shape, family });
      const z = parameters(layout, 0.6);
      let total = 0;
      for (const x of everyRow(shape.levelCounts)) {
        for (const y of [0, 1]) total += Math.exp(logDensity(layout, family, z, x, y));
      }
      expect(total).toBeCloseTo(1, 13);
    },
  );

  it('sums to 1 over all x and counts under poisson, with the 1/y! that it leaves out', () => {
    const layout = parameterLayout(shape);
    const z = parameters(layout, 0.6);
    let total = 0;
    for (const x of everyRow(shape.levelCounts)) {
      let factorial = 1;
      for (let y = 0; y < 40; y += 1) {
        factorial *= Math.max(1, y);
        total += Math.exp(logDensity(layout, 'poisson', z, x, y)) / factorial;
      }
    }
    expect(total).toBeCloseTo(1, 12);
  });

  it.each<OutcomeFamily>(['poisson', 'bernoulli-log', 'bernoulli-logit'])(
    'has the gradient of METHOD §4 under %s, by central differences',
    (family) => {
      const layout = parameterLayout({ ...shape, family });
      const z = parameters(layout, 0.4);
      for (const [x, y] of [
        [[0, 0, 0], 0],
        [[2, 1, 3], 1],
        [[1, 0, 2], 1],
      ] as const) {
        const gradient = logDensityGradient(layout, family, z, x, y);
        for (let k = 0; k < layout.dimension; k += 1) {
          // Five-point rule at h = 1e-3: truncation h⁴, rounding 1e-16/h.
          const h = 1e-3;
          const at = (shift: number) => {
            const moved = z.slice();
            moved[k] = (moved[k] as number) + shift * h;
            return logDensity(layout, family, moved, x, y);
          };
          const slope = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
          expect(Math.abs(slope - (gradient[k] as number))).toBeLessThan(1e-10);
        }
      }
    },
  );

  it('does not depend on the order of the components', () => {
    const layout = parameterLayout(shape);
    const z = parameters(layout, 1);
    const R = 3;
    const swapped = z.slice();
    for (let row = 0; row <= layout.levelRows; row += 1) {
      swapped[row * R] = z[row * R + 2] as number;
      swapped[row * R + 2] = z[row * R] as number;
    }
    for (const x of everyRow(shape.levelCounts)) {
      expect(logDensity(layout, 'poisson', swapped, x, 1)).toBeCloseTo(
        logDensity(layout, 'poisson', z, x, 1),
        13,
      );
    }
  });

  it('and its gradient stay finite at extreme parameters', () => {
    const layout = parameterLayout(shape);
    for (const size of [100, 1e4, 1e8]) {
      const z = Float64Array.from({ length: layout.dimension }, (_, k) => (k % 3 === 0 ? size : -size));
      for (const x of everyRow(shape.levelCounts)) {
        expect(Number.isFinite(logDensity(layout, 'poisson', z, x, 2))).toBe(true);
        expect(logDensityGradient(layout, 'poisson', z, x, 2).every(Number.isFinite)).toBe(true);
      }
    }
  });
});
