import { lastAcceptedWord } from './exact-normal.ts';
import { KEYSTREAM_WGSL, ROUNDED_NORMAL_WGSL, WIDE_INTEGERS_WGSL } from './randomness.program.ts';
import {
  MODEL_FIELDS,
  PROBABILITY_BITS,
  type ProgramKey,
  VARIATIONAL_SCALE,
  WORKGROUP_SIZE,
} from './training-geometry.ts';

/** What a stream is for, as the first word of its nonce. No number is one of `core/random/chacha20.ts`. */
export const GPU_STREAMS = {
  variationalDraw: 18,
  subsample: 19,
  subsampleLow: 20,
  mechanismNoise: 21,
} as const;

/**
 * Many steps of METHOD §4 for many models, a workgroup each. A step, with a barrier between its phases:
 *
 *     draw η, z = m + τ∘η → tables of π, θ → batch → rows: integers, tested and added → component sums
 *     → per coordinate: exact sum, noise, G, prior, Adam
 *
 * Coordinate c is always thread c mod 256's, so that m, s and the moments need no barrier. `training-geometry.ts` has
 * the argument for the sensitivity; what it rests on is in `addRow` and `finish` below. One shader, one file, long as it is:
 * its phases share names and barriers and are checked against each other by reading.
 */
export function trainingProgram(key: ProgramKey): string {
  return [
    '// Training: many models, one workgroup each.',
    constants(key),
    BINDINGS,
    key.placement === 'workgroup' ? tablesInWorkgroup(key) : TABLES_IN_STORAGE,
    WIDE_INTEGERS_WGSL,
    KEYSTREAM_WGSL,
    ROUNDED_NORMAL_WGSL,
    ELEMENTARY,
    DRAW_NORMAL,
    FILL_TABLES,
    BATCH,
    ADD_ROW,
    FINISH,
    MAIN,
  ].join('\n');
}

function constants(key: ProgramKey): string {
  const fields = MODEL_FIELDS.map((field, i) => `const at_${field} = ${i}u;`).join('\n');
  return /* wgsl */ `
const THREADS = ${WORKGROUP_SIZE}u;
const R = ${key.components}u;
const L = ${key.levelRows}u;
const CELLS = ${key.components * key.levelRows}u;
const MODEL_WORDS = ${MODEL_FIELDS.length}u;
const PROBABILITY_BITS = ${PROBABILITY_BITS}u;
const PROBABILITY_ONE = ${2 ** PROBABILITY_BITS}u;
const PROBABILITY_STEP = ${2 ** -PROBABILITY_BITS};
const VARIATIONAL_SCALE = ${VARIATIONAL_SCALE}u;
const VARIATIONAL_STEP = ${1 / VARIATIONAL_SCALE};
const VARIATIONAL_LAST = ${lastAcceptedWord(VARIATIONAL_SCALE)}u;
const STREAM_VARIATIONAL = ${GPU_STREAMS.variationalDraw}u;
const STREAM_SUBSAMPLE = ${GPU_STREAMS.subsample}u;
const STREAM_SUBSAMPLE_LOW = ${GPU_STREAMS.subsampleLow}u;
const STREAM_NOISE = ${GPU_STREAMS.mechanismNoise}u;
${fields}
`;
}

const BINDINGS = /* wgsl */ `
struct Shape { variables: u32, dimension: u32, intercept: u32, family: u32 }

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> models: array<u32>;
// levelStart (d), levelCounts (d), betaIndex (L), level row of each coefficient (D - intercept - 1)
@group(0) @binding(2) var<storage, read> levels: array<i32>;
// a model's rows: level rows (P d), y, coefficient counts, multiplicities (P each), pattern of each row (N)
@group(0) @binding(3) var<storage, read> rows: array<u32>;
// three numbers a step: step size, epsilon, whether the iterate enters the average
@group(0) @binding(4) var<storage, read> schedule: array<f32>;
// m, s, first moments of both, roots of the second moments of both, sums of m and s: 8 D
@group(0) @binding(5) var<storage, read_write> states: array<f32>;
// eta, z (D each), noise (2 D), and tables where they are not in the workgroup
@group(0) @binding(6) var<storage, read_write> scratch: array<u32>;
// how often each pattern was drawn, which were drawn (P each), and histograms where they are not in the workgroup
@group(0) @binding(7) var<storage, read_write> counters: array<atomic<u32>>;
// the last release as integers, for checks of the kernel
@group(0) @binding(8) var<storage, read_write> record: array<u32>;

var<workgroup> batchSize: atomic<u32>;
var<workgroup> mixture: array<f32, R>;
var<workgroup> logMixture: array<f32, R>;
var<workgroup> componentSums: array<vec2<u32>, R>;

var<private> model: u32;
var<private> stateAt: u32;
var<private> scratchAt: u32;
var<private> countersAt: u32;

fn field(offset: u32) -> u32 { return models[model + offset]; }
fn number(offset: u32) -> f32 { return bitcast<f32>(models[model + offset]); }
fn kept(at: u32) -> f32 { return bitcast<f32>(scratch[scratchAt + at]); }
fn keep(at: u32, value: f32) { scratch[scratchAt + at] = bitcast<u32>(value); }

fn everyone() {
  storageBarrier();
  workgroupBarrier();
}
`;

