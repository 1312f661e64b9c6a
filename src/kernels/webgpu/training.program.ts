import { DRAWS_WGSL } from './draws.program.ts';
import { ELEMENTARY_WGSL } from './elementary.program.ts';
import { lastAcceptedWord } from './exact-normal.ts';
import { KEYSTREAM_WGSL, ROUNDED_NORMAL_WGSL, WIDE_INTEGERS_WGSL } from './randomness.program.ts';
import { ADD_ROWS_WGSL, FILL_TABLES_WGSL, TAKE_ROWS_WGSL } from './rows.program.ts';
import {
  keyText,
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
 * Many steps of METHOD §4, for many models with a workgroup each or for one with many. A step, everybody waiting between
 * its phases:
 *
 *     draw η, z = m + τ∘η → tables of π, θ → batch → rows: integers, tested and added → component sums
 *     → per coordinate: exact sum, noise, G, prior, Adam
 *
 * A coordinate is one thread's throughout, so that m, s and the moments need no waiting. `training-geometry.ts` has
 * the argument for the sensitivity; what it rests on is in `addRow` (`rows.program.ts`) and `finish` below.
 */
export function trainingProgram(key: ProgramKey): string {
  return [
    `// Training: ${keyText(key)}.`,
    constants(key),
    BINDINGS,
    key.placement === 'workgroup' ? tablesInWorkgroup(key) : TABLES_IN_STORAGE,
    WIDE_INTEGERS_WGSL,
    KEYSTREAM_WGSL,
    ROUNDED_NORMAL_WGSL,
    ELEMENTARY_WGSL,
    DRAWS_WGSL,
    MOVE,
    FILL_TABLES_WGSL,
    TAKE_ROWS_WGSL,
    ADD_ROWS_WGSL,
    FINISH,
    key.workgroups === 'one' ? ONE_WORKGROUP : MANY_WORKGROUPS,
  ].join('\n');
}

function constants(key: ProgramKey): string {
  const fields = MODEL_FIELDS.map((field, i) => `const at_${field} = ${i}u;`).join('\n');
  return /* wgsl */ `
const THREADS = ${WORKGROUP_SIZE}u;
const R = ${key.components}u;
const L = ${key.levelRows}u;
const CELLS = ${key.components * key.levelRows}u;
const COUNTERS = ${2 * (key.components * key.levelRows + key.levelRows + 1)}u;
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
struct Shape {
  variables: u32, dimension: u32, intercept: u32, family: u32,
  // first level row and number of levels of the variable with the fewest
  narrowestAt: u32, narrowestCount: u32,
}

@group(0) @binding(0) var<uniform> shape: Shape;
@group(0) @binding(1) var<storage, read> models: array<u32>;
// levelStart (d), levelCounts (d), betaIndex (L), level row of each coefficient (D - intercept - 1)
@group(0) @binding(2) var<storage, read> levels: array<i32>;
// a model's rows: level rows (P d), y, coefficient counts, multiplicities (P each), pattern of each row (N)
@group(0) @binding(3) var<storage, read> rows: array<u32>;
// three numbers a step: step size, epsilon, whether the iterate enters the average
@group(0) @binding(4) var<storage, read> schedule: array<f32>;
// m, s, first moments of both, roots of the second moments of both (6 D a model); sums of m and s (2 D a model)
@group(0) @binding(5) var<storage, read_write> states: array<f32>;
// a model's z (D), tables where they are not in the workgroup, with many workgroups the mixture (2 R); then all draws,
// step by step: eta (D), noise in grid steps (2 D), a bit a row
@group(0) @binding(6) var<storage, read_write> scratch: array<u32>;
// how often each pattern was drawn (P), lists of those drawn, and histograms where they are not in the workgroup
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
var<private> drawsAt: u32;

fn field(offset: u32) -> u32 { return models[model + offset]; }
fn number(offset: u32) -> f32 { return bitcast<f32>(models[model + offset]); }
fn kept(at: u32) -> f32 { return bitcast<f32>(scratch[scratchAt + at]); }
fn keep(at: u32, value: f32) { scratch[scratchAt + at] = bitcast<u32>(value); }

fn bind(number: u32) {
  model = number * MODEL_WORDS;
  stateAt = field(at_stateAt);
  scratchAt = field(at_scratchAt);
  countersAt = field(at_countersAt);
  keyLow = vec4<u32>(field(at_key0), field(at_key1), field(at_key2), field(at_key3));
  keyHigh = vec4<u32>(field(at_key4), field(at_key5), field(at_key6), field(at_key7));
}

// The i-th of the steps that are drawn.
fn openDraws(i: u32) { drawsAt = field(at_drawsAt) + i * field(at_stepDraws); }

fn everyone() {
  storageBarrier();
  workgroupBarrier();
}
`;

/** Level tables (θ̂, ln θ, ‖onehot − θ̂‖²) and histograms in workgroup memory. */
function tablesInWorkgroup(key: ProgramKey): string {
  const cells = key.components * key.levelRows;
  return /* wgsl */ `
var<workgroup> levelTable: array<f32, ${cells}>;
var<workgroup> logLevelTable: array<f32, ${cells}>;
var<workgroup> distanceTable: array<f32, ${cells}>;
var<workgroup> histograms: array<atomic<u32>, COUNTERS>;

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
fn tableAt() -> u32 { return shape.dimension; }
fn histogramAt() -> u32 { return countersAt + field(at_histogramAt); }
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

const MOVE = /* wgsl */ `
fn eta(c: u32) -> f32 { return bitcast<f32>(scratch[drawsAt + c]); }

// z = m + tau eta
fn moveTo(c: u32) {
  keep(c, states[stateAt + c] + softplus(states[stateAt + shape.dimension + c]) * eta(c));
}
`;

const FINISH = /* wgsl */ `
// The place of a coefficient's residuals: its level row, or L for the intercept.
fn residualPlace(coordinate: u32) -> u32 {
  if (coordinate == shape.intercept) { return L; }
  return u32(levels[2u * shape.variables + L + coordinate - shape.intercept - 1u]);
}

// The exact sum of a coordinate in grid steps.
fn exactSum(coordinate: u32) -> vec2<u32> {
  if (coordinate < R) {
    var all = vec2<u32>(0u);
    for (var r = 0u; r < R; r++) { all = add64(all, componentSums[r]); }
    return add64(componentSums[coordinate], negated64(portion(mixture[coordinate], all)));
  }
  if (coordinate < shape.intercept) {
    let cell = coordinate - R;
    return add64(sumAt(cell), negated64(portion(level(cell), componentSums[cell % R])));
  }
  return sumAt(CELLS + residualPlace(coordinate));
}

// Its counters start again at 0.
fn clearOf(coordinate: u32) {
  if (coordinate < R) { return; }
  var place = coordinate - R;
  if (coordinate >= shape.intercept) { place = CELLS + residualPlace(coordinate); }
  clear(2u * place);
  clear(2u * place + 1u);
}

fn finish(coordinate: u32, scheduled: u32) {
  let D = shape.dimension;
  let noiseAt = drawsAt + D + 2u * coordinate;
  let released = add64(exactSum(coordinate), vec2<u32>(scratch[noiseAt], scratch[noiseAt + 1u]));

  // From here on everything is post-processing of the release.
  let recordAt = field(at_recordAt);
  if (recordAt != 0xffffffffu) {
    record[recordAt + 2u * coordinate] = released.x;
    record[recordAt + 2u * coordinate + 1u] = released.y;
  }
  let z = kept(coordinate);
  let perTable = number(at_perTable);
  var prior = -z;
  if (coordinate < shape.intercept) { prior = 1.0 - exp(min(z, 80.0)); }
  let locationGradient = toFloat(released) * number(at_grid) * number(at_perBatch) + prior * perTable;
  let s = states[stateAt + D + coordinate];
  let scaleGradient = softplusSlope(s) * (eta(coordinate) * locationGradient) + relativeSlope(s) * perTable;
  ascend(coordinate, locationGradient, scheduled);
  ascend(D + coordinate, scaleGradient, scheduled);
  if (schedule[scheduled + 2u] != 0.0) {
    states[field(at_sumsAt) + coordinate] += states[stateAt + coordinate];
    states[field(at_sumsAt) + D + coordinate] += states[stateAt + D + coordinate];
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

/** One model, one workgroup: all steps in one dispatch, a barrier between the phases. */
const ONE_WORKGROUP = /* wgsl */ `
@compute @workgroup_size(THREADS)
fn train(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  bind(group.x);
  let D = shape.dimension;
  let patterns = field(at_patterns);
  let fullBatch = field(at_fullBatch) == 1u;
  for (var counter = thread; counter < COUNTERS; counter += THREADS) { clear(counter); }
  if (!fullBatch) {
    for (var p = thread; p < patterns; p += THREADS) { atomicStore(&counters[countersAt + p], 0u); }
  }
  // Barriers need a count that every thread provably shares: not through the private variable.
  let steps = models[group.x * MODEL_WORDS + at_steps];
  for (var i = 0u; i < steps; i++) {
    openDraws(i);
    for (var c = thread; c < D; c += THREADS) { moveTo(c); }
    everyone();
    if (thread == 0u) { atomicStore(&batchSize, 0u); }
    for (var r = thread; r < R; r += THREADS) {
      let own = mixtureOf(r);
      mixture[r] = own.x;
      logMixture[r] = own.y;
    }
    for (var pair = thread; pair < shape.variables * R; pair += THREADS) { fillLevels(pair / R, pair % R); }
    everyone();
    if (!fullBatch) { takeBatch(thread, (field(at_rowCount) + 31u) / 32u, field(at_listAt)); }
    everyone();
    addBatch(thread, THREADS, thread, field(at_listAt));
    everyone();
    for (var r = thread; r < R; r += THREADS) { componentSums[r] = componentSum(r); }
    everyone();
    let scheduled = field(at_scheduleAt) + 3u * i;
    for (var c = thread; c < D; c += THREADS) {
      finish(c, scheduled);
      clearOf(c);
    }
  }
}
`;

/**
 * One model, many workgroups. They meet between dispatches only, so a step is three of them:
 *
 *     addRows: each workgroup its share of the rows
 *     finishStep: per coordinate the exact sum, noise, G, prior, Adam, and the next z
 *     fillStep: the next step's tables, counters back to 0
 *
 * A run of steps begins with `begin` (the first z) and a `fillStep`. Sums are of integers, so which workgroup
 * adds a row does not matter. A pattern that two workgroups draw is counted in one place: whoever finds 0 there has it
 * on its list and takes what is there when it adds; what comes later finds 0 again. Each draw is taken once.
 */
const MANY_WORKGROUPS = /* wgsl */ `
fn mixtureAt() -> u32 { return shape.dimension + 3u * CELLS; }
// Steps of this run of dispatches that are done.
fn doneAt() -> u32 { return countersAt + field(at_doneAt); }

fn readMixture(thread: u32) {
  for (var r = thread; r < R; r += THREADS) {
    mixture[r] = kept(mixtureAt() + r);
    logMixture[r] = kept(mixtureAt() + R + r);
  }
}

@compute @workgroup_size(THREADS)
fn begin(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  bind(0u);
  openDraws(0u);
  if (id.x < shape.dimension) { moveTo(id.x); }
  // fillStep counts one step up; none is done then.
  if (id.x == 0u) { atomicStore(&counters[doneAt()], 0xffffffffu); }
  for (var p = id.x; p < field(at_patterns); p += groups.x * THREADS) { atomicStore(&counters[countersAt + p], 0u); }
}

@compute @workgroup_size(THREADS)
fn fillStep(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  bind(0u);
  let pairs = shape.variables * R;
  if (id.x < pairs) {
    fillLevels(id.x / R, id.x % R);
  } else if (id.x < pairs + R) {
    let own = mixtureOf(id.x - pairs);
    keep(mixtureAt() + id.x - pairs, own.x);
    keep(mixtureAt() + R + id.x - pairs, own.y);
  }
  for (var counter = id.x; counter < COUNTERS; counter += groups.x * THREADS) { clear(counter); }
  if (id.x == 0u) { atomicAdd(&counters[doneAt()], 1u); }
}

@compute @workgroup_size(THREADS)
fn addRows(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  bind(0u);
  openDraws(atomicLoad(&counters[doneAt()]));
  let first = group.x * field(at_groupWords);
  let listAt = field(at_listAt) + 32u * first;
  let fullBatch = models[at_fullBatch] == 1u;
  readMixture(thread);
  if (thread == 0u) { atomicStore(&batchSize, 0u); }
  everyone();
  if (!fullBatch) {
    takeBatch(first + thread, min(first + field(at_groupWords), (field(at_rowCount) + 31u) / 32u), listAt);
  }
  everyone();
  if (fullBatch) {
    addBatch(group.x * THREADS + thread, field(at_rowGroups) * THREADS, thread, 0u);
  } else {
    addBatch(thread, THREADS, thread, listAt);
  }
}

@compute @workgroup_size(THREADS)
fn finishStep(@builtin(global_invocation_id) id: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  bind(0u);
  readMixture(thread);
  for (var r = thread; r < R; r += THREADS) { componentSums[r] = componentSum(r); }
  everyone();
  if (id.x < shape.dimension) {
    let i = atomicLoad(&counters[doneAt()]);
    openDraws(i);
    finish(id.x, field(at_scheduleAt) + 3u * i);
    openDraws(i + 1u);
    if (i + 1u < field(at_steps)) { moveTo(id.x); }
  }
}
`;
