// Tables of groups of neighbouring variables: a row of data then costs two look-ups and not five. Widened before the batch,
// narrowed after it.
import * as P from './parameters';

/**
 * Tables of a group of neighbouring variables, one row a combination of levels: θ multiplied, distances added, rates
 * multiplied. Row i·C + c comes from rows i and c; written from the end, it may lie over what it comes from.
 */
function widenGroup(p: usize, from: usize, rows: usize, first: usize, levels: usize): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const level = <usize>load<u32>(p + P.LEVEL) + first * stride;
  const distance = <usize>load<u32>(p + P.DISTANCE) + first * stride;
  const rate = <usize>load<u32>(p + P.RATE) + (first << 3);
  const jointLevel = <usize>load<u32>(p + P.JOINT_LEVEL) + from * stride;
  const jointDistance = <usize>load<u32>(p + P.JOINT_DISTANCE) + from * stride;
  const jointRate = <usize>load<u32>(p + P.JOINT_RATE) + (from << 3);
  for (let i = rows; i > 0; i--) {
    const row = (i - 1) * stride;
    const ownRate = load<f64>(jointRate + ((i - 1) << 3));
    for (let c = levels; c > 0; c--) {
      const to = (i - 1) * levels + (c - 1);
      const add = (c - 1) * stride;
      for (let r: usize = 0; r < stride; r += 16) {
        const product = f32x4.mul(v128.load(jointLevel + row + r), v128.load(level + add + r));
        const sum = f32x4.add(v128.load(jointDistance + row + r), v128.load(distance + add + r));
        v128.store(jointLevel + to * stride + r, product);
        v128.store(jointDistance + to * stride + r, sum);
      }
      store<f64>(jointRate + (to << 3), ownRate * load<f64>(rate + ((c - 1) << 3)));
    }
  }
}

export function fillJointTables(p: usize): void {
  const stride = <usize>load<u32>(p + P.COMPONENTS) << 2;
  const groups = load<u32>(p + P.GROUPS);
  const sizes = <usize>load<u32>(p + P.GROUP_SIZES), counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  let variable: usize = 0, first: usize = 0, joint: usize = 0;
  for (let g: u32 = 0; g < groups; g++) {
    let rows = <usize>load<u32>(counts + (variable << 2));
    memory.copy(<usize>load<u32>(p + P.JOINT_LEVEL) + joint * stride, <usize>load<u32>(p + P.LEVEL) + first * stride, rows * stride);
    memory.copy(<usize>load<u32>(p + P.JOINT_DISTANCE) + joint * stride, <usize>load<u32>(p + P.DISTANCE) + first * stride, rows * stride);
    memory.copy(<usize>load<u32>(p + P.JOINT_RATE) + (joint << 3), <usize>load<u32>(p + P.RATE) + (first << 3), rows << 3);
    first += rows;
    variable++;
    const size = load<u32>(sizes + (<usize>g << 2));
    for (let v: u32 = 1; v < size; v++) {
      const levels = <usize>load<u32>(counts + (variable << 2));
      widenGroup(p, joint, rows, first, levels);
      rows *= levels;
      first += levels;
      variable++;
    }
    joint += rows;
  }
}

/** Takes one variable off a group: sums over the others go to `to`, sums over it stay in the first `rows` rows. */
// @ts-ignore: decorator
@inline
function narrow(from: usize, rows: usize, levels: usize, to: usize, bytes: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    for (let r: usize = 0; r < bytes; r += 16) {
      let sum = f64x2.splat(0);
      for (let c: usize = 0; c < levels; c++) {
        const value = v128.load(from + (i * levels + c) * bytes + r);
        const at = to + c * bytes + r;
        v128.store(at, f64x2.add(v128.load(at), value));
        sum = f64x2.add(sum, value);
      }
      v128.store(from + i * bytes + r, sum);
    }
  }
}

function narrowResiduals(from: usize, rows: usize, levels: usize, to: usize): void {
  for (let i: usize = 0; i < rows; i++) {
    let sum: f64 = 0;
    for (let c: usize = 0; c < levels; c++) {
      const value = load<f64>(from + ((i * levels + c) << 3));
      const at = to + (c << 3);
      store<f64>(at, load<f64>(at) + value);
      sum += value;
    }
    store<f64>(from + (i << 3), sum);
  }
}

/** From histograms of groups to those of variables, the last of a group first. All numbers are whole: exact. */
export function narrowGroups(p: usize): void {
  const bytes = <usize>load<u32>(p + P.COMPONENTS) << 3;
  const groups = load<u32>(p + P.GROUPS);
  const sizes = <usize>load<u32>(p + P.GROUP_SIZES), counts = <usize>load<u32>(p + P.LEVEL_COUNTS);
  const histogram = <usize>load<u32>(p + P.HISTOGRAM), residualSum = <usize>load<u32>(p + P.RESIDUAL_SUM);
  const jointHistogram = <usize>load<u32>(p + P.JOINT_HISTOGRAM);
  const jointResidual = <usize>load<u32>(p + P.JOINT_RESIDUAL_SUM);
  let variable: usize = 0, first: usize = 0, joint: usize = 0;
  for (let g: u32 = 0; g < groups; g++) {
    const size = <usize>load<u32>(sizes + (<usize>g << 2));
    let rows: usize = 1, next = first;
    for (let v: usize = 0; v < size; v++) {
      const levels = <usize>load<u32>(counts + ((variable + v) << 2));
      rows *= levels;
      next += levels;
    }
    const jointRows = rows;
    let variableRow = next;
    for (let v = size; v > 0; v--) {
      const levels = <usize>load<u32>(counts + ((variable + v - 1) << 2));
      rows /= levels;
      variableRow -= levels;
      narrow(jointHistogram + joint * bytes, rows, levels, histogram + variableRow * bytes, bytes);
      narrowResiduals(jointResidual + (joint << 3), rows, levels, residualSum + (variableRow << 3));
    }
    joint += jointRows;
    first = next;
    variable += size;
  }
}
