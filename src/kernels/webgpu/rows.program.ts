import { PROBABILITY_BITS } from './training-geometry.ts';

/** The tables of a z: π̂, θ̂, their logarithms and squared distances. */
export const FILL_TABLES_WGSL = /* wgsl */ `
// A probability as a whole multiple of 2^-23 in [0, 1].
fn onGrid(probability: f32) -> f32 {
  let steps = min(u32(probability * ${2 ** PROBABILITY_BITS}.0 + 0.5), PROBABILITY_ONE);
  return f32(steps) * PROBABILITY_STEP;
}

// pi of a component on its grid, and its logarithm.
fn mixtureOf(component: u32) -> vec2<f32> {
  var largest = kept(0u);
  for (var r = 1u; r < R; r++) { largest = max(largest, kept(r)); }
  var total = 0.0;
  for (var r = 0u; r < R; r++) { total += exp(kept(r) - largest); }
  let own = kept(component);
  return vec2<f32>(onGrid(exp(own - largest) / total), own - (log(total) + largest));
}

// Variable and component: theta, its logarithm and the squared distances of each level.
fn fillLevels(variable: u32, r: u32) {
  let first = u32(levels[variable]);
  let count = u32(levels[shape.variables + variable]);
  let z = R + r;
  var largest = kept(z + first * R);
  for (var c = 1u; c < count; c++) { largest = max(largest, kept(z + (first + c) * R)); }
  var total = 0.0;
  for (var c = 0u; c < count; c++) { total += exp(kept(z + (first + c) * R) - largest); }
  let logTotal = log(total) + largest;
  // (1 - theta_c)^2 plus the squares before and after c: positive terms only.
  var before = 0.0;
  for (var c = 0u; c < count; c++) {
    let cell = (first + c) * R + r;
    let logit = kept(z + (first + c) * R);
    let theta = onGrid(exp(logit - largest) / total);
    setLevel(cell, theta);
    setLogLevel(cell, logit - logTotal);
    setDistance2(cell, (1.0 - theta) * (1.0 - theta) + before);
    before += theta * theta;
  }
  var after = 0.0;
  for (var back = 0u; back < count; back++) {
    let cell = (first + count - 1u - back) * R + r;
    setDistance2(cell, distance2(cell) + after);
    after += level(cell) * level(cell);
  }
}
`;

/** The rows of a step's batch, counted by pattern. */
export const TAKE_ROWS_WGSL = /* wgsl */ `
// Counts the rows whose bits are set, in every 256th word from 'first' on, before 'end'.
fn takeBatch(first: u32, end: u32, listAt: u32) {
  for (var word = first; word < end; word += THREADS) {
    var bits = scratch[drawsAt + 3u * shape.dimension + word];
    while (bits != 0u) {
      take(32u * word + countTrailingZeros(bits), listAt);
      bits &= bits - 1u;
    }
  }
}

fn take(row: u32, listAt: u32) {
  let patterns = field(at_patterns);
  let pattern = rows[field(at_rowsAt) + (shape.variables + 3u) * patterns + row];
  if (atomicAdd(&counters[countersAt + pattern], 1u) == 0u) {
    atomicStore(&counters[countersAt + listAt + atomicAdd(&batchSize, 1u)], pattern);
  }
}
`;

