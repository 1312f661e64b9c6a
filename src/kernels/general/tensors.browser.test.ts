import * as tf from '@tensorflow/tfjs-core';
import { publicKey, uncertifiedPlan } from '../../core/inference/check-problem.ts';
import { parameterLayout } from '../../core/model/layout.ts';
import { logDensityGradient } from '../../core/model/log-density.ts';
import { scaleOf } from '../../core/model/softplus.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import { uniform } from '../../core/random/random-source.ts';
import { type CheckOutcome, checkProblem, compare, expectNone } from '../conformance.ts';
import { tensorflowDevice } from '../webgpu/tensorflow-device.ts';
import { openWebgpuRuns } from '../webgpu/webgpu-machine.ts';
import { drawRows, posteriorTensors } from './draw-rows.ts';
import { rowGradients } from './general-model.ts';
import { heldOutLikelihoods } from './held-out-likelihood.ts';
import { mixtureModel } from './mixture-model.ts';
import { iterateTensors } from './state-tensors.ts';

const shape = uncertifiedPlan({
  levelCounts: [4, 2, 3],
  rowCount: 1,
  noiseMultiplier: 0,
  settings: { components: 4 },
}).shape;
const layout = parameterLayout(shape);

function normals(number: number, count: number): Float64Array {
  const out = new Float64Array(count);
  fillStandardNormal(chacha20Source(publicKey(number), 'synthesis'), out);
  return out;
}

/** tfjs on the graphics device, small tensors too: by itself it computes those on the processor. */
async function onGraphics(): Promise<void> {
  const device = await tensorflowDevice();
  if (!device.ok) throw new Error(device.failure);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
}

