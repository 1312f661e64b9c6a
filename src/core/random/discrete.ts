import { type RandomSource, uniform } from './random-source.ts';

/** Cell i gives i with probability threshold[i], else alias[i]; a cell is chosen uniformly. */
export interface AliasTable {
  readonly threshold: Float64Array;
  readonly alias: Uint32Array;
}

/**
 * The alias table of a finite distribution (Walker 1977, Vose 1991).
 *
 * @param probabilities non-negative, summing to 1 up to rounding; at least one
 */
export function aliasTable(probabilities: ArrayLike<number>): AliasTable {
  const n = probabilities.length;
  if (n === 0) throw new Error('no levels');
  let total = 0;
  for (let i = 0; i < n; i += 1) {
    const p = probabilities[i] as number;
    if (!(p >= 0 && p <= 1 + 1e-9)) throw new Error('not a probability');
    total += p;
  }
  // 1e-6: probabilities come from a softmax and sum to 1 within rounding; more is a programmer's error.
  if (!(Math.abs(total - 1) < 1e-6)) throw new Error('probabilities do not sum to 1');
  const threshold = new Float64Array(n).fill(1);
  const alias = Uint32Array.from({ length: n }, (_, i) => i);
  const scaled = Float64Array.from({ length: n }, (_, i) => ((probabilities[i] as number) / total) * n);
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < n; i += 1) ((scaled[i] as number) < 1 ? small : large).push(i);
  while (small.length > 0 && large.length > 0) {
    const low = small.pop() as number;
    const high = large.pop() as number;
    threshold[low] = scaled[low] as number;
    alias[low] = high;
    scaled[high] = (scaled[high] as number) + (scaled[low] as number) - 1;
    ((scaled[high] as number) < 1 ? small : large).push(high);
  }
  // What remains differs from 1 by rounding only, except that a level of probability 0 may not be left over.
  const heaviest = scaled.indexOf(Math.max(...scaled));
  for (const left of small) {
    if ((probabilities[left] as number) !== 0) continue;
    threshold[left] = 0;
    alias[left] = heaviest;
  }
  return { threshold, alias };
}

/** Draws from a finite distribution in constant time. */
export class CategoricalSampler {
  readonly #threshold: Float64Array;
  readonly #alias: Uint32Array;

  /** @param probabilities as for `aliasTable` */
  constructor(probabilities: ArrayLike<number>) {
    const { threshold, alias } = aliasTable(probabilities);
    this.#threshold = threshold;
    this.#alias = alias;
  }

  draw(source: RandomSource): number {
    const u = uniform(source) * this.#threshold.length;
    const cell = Math.floor(u);
    return u - cell < (this.#threshold[cell] as number) ? cell : (this.#alias[cell] as number);
  }
}

/** True with probability p. */
export function bernoulli(source: RandomSource, p: number): boolean {
  return uniform(source) < p;
}

/** Below this rate counting up through the distribution is exact and quick. */
const INVERSION_LIMIT = 10;
/** Above this rate a count no longer fits 32 bits; the caller caps counts far lower. */
const LARGEST_RATE = 2 ** 31;

/**
 * Poisson(rate). Inversion below rate 10, transformed rejection above (Hörmann 1993, algorithm PTRS).
 *
 * @param rate λ ≥ 0; beyond 2^31 the rate itself, rounded down to at most 2^32 − 1, is returned: its relative spread there
 *   is below 3e-5 and every declared maximum count is smaller
 */
export function poisson(source: RandomSource, rate: number): number {
  if (!(rate >= 0)) throw new Error('rate out of range');
  if (rate > LARGEST_RATE) return Math.min(Math.floor(rate), 2 ** 32 - 1);
  return rate < INVERSION_LIMIT ? poissonByInversion(source, rate) : poissonByRejection(source, rate);
}

function poissonByInversion(source: RandomSource, rate: number): number {
  let mass = Math.exp(-rate);
  let left = uniform(source);
  let count = 0;
  while (left >= mass) {
    left -= mass;
    count += 1;
    mass *= rate / count;
    // Rounding can leave a residue that no further mass covers; 200 is beyond 1e-150 at rate 10.
    if (count === 200) return count;
  }
  return count;
}

function poissonByRejection(source: RandomSource, rate: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(rate);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const acceptAt = 0.9277 - 3.6224 / (b - 2);
  const logRate = Math.log(rate);
  for (;;) {
    const u = uniform(source) - 0.5;
    const v = 1 - uniform(source);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + rate + 0.43);
    if (us >= 0.07 && v <= acceptAt) return k;
    if (k < 0 || (us < 0.013 && v > us)) continue;
    const logAccept = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (logAccept <= k * logRate - rate - logFactorial(k)) return k;
  }
}

const SMALL_LOG_FACTORIALS = Float64Array.from({ length: 16 }, (_, n) => {
  let product = 1;
  for (let k = 2; k <= n; k += 1) product *= k;
  return Math.log(product);
});

/** ln n!, n a non-negative integer: exact products below 16, Stirling's series above (error below 1e-13). */
export function logFactorial(n: number): number {
  if (n < 16) return SMALL_LOG_FACTORIALS[n] as number;
  const x = n + 1;
  const inverse = 1 / x;
  const square = inverse * inverse;
  const series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680)));
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
