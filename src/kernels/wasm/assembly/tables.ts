// Softmaxes, their logarithms and ‖onehot − θ‖², as core/model/tables.ts, components two at a time.
import { exp2x, log2x, twiceArtanh } from './elementary';
import * as P from './parameters';

const SMALLEST_SCALE: f64 = 1e-300;

/**
 * Logits beyond this are rare and exotic; below, e^u needs no shift by the largest logit, and serves softmax and
 * prior alike.
 */
const LARGEST_PLAIN_LOGIT: f64 = 300;
/** τ = softplus(s), softplus'(s) and z = m + τ η; says whether every |z| is small enough for plain exponentials. */
export function drawParameters(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 3;
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const eta = <usize>load<u32>(p + P.ETA), tau = <usize>load<u32>(p + P.TAU);
  const slope = <usize>load<u32>(p + P.SLOPE), z = <usize>load<u32>(p + P.Z);
  const one = f64x2.splat(1), zero = f64x2.splat(0);
  let largest = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const s = v128.load(raw + k);
    const e = exp2x(f64x2.neg(f64x2.abs(s)));
    // One division serves 1/(1 + e) and ln(1 + e) = 2 artanh(e/(2 + e)).
    const w = f64x2.add(one, e);
    const w1 = f64x2.add(one, w);
    const both = f64x2.div(one, f64x2.mul(w, w1));
    const inverse = f64x2.mul(w1, both);
    const log = twiceArtanh(f64x2.mul(f64x2.mul(e, w), both));
    const scale = f64x2.pmax(f64x2.splat(SMALLEST_SCALE), f64x2.add(f64x2.pmax(zero, s), log));
    const u = f64x2.add(v128.load(location + k), f64x2.mul(scale, v128.load(eta + k)));
    v128.store(tau + k, scale);
    v128.store(slope + k, f64x2.mul(inverse, v128.bitselect(e, one, f64x2.lt(s, zero))));
    v128.store(z + k, u);
    largest = f64x2.pmax(largest, f64x2.abs(u));
  }
  const plain =
    f64x2.extract_lane(largest, 0) < LARGEST_PLAIN_LOGIT && f64x2.extract_lane(largest, 1) < LARGEST_PLAIN_LOGIT;
  store<u32>(p + P.PLAIN_EXPONENTIALS, plain ? 1 : 0);
}

/** e^u of every logit, for softmax and prior. */
function fillExponentials(p: usize): void {
  const bytes = <usize>load<u32>(p + P.INTERCEPT) << 3;
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  for (let k: usize = 0; k < bytes; k += 16) v128.store(exponential + k, exp2x(v128.load(z + k)));
}

/** One variable, two components, from e^u: θ and the squared distance. Levels lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function fillPlainColumn(exponential: usize, level: usize, distance: usize, stride: usize, bytes: usize): void {
  let total = v128.load(exponential);
  for (let c = stride; c < bytes; c += stride) total = f64x2.add(total, v128.load(exponential + c));
  const inverse = f64x2.div(f64x2.splat(1), total);
  let before = f64x2.splat(0);
  for (let c: usize = 0; c < bytes; c += stride) {
    const theta = f64x2.mul(v128.load(exponential + c), inverse);
    const rest = f64x2.sub(f64x2.splat(1), theta);
    v128.store(level + c, theta);
    v128.store(distance + c, f64x2.add(f64x2.mul(rest, rest), before));
    before = f64x2.add(before, f64x2.mul(theta, theta));
  }
  addSquaresAfter(level, distance, stride, bytes);
}

/** Adds Σ θ² of the levels after each: with the sum before, ‖onehot − θ‖² from positive terms only. */
// @ts-ignore: decorator
@inline
function addSquaresAfter(level: usize, distance: usize, stride: usize, bytes: usize): void {
  let after = f64x2.splat(0);
  for (let c = bytes; c > 0; c -= stride) {
    const at = c - stride;
    const theta = v128.load(level + at);
    v128.store(distance + at, f64x2.add(v128.load(distance + at), after));
    after = f64x2.add(after, f64x2.mul(theta, theta));
  }
}

