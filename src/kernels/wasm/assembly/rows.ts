// Responsibilities, norm and clipped sum of a batch, as core/inference/clipped-gradient.ts: a row enters as whole
// grid steps, sums of whole numbers in float64 are exact.
import { exp1, exp2x, log2x } from './elementary';
import * as P from './parameters';

/** Below this the product of probabilities has lost too much and logarithms take over. */
const SMALLEST_PRODUCT: f64 = 1e-280;
const LARGEST_LINEAR: f64 = 80;
const SMALLEST_NON_EVENT: f64 = 1e-6;

/** d ln p(y) / d ln λ: core/model/outcome-family.ts. Families 0 poisson, 1 bernoulli-log, 2 bernoulli-logit. */
function outcomeResidual(family: u32, linear: f64, y: f64): f64 {
  const rate = exp1(min(LARGEST_LINEAR, max(-LARGEST_LINEAR, linear)));
  if (family == 0) return y - rate;
  if (family == 2) return y - rate / (1 + rate);
  if (y > 0) return linear < 0 ? 1 : 0;
  const rest = 1 - rate;
  return rest > SMALLEST_NON_EVENT ? -rate / rest : -(1 - SMALLEST_NON_EVENT) / SMALLEST_NON_EVENT;
}

/** ln θ or ln π at a place: written with the tables where logits are extreme, taken here where they are not. */
// @ts-ignore: decorator
@inline
function logOf(plain: bool, value: usize, log: usize): v128 {
  return plain ? log2x(v128.load(value)) : v128.load(log);
}

