// Responsibilities, norm and clipped sum of a batch, as core/inference/clipped-gradient.ts. What a row computes is
// float32; it enters as whole grid steps, and sums of whole numbers in float64 are exact, in any order.
import { fillRows, nextGap } from './draws';
import { lanes4, lower, upper } from './elementary32';
import { narrowGroups } from './joint';
import * as P from './parameters';
import { plainTouched } from './plain';

/** Patterns that are taken together: first the batch is drawn, then its rows are computed. */
const CHUNK: u32 = 512;
/** Outside of these a product of probabilities has lost too much, and float64 with exponents of its own takes over. */
const SMALLEST_PRODUCT: f32 = 1e-30;
const LARGEST_PRODUCT: f32 = 1e30;
const LARGEST_RATE: f64 = 5.54062238439351e34; // e^80
const SMALLEST_RATE: f64 = 1.804851387845415e-35;
const SMALLEST_NON_EVENT: f64 = 1e-6;

/** d ln p(y) / d ln λ: core/model/outcome-family.ts. Families 0 poisson, 1 bernoulli-log, 2 bernoulli-logit. */
// @ts-ignore: decorator
@inline
function outcomeResidual(family: u32, product: f64, y: f64): f64 {
  const rate = min(LARGEST_RATE, max(SMALLEST_RATE, product));
  if (family == 0) return y - rate;
  if (family == 2) return y - rate / (1 + rate);
  if (y > 0) return rate < 1 ? 1 : 0;
  const rest = 1 - rate;
  return rest > SMALLEST_NON_EVENT ? -rate / rest : -(1 - SMALLEST_NON_EVENT) / SMALLEST_NON_EVENT;
}

/** Multiplies the products in WIDE by θ of one level row; returns the largest. */
function multiplyWide(wide: usize, theta: usize, components: usize): f64 {
  let largest: f64 = 0;
  for (let r: usize = 0; r < components; r++) {
    const product = load<f64>(wide + (r << 3)) * <f64>load<f32>(theta + (r << 2));
    store<f64>(wide + (r << 3), product);
    largest = max(largest, product);
  }
  return largest;
}

/**
 * γ where the products leave float32: one variable at a time, since tables of groups may have lost them too, in float64,
 * the largest brought back to 1 every time. Neither π nor θ is ever 0 (tables.ts).
 */
function wideJoint(p: usize, record: usize, gamma: usize): void {
  const components = <usize>load<u32>(p + P.COMPONENTS);
  const wide = <usize>load<u32>(p + P.WIDE);
  const mixture = <usize>load<u32>(p + P.MIXTURE), level = <usize>load<u32>(p + P.LEVEL);
  const groups = <usize>load<u32>(p + P.GROUPS);
  const sizes = <usize>load<u32>(p + P.GROUP_SIZES), counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  for (let r: usize = 0; r < components; r++) {
    store<f64>(wide + (r << 3), <f64>load<f32>(mixture + (r << 2)));
  }
  let variable: usize = 0, first: usize = 0, joint: usize = 0;
  for (let g: usize = 0; g < groups; g++) {
    const size = <usize>load<u32>(sizes + (g << 2));
    let rows: usize = 1, next = first;
    for (let v: usize = 0; v < size; v++) {
      const levels = <usize>load<u32>(counts + ((variable + v) << 2));
      rows *= levels;
      next += levels;
    }
    let rest = <usize>load<u32>(record + (g << 2)) - joint;
    let start = next;
    for (let v = size; v > 0; v--) {
      const levels = <usize>load<u32>(counts + ((variable + v - 1) << 2));
      start -= levels;
      const theta = level + (((start + (rest % levels)) * components) << 2);
      const largest = multiplyWide(wide, theta, components);
      rest /= levels;
      for (let r: usize = 0; r < components; r++) store<f64>(wide + (r << 3), load<f64>(wide + (r << 3)) / largest);
    }
    variable += size;
    first = next;
    joint += rows;
  }
  let total: f64 = 0;
  for (let r: usize = 0; r < components; r++) total += load<f64>(wide + (r << 3));
  for (let r: usize = 0; r < components; r++) {
    store<f32>(gamma + (r << 2), <f32>(load<f64>(wide + (r << 3)) / total));
  }
}