/** Level tables (θ̂, ln θ, ‖onehot − θ̂‖²) and histograms in workgroup memory. */
function tablesInWorkgroup(key: ProgramKey): string {
  const cells = key.components * key.levelRows;
  const counters = 2 * (cells + key.levelRows + 1);
  return /* wgsl */ `
var<workgroup> levelTable: array<f32, ${cells}>;
var<workgroup> logLevelTable: array<f32, ${cells}>;
var<workgroup> distanceTable: array<f32, ${cells}>;
var<workgroup> histograms: array<atomic<u32>, ${counters}>;

fn level(cell: u32) -> f32 { return levelTable[cell]; }
fn logLevel(cell: u32) -> f32 { return logLevelTable[cell]; }
fn distance2(cell: u32) -> f32 { return distanceTable[cell]; }
fn setLevel(cell: u32, value: f32) { levelTable[cell] = value; }
fn setLogLevel(cell: u32, value: f32) { logLevelTable[cell] = value; }
fn setDistance2(cell: u32, value: f32) { distanceTable[cell] = value; }
fn addTo(counter: u32, value: u32) { atomicAdd(&histograms[counter], value); }
fn counterOf(counter: u32) -> u32 { return atomicLoad(&histograms[counter]); }
fn clear(counter: u32) { atomicStore(&histograms[counter], 0u); }
`;
}

/** The same in the buffers of the model, for shapes that a workgroup cannot hold. */
const TABLES_IN_STORAGE = /* wgsl */ `
fn tableAt() -> u32 { return 4u * shape.dimension; }
fn histogramAt() -> u32 { return countersAt + 2u * field(at_patterns); }
fn level(cell: u32) -> f32 { return kept(tableAt() + cell); }
fn logLevel(cell: u32) -> f32 { return kept(tableAt() + CELLS + cell); }
fn distance2(cell: u32) -> f32 { return kept(tableAt() + 2u * CELLS + cell); }
fn setLevel(cell: u32, value: f32) { keep(tableAt() + cell, value); }
fn setLogLevel(cell: u32, value: f32) { keep(tableAt() + CELLS + cell, value); }
fn setDistance2(cell: u32, value: f32) { keep(tableAt() + 2u * CELLS + cell, value); }
fn addTo(counter: u32, value: u32) { atomicAdd(&counters[histogramAt() + counter], value); }
fn counterOf(counter: u32) -> u32 { return atomicLoad(&counters[histogramAt() + counter]); }
fn clear(counter: u32) { atomicStore(&counters[histogramAt() + counter], 0u); }
`;

