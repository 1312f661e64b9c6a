// τ, z, softmaxes and ‖onehot − θ‖², as core/model/tables.ts in float32, components four at a time.
import { exp4, lanes4, twiceArtanh4 } from './elementary32';
import { fillJointTables } from './joint';
import * as P from './parameters';

const SMALLEST_SCALE: f32 = 1e-37;
const SMALLEST_PROBABILITY: f32 = 1.1754943508222875e-38;
/**
 * Logits beyond this are rare and exotic; below, e^u needs no shift by the largest logit, and serves softmax and prior
 * alike: sums over 256 levels stay below e^88.
 */
const LARGEST_PLAIN_LOGIT: f32 = 40;

/** τ = softplus(s), softplus'(s), z = m + τ η and e^z; says whether every |z| is small enough for plain exponentials. */
export function drawParameters(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 2;
  const location = <usize>load<u32>(p + P.LOCATION), raw = <usize>load<u32>(p + P.RAW_SCALE);
  const eta = <usize>load<u32>(p + P.ETA), tau = <usize>load<u32>(p + P.TAU);
  const slope = <usize>load<u32>(p + P.SLOPE), z = <usize>load<u32>(p + P.Z);
  const exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  // Three short loops and not one long: a processor overlaps as many turns of a loop as it can hold.
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(tau + k, exp4(f32x4.neg(f32x4.abs(v128.load(raw + k)))));
  }
  for (let k: usize = 0; k < bytes; k += 16) {
    const s = v128.load(raw + k), e = v128.load(tau + k);
    // One division serves 1/(1 + e) and ln(1 + e) = 2 artanh(e/(2 + e)).
    const w = f32x4.add(one, e);
    const w1 = f32x4.add(one, w);
    const both = f32x4.div(one, f32x4.mul(w, w1));
    const log = twiceArtanh4(f32x4.mul(f32x4.mul(e, w), both));
    v128.store(tau + k, f32x4.pmax(f32x4.splat(SMALLEST_SCALE), f32x4.add(f32x4.pmax(zero, s), log)));
    v128.store(slope + k, f32x4.mul(f32x4.mul(w1, both), v128.bitselect(e, one, f32x4.lt(s, zero))));
  }
  let largest = zero;
  for (let k: usize = 0; k < bytes; k += 16) {
    const u = f32x4.add(v128.load(location + k), f32x4.mul(v128.load(tau + k), v128.load(eta + k)));
    v128.store(z + k, u);
    v128.store(exponential + k, exp4(u));
    largest = f32x4.pmax(largest, f32x4.abs(u));
  }
  const beyond = f32x4.gt(largest, f32x4.splat(LARGEST_PLAIN_LOGIT));
  store<u32>(p + P.PLAIN_EXPONENTIALS, v128.any_true(beyond) ? 0 : 1);
}

/** One variable, four components, from e^u: θ and the squared distance. Levels lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function fillPlainColumn(exponential: usize, level: usize, distance: usize, stride: usize, bytes: usize): void {
  let total = v128.load(exponential);
  for (let c = stride; c < bytes; c += stride) total = f32x4.add(total, v128.load(exponential + c));
  const inverse = f32x4.div(f32x4.splat(1), total);
  let before = f32x4.splat(0);
  for (let c: usize = 0; c < bytes; c += stride) {
    // Never 0: a product in float64 then always has a largest factor (rows.ts).
    const theta = f32x4.pmax(f32x4.splat(SMALLEST_PROBABILITY), f32x4.mul(v128.load(exponential + c), inverse));
    const rest = f32x4.sub(f32x4.splat(1), theta);
    v128.store(level + c, theta);
    v128.store(distance + c, f32x4.add(f32x4.mul(rest, rest), before));
    before = f32x4.add(before, f32x4.mul(theta, theta));
  }
  addSquaresAfter(level, distance, stride, bytes);
}

/** Adds Σ θ² of the levels after each: with the sum before, ‖onehot − θ‖² from positive terms only. */
// @ts-ignore: decorator
@inline
function addSquaresAfter(level: usize, distance: usize, stride: usize, bytes: usize): void {
  let after = f32x4.splat(0);
  for (let c = bytes; c > 0; c -= stride) {
    const at = c - stride;
    const theta = v128.load(level + at);
    v128.store(distance + at, f32x4.add(v128.load(distance + at), after));
    after = f32x4.add(after, f32x4.mul(theta, theta));
  }
}

