// DPVI steps of METHOD §4, fused. `core/inference` is the specification; names and order are those of
// core/inference/dpvi.ts. Everything lies at addresses of a parameter block that the host has written.
import { fillNormal, poissonSubsample } from './draws';
import { refill, streamBytes } from './keystream';
import * as P from './parameters';
import { clippedSum } from './rows';
import { drawParameters, fillTables } from './tables';

export { fillNormal, poissonSubsample, refill, streamBytes };

/** e^80, where the prior's gradient is cut (core/model/prior.ts). */
const LARGEST_EXPONENTIAL: f64 = 5.54062238439351e34;

/** First address that is the host's to lay out. */
export function freeMemory(): usize {
  return (__heap_base + 63) & ~63;
}

/** Adam uphill on two lanes: moments at `first`, `second`, value at `value`. */
// @ts-ignore: decorator
@inline
function ascend(value: usize, first: usize, second: usize, g: v128, stepSize: v128, stepEpsilon: v128): void {
  const m = f64x2.add(f64x2.mul(f64x2.splat(0.9), v128.load(first)), f64x2.mul(f64x2.splat(1 - 0.9), g));
  const v = f64x2.add(
    f64x2.mul(f64x2.splat(0.999), v128.load(second)),
    f64x2.mul(f64x2.mul(f64x2.splat(1 - 0.999), g), g),
  );
  v128.store(first, m);
  v128.store(second, v);
  const move = f64x2.div(f64x2.mul(stepSize, m), f64x2.add(f64x2.sqrt(v), stepEpsilon));
  v128.store(value, f64x2.add(v128.load(value), move));
}

/** The release G and everything after it: prior, aligned gradient of s, Adam. */
function releaseAndMove(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 3;
  const logitBytes = <usize>load<u32>(p + P.INTERCEPT) << 3;
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const gradient = <usize>load<u32>(p + P.GRADIENT);
  const noise = <usize>load<u32>(p + P.NOISE), eta = <usize>load<u32>(p + P.ETA);
  const tau = <usize>load<u32>(p + P.TAU), slope = <usize>load<u32>(p + P.SLOPE);
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const m1 = <usize>load<u32>(p + P.LOCATION_FIRST), m2 = <usize>load<u32>(p + P.LOCATION_SECOND);
  const s1 = <usize>load<u32>(p + P.SCALE_FIRST), s2 = <usize>load<u32>(p + P.SCALE_SECOND);
  const grid = f64x2.splat(load<f64>(p + P.GRID));
  const noisePerGrid = f64x2.splat(load<f64>(p + P.NOISE_PER_GRID));
  const perBatch = f64x2.splat(load<f64>(p + P.PER_BATCH));
  const perTable = f64x2.splat(load<f64>(p + P.PER_TABLE));

  const firstPower = load<f64>(p + P.FIRST_POWER) * 0.9;
  const secondPower = load<f64>(p + P.SECOND_POWER) * 0.999;
  const learningRate = load<f64>(p + P.LEARNING_RATE);
  store<f64>(p + P.FIRST_POWER, firstPower);
  store<f64>(p + P.SECOND_POWER, secondPower);
  store<f64>(p + P.LEARNING_RATE, learningRate * load<f64>(p + P.RATE_RATIO));
  const correction = Math.sqrt(1 - secondPower);
  const stepSize = f64x2.splat((learningRate * correction) / (1 - firstPower));
  const stepEpsilon = f64x2.splat(1e-8 * correction);

  for (let k: usize = 0; k < bytes; k += 16) {
    // Logits: 1 − e^u; coefficients, which begin at an even place: −β.
    const prior =
      k < logitBytes
        ? f64x2.sub(f64x2.splat(1), f64x2.pmin(f64x2.splat(LARGEST_EXPONENTIAL), v128.load(exponential + k)))
        : f64x2.neg(v128.load(z + k));
    const steps = f64x2.add(
      v128.load(gradient + k),
      f64x2.nearest(f64x2.mul(noisePerGrid, v128.load(noise + k))),
    );
    const gm = f64x2.add(f64x2.mul(f64x2.mul(grid, steps), perBatch), f64x2.mul(perTable, prior));
    const gs = f64x2.mul(
      v128.load(slope + k),
      f64x2.add(f64x2.mul(v128.load(eta + k), gm), f64x2.div(perTable, v128.load(tau + k))),
    );
    ascend(location + k, m1 + k, m2 + k, gm, stepSize, stepEpsilon);
    ascend(raw + k, s1 + k, s2 + k, gs, stepSize, stepEpsilon);
  }
  memory.fill(noise, 0, bytes);
}

function addToAverage(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 3;
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const locationSum = <usize>load<u32>(p + P.LOCATION_SUM), scaleSum = <usize>load<u32>(p + P.SCALE_SUM);
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(locationSum + k, f64x2.add(v128.load(locationSum + k), v128.load(location + k)));
    v128.store(scaleSum + k, f64x2.add(v128.load(scaleSum + k), v128.load(raw + k)));
  }
}

/** Runs `steps` steps on the problem whose parameter block is at `p`. */
export function run(p: usize, steps: u32): void {
  const key = <usize>load<u32>(p + P.KEY), scratch = <usize>load<u32>(p + P.SCRATCH);
  const padded = load<u32>(p + P.PADDED_DIMENSION);
  const beforeAverage = load<u32>(p + P.STEPS_BEFORE_AVERAGE);
  for (let t: u32 = 0; t < steps; t++) {
    fillNormal(key, load<u32>(p + P.ETA_STREAM), load<u32>(p + P.ETA), padded, scratch);
    drawParameters(p);
    fillTables(p);
    let size: u32 = 0;
    if (!load<u32>(p + P.FULL_BATCH)) {
      size = poissonSubsample(
        key,
        load<u32>(p + P.SUBSAMPLE_STREAM),
        load<u32>(p + P.ROW_COUNT),
        load<f64>(p + P.HAZARD),
        load<u32>(p + P.BATCH_ROWS),
      );
    }
    clippedSum(p, size);
    fillNormal(key, load<u32>(p + P.NOISE_STREAM), load<u32>(p + P.NOISE), padded, scratch);
    releaseAndMove(p);
    if (t >= beforeAverage) addToAverage(p);
  }
  store<u32>(p + P.STEPS_BEFORE_AVERAGE, beforeAverage > steps ? beforeAverage - steps : 0);
}
