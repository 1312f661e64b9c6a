import { NORMALS_A_STREAM } from './training-geometry.ts';

/**
 * All draws of many steps at once, over the whole device: they depend on no row and no state, and one workgroup would take
 * longer over them than over all the rest of a step.
 */
export const DRAWS_WGSL = /* wgsl */ `
// Where a thread's draws go: noise in grid steps, which finish() will add, or eta.
var<private> firstCoordinate: u32;
var<private> isNoise: bool;

fn keepNormal(i: u32, drawn: vec3<u32>) {
  let coordinate = firstCoordinate + i;
  if (isNoise) {
    let noise = select(drawn.xy, negated64(drawn.xy), vec2<bool>(drawn.z == 1u));
    let at = drawsAt + shape.dimension + 2u * coordinate;
    scratch[at] = noise.x;
    scratch[at + 1u] = noise.y;
  } else {
    scratch[drawsAt + coordinate] = bitcast<u32>(select(1.0, -1.0, drawn.z == 1u) * f32(drawn.x) * VARIATIONAL_STEP);
  }
}

// Eta and the noise of ${NORMALS_A_STREAM} coordinates a stream, one after the other.
@compute @workgroup_size(THREADS)
fn drawNormals(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  bind(group.z);
  openDraws(group.y);
  let D = shape.dimension;
  let streams = (D + ${NORMALS_A_STREAM - 1}u) / ${NORMALS_A_STREAM}u;
  let own = group.x * THREADS + thread;
  if (own >= 2u * streams || group.y >= field(at_steps)) { return; }
  isNoise = own >= streams;
  let stream = select(own, own - streams, isNoise);
  firstCoordinate = stream * ${NORMALS_A_STREAM}u;
  openStream(select(STREAM_VARIATIONAL, STREAM_NOISE, isNoise), field(at_firstStep) + group.y, stream);
  roundedNormals(
    select(VARIATIONAL_SCALE, field(at_noiseScale), isNoise),
    select(VARIATIONAL_LAST, field(at_noiseLast), isNoise),
    min(${NORMALS_A_STREAM}u, D - firstCoordinate),
  );
}

// Every row by itself: in the batch where its 64 bits are below q. Sixteen rows a block of the keystream; the lower 32
// bits, asked for once in 2^32 rows, come from a stream of their own. A bit a row.
fn drawnRows(step: u32, block: u32) -> u32 {
  let rowCount = field(at_rowCount);
  let high = field(at_rateHigh);
  let first = block * 16u;
  let count = min(16u, rowCount - min(first, rowCount));
  var drawn = 0u;
  var ties = 0u;
  nonce = vec3<u32>(STREAM_SUBSAMPLE, step, 0u);
  var counter = block;
  var tied = 16u;
  loop {
    fillWords(counter);
    if (tied == 16u) {
      for (var i = 0u; i < count; i++) {
        if (words[i] < high) { drawn |= 1u << i; }
        if (words[i] == high) { ties |= 1u << i; }
      }
    } else {
      if (words[0] < field(at_rateLow)) { drawn |= 1u << tied; }
    }
    if (ties == 0u) { break; }
    tied = countTrailingZeros(ties);
    ties &= ties - 1u;
    nonce = vec3<u32>(STREAM_SUBSAMPLE_LOW, step, first + tied);
    counter = 0u;
  }
  return drawn;
}

@compute @workgroup_size(THREADS)
fn drawBatches(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  bind(group.z);
  openDraws(group.y);
  let word = group.x * THREADS + thread;
  if (32u * word >= field(at_rowCount) || group.y >= field(at_steps) || field(at_fullBatch) == 1u) { return; }
  let step = field(at_firstStep) + group.y;
  var bits = 0u;
  for (var half = 0u; half < 2u; half++) { bits |= drawnRows(step, 2u * word + half) << (16u * half); }
  scratch[drawsAt + 3u * shape.dimension + word] = bits;
}
`;