/** γ up to its sum, from logarithms; returns the sum. */
function jointByLogarithms(p: usize, offsets: usize, gamma: usize): f64 {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const variables = <usize>load<u32>(p + P.VARIABLES) << 2;
  const plain = load<u32>(p + P.PLAIN_EXPONENTIALS) != 0;
  const mixture = <usize>load<u32>(p + P.MIXTURE), logMixture = <usize>load<u32>(p + P.LOG_MIXTURE);
  const level = <usize>load<u32>(p + P.LEVEL), logLevel = <usize>load<u32>(p + P.LOG_LEVEL);
  let largest = f64x2.splat(-Infinity);
  for (let r: usize = 0; r < stride; r += 16) {
    let sum = logOf(plain, mixture + r, logMixture + r);
    for (let j: usize = 0; j < variables; j += 4) {
      const at = <usize>load<u32>(offsets + j) + r;
      sum = f64x2.add(sum, logOf(plain, level + at, logLevel + at));
    }
    v128.store(gamma + r, sum);
    largest = f64x2.pmax(largest, sum);
  }
  largest = f64x2.splat(max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  let total = f64x2.splat(0);
  for (let r: usize = 0; r < stride; r += 16) {
    const e = exp2x(f64x2.sub(v128.load(gamma + r), largest));
    v128.store(gamma + r, e);
    total = f64x2.add(total, e);
  }
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** Adds `times` rows of one pattern to the histograms. */
function addPattern(p: usize, pattern: u32, times: f64): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const variables = <usize>load<u32>(p + P.VARIABLES) << 2;
  const levelRows = <usize>load<u32>(p + P.PATTERN_ROWS) + <usize>pattern * variables;
  const coefficient = <usize>load<u32>(p + P.COEFFICIENT), offsets = <usize>load<u32>(p + P.OFFSETS);
  const gamma = <usize>load<u32>(p + P.GAMMA), distance = <usize>load<u32>(p + P.DISTANCE);
  const mixture = <usize>load<u32>(p + P.MIXTURE), level = <usize>load<u32>(p + P.LEVEL);
  const levelDistance = <usize>load<u32>(p + P.LEVEL_DISTANCE);
  const gradient = <usize>load<u32>(p + P.GRADIENT);
  const intercept = gradient + (<usize>load<u32>(p + P.INTERCEPT) << 3);
  let linear = load<f64>(<usize>load<u32>(p + P.Z) + (<usize>load<u32>(p + P.INTERCEPT) << 3));
  for (let j: usize = 0; j < variables; j += 4) {
    const row = <usize>load<u32>(levelRows + j);
    linear += load<f64>(coefficient + (row << 3));
    store<u32>(offsets + j, <u32>(row * stride));
  }
  // Four components at a time: the offsets are read half as often, and two chains run at once.
  let sum = f64x2.splat(0);
  for (let r: usize = 0; r < stride; r += 32) {
    let joint0 = v128.load(mixture + r), joint1 = v128.load(mixture + r, 16);
    let apart0 = f64x2.splat(0), apart1 = f64x2.splat(0);
    for (let j: usize = 0; j < variables; j += 4) {
      const at = <usize>load<u32>(offsets + j) + r;
      joint0 = f64x2.mul(joint0, v128.load(level + at));
      joint1 = f64x2.mul(joint1, v128.load(level + at, 16));
      apart0 = f64x2.add(apart0, v128.load(levelDistance + at));
      apart1 = f64x2.add(apart1, v128.load(levelDistance + at, 16));
    }
    v128.store(gamma + r, joint0);
    v128.store(gamma + r, joint1, 16);
    v128.store(distance + r, apart0);
    v128.store(distance + r, apart1, 16);
    sum = f64x2.add(sum, f64x2.add(joint0, joint1));
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  if (!(total > SMALLEST_PRODUCT)) total = jointByLogarithms(p, offsets, gamma);
  const inverse = f64x2.splat(1 / total);
  let squares = f64x2.splat(0);
  for (let r: usize = 0; r < stride; r += 16) {
    const g = f64x2.mul(v128.load(gamma + r), inverse);
    const mixed = f64x2.sub(g, v128.load(mixture + r));
    v128.store(gamma + r, g);
    squares = f64x2.add(
      squares,
      f64x2.add(f64x2.mul(mixed, mixed), f64x2.mul(f64x2.mul(g, g), v128.load(distance + r))),
    );
  }
  const y = load<f64>(<usize>load<u32>(p + P.PATTERN_OUTCOME) + (<usize>pattern << 3));
  const residual = outcomeResidual(load<u32>(p + P.FAMILY), linear, y);
  const touched = load<f64>(<usize>load<u32>(p + P.PATTERN_COEFFICIENTS) + (<usize>pattern << 3));
  const norm = Math.sqrt(
    f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1) + residual * residual * touched,
  );
  const effective = load<f64>(p + P.EFFECTIVE_CLIP);
  const scale = load<f64>(p + P.STEPS_PER_UNIT) * (norm > effective ? effective / norm : 1);
  const scales = f64x2.splat(scale), repeats = f64x2.splat(times);
  const componentSum = <usize>load<u32>(p + P.COMPONENT_SUM);
  const histogram = gradient + stride;
  for (let r: usize = 0; r < stride; r += 32) {
    const steps0 = f64x2.mul(f64x2.nearest(f64x2.mul(scales, v128.load(gamma + r))), repeats);
    const steps1 = f64x2.mul(f64x2.nearest(f64x2.mul(scales, v128.load(gamma + r, 16))), repeats);
    v128.store(componentSum + r, f64x2.add(v128.load(componentSum + r), steps0));
    v128.store(componentSum + r, f64x2.add(v128.load(componentSum + r, 16), steps1), 16);
    for (let j: usize = 0; j < variables; j += 4) {
      const at = histogram + <usize>load<u32>(offsets + j) + r;
      v128.store(at, f64x2.add(v128.load(at), steps0));
      v128.store(at, f64x2.add(v128.load(at, 16), steps1), 16);
    }
  }
  const residualSteps = nearest(scale * residual) * times;
  store<f64>(intercept, load<f64>(intercept) + residualSteps);
  const residualSum = <usize>load<u32>(p + P.RESIDUAL_SUM);
  for (let j: usize = 0; j < variables; j += 4) {
    const at = residualSum + (<usize>load<u32>(levelRows + j) << 3);
    store<f64>(at, load<f64>(at) + residualSteps);
  }
}

/** Every row once: the table is its pattern counts. */
function addTable(p: usize): void {
  const count = load<u32>(p + P.PATTERN_COUNT);
  const multiplicity = <usize>load<u32>(p + P.PATTERN_MULTIPLICITY);
  for (let i: u32 = 0; i < count; i++) addPattern(p, i, <f64>load<u32>(multiplicity + (<usize>i << 2)));
}

/** The rows of a batch, sorted by pattern: equal neighbours are one pattern with a multiplicity. */
function addBatch(p: usize, size: u32): void {
  const rows = <usize>load<u32>(p + P.BATCH_ROWS), patternOf = <usize>load<u32>(p + P.PATTERN_OF_ROW);
  let i: u32 = 0;
  while (i < size) {
    const pattern = load<u32>(patternOf + (<usize>load<u32>(rows + (<usize>i << 2)) << 2));
    let times: u32 = 1;
    while (i + times < size) {
      const row = <usize>load<u32>(rows + (<usize>(i + times) << 2));
      if (load<u32>(patternOf + (row << 2)) != pattern) break;
      times++;
    }
    addPattern(p, pattern, <f64>times);
    i += times;
  }
}

/** Σ ĝ of the batch in whole grid steps, at GRADIENT. */
export function clippedSum(p: usize, size: u32): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const levelRows = load<u32>(p + P.LEVEL_ROWS);
  const gradient = <usize>load<u32>(p + P.GRADIENT), componentSum = <usize>load<u32>(p + P.COMPONENT_SUM);
  const residualSum = <usize>load<u32>(p + P.RESIDUAL_SUM);
  memory.fill(gradient, 0, <usize>load<u32>(p + P.PADDED_DIMENSION) << 3);
  memory.fill(componentSum, 0, stride);
  memory.fill(residualSum, 0, <usize>levelRows << 3);
  if (load<u32>(p + P.FULL_BATCH)) addTable(p);
  else addBatch(p, size);

  const mixture = <usize>load<u32>(p + P.MIXTURE), level = <usize>load<u32>(p + P.LEVEL);
  let weights: f64 = 0;
  for (let r: usize = 0; r < stride; r += 8) weights += load<f64>(componentSum + r);
  for (let r: usize = 0; r < stride; r += 16) {
    const share = f64x2.mul(v128.load(mixture + r), f64x2.splat(weights));
    v128.store(gradient + r, f64x2.nearest(f64x2.sub(v128.load(componentSum + r), share)));
  }
  let at = gradient + stride;
  let theta = level;
  for (let row: u32 = 0; row < levelRows; row++) {
    for (let r: usize = 0; r < stride; r += 16) {
      const share = f64x2.mul(v128.load(theta + r), v128.load(componentSum + r));
      v128.store(at + r, f64x2.nearest(f64x2.sub(v128.load(at + r), share)));
    }
    at += stride;
    theta += stride;
  }
  const index = <usize>load<u32>(p + P.BETA_INDEX);
  for (let row: u32 = 0; row < levelRows; row++) {
    const k = load<i32>(index + (<usize>row << 2));
    if (k >= 0) store<f64>(gradient + (<usize>k << 3), load<f64>(residualSum + (<usize>row << 3)));
  }
}