/** Π θ from π on, and Σ_j of the squared distances, of sixteen components at a time and then by fours; Σ of the products. */
// @ts-ignore: decorator
@inline
function lookUp(record: usize, groupBytes: usize, stride: usize, start: usize, level: usize, distance: usize, gamma: usize, apart: usize): f32 {
  const zero = f32x4.splat(0);
  let sum = zero;
  let r: usize = 0;
  for (; r + 64 <= stride; r += 64) {
    let p0 = v128.load(start + r), p1 = v128.load(start + r, 16);
    let p2 = v128.load(start + r, 32), p3 = v128.load(start + r, 48);
    let t0 = zero, t1 = zero, t2 = zero, t3 = zero;
    for (let j: usize = 0; j < groupBytes; j += 4) {
      const at = <usize>load<u32>(record + j) * stride + r;
      const m = level + at, t = distance + at;
      p0 = f32x4.mul(p0, v128.load(m));
      p1 = f32x4.mul(p1, v128.load(m, 16));
      p2 = f32x4.mul(p2, v128.load(m, 32));
      p3 = f32x4.mul(p3, v128.load(m, 48));
      t0 = f32x4.add(t0, v128.load(t));
      t1 = f32x4.add(t1, v128.load(t, 16));
      t2 = f32x4.add(t2, v128.load(t, 32));
      t3 = f32x4.add(t3, v128.load(t, 48));
    }
    v128.store(gamma + r, p0);
    v128.store(gamma + r, p1, 16);
    v128.store(gamma + r, p2, 32);
    v128.store(gamma + r, p3, 48);
    v128.store(apart + r, t0);
    v128.store(apart + r, t1, 16);
    v128.store(apart + r, t2, 32);
    v128.store(apart + r, t3, 48);
    sum = f32x4.add(sum, f32x4.add(f32x4.add(p0, p1), f32x4.add(p2, p3)));
  }
  for (; r < stride; r += 16) {
    let p0 = v128.load(start + r);
    let t0 = zero;
    for (let j: usize = 0; j < groupBytes; j += 4) {
      const at = <usize>load<u32>(record + j) * stride + r;
      p0 = f32x4.mul(p0, v128.load(level + at));
      t0 = f32x4.add(t0, v128.load(distance + at));
    }
    v128.store(gamma + r, p0);
    v128.store(apart + r, t0);
    sum = f32x4.add(sum, p0);
  }
  return lanes4(sum);
}

/** 1/Σp of each pattern of a block; where Σp is out of range γ is there already and 1 is stored. */
function invertTotals(p: usize, from: usize, count: usize, totals: usize): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  for (let i: usize = 0; i < count; i++) {
    const at = totals + (i << 2);
    const total = load<f32>(at);
    if (total > SMALLEST_PRODUCT && total < LARGEST_PRODUCT) {
      store<f32>(at, 1 / total);
    } else {
      wideJoint(p, <usize>load<u32>(from + (i << 3)), <usize>load<u32>(p + P.GAMMA) + i * stride);
      store<f32>(at, 1);
    }
  }
}