/** What of a row is added, and the argument's test of it. */
export const ADD_ROWS_WGSL = /* wgsl */ `
// Adds 'times' rows of a pattern as integers, or nothing where their norm would be too large.
fn addRow(pattern: u32, times: u32, thread: u32) {
  let patterns = field(at_patterns);
  let rowAt = field(at_rowsAt) + pattern * shape.variables;
  let infoAt = field(at_rowsAt) + shape.variables * patterns + pattern;
  var gamma: array<f32, R>;
  var spread: array<f32, R>;
  var largest = -3.0e38;
  for (var r = 0u; r < R; r++) {
    gamma[r] = logMixture[r];
    spread[r] = 0.0;
  }
  var linear = kept(shape.intercept);
  for (var j = 0u; j < shape.variables; j++) {
    let levelRow = rows[rowAt + j];
    for (var r = 0u; r < R; r++) {
      gamma[r] += logLevel(levelRow * R + r);
      spread[r] += distance2(levelRow * R + r);
    }
    let coefficient = levels[2u * shape.variables + levelRow];
    if (coefficient >= 0) { linear += kept(u32(coefficient)); }
  }
  for (var r = 0u; r < R; r++) { largest = max(largest, gamma[r]); }
  var total = 0.0;
  for (var r = 0u; r < R; r++) {
    gamma[r] = exp(gamma[r] - largest);
    total += gamma[r];
  }
  var squares = 0.0;
  for (var r = 0u; r < R; r++) {
    gamma[r] = gamma[r] / total;
    let apart = gamma[r] - mixture[r];
    squares += apart * apart + gamma[r] * gamma[r] * spread[r];
  }
  let residual = outcomeResidual(linear, bitcast<f32>(rows[infoAt]));
  let coefficients = f32(rows[infoAt + patterns]);
  // The residual reaches e^80, whose square is no float32.
  let size = max(1.0, abs(residual));
  let share = residual / size;
  let norm = size * sqrt(squares / size / size + share * share * coefficients);
  var weight = number(at_stepsPerUnit);
  if (norm > number(at_clipTarget)) { weight *= number(at_clipTarget) / norm; }

  // From here on integers: what was computed above may be wrong in any way, the row cannot move the sum by more than C.
  let largestEntry = field(at_largestEntry);
  var entries: array<u32, R>;
  var sum = 0u;
  for (var r = 0u; r < R; r++) {
    let entry = min(u32(max(round(weight * gamma[r]), 0.0)), largestEntry);
    entries[r] = entry;
    sum += entry;
  }
  let widest = i32(field(at_largestResidual));
  let residualEntry = clamp(i32(round(clamp(weight * residual, -2.0e9, 2.0e9))), -widest, widest);
  if (sum > largestEntry + R) { return; }
  var measured = f32(residualEntry) * f32(residualEntry) * coefficients;
  for (var r = 0u; r < R; r++) {
    let entry = f32(entries[r]);
    let apart = abs(entry - mixture[r] * f32(sum)) + f32(sum) * ${2 ** -21};
    measured += apart * apart + entry * entry * spread[r];
  }
  if (!(measured <= number(at_checkBound))) { return; }

  let split = field(at_splitBits);
  let mask = (1u << split) - 1u;
  for (var j = 0u; j < shape.variables; j++) {
    let levelRow = rows[rowAt + j];
    for (var i = 0u; i < R; i++) {
      // Threads start at different components, so that they meet in the same counter less often.
      let r = (i + thread) % R;
      let entry = entries[r];
      if (entry == 0u) { continue; }
      let counter = 2u * (levelRow * R + r);
      addTo(counter, times * (entry & mask));
      if (entry > mask) { addTo(counter + 1u, times * (entry >> split)); }
    }
    if (levels[2u * shape.variables + levelRow] >= 0) { addResidual(levelRow, residualEntry, times, split, mask); }
  }
  addResidual(L, residualEntry, times, split, mask);
}

// Every stride-th pattern from 'first' on: of the whole table at q = 1, else of the workgroup's list.
fn addBatch(first: u32, stride: u32, thread: u32, listAt: u32) {
  let patterns = field(at_patterns);
  if (field(at_fullBatch) == 1u) {
    let timesAt = field(at_rowsAt) + (shape.variables + 2u) * patterns;
    for (var p = first; p < patterns; p += stride) { addRow(p, rows[timesAt + p], thread); }
  } else {
    let size = atomicLoad(&batchSize);
    for (var place = first; place < size; place += stride) {
      let p = atomicLoad(&counters[countersAt + listAt + place]);
      addRow(p, atomicExchange(&counters[countersAt + p], 0u), thread);
    }
  }
}

fn addResidual(place: u32, entry: i32, times: u32, split: u32, mask: u32) {
  let counter = 2u * (CELLS + place);
  addTo(counter, times * (u32(entry) & mask));
  addTo(counter + 1u, times * u32(entry >> split));
}

fn sumAt(place: u32) -> vec2<u32> {
  return joined(counterOf(2u * place), counterOf(2u * place + 1u), field(at_splitBits));
}

// Sum over the levels of one variable: each row is in one of them.
fn componentSum(r: u32) -> vec2<u32> {
  var sum = vec2<u32>(0u);
  for (var c = 0u; c < shape.narrowestCount; c++) { sum = add64(sum, sumAt((shape.narrowestAt + c) * R + r)); }
  return sum;
}

// round(probability * sum) for a probability on the grid and 0 <= sum <= 2^40
fn portion(probability: f32, sum: vec2<u32>) -> vec2<u32> {
  let steps = u32(probability * ${2 ** PROBABILITY_BITS}.0);
  let low = multiplied(steps, sum.x);
  let product = add64(vec2<u32>(low.x, low.y + steps * sum.y), vec2<u32>(PROBABILITY_ONE >> 1u, 0u));
  return vec2<u32>((product.x >> PROBABILITY_BITS) | (product.y << (32u - PROBABILITY_BITS)), product.y >> PROBABILITY_BITS);
}
`;
