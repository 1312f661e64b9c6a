// DPVI steps of METHOD §4, fused. `core/inference` is the specification; names and order are those of
// core/inference/dpvi.ts. Everything lies at addresses of a parameter block that the host has written.
import { fillMechanismNoise, fillVariationalDraw, nextGap } from './draws';
import { lower, upper } from './elementary32';
import { nextWord, refill, streamBytes } from './keystream';
import * as P from './parameters';
import { fillHistograms } from './rows';
import { releasePlain, weighPlain } from './plain';
import { drawEvents, drawLevels, startRates } from './sampling';
import { drawParameters, fillTables } from './tables';

export { drawEvents, drawLevels, startRates };

// The host's `settle` asks for words with it.
export { nextWord };

// Parts, for the tests of the built kernel.
export { fillHistograms, fillMechanismNoise, fillVariationalDraw, nextGap, refill, streamBytes };

/** e^80, where the prior's gradient is cut (core/model/prior.ts). */
const LARGEST_EXPONENTIAL: f32 = 5.54062238439351e34;
/** Gradients are cut here, so that their squares stay numbers of float32. */
const LARGEST_GRADIENT: f32 = 1e19;

/** First address that is the host's to lay out. */
export function freeMemory(): usize {
  return (__heap_base + 63) & ~63;
}

/**
 * The release: k from the histograms by the linear map of core/inference/clipped-gradient.ts, rounded, plus the noise,
 * which is whole: D whole numbers in float64 at RELEASED. Exact but for the products with π and θ, as the reference.
 */
export function release(p: usize): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const levelRows = <usize>load<u32>(p + P.LEVEL_ROWS);
  const histogram = <usize>load<u32>(p + P.HISTOGRAM), sums = <usize>load<u32>(p + P.COMPONENT_SUM);
  const noise = <usize>load<u32>(p + P.NOISE), released = <usize>load<u32>(p + P.RELEASED);
  const firstBytes = <usize>load<u32>(<usize>load<u32>(p + P.LEVEL_COUNTS)) * stride;
  // Every row has one level of variable 0: its histogram adds up to Σ w γ.
  let total = f64x2.splat(0);
  for (let r: usize = 0; r < stride; r += 16) {
    let sum = f64x2.splat(0);
    for (let c: usize = 0; c < firstBytes; c += stride) sum = f64x2.add(sum, v128.load(histogram + c + r));
    v128.store(sums + r, sum);
    total = f64x2.add(total, sum);
  }
  const weights = f64x2.splat(f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
  const mixture = <usize>load<u32>(p + P.MIXTURE);
  for (let r: usize = 0; r < stride; r += 16) {
    const share = f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(mixture + (r >> 1))), weights);
    const k = f64x2.nearest(f64x2.sub(v128.load(sums + r), share));
    v128.store(released + r, f64x2.add(k, v128.load(noise + r)));
  }
  let at: usize = 0;
  let theta = <usize>load<u32>(p + P.LEVEL);
  for (let row: usize = 0; row < levelRows; row++) {
    for (let r: usize = 0; r < stride; r += 32) {
      const shares = v128.load(theta + (r >> 1));
      const k0 = f64x2.sub(v128.load(histogram + at), f64x2.mul(lower(shares), v128.load(sums + r)));
      const k1 = f64x2.sub(v128.load(histogram + at, 16), f64x2.mul(upper(shares), v128.load(sums + r, 16)));
      const own = noise + stride + at, to = released + stride + at;
      v128.store(to, f64x2.add(f64x2.nearest(k0), v128.load(own)));
      v128.store(to, f64x2.add(f64x2.nearest(k1), v128.load(own, 16)), 16);
      at += 32;
    }
    theta += stride >> 1;
  }
  const index = <usize>load<u32>(p + P.BETA_INDEX), residualSum = <usize>load<u32>(p + P.RESIDUAL_SUM);
  const firstLevels = <usize>load<u32>(<usize>load<u32>(p + P.LEVEL_COUNTS));
  let everybody: f64 = 0;
  for (let row: usize = 0; row < firstLevels; row++) everybody += load<f64>(residualSum + (row << 3));
  const intercept = <usize>load<u32>(p + P.INTERCEPT) << 3;
  store<f64>(released + intercept, everybody + load<f64>(noise + intercept));
  for (let row: usize = 0; row < levelRows; row++) {
    const k = load<i32>(index + (row << 2));
    if (k < 0) continue;
    const to = <usize>k << 3;
    store<f64>(released + to, load<f64>(residualSum + (row << 3)) + load<f64>(noise + to));
  }
  if (load<u32>(p + P.PLAIN_GRADIENTS)) releasePlain(p);
  memory.fill(noise, 0, <usize>load<u32>(p + P.DIMENSION) << 3);
}