/** Residual, norm and clip factor of each pattern of a block: the factor in grid steps, the residual in whole ones. */
function clipBlock(p: usize, from: usize, count: usize): void {
  const outcomeAt = ((<usize>load<u32>(p + P.GROUPS) << 2) + 7) & ~7;
  const family = load<u32>(p + P.FAMILY);
  const effective = load<f64>(p + P.EFFECTIVE_CLIP), stepsPerUnit = load<f64>(p + P.STEPS_PER_UNIT);
  const plain = load<u32>(p + P.PLAIN_GRADIENTS);
  const squares = <usize>load<u32>(p + P.TOTALS), rates = <usize>load<u32>(p + P.RATES);
  for (let i: usize = 0; i < count; i++) {
    const record = <usize>load<u32>(from + (i << 3));
    const residual = outcomeResidual(family, load<f64>(rates + (i << 3)), load<f64>(record + outcomeAt));
    const touched = plain ? plainTouched(p, record) : load<f64>(record + outcomeAt, 8);
    const norm = Math.sqrt(<f64>load<f32>(squares + (i << 2)) + residual * residual * touched);
    const scale = stepsPerUnit * min(1, effective / norm);
    store<f32>(squares + (i << 2), <f32>scale);
    store<f64>(rates + (i << 3), nearest(scale * residual));
  }
}

/** γ of four components in its place, and their part of n²; weighted by b in the plain variant. */
// @ts-ignore: decorator
@inline
function squareOf(gamma: usize, apart: usize, mixture: usize, inverse: v128, weight: usize, plain: bool): v128 {
  const g = f32x4.mul(v128.load(gamma), inverse);
  const mixed = f32x4.sub(g, v128.load(mixture));
  v128.store(gamma, g);
  let square = f32x4.mul(mixed, mixed);
  if (plain) square = f32x4.mul(square, v128.load(weight));
  return f32x4.add(square, f32x4.mul(f32x4.mul(g, g), v128.load(apart)));
}

/** γ and Σ of the squares of each pattern of a block; the squares take the place of 1/Σp. */
// @ts-ignore: decorator
@inline
function squareBlock(p: usize, count: usize, plain: bool): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const gammas = <usize>load<u32>(p + P.GAMMA), aparts = <usize>load<u32>(p + P.APART);
  const totals = <usize>load<u32>(p + P.TOTALS), mixture = <usize>load<u32>(p + P.MIXTURE);
  const weight = <usize>load<u32>(p + P.WEIGHT);
  for (let i: usize = 0; i < count; i++) {
    const gamma = gammas + i * stride, apart = aparts + i * stride;
    const inverse = v128.load32_splat(totals + (i << 2));
    let squares = f32x4.splat(0);
    let r: usize = 0;
    for (; r + 64 <= stride; r += 64) {
      const a = squareOf(gamma + r, apart + r, mixture + r, inverse, weight + r, plain);
      const b = squareOf(gamma + r + 16, apart + r + 16, mixture + r + 16, inverse, weight + r + 16, plain);
      const c = squareOf(gamma + r + 32, apart + r + 32, mixture + r + 32, inverse, weight + r + 32, plain);
      const d = squareOf(gamma + r + 48, apart + r + 48, mixture + r + 48, inverse, weight + r + 48, plain);
      squares = f32x4.add(squares, f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
    }
    for (; r < stride; r += 16) {
      const square = squareOf(gamma + r, apart + r, mixture + r, inverse, weight + r, plain);
      squares = f32x4.add(squares, square);
    }
    store<f32>(totals + (i << 2), lanes4(squares));
  }
}

/**
 * Adds a block of patterns at `from`, each (record, how often), to the histograms: one short loop after another over the
 * block, so that a pattern need not wait for the one before it.
 */