/** What is built from tfjs operations, on the WebGPU backend. */
export const tensorChecks: readonly { name: string; run(): Promise<CheckOutcome> }[] = [
  {
    name: 'has, by automatic differentiation on the graphics device, the gradient of every row',
    async run() {
      await onGraphics();
      const z = normals(3, layout.dimension).map(Math.fround);
      z[layout.intercept] = -1.5;
      const rows = Array.from({ length: 24 }, (_, i) => [i % 4, i % 2, i % 3, Number(i % 5 === 0)]);
      const automatic = await rowGradients(
        mixtureModel(layout, 'poisson'),
        z,
        Float32Array.from(rows.flat()),
      );
      let largest = 0;
      rows.forEach((row, i) => {
        const exact = logDensityGradient(layout, 'poisson', z, row.slice(0, 3), row[3] as number);
        exact.forEach((g, k) => {
          const apart = Math.abs(g - (automatic[i * layout.dimension + k] as number));
          if (!(apart <= largest)) largest = apart;
        });
      });
      // float32, a few dozen operations on numbers up to 4, exp and log as accurate as WGSL wants them.
      return compare(largest, 3e-5);
    },
  },
  {
    name: 'has the held-out likelihoods of float64 on the graphics device',
    async run() {
      await onGraphics();
      const [draws, width, patterns] = [40, 5, 60];
      const design = Float32Array.from(normals(4, patterns * width), (x, i) =>
        i % width === 0 || x > 0 ? 1 : 0,
      );
      const coefficients = Float32Array.from(normals(5, draws * width), (x) => 0.4 * x);
      const rowCounts = new Float32Array(patterns).map((_, p) => 1 + (p % 4));
      const outcomeSums = new Float32Array(patterns).map((_, p) => p % 3);
      const total = rowCounts.reduce((sum, n) => sum + n, 0);
      const mine = await heldOutLikelihoods(coefficients, draws, {
        design,
        rowCounts,
        outcomeSums,
        logFactorials: 3,
      });
      let largest = 0;
      for (let s = 0; s < draws; s += 1) {
        let sum = -3;
        for (let p = 0; p < patterns; p += 1) {
          let eta = 0;
          for (let k = 0; k < width; k += 1) {
            eta += (design[p * width + k] as number) * (coefficients[s * width + k] as number);
          }
          sum += (outcomeSums[p] as number) * eta - (rowCounts[p] as number) * Math.exp(eta);
        }
        const apart = Math.abs((mine[s] as number) - sum / total);
        if (!(apart <= largest)) largest = apart;
      }
      // float32 in 60 terms of a few units each.
      return compare(largest, 2e-5);
    },
  },
  {
    name: 'draws on the graphics device the rows that float64 draws from the same uniforms',
    async run() {
      await onGraphics();
      const rowCount = 4000;
      const posterior = {
        shape: { ...shape, family: 'bernoulli-log' as const },
        location: normals(6, layout.dimension).map((x, k) => (k >= layout.intercept ? -0.7 : x)),
        scale: new Float64Array(layout.dimension).fill(1e-12),
      };
      const set = await drawRows(
        posteriorTensors(posterior),
        rowCount,
        'bernoulli',
        chacha20Source(publicKey(7), 'synthesis'),
      );
      // Replays the source: z first, then the uniforms of the components, which come row by row.
      const random = chacha20Source(publicKey(7), 'synthesis');
      fillStandardNormal(random, new Float64Array(layout.dimension));
      const u = Array.from({ length: rowCount * 5 }, () => uniform(random));
      const softmax = (logits: number[]) => {
        const e = logits.map(Math.exp);
        const sum = e.reduce((a, b) => a + b, 0);
        return e.map((value) => value / sum);
      };
      const pick = (probabilities: number[], value: number) => {
        let sum = 0;
        return probabilities.slice(0, -1).filter((p) => {
          sum += p;
          return value >= sum;
        }).length;
      };
      const z = posterior.location;
      const R = layout.components;
      let different = 0;
      for (let i = 0; i < rowCount; i += 1) {
        const r = pick(softmax([...z.slice(0, R)]), u[i] as number);
        for (let j = 0; j < 3; j += 1) {
          const first = layout.levelStart[j] as number;
          const logits = Array.from(
            { length: layout.levelCounts[j] as number },
            (_, c) => z[R + (first + c) * R + r] as number,
          );
          const level = pick(softmax(logits), u[(j + 1) * rowCount + i] as number);
          if (set.columns[j]?.[i] !== level) different += 1;
        }
      }
      // 12,000 levels: a uniform within 1e-7 of a border falls on the other side once in a hundred runs.
      return expectNone(Math.max(0, different - 1));
    },
  },
  {
    name: 'has the state of a run as tensors without reading it back, and draws a synthetic set from them',
    async run() {
      await onGraphics();
      const problem = checkProblem({ components: 4, steps: 20 }, { noiseMultiplier: 1, levels: [4, 2, 3] });
      const runs = await openWebgpuRuns(tensorflowDevice, [{ ...problem, key: publicKey(5) }]);
      if (!runs.ok) throw new Error(runs.failure.kind);
      await runs.value.advance(20);
      const [state] = runs.value.states();
      const tensors = iterateTensors(runs.value.call.stateBuffer, problem.plan.shape);
      // The tensors are copies: the run may be gone.
      runs.value.close();
      const [location, scale] = await Promise.all([tensors.location.data(), tensors.scale.data()]);
      const set = await drawRows(tensors, 500, 'bernoulli', chacha20Source(publicKey(6), 'synthesis'));
      tensors.location.dispose();
      tensors.scale.dispose();
      let largest = Number(set.rowCount !== 500);
      state?.location.forEach((m, k) => {
        const tau = scaleOf(state.rawScale[k] as number);
        const apart = Math.max(
          Math.abs(m - (location[k] as number)),
          Math.abs(tau - (scale[k] as number)) / tau,
        );
        if (!(apart <= largest)) largest = apart;
      });
      // The same float32 numbers; softplus to a few units of its last place.
      return compare(largest, 2e-6);
    },
  },
];