/** The same from logits of any size, shifted by their largest. */
function fillShiftedColumn(logits: usize, level: usize, distance: usize, stride: usize, bytes: usize): void {
  let largest = v128.load(logits);
  for (let c = stride; c < bytes; c += stride) largest = f32x4.pmax(largest, v128.load(logits + c));
  for (let c: usize = 0; c < bytes; c += stride) {
    v128.store(level + c, exp4(f32x4.sub(v128.load(logits + c), largest)));
  }
  fillPlainColumn(level, level, distance, stride, bytes);
}

/** π, and π Π_j C_j from which the products of θ start: so they stay near 1. */
function fillMixture(p: usize, plain: bool): void {
  const bytes = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const mixture = <usize>load<u32>(p + P.MIXTURE), scaled = <usize>load<u32>(p + P.SCALED_MIXTURE);
  let largest = v128.load(z);
  if (!plain) {
    for (let r: usize = 16; r < bytes; r += 16) largest = f32x4.pmax(largest, v128.load(z + r));
    largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
    largest = f32x4.pmax(largest, v128.shuffle<i32>(largest, largest, 1, 0, 3, 2));
  }
  let total = f32x4.splat(0);
  for (let r: usize = 0; r < bytes; r += 16) {
    const e = plain ? v128.load(exponential + r) : exp4(f32x4.sub(v128.load(z + r), largest));
    v128.store(mixture + r, e);
    total = f32x4.add(total, e);
  }
  const inverse = f32x4.splat(1 / lanes4(total));
  const scale = f32x4.splat(<f32>load<f64>(p + P.MIXTURE_SCALE));
  for (let r: usize = 0; r < bytes; r += 16) {
    const share = f32x4.pmax(f32x4.splat(SMALLEST_PROBABILITY), f32x4.mul(v128.load(mixture + r), inverse));
    v128.store(mixture + r, share);
    v128.store(scaled + r, f32x4.mul(share, scale));
  }
}

export function fillTables(p: usize): void {
  const plain = load<u32>(p + P.PLAIN_EXPONENTIALS) != 0;
  fillMixture(p, plain);
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const variables = load<u32>(p + P.VARIABLES);
  const counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  const z = <usize>load<u32>(p + P.Z), exponential = <usize>load<u32>(p + P.EXPONENTIAL);
  const level = <usize>load<u32>(p + P.LEVEL), distance = <usize>load<u32>(p + P.DISTANCE);
  let first: usize = 0;
  for (let j: u32 = 0; j < variables; j++) {
    const bytes = <usize>load<u32>(counts + (<usize>j << 2)) * stride;
    for (let r: usize = 0; r < stride; r += 16) {
      const at = first + r;
      if (plain) fillPlainColumn(exponential + stride + at, level + at, distance + at, stride, bytes);
      else fillShiftedColumn(z + stride + at, level + at, distance + at, stride, bytes);
    }
    first += bytes;
  }
  // e^β of every level row: λ is a product.
  const rows = load<u32>(p + P.LEVEL_ROWS);
  const index = <usize>load<u32>(p + P.BETA_INDEX), rate = <usize>load<u32>(p + P.RATE);
  for (let row: u32 = 0; row < rows; row++) {
    const k = load<i32>(index + (<usize>row << 2));
    store<f64>(rate + (<usize>row << 3), k < 0 ? 1 : <f64>load<f32>(exponential + (<usize>k << 2)));
  }
  if (load<u32>(p + P.JOINT)) fillJointTables(p);
}