/** Adam's moments on four lanes, moved on; the new first moment stays in its place. Returns √v + ε. */
// @ts-ignore: decorator
@inline
function moments(first: usize, second: usize, g: v128, stepEpsilon: v128): v128 {
  const m = f32x4.add(f32x4.mul(f32x4.splat(0.9), v128.load(first)), f32x4.mul(f32x4.splat(0.1), g));
  const v = f32x4.add(
    f32x4.mul(f32x4.splat(0.999), v128.load(second)),
    f32x4.mul(f32x4.mul(f32x4.splat(0.001), g), g),
  );
  v128.store(first, m);
  v128.store(second, v);
  return f32x4.add(f32x4.sqrt(v), stepEpsilon);
}

// @ts-ignore: decorator
@inline
function cut(g: v128): v128 {
  return f32x4.pmax(f32x4.splat(-LARGEST_GRADIENT), f32x4.pmin(f32x4.splat(LARGEST_GRADIENT), g));
}

/** Everything after the release: prior, gradient of s, Adam. */
// @ts-ignore: decorator
@inline
function moveBy(p: usize, plain: bool): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 2;
  const logitBytes = <usize>load<u32>(p + P.INTERCEPT) << 2;
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const released = <usize>load<u32>(p + P.RELEASED), eta = <usize>load<u32>(p + P.ETA);
  const tau = <usize>load<u32>(p + P.TAU), slope = <usize>load<u32>(p + P.SLOPE);
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const m1 = <usize>load<u32>(p + P.LOCATION_FIRST), m2 = <usize>load<u32>(p + P.LOCATION_SECOND);
  const s1 = <usize>load<u32>(p + P.SCALE_FIRST), s2 = <usize>load<u32>(p + P.SCALE_SECOND);
  const releaseScale = f64x2.splat(load<f64>(p + P.RELEASE_SCALE));
  const perTable = f32x4.splat(<f32>load<f64>(p + P.PER_TABLE));

  const firstPower = load<f64>(p + P.FIRST_POWER) * 0.9;
  const secondPower = load<f64>(p + P.SECOND_POWER) * 0.999;
  const learningRate = load<f64>(p + P.LEARNING_RATE);
  store<f64>(p + P.FIRST_POWER, firstPower);
  store<f64>(p + P.SECOND_POWER, secondPower);
  store<f64>(p + P.LEARNING_RATE, learningRate * load<f64>(p + P.RATE_RATIO));
  const correction = Math.sqrt(1 - secondPower);
  const stepSize = f32x4.splat(<f32>((learningRate * correction) / (1 - firstPower)));
  const stepEpsilon = f32x4.splat(<f32>(1e-8 * correction));

  for (let k: usize = 0; k < bytes; k += 16) {
    // Logits: 1 − e^u; coefficients, which begin at a whole vector: −β.
    const prior =
      k < logitBytes
        ? f32x4.sub(f32x4.splat(1), f32x4.pmin(f32x4.splat(LARGEST_EXPONENTIAL), v128.load(exponential + k)))
        : f32x4.neg(v128.load(z + k));
    const g0 = f32x4.demote_f64x2_zero(f64x2.mul(releaseScale, v128.load(released + (k << 1))));
    const g1 = f32x4.demote_f64x2_zero(f64x2.mul(releaseScale, v128.load(released + (k << 1), 16)));
    const priorShare = f32x4.mul(perTable, prior);
    const gm = cut(f32x4.add(v128.shuffle<i64>(g0, g1, 0, 2), priorShare));
    // Aligned: the released gradient of m serves s too. Plain: s has a release of its own, of the rows alone.
    const inner = plain ? priorShare : gm;
    let gs = f32x4.mul(
      v128.load(slope + k),
      f32x4.add(f32x4.mul(v128.load(eta + k), inner), f32x4.div(perTable, v128.load(tau + k))),
    );
    if (plain) {
      const own = released + (bytes << 1) + (k << 1);
      const low = f32x4.demote_f64x2_zero(f64x2.mul(releaseScale, v128.load(own)));
      const high = f32x4.demote_f64x2_zero(f64x2.mul(releaseScale, v128.load(own, 16)));
      gs = f32x4.add(gs, v128.shuffle<i64>(low, high, 0, 2));
    }
    gs = cut(gs);
    const below = moments(m1 + k, m2 + k, gm, stepEpsilon), belowRaw = moments(s1 + k, s2 + k, gs, stepEpsilon);
    // One division for both: each is below 2e19 and above 1e-11, their product a number.
    const both = f32x4.div(stepSize, f32x4.mul(below, belowRaw));
    const moved = f32x4.mul(f32x4.mul(both, belowRaw), v128.load(m1 + k));
    const movedRaw = f32x4.mul(f32x4.mul(both, below), v128.load(s1 + k));
    v128.store(location + k, f32x4.add(v128.load(location + k), moved));
    v128.store(raw + k, f32x4.add(v128.load(raw + k), movedRaw));
  }
}

