import { expect, it } from 'vitest';
import { AndersonMixing } from './anderson-mixing.ts';

/** f(x) = A (c − x), A symmetric with the given eigenvalues: plain steps leave 1 − λ of each direction. */
function linear(eigenvalues: readonly number[]): {
  solution: Float64Array;
  f: (x: Float64Array) => Float64Array;
} {
  const n = eigenvalues.length;
  const solution = Float64Array.from({ length: n }, (_, i) => Math.cos(3 * i));
  // Householder's reflection of (1, …, 1): its columns are orthogonal.
  const Q = (i: number, j: number) => (i === j ? 1 : 0) - 2 / n;
  const f = (x: Float64Array) =>
    x.map((_, i) => {
      let sum = 0;
      for (let j = 0; j < n; j += 1) {
        for (let k = 0; k < n; k += 1) sum += Q(i, k) * eigenvalues[k]! * Q(k, j) * (solution[j]! - x[j]!);
      }
      return sum;
    });
  return { solution, f };
}

const apart = (a: Float64Array, b: Float64Array) => Math.max(...a.map((one, k) => Math.abs(one - b[k]!)));

it('solves a linear problem in as many steps as it has directions, where plain steps take hundreds', () => {
  const { solution, f } = linear([0.02, 0.1, 0.4, 1.3]);
  const mixing = new AndersonMixing(5);
  const mixed = new Float64Array(4);
  const plain = new Float64Array(4);
  for (let k = 0; k < 6; k += 1) {
    mixing.stepFrom(mixed, f(mixed)).forEach((step, i) => {
      mixed[i]! += step;
    });
    f(plain).forEach((step, i) => {
      plain[i]! += step;
    });
  }
  expect(apart(mixed, solution)).toBeLessThan(1e-6);
  expect(apart(plain, solution)).toBeGreaterThan(0.1);
});

it('takes the plain step first, after a reset too, and where steps do not change', () => {
  const mixing = new AndersonMixing(2);
  const f = Float64Array.of(1, -2);
  expect(mixing.stepFrom(new Float64Array(2), f)).toEqual(f);
  expect(mixing.stepFrom(Float64Array.of(1, -2), f)).toEqual(f);
  mixing.reset();
  expect(mixing.stepFrom(Float64Array.of(5, 5), f)).toEqual(f);
});
