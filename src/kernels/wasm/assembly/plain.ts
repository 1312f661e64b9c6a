// The plain variant, for comparison: noise on both gradients (core/inference/plain-gradients.ts has names and argument).
import * as P from './parameters';

/** a = softplus'(s) η and b = 1 + a²; distances and coefficients weighted by b. Variables are looked up one by one here. */
export function weighPlain(p: usize): void {
  const bytes = <usize>load<u32>(p + P.PADDED_DIMENSION) << 2;
  const slope = <usize>load<u32>(p + P.SLOPE), eta = <usize>load<u32>(p + P.ETA);
  const pull = <usize>load<u32>(p + P.PULL), weight = <usize>load<u32>(p + P.WEIGHT);
  for (let k: usize = 0; k < bytes; k += 16) {
    const a = f32x4.mul(v128.load(slope + k), v128.load(eta + k));
    v128.store(pull + k, a);
    v128.store(weight + k, f32x4.add(f32x4.splat(1), f32x4.mul(a, a)));
  }
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const variables = load<u32>(p + P.VARIABLES);
  const counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  const level = <usize>load<u32>(p + P.LEVEL), distance = <usize>load<u32>(p + P.DISTANCE);
  let first: usize = 0;
  for (let j: u32 = 0; j < variables; j++) {
    const end = first + <usize>load<u32>(counts + (<usize>j << 2)) * stride;
    for (let r: usize = 0; r < stride; r += 16) {
      weighColumn(weight + stride + r, level + r, distance + r, stride, first, end);
    }
    first = end;
  }
  const rows = load<u32>(p + P.LEVEL_ROWS);
  const index = <usize>load<u32>(p + P.BETA_INDEX), touched = <usize>load<u32>(p + P.TOUCHED_WEIGHT);
  for (let row: u32 = 0; row < rows; row++) {
    const k = load<i32>(index + (<usize>row << 2));
    store<f64>(touched + (<usize>row << 3), k < 0 ? 0 : <f64>load<f32>(weight + (<usize>k << 2)));
  }
}

/** b (1 − θ)² + Σ b θ² of the other levels, from positive terms only. */
// @ts-ignore: decorator
@inline
function weighColumn(weight: usize, level: usize, distance: usize, stride: usize, first: usize, end: usize): void {
  let before = f32x4.splat(0);
  for (let c = first; c < end; c += stride) {
    const theta = v128.load(level + c), b = v128.load(weight + c);
    const rest = f32x4.sub(f32x4.splat(1), theta);
    v128.store(distance + c, f32x4.add(f32x4.mul(b, f32x4.mul(rest, rest)), before));
    before = f32x4.add(before, f32x4.mul(b, f32x4.mul(theta, theta)));
  }
  let after = f32x4.splat(0);
  for (let c = end; c > first; c -= stride) {
    const at = c - stride;
    const theta = v128.load(level + at), b = v128.load(weight + at);
    v128.store(distance + at, f32x4.add(v128.load(distance + at), after));
    after = f32x4.add(after, f32x4.mul(b, f32x4.mul(theta, theta)));
  }
}

/** Σ b over what a pattern touches, in place of 1 + #{j : x_j ≠ ref_j}. */
export function plainTouched(p: usize, record: usize): f64 {
  const bytes = <usize>load<u32>(p + P.GROUPS) << 2;
  const touched = <usize>load<u32>(p + P.TOUCHED_WEIGHT);
  let sum = <f64>load<f32>(<usize>load<u32>(p + P.WEIGHT) + (<usize>load<u32>(p + P.INTERCEPT) << 2));
  for (let j: usize = 0; j < bytes; j += 4) sum += load<f64>(touched + (<usize>load<u32>(record + j) << 3));
  return sum;
}

/** The second half of the release: round(a k) plus noise, where k is the first half less its noise: whole numbers, exact. */
export function releasePlain(p: usize): void {
  const dimension = <usize>load<u32>(p + P.DIMENSION) << 3;
  const half = <usize>load<u32>(p + P.PADDED_DIMENSION) << 3;
  const noise = <usize>load<u32>(p + P.NOISE), released = <usize>load<u32>(p + P.RELEASED);
  const pull = <usize>load<u32>(p + P.PULL);
  for (let k: usize = 0; k < dimension; k += 8) {
    const sum = load<f64>(released + k) - load<f64>(noise + k);
    const own = nearest(<f64>load<f32>(pull + (k >> 1)) * sum);
    store<f64>(released + half + k, own + load<f64>(noise + half + k));
  }
  memory.fill(noise + half, 0, dimension);
}