/** The same from logits of any size, shifted by their largest; ln θ too. */
function fillShiftedColumn(
  logits: usize,
  level: usize,
  logs: usize,
  distance: usize,
  stride: usize,
  bytes: usize,
): void {
  let largest = v128.load(logits);
  for (let c = stride; c < bytes; c += stride) largest = f64x2.pmax(largest, v128.load(logits + c));
  let total = f64x2.splat(0);
  for (let c: usize = 0; c < bytes; c += stride) {
    const e = exp2x(f64x2.sub(v128.load(logits + c), largest));
    v128.store(level + c, e);
    total = f64x2.add(total, e);
  }
  const shift = f64x2.add(log2x(total), largest);
  let before = f64x2.splat(0);
  for (let c: usize = 0; c < bytes; c += stride) {
    const theta = f64x2.div(v128.load(level + c), total);
    const rest = f64x2.sub(f64x2.splat(1), theta);
    v128.store(level + c, theta);
    v128.store(logs + c, f64x2.sub(v128.load(logits + c), shift));
    v128.store(distance + c, f64x2.add(f64x2.mul(rest, rest), before));
    before = f64x2.add(before, f64x2.mul(theta, theta));
  }
  addSquaresAfter(level, distance, stride, bytes);
}

function fillPlainMixture(p: usize): void {
  const bytes = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const exponential = <usize>load<u32>(p + P.EXPONENTIAL), mixture = <usize>load<u32>(p + P.MIXTURE);
  let total = f64x2.splat(0);
  for (let r: usize = 0; r < bytes; r += 16) total = f64x2.add(total, v128.load(exponential + r));
  const inverse = f64x2.splat(1 / (f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1)));
  for (let r: usize = 0; r < bytes; r += 16) {
    v128.store(mixture + r, f64x2.mul(v128.load(exponential + r), inverse));
  }
}

function fillShiftedMixture(p: usize): void {
  const bytes = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const z = <usize>load<u32>(p + P.Z);
  const mixture = <usize>load<u32>(p + P.MIXTURE), logs = <usize>load<u32>(p + P.LOG_MIXTURE);
  let largest = v128.load(z);
  for (let r: usize = 16; r < bytes; r += 16) largest = f64x2.pmax(largest, v128.load(z + r));
  largest = f64x2.splat(max(f64x2.extract_lane(largest, 0), f64x2.extract_lane(largest, 1)));
  let total = f64x2.splat(0);
  for (let r: usize = 0; r < bytes; r += 16) {
    const e = exp2x(f64x2.sub(v128.load(z + r), largest));
    v128.store(mixture + r, e);
    total = f64x2.add(total, e);
  }
  total = f64x2.splat(f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1));
  const shift = f64x2.add(log2x(total), largest);
  for (let r: usize = 0; r < bytes; r += 16) {
    v128.store(mixture + r, f64x2.div(v128.load(mixture + r), total));
    v128.store(logs + r, f64x2.sub(v128.load(z + r), shift));
  }
}

export function fillTables(p: usize): void {
  const plain = load<u32>(p + P.PLAIN_EXPONENTIALS) != 0;
  fillExponentials(p);
  if (plain) fillPlainMixture(p);
  else fillShiftedMixture(p);
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const variables = load<u32>(p + P.VARIABLES);
  const counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const level = <usize>load<u32>(p + P.LEVEL), logs = <usize>load<u32>(p + P.LOG_LEVEL);
  const distance = <usize>load<u32>(p + P.LEVEL_DISTANCE);
  let first: usize = 0;
  for (let j: u32 = 0; j < variables; j++) {
    const bytes = <usize>load<u32>(counts + (<usize>j << 2)) * stride;
    for (let r: usize = 0; r < stride; r += 16) {
      const at = first + r;
      if (plain) fillPlainColumn(exponential + stride + at, level + at, distance + at, stride, bytes);
      else fillShiftedColumn(z + stride + at, level + at, logs + at, distance + at, stride, bytes);
    }
    first += bytes;
  }
  const rows = load<u32>(p + P.LEVEL_ROWS);
  const index = <usize>load<u32>(p + P.BETA_INDEX), coefficient = <usize>load<u32>(p + P.COEFFICIENT);
  for (let row: u32 = 0; row < rows; row++) {
    const k = load<i32>(index + (<usize>row << 2));
    store<f64>(coefficient + (<usize>row << 3), k < 0 ? 0 : load<f64>(z + (<usize>k << 3)));
  }
}