function addBlock(p: usize, from: usize, count: usize): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const groupBytes = <usize>load<u32>(p + P.GROUPS) << 2;
  const gammas = <usize>load<u32>(p + P.GAMMA), aparts = <usize>load<u32>(p + P.APART);
  const totals = <usize>load<u32>(p + P.TOTALS), rates = <usize>load<u32>(p + P.RATES);
  const start = <usize>load<u32>(p + P.SCALED_MIXTURE);
  const level = <usize>load<u32>(p + P.JOINT_LEVEL), distance = <usize>load<u32>(p + P.JOINT_DISTANCE);
  const rate = <usize>load<u32>(p + P.JOINT_RATE);
  const baseRate = <f64>load<f32>(<usize>load<u32>(p + P.EXPONENTIAL) + (<usize>load<u32>(p + P.INTERCEPT) << 2));
  for (let i: usize = 0; i < count; i++) {
    const record = <usize>load<u32>(from + (i << 3));
    const own = i * stride;
    const total = lookUp(record, groupBytes, stride, start, level, distance, gammas + own, aparts + own);
    store<f32>(totals + (i << 2), total);
    let product = baseRate;
    for (let j: usize = 0; j < groupBytes; j += 4) {
      product *= load<f64>(rate + (<usize>load<u32>(record + j) << 3));
    }
    store<f64>(rates + (i << 3), product);
  }
  invertTotals(p, from, count, totals);
  if (load<u32>(p + P.PLAIN_GRADIENTS)) squareBlock(p, count, true);
  else squareBlock(p, count, false);
  clipBlock(p, from, count);
  const histogram = <usize>load<u32>(p + P.JOINT_HISTOGRAM);
  const residualSum = <usize>load<u32>(p + P.JOINT_RESIDUAL_SUM);
  for (let i: usize = 0; i < count; i++) {
    const record = <usize>load<u32>(from + (i << 3));
    const times = <f64>load<u32>(from + (i << 3), 4);
    const repeats = f64x2.splat(times);
    const gamma = gammas + i * stride;
    const scales = v128.load32_splat(totals + (i << 2));
    let r: usize = 0;
    for (; r + 64 <= stride; r += 64) {
      const a = f32x4.nearest(f32x4.mul(scales, v128.load(gamma + r)));
      const b = f32x4.nearest(f32x4.mul(scales, v128.load(gamma + r, 16)));
      const c = f32x4.nearest(f32x4.mul(scales, v128.load(gamma + r, 32)));
      const d = f32x4.nearest(f32x4.mul(scales, v128.load(gamma + r, 48)));
      const a0 = f64x2.mul(lower(a), repeats), a1 = f64x2.mul(upper(a), repeats);
      const b0 = f64x2.mul(lower(b), repeats), b1 = f64x2.mul(upper(b), repeats);
      const c0 = f64x2.mul(lower(c), repeats), c1 = f64x2.mul(upper(c), repeats);
      const d0 = f64x2.mul(lower(d), repeats), d1 = f64x2.mul(upper(d), repeats);
      for (let j: usize = 0; j < groupBytes; j += 4) {
        const at = histogram + ((<usize>load<u32>(record + j) * stride + r) << 1);
        v128.store(at, f64x2.add(v128.load(at), a0));
        v128.store(at, f64x2.add(v128.load(at, 16), a1), 16);
        v128.store(at, f64x2.add(v128.load(at, 32), b0), 32);
        v128.store(at, f64x2.add(v128.load(at, 48), b1), 48);
        v128.store(at, f64x2.add(v128.load(at, 64), c0), 64);
        v128.store(at, f64x2.add(v128.load(at, 80), c1), 80);
        v128.store(at, f64x2.add(v128.load(at, 96), d0), 96);
        v128.store(at, f64x2.add(v128.load(at, 112), d1), 112);
      }
    }
    for (; r < stride; r += 16) {
      const steps = f32x4.nearest(f32x4.mul(scales, v128.load(gamma + r)));
      const low = f64x2.mul(lower(steps), repeats), high = f64x2.mul(upper(steps), repeats);
      for (let j: usize = 0; j < groupBytes; j += 4) {
        const at = histogram + ((<usize>load<u32>(record + j) * stride + r) << 1);
        v128.store(at, f64x2.add(v128.load(at), low));
        v128.store(at, f64x2.add(v128.load(at, 16), high), 16);
      }
    }
    const residualSteps = load<f64>(rates + (i << 3)) * times;
    for (let j: usize = 0; j < groupBytes; j += 4) {
      const at = residualSum + (<usize>load<u32>(record + j) << 3);
      store<f64>(at, load<f64>(at) + residualSteps);
    }
  }
}