/** Functions of one number. No privacy rests on them. */
const ELEMENTARY = /* wgsl */ `
// ln(1 + e) for 0 <= e <= 1 as 2 artanh(e / (2 + e)): relatively accurate where the built-in log is not.
fn logOnePlus(e: f32) -> f32 {
  let t = e / (2.0 + e);
  let u = t * t;
  return 2.0 * t * (1.0 + u * (1.0 / 3.0 + u * (1.0 / 5.0 + u * (1.0 / 7.0 + u * (1.0 / 9.0
    + u * (1.0 / 11.0 + u * (1.0 / 13.0 + u / 15.0)))))));
}

fn softplus(s: f32) -> f32 { return max(s, 0.0) + logOnePlus(exp(-abs(s))); }

fn softplusSlope(s: f32) -> f32 {
  let e = exp(-abs(s));
  return select(e, 1.0, s >= 0.0) / (1.0 + e);
}

// softplus'(s) / softplus(s), which tends to 1 where both underflow.
fn relativeSlope(s: f32) -> f32 {
  if (s < -16.0) { return 1.0; }
  return softplusSlope(s) / softplus(s);
}

// 1 - e^x for x <= 0
fn oneMinusExp(x: f32) -> f32 {
  if (x < -0.5) { return 1.0 - exp(x); }
  return -x * (1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0 * (1.0 + x / 7.0))))));
}

// sqrt(a^2 + b^2) without squares that overflow or vanish
fn hypotenuse(a: f32, b: f32) -> f32 {
  let large = max(a, b);
  if (large == 0.0) { return 0.0; }
  let ratio = min(a, b) / large;
  return large * sqrt(1.0 + ratio * ratio);
}

// outcome-family.ts: the derivative of ln p(y) along the linear predictor
fn outcomeResidual(linear: f32, y: f32) -> f32 {
  let rate = exp(clamp(linear, -80.0, 80.0));
  switch (shape.family) {
    case 0u: { return y - rate; }
    case 1u: {
      if (y > 0.0) { return select(0.0, 1.0, linear < 0.0); }
      if (linear < -1.0000005e-6) { return -rate / oneMinusExp(linear); }
      return -999999.0;
    }
    default: {
      let e = exp(-abs(clamp(linear, -80.0, 80.0)));
      return y - select(e, 1.0, linear >= 0.0) / (1.0 + e);
    }
  }
}
`;

const DRAW_NORMAL = /* wgsl */ `
// Draw c of D is eta of coordinate c; draw D + c its noise in grid steps, which finish() will add.
fn drawNormal(draw: u32, step: u32) {
  let D = shape.dimension;
  let isNoise = draw >= D;
  let coordinate = select(draw, draw - D, isNoise);
  openStream(select(STREAM_VARIATIONAL, STREAM_NOISE, isNoise), step, coordinate);
  let drawn = roundedNormal(
    select(VARIATIONAL_SCALE, field(at_noiseScale), isNoise),
    select(VARIATIONAL_LAST, field(at_noiseLast), isNoise),
  );
  if (isNoise) {
    let noise = select(drawn.xy, negated64(drawn.xy), vec2<bool>(drawn.z == 1u));
    let at = scratchAt + 2u * D + 2u * coordinate;
    scratch[at] = noise.x;
    scratch[at + 1u] = noise.y;
  } else {
    keep(coordinate, select(1.0, -1.0, drawn.z == 1u) * f32(drawn.x) * VARIATIONAL_STEP);
  }
}
`;

const FILL_TABLES = /* wgsl */ `
// A probability as a whole multiple of 2^-23 in [0, 1].
fn onGrid(probability: f32) -> f32 {
  let steps = min(u32(probability * ${2 ** PROBABILITY_BITS}.0 + 0.5), PROBABILITY_ONE);
  return f32(steps) * PROBABILITY_STEP;
}

fn fillMixture() {
  let z = shape.dimension;
  var largest = kept(z);
  for (var r = 1u; r < R; r++) { largest = max(largest, kept(z + r)); }
  var total = 0.0;
  for (var r = 0u; r < R; r++) { total += exp(kept(z + r) - largest); }
  let logTotal = log(total) + largest;
  for (var r = 0u; r < R; r++) {
    mixture[r] = onGrid(exp(kept(z + r) - largest) / total);
    logMixture[r] = kept(z + r) - logTotal;
  }
}

// Variable and component: theta, its logarithm and the squared distances of each level.
fn fillLevels(variable: u32, r: u32) {
  let first = u32(levels[variable]);
  let count = u32(levels[shape.variables + variable]);
  let z = shape.dimension + R + r;
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

const BATCH = /* wgsl */ `
// Every row by itself: in the batch where its 64 bits are below q. Sixteen rows a block of the keystream; the lower 32
// bits, asked for once in 2^32 rows, come from a stream of their own.
fn drawBatch(step: u32, thread: u32) {
  let rowCount = field(at_rowCount);
  let high = field(at_rateHigh);
  for (var block = thread; block * 16u < rowCount; block += THREADS) {
    var ties = 0u;
    nonce = vec3<u32>(STREAM_SUBSAMPLE, step, 0u);
    var counter = block;
    loop {
      fillWords(counter);
      let tied = counter == 0xffffffffu;
      if (!tied) {
        let end = min(16u, rowCount - block * 16u);
        for (var i = 0u; i < end; i++) {
          if (words[i] < high) { take(block * 16u + i); }
          if (words[i] == high) { ties |= 1u << i; }
        }
      } else {
        if (words[0] < field(at_rateLow)) { take(nonce.z); }
      }
      if (ties == 0u) { break; }
      let i = countTrailingZeros(ties);
      ties &= ties - 1u;
      nonce = vec3<u32>(STREAM_SUBSAMPLE_LOW, step, block * 16u + i);
      counter = 0xffffffffu;
    }
  }
}

