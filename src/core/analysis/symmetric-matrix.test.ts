import { expect, it } from 'vitest';
import { choleskyInPlace, solveLower, solveUpper } from './symmetric-matrix.ts';

it('solves both triangles of a Cholesky factor for many columns at once', () => {
  const [p, m] = [5, 3];
  const root = Float64Array.from({ length: p * p }, (_, k) => Math.sin(1 + k * k));
  const A = new Float64Array(p * p);
  for (let i = 0; i < p; i += 1)
    for (let j = 0; j < p; j += 1) {
      for (let k = 0; k < p; k += 1) A[i * p + j]! += root[i * p + k]! * root[j * p + k]!;
      if (i === j) A[i * p + j]! += 0.5;
    }
  const B = Float64Array.from({ length: p * m }, (_, k) => Math.cos(k));
  const factor = A.slice();
  expect(choleskyInPlace(factor, p)).toBeGreaterThan(0);
  const X = B.slice();
  solveLower(factor, p, X, m);
  solveUpper(factor, p, X, m);
  for (let i = 0; i < p; i += 1)
    for (let j = 0; j < m; j += 1) {
      let sum = 0;
      for (let k = 0; k < p; k += 1) sum += A[i * p + k]! * X[k * m + j]!;
      expect(sum).toBeCloseTo(B[i * m + j]!, 12);
    }
});