function move(p: usize): void {
  if (load<u32>(p + P.PLAIN_GRADIENTS)) moveBy(p, true);
  else moveBy(p, false);
}

/** Sums for iterate averaging, in float64: they run over up to all steps. */
function addToAverage(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 3;
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const locationSum = <usize>load<u32>(p + P.LOCATION_SUM), scaleSum = <usize>load<u32>(p + P.SCALE_SUM);
  for (let k: usize = 0; k < bytes; k += 16) {
    const m = f64x2.promote_low_f32x4(v128.load64_zero(location + (k >> 1)));
    const s = f64x2.promote_low_f32x4(v128.load64_zero(raw + (k >> 1)));
    v128.store(locationSum + k, f64x2.add(v128.load(locationSum + k), m));
    v128.store(scaleSum + k, f64x2.add(v128.load(scaleSum + k), s));
  }
}

/** Draws η and z and fills the tables: what a step does before it looks at rows. */
export function prepare(p: usize): void {
  const key = <usize>load<u32>(p + P.KEY);
  const padded = load<u32>(p + P.PADDED_DIMENSION);
  fillVariationalDraw(key, load<u32>(p + P.ETA_STREAM), load<u32>(p + P.ETA), padded);
  drawParameters(p);
  fillTables(p);
  if (load<u32>(p + P.PLAIN_GRADIENTS)) weighPlain(p);
}

/** Noise for what a step releases: D whole numbers, 2D in the plain variant. */
export function drawNoise(p: usize): void {
  const key = <usize>load<u32>(p + P.KEY), stream = <usize>load<u32>(p + P.NOISE_STREAM);
  const noise = <usize>load<u32>(p + P.NOISE), dimension = load<u32>(p + P.DIMENSION);
  fillMechanismNoise(p, key, stream, noise, dimension);
  if (load<u32>(p + P.PLAIN_GRADIENTS)) {
    fillMechanismNoise(p, key, stream, noise + (<usize>load<u32>(p + P.PADDED_DIMENSION) << 3), dimension);
  }
}

/** Runs `steps` steps on the problem whose parameter block is at `p`. */
export function run(p: usize, steps: u32): void {
  const beforeAverage = load<u32>(p + P.STEPS_BEFORE_AVERAGE);
  for (let t: u32 = 0; t < steps; t++) {
    prepare(p);
    fillHistograms(p);
    drawNoise(p);
    release(p);
    move(p);
    if (t >= beforeAverage) addToAverage(p);
  }
  store<u32>(p + P.STEPS_BEFORE_AVERAGE, beforeAverage > steps ? beforeAverage - steps : 0);
}
