import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { DpviProblem } from '../../core/inference/dpvi.ts';
import { gatherBatch } from '../../core/inference/row-patterns.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import { poissonSubsample } from '../../core/random/poisson-subsample.ts';
import type { RandomSource } from '../../core/random/random-source.ts';

/**
 * A DPVI step composed of tfjs operations on whole arrays, gradient written out: what the engine bench measures the
 * kernel against. Poisson family; like the typed-array loop it trains nobody.
 */
export class OperationsLoop {
  readonly #problem: DpviProblem;
  readonly #random: RandomSource;
  readonly #batches: RandomSource;
  #state: { m: tf.Tensor1D; s: tf.Tensor1D; moments: tf.Tensor1D[] };
  #t = 0;

  constructor(problem: DpviProblem, location: Float64Array, rawScale: Float64Array, key: Uint8Array) {
    // Only silences its advice to install another package.
    tf.env().set('IS_NODE', false);
    this.#problem = problem;
    this.#random = chacha20Source(key, 'mechanismNoise');
    this.#batches = chacha20Source(key, 'subsample');
    const zeros = () => tf.zeros([location.length]) as tf.Tensor1D;
    this.#state = {
      m: tf.tensor1d(Float32Array.from(location)),
      s: tf.tensor1d(Float32Array.from(rawScale)),
      moments: [zeros(), zeros(), zeros(), zeros()],
    };
  }

  advance(steps: number): void {
    for (let t = 0; t < steps; t += 1) {
      const before = this.#state;
      this.#state = tf.tidy(() => this.#step());
      tf.dispose([before.m, before.s, ...before.moments]);
    }
  }

  #normal(): tf.Tensor1D {
    const draws = new Float64Array(this.#problem.layout.dimension);
    fillStandardNormal(this.#random, draws);
    return tf.tensor1d(Float32Array.from(draws));
  }

  #step() {
    const { m, s, moments } = this.#state;
    const { plan } = this.#problem;
    const { noiseMultiplier, samplingRate } = plan.mechanism.parameters;
    const N = plan.rowCount;
    const eta = this.#normal();
    const tau = tf.softplus(s);
    const z = tf.add(m, tf.mul(tau, eta)) as tf.Tensor1D;
    const sum = this.#clippedSum(z);
    const released = tf.add(sum, tf.mul(this.#normal(), noiseMultiplier * plan.settings.clipNorm));
    const gm = tf.add(tf.div(released, samplingRate * N), tf.div(this.#prior(z), N));
    const gs = tf.mul(tf.sigmoid(s), tf.add(tf.mul(eta, gm), tf.div(1 / N, tau)));
    this.#t += 1;
    const correction = Math.sqrt(1 - 0.999 ** this.#t);
    const rate = (1e-3 * correction) / (1 - 0.9 ** this.#t);
    const [m1, m2, s1, s2] = [gm, gs].flatMap((g, i) => [
      tf.add(tf.mul(moments[2 * i]!, 0.9), tf.mul(g, 0.1)),
      tf.add(tf.mul(moments[2 * i + 1]!, 0.999), tf.mul(tf.square(g), 0.001)),
    ]) as [tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D];
    const moved = (x: tf.Tensor1D, first: tf.Tensor1D, second: tf.Tensor1D) =>
      tf.add(x, tf.div(tf.mul(first, rate), tf.add(tf.sqrt(second), 1e-8 * correction))) as tf.Tensor1D;
    return { m: moved(m, m1, m2), s: moved(s, s1, s2), moments: [m1, m2, s1, s2] };
  }

  #prior(z: tf.Tensor1D): tf.Tensor1D {
    const { intercept, dimension } = this.#problem.layout;
    return tf.concat([
      tf.sub(1, tf.exp(tf.slice(z, 0, intercept))),
      tf.neg(tf.slice(z, intercept, dimension - intercept)),
    ]) as tf.Tensor1D;
  }

  #clippedSum(z: tf.Tensor1D): tf.Tensor {
    const { layout, patterns, plan, buffers } = this.#problem;
    const { components: R, levelRows, levelCounts, levelStart, variableCount: d, betaIndex } = layout;
    const q = plan.mechanism.parameters.samplingRate;
    const { batch } = buffers;
    const size = poissonSubsample(
      this.#batches,
      patterns.patternOfSortedRow.length,
      q,
      buffers.rows,
      buffers.gaps,
    );
    gatherBatch(patterns, buffers.rows, size, batch);
    const n = batch.patternCount;
    if (n === 0) return tf.zeros([layout.dimension]);
    const rowOf = (j: number) =>
      Int32Array.from({ length: n }, (_, i) => patterns.levelRow[batch.pattern[i]! * d + j]!);
    const pick = (values: ArrayLike<number>) =>
      tf.tensor1d(Float32Array.from({ length: n }, (_, i) => values[batch.pattern[i]!]!));
    const mixture = tf.softmax(tf.slice(z, 0, R));
    const logits = tf.reshape(tf.slice(z, R, levelRows * R), [levelRows, R]);
    const level = tf.concat(
      Array.from(levelCounts, (count, j) =>
        tf.transpose(tf.softmax(tf.transpose(tf.slice(logits, [levelStart[j]!, 0], [count, R])))),
      ),
    ) as tf.Tensor2D;
    const beta = tf.tensor1d(
      Int32Array.from(betaIndex, (k) => Math.max(0, k)),
      'int32',
    );
    const present = tf.tensor1d(Float32Array.from(betaIndex, (k) => (k < 0 ? 0 : 1)));
    const coefficient = tf.mul(tf.gather(z, beta), present);
    let joint: tf.Tensor = tf.tile(tf.reshape(mixture, [1, R]), [n, 1]);
    let apart: tf.Tensor = tf.zeros([n, R]);
    let linear: tf.Tensor = tf.slice(z, layout.intercept, 1);
    const rows = Array.from({ length: d }, (_, j) => tf.tensor1d(rowOf(j), 'int32'));
    rows.forEach((row, j) => {
      const theta = tf.gather(level, row);
      const squares = tf.sum(tf.square(tf.slice(level, [levelStart[j]!, 0], [levelCounts[j]!, R])), 0);
      joint = tf.mul(joint, theta);
      apart = tf.add(apart, tf.sub(tf.add(squares, 1), tf.mul(theta, 2)));
      linear = tf.add(linear, tf.gather(coefficient, row));
    });
    const gamma = tf.div(joint, tf.sum(joint, 1, true));
    const residual = tf.sub(pick(patterns.outcome), tf.exp(linear));
    const norm = tf.sqrt(
      tf.add(
        tf.sum(tf.add(tf.square(tf.sub(gamma, mixture)), tf.mul(tf.square(gamma), apart)), 1),
        tf.mul(tf.square(residual), pick(patterns.coefficientCount)),
      ),
    );
    const times = tf.tensor1d(Float32Array.from(batch.multiplicity.subarray(0, n)));
    const weight = tf.mul(times, tf.minimum(1, tf.div(plan.settings.clipNorm, norm)));
    const weighted = tf.mul(gamma, tf.reshape(weight, [n, 1])) as tf.Tensor2D;
    const outcome = tf.mul(weight, residual);
    const total = tf.sum(weighted, 0);
    const oneHot = tf.addN(rows.map((row) => tf.cast(tf.oneHot(row, levelRows), 'float32'))) as tf.Tensor2D;
    const histogram = tf.matMul(oneHot, weighted, true);
    const effects = tf.reshape(tf.matMul(oneHot, tf.reshape(outcome, [n, 1]) as tf.Tensor2D, true), [
      levelRows,
    ]);
    const kept = tf.tensor1d(
      Int32Array.from(betaIndex.keys()).filter((row) => betaIndex[row]! >= 0),
      'int32',
    );
    return tf.concat([
      tf.sub(total, tf.mul(mixture, tf.sum(total))),
      tf.reshape(tf.sub(histogram, tf.mul(level, total)), [levelRows * R]),
      tf.reshape(tf.sum(outcome), [1]),
      tf.gather(effects, kept),
    ]);
  }
}