fn take(row: u32) {
  let patterns = field(at_patterns);
  let pattern = rows[field(at_rowsAt) + (shape.variables + 3u) * patterns + row];
  if (atomicAdd(&counters[countersAt + pattern], 1u) == 0u) {
    atomicStore(&counters[countersAt + patterns + atomicAdd(&batchSize, 1u)], pattern);
  }
}
`;

const ADD_ROW = /* wgsl */ `
// Adds 'times' rows of a pattern as integers, or nothing where their norm would be too large.
fn addRow(pattern: u32, times: u32, thread: u32) {
  let patterns = field(at_patterns);
  let rowAt = field(at_rowsAt) + pattern * shape.variables;
  let infoAt = field(at_rowsAt) + shape.variables * patterns + pattern;
  let z = shape.dimension;
  var gamma: array<f32, R>;
  var spread: array<f32, R>;
  var largest = -3.0e38;
  for (var r = 0u; r < R; r++) {
    gamma[r] = logMixture[r];
    spread[r] = 0.0;
  }
  var linear = kept(z + shape.intercept);
  for (var j = 0u; j < shape.variables; j++) {
    let levelRow = rows[rowAt + j];
    for (var r = 0u; r < R; r++) {
      gamma[r] += logLevel(levelRow * R + r);
      spread[r] += distance2(levelRow * R + r);
    }
    let coefficient = levels[2u * shape.variables + levelRow];
    if (coefficient >= 0) { linear += kept(z + u32(coefficient)); }
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

fn addResidual(place: u32, entry: i32, times: u32, split: u32, mask: u32) {
  let counter = 2u * (CELLS + place);
  addTo(counter, times * (u32(entry) & mask));
  addTo(counter + 1u, times * u32(entry >> split));
}

fn sumAt(place: u32) -> vec2<u32> {
  return joined(counterOf(2u * place), counterOf(2u * place + 1u), field(at_splitBits));
}

// Sum over the levels of the first variable: each row is in one of them.
fn componentSum(r: u32) -> vec2<u32> {
  var sum = vec2<u32>(0u);
  for (var c = 0u; c < u32(levels[shape.variables]); c++) { sum = add64(sum, sumAt(c * R + r)); }
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

const FINISH = /* wgsl */ `
// The exact sum of a coordinate in grid steps; its counters start again at 0.
fn takeSum(coordinate: u32) -> vec2<u32> {
  if (coordinate < R) {
    var all = vec2<u32>(0u);
    for (var r = 0u; r < R; r++) { all = add64(all, componentSums[r]); }
    return add64(componentSums[coordinate], negated64(portion(mixture[coordinate], all)));
  }
  if (coordinate < shape.intercept) {
    let cell = coordinate - R;
    let sum = sumAt(cell);
    clear(2u * cell);
    clear(2u * cell + 1u);
    return add64(sum, negated64(portion(level(cell), componentSums[cell % R])));
  }
  var place = L;
  if (coordinate > shape.intercept) {
    place = u32(levels[2u * shape.variables + L + coordinate - shape.intercept - 1u]);
  }
  let sum = sumAt(CELLS + place);
  clear(2u * (CELLS + place));
  clear(2u * (CELLS + place) + 1u);
  return sum;
}

fn finish(coordinate: u32, scheduled: u32) {
  let D = shape.dimension;
  let noiseAt = scratchAt + 2u * D + 2u * coordinate;
  let released = add64(takeSum(coordinate), vec2<u32>(scratch[noiseAt], scratch[noiseAt + 1u]));

  // From here on everything is post-processing of the release.
  let recordAt = field(at_recordAt);
  if (recordAt != 0xffffffffu) {
    record[recordAt + 2u * coordinate] = released.x;
    record[recordAt + 2u * coordinate + 1u] = released.y;
  }
  let eta = kept(coordinate);
  let z = kept(D + coordinate);
  let perTable = number(at_perTable);
  var prior = -z;
  if (coordinate < shape.intercept) { prior = 1.0 - exp(min(z, 80.0)); }
  let locationGradient = toFloat(released) * number(at_grid) * number(at_perBatch) + prior * perTable;
  let s = states[stateAt + D + coordinate];
  let scaleGradient = softplusSlope(s) * (eta * locationGradient) + relativeSlope(s) * perTable;
  ascend(coordinate, locationGradient, scheduled);
  ascend(D + coordinate, scaleGradient, scheduled);
  if (schedule[scheduled + 2u] != 0.0) {
    states[stateAt + 6u * D + coordinate] += states[stateAt + coordinate];
    states[stateAt + 7u * D + coordinate] += states[stateAt + D + coordinate];
  }
}

// Adam (core/inference/adam.ts) with the root of the second moment kept: squares of e^80 are no float32.
fn ascend(value: u32, gradient: f32, scheduled: u32) {
  let D = shape.dimension;
  let first = 0.9 * states[stateAt + 2u * D + value] + 0.1 * gradient;
  let second = hypotenuse(0.99949987494 * states[stateAt + 4u * D + value], 0.0316227766 * abs(gradient));
  states[stateAt + 2u * D + value] = first;
  states[stateAt + 4u * D + value] = second;
  states[stateAt + value] += schedule[scheduled] * first / (second + schedule[scheduled + 1u]);
}
`;

const MAIN = /* wgsl */ `
@compute @workgroup_size(THREADS)
fn train(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  model = group.x * MODEL_WORDS;
  stateAt = field(at_stateAt);
  scratchAt = field(at_scratchAt);
  countersAt = field(at_countersAt);
  keyLow = vec4<u32>(field(at_key0), field(at_key1), field(at_key2), field(at_key3));
  keyHigh = vec4<u32>(field(at_key4), field(at_key5), field(at_key6), field(at_key7));
  let D = shape.dimension;
  let patterns = field(at_patterns);
  let fullBatch = field(at_fullBatch) == 1u;
  for (var counter = thread; counter < 2u * (CELLS + L + 1u); counter += THREADS) { clear(counter); }
  if (!fullBatch) {
    for (var p = thread; p < patterns; p += THREADS) { atomicStore(&counters[countersAt + p], 0u); }
  }
  // Barriers need a count that every thread provably shares: not through the private variable.
  let steps = models[group.x * MODEL_WORDS + at_steps];
  for (var i = 0u; i < steps; i++) {
    let step = field(at_firstStep) + i;
    for (var draw = thread; draw < 2u * D; draw += THREADS) { drawNormal(draw, step); }
    everyone();
    for (var c = thread; c < D; c += THREADS) {
      keep(D + c, states[stateAt + c] + softplus(states[stateAt + D + c]) * kept(c));
    }
    everyone();
    if (thread == 0u) {
      atomicStore(&batchSize, 0u);
      fillMixture();
    }
    for (var pair = thread; pair < shape.variables * R; pair += THREADS) { fillLevels(pair / R, pair % R); }
    everyone();
    if (!fullBatch) { drawBatch(step, thread); }
    everyone();
    if (fullBatch) {
      let timesAt = field(at_rowsAt) + (shape.variables + 2u) * patterns;
      for (var p = thread; p < patterns; p += THREADS) { addRow(p, rows[timesAt + p], thread); }
    } else {
      let size = atomicLoad(&batchSize);
      for (var place = thread; place < size; place += THREADS) {
        let p = atomicLoad(&counters[countersAt + patterns + place]);
        addRow(p, atomicExchange(&counters[countersAt + p], 0u), thread);
      }
    }
    everyone();
    for (var r = thread; r < R; r += THREADS) { componentSums[r] = componentSum(r); }
    everyone();
    let scheduled = field(at_scheduleAt) + 3u * i;
    for (var c = thread; c < D; c += THREADS) { finish(c, scheduled); }
    // The next step's noise is drawn by other threads than those that add this one's: without waiting, one noise
    // could enter two releases.
    everyone();
  }
}
`;