/** Adds the patterns at `from` in blocks that stay in the nearest cache. */
function addPatterns(p: usize, from: usize, count: u32): void {
  const most = load<u32>(p + P.BLOCK_PATTERNS);
  while (count > 0) {
    const block = min(count, most);
    addBlock(p, from, <usize>block);
    from += <usize>block << 3;
    count -= block;
  }
}

/** Every row once: the table is its pattern counts. */
function addTable(p: usize): void {
  const count = load<u32>(p + P.PATTERN_COUNT);
  const multiplicity = <usize>load<u32>(p + P.PATTERN_MULTIPLICITY);
  const recordBytes = load<u32>(p + P.RECORD_BYTES), chunk = <usize>load<u32>(p + P.CHUNK);
  let record = load<u32>(p + P.RECORDS);
  let filled: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = chunk + (<usize>filled << 3);
    store<u32>(at, record);
    store<u32>(at, load<u32>(multiplicity + (<usize>i << 2)), 4);
    record += recordBytes;
    if (++filled < CHUNK && i + 1 < count) continue;
    addPatterns(p, chunk, filled);
    filled = 0;
  }
}

/** A Poisson subsample of the rows, which are sorted by pattern: equal neighbours are one pattern with a multiplicity. */
function addBatch(p: usize): void {
  const key = <usize>load<u32>(p + P.KEY), stream = <usize>load<u32>(p + P.SUBSAMPLE_STREAM);
  const rowCount = load<u32>(p + P.ROW_COUNT);
  const patternOf = <usize>load<u32>(p + P.PATTERN_OF_ROW), rows = <usize>load<u32>(p + P.BATCH_ROWS);
  const ends = <usize>load<u32>(p + P.PATTERN_END), shift = load<u32>(p + P.GUIDE_SHIFT);
  const chunk = <usize>load<u32>(p + P.CHUNK);
  const records = load<u32>(p + P.RECORDS), recordBytes = load<u32>(p + P.RECORD_BYTES);
  let row = nextGap(p, key, stream, rowCount);
  while (row < rowCount) {
    // First the rows, then their patterns: so the look-ups, which are far apart, overlap.
    const end = rows + (<usize>fillRows(p, key, stream, row, rowCount, rows, CHUNK) << 2);
    let previous: u32 = 0xffffffff;
    let at = chunk - 8;
    let times: u32 = 0;
    for (let from = rows; from < end; from += 4) {
      const drawn = load<u32>(from);
      let pattern = load<u32>(patternOf + (<usize>(drawn >> shift) << 2));
      if (shift != 0) while (load<u32>(ends + (<usize>pattern << 2)) <= drawn) pattern++;
      // Whether a row has the pattern of the one before cannot be guessed: no branch for it.
      const isNew = <u32>(pattern != previous);
      at += <usize>isNew << 3;
      times = (times & (isNew - 1)) + 1;
      store<u32>(at, records + pattern * recordBytes);
      store<u32>(at, times, 4);
      previous = pattern;
    }
    row = load<u32>(end);
    addPatterns(p, chunk, <u32>((at + 8 - chunk) >> 3));
  }
}

/** Σ w γ and Σ w ε of the batch in whole grid steps: HISTOGRAM and RESIDUAL_SUM, a row a level. */
export function fillHistograms(p: usize): void {
  const bytes = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const levelRows = <usize>load<u32>(p + P.LEVEL_ROWS);
  memory.fill(<usize>load<u32>(p + P.HISTOGRAM), 0, levelRows * bytes);
  memory.fill(<usize>load<u32>(p + P.RESIDUAL_SUM), 0, levelRows << 3);
  const joint = <usize>load<u32>(p + P.JOINT);
  if (joint) {
    memory.fill(<usize>load<u32>(p + P.JOINT_HISTOGRAM), 0, joint * bytes);
    memory.fill(<usize>load<u32>(p + P.JOINT_RESIDUAL_SUM), 0, joint << 3);
  }
  if (load<u32>(p + P.FULL_BATCH)) addTable(p);
  else addBatch(p);
  if (joint) narrowGroups(p);
}
