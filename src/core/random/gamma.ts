import { fillStandardNormal } from './gaussian.ts';
import { exponential, type RandomSource } from './random-source.ts';

/** Gamma(shape, 1), shape > 0: Marsaglia and Tsang, ACM TOMS 26 (2000) 363; below 1 by their §6, G(a) = G(a + 1) U^(1/a). */
export function gamma(source: RandomSource, shape: number): number {
  if (!(shape > 0 && shape < Infinity)) throw new Error('shape out of range');
  if (shape < 1) return gamma(source, shape + 1) * Math.exp(-exponential(source) / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  const normal = new Float64Array(1);
  for (;;) {
    fillStandardNormal(source, normal);
    const x = normal[0]!;
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root ** 3;
    if (-exponential(source) < 0.5 * x ** 2 + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Beta(a, b). */
export function beta(source: RandomSource, a: number, b: number): number {
  const x = gamma(source, a);
  return x / (x + gamma(source, b));
}
