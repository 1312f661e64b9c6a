/**
 * A DPVI step as a careful programmer writes it in plain JavaScript: one Float32Array a table, product form, equal rows
 * merged, a norm from look-ups, weighted histograms. It is what `npm run bench:engine` measures the kernel against, and it
 * trains nobody: its noise has not been argued for.
 */
import type { DpviProblem } from '../core/inference/dpvi.ts';
import { gatherBatch } from '../core/inference/row-patterns.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { poissonSubsample } from '../core/random/poisson-subsample.ts';
import type { RandomSource } from '../core/random/random-source.ts';

const f32 = (n: number) => new Float32Array(n);

/** Steps without end on a problem; poisson family. */
export class TypedArrayLoop {
  readonly #problem: DpviProblem;
  readonly #random: RandomSource;
  readonly #batches: RandomSource;
  readonly #arrays: Record<
    'm' | 's' | 'm1' | 'm2' | 's1' | 's2' | 'eta' | 'tau' | 'z' | 'noise' | 'gradient',
    Float32Array
  >;
  readonly #level: Float32Array;
  readonly #distance: Float32Array;
  readonly #gamma: Float32Array;
  #firstPower = 1;
  #secondPower = 1;

  constructor(problem: DpviProblem, location: Float64Array, rawScale: Float64Array, key: Uint8Array) {
    const { dimension: D, levelRows, components: R } = problem.layout;
    this.#problem = problem;
    this.#random = chacha20Source(key, 'mechanismNoise');
    this.#batches = chacha20Source(key, 'subsample');
    this.#arrays = {
      m: Float32Array.from(location),
      s: Float32Array.from(rawScale),
      ...{ m1: f32(D), m2: f32(D), s1: f32(D), s2: f32(D), eta: f32(D), tau: f32(D), z: f32(D) },
      ...{ noise: f32(D), gradient: f32(D) },
    };
    this.#level = f32(levelRows * R + R);
    this.#distance = f32(levelRows * R);
    this.#gamma = f32(2 * R);
  }

  advance(steps: number): void {
    for (let t = 0; t < steps; t += 1) this.#step();
  }

  #step(): void {
    const { layout, patterns, plan, buffers } = this.#problem;
    const { m, s, eta, tau, z, noise, gradient } = this.#arrays;
    const D = layout.dimension;
    this.#fillNormal(eta);
    for (let k = 0; k < D; k += 1) {
      const raw = s[k]!;
      tau[k] = raw > 0 ? raw + Math.log1p(Math.exp(-raw)) : Math.log1p(Math.exp(raw));
      z[k] = m[k]! + tau[k]! * eta[k]!;
    }
    this.#fillTables();
    const q = plan.mechanism.parameters.samplingRate;
    const size = poissonSubsample(
      this.#batches,
      patterns.patternOfSortedRow.length,
      q,
      buffers.rows,
      buffers.gaps,
    );
    gatherBatch(patterns, buffers.rows, size, buffers.batch);
    gradient.fill(0);
    for (let i = 0; i < buffers.batch.patternCount; i += 1) {
      this.#addPattern(buffers.batch.pattern[i]!, buffers.batch.multiplicity[i]!);
    }
    this.#fillNormal(noise);
    this.#finish();
    this.#move();
  }

  #fillNormal(out: Float32Array): void {
    for (let k = 0; k < out.length; k += 2) {
      const radius = Math.sqrt(-2 * Math.log((this.#random.uint32() + 0.5) * 2 ** -32));
      const angle = 2 * Math.PI * this.#random.uint32() * 2 ** -32;
      out[k] = radius * Math.cos(angle);
      if (k + 1 < out.length) out[k + 1] = radius * Math.sin(angle);
    }
  }

  #fillTables(): void {
    const { layout } = this.#problem;
    const { components: R, levelRows } = layout;
    const { z } = this.#arrays;
    const level = this.#level;
    const distance = this.#distance;
    const mixture = levelRows * R;
    let total = 0;
    for (let r = 0; r < R; r += 1) total += level[mixture + r] = Math.exp(z[r]!);
    for (let r = 0; r < R; r += 1) level[mixture + r] = level[mixture + r]! / total;
    for (let k = 0; k < mixture; k += 1) level[k] = Math.exp(z[R + k]!);
    for (let j = 0; j < layout.variableCount; j += 1) {
      const first = layout.levelStart[j]! * R;
      const end = first + layout.levelCounts[j]! * R;
      for (let r = 0; r < R; r += 1) {
        let sum = 0;
        for (let at = first + r; at < end; at += R) sum += level[at]!;
        const inverse = 1 / sum;
        let squares = 0;
        for (let at = first + r; at < end; at += R) {
          const theta = level[at]! * inverse;
          level[at] = theta;
          squares += theta * theta;
        }
        for (let at = first + r; at < end; at += R) distance[at] = squares + 1 - 2 * level[at]!;
      }
    }
  }

  #addPattern(p: number, times: number): void {
    const { layout, patterns, plan } = this.#problem;
    const { components: R, variableCount: d, levelRows, betaIndex } = layout;
    const { z, gradient } = this.#arrays;
    const level = this.#level;
    const distance = this.#distance;
    const gamma = this.#gamma;
    const mixture = levelRows * R;
    for (let r = 0; r < R; r += 1) {
      gamma[r] = level[mixture + r]!;
      gamma[R + r] = 0;
    }
    let linear = z[layout.intercept]!;
    for (let j = 0; j < d; j += 1) {
      const row = patterns.levelRow[p * d + j]!;
      const beta = betaIndex[row]!;
      if (beta >= 0) linear += z[beta]!;
      const at = row * R;
      for (let r = 0; r < R; r += 1) {
        gamma[r] = gamma[r]! * level[at + r]!;
        gamma[R + r] = gamma[R + r]! + distance[at + r]!;
      }
    }
    let total = 0;
    for (let r = 0; r < R; r += 1) total += gamma[r]!;
    const inverse = 1 / total;
    let squares = 0;
    for (let r = 0; r < R; r += 1) {
      const g = gamma[r]! * inverse;
      gamma[r] = g;
      const mixed = g - level[mixture + r]!;
      squares += mixed * mixed + g * g * gamma[R + r]!;
    }
    const residual = patterns.outcome[p]! - Math.exp(linear);
    squares += residual * residual * patterns.coefficientCount[p]!;
    const { clipNorm } = plan.settings;
    const weight = times * (squares > clipNorm * clipNorm ? clipNorm / Math.sqrt(squares) : 1);
    gradient[layout.intercept] = gradient[layout.intercept]! + weight * residual;
    for (let j = 0; j < d; j += 1) {
      const row = patterns.levelRow[p * d + j]!;
      const beta = betaIndex[row]!;
      if (beta >= 0) gradient[beta] = gradient[beta]! + weight * residual;
      const at = R + row * R;
      for (let r = 0; r < R; r += 1) gradient[at + r] = gradient[at + r]! + weight * gamma[r]!;
    }
  }

  /** Histograms to gradient, noise, divisor and prior. */
  #finish(): void {
    const { layout, plan } = this.#problem;
    const { components: R, levelRows, levelCounts } = layout;
    const { gradient, noise, z } = this.#arrays;
    const level = this.#level;
    const sums = this.#gamma;
    let weights = 0;
    for (let r = 0; r < R; r += 1) {
      let sum = 0;
      for (let c = 0; c < levelCounts[0]!; c += 1) sum += gradient[R + c * R + r]!;
      sums[r] = sum;
      weights += sum;
    }
    for (let r = 0; r < R; r += 1) gradient[r] = sums[r]! - level[levelRows * R + r]! * weights;
    for (let row = 0; row < levelRows; row += 1) {
      const at = row * R;
      for (let r = 0; r < R; r += 1) gradient[R + at + r] = gradient[R + at + r]! - level[at + r]! * sums[r]!;
    }
    const { noiseMultiplier, samplingRate } = plan.mechanism.parameters;
    const scale = noiseMultiplier * plan.settings.clipNorm;
    const perBatch = 1 / (samplingRate * plan.rowCount);
    const perTable = 1 / plan.rowCount;
    for (let k = 0; k < gradient.length; k += 1) {
      const prior = k < layout.intercept ? 1 - Math.exp(z[k]!) : -z[k]!;
      gradient[k] = (gradient[k]! + scale * noise[k]!) * perBatch + perTable * prior;
    }
  }

  #move(): void {
    const { m, s, m1, m2, s1, s2, eta, tau, gradient } = this.#arrays;
    const perTable = 1 / this.#problem.plan.rowCount;
    this.#firstPower *= 0.9;
    this.#secondPower *= 0.999;
    const correction = Math.sqrt(1 - this.#secondPower);
    const stepSize = (1e-3 * correction) / (1 - this.#firstPower);
    const epsilon = 1e-8 * correction;
    for (let k = 0; k < m.length; k += 1) {
      const gm = gradient[k]!;
      const gs = (eta[k]! * gm + perTable / tau[k]!) / (1 + Math.exp(-s[k]!));
      m1[k] = 0.9 * m1[k]! + 0.1 * gm;
      m2[k] = 0.999 * m2[k]! + 0.001 * gm * gm;
      m[k] = m[k]! + (stepSize * m1[k]!) / (Math.sqrt(m2[k]!) + epsilon);
      s1[k] = 0.9 * s1[k]! + 0.1 * gs;
      s2[k] = 0.999 * s2[k]! + 0.001 * gs * gs;
      s[k] = s[k]! + (stepSize * s1[k]!) / (Math.sqrt(s2[k]!) + epsilon);
    }
  }
}
