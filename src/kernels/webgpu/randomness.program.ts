import { lastAcceptedWord } from './exact-normal.ts';
import { halfNormalThresholds, LARGEST_WHOLE_PART } from './half-normal-table.ts';

/**
 * ChaCha20 (RFC 8439 §2.3) in WGSL. A stream is addressed by (purpose, step, index) as nonce; its blocks count from 0. Every draw has a stream of its
 * own, so that threads need no order among each other and no word is used twice under one key.
 */
export const KEYSTREAM_WGSL = /* wgsl */ `
var<private> keyLow: vec4<u32>;
var<private> keyHigh: vec4<u32>;
var<private> nonce: vec3<u32>;
var<private> nextBlock: u32;
var<private> nextWord: u32;
var<private> words: array<u32, 16>;

fn rotated(x: vec4<u32>, bits: u32) -> vec4<u32> {
  return (x << vec4<u32>(bits)) | (x >> vec4<u32>(32u - bits));
}

fn fillWords(counter: u32) {
  var a = vec4<u32>(0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u);
  var b = keyLow;
  var c = keyHigh;
  var d = vec4<u32>(counter, nonce.x, nonce.y, nonce.z);
  let last = d;
  for (var round = 0u; round < 10u; round++) {
    a += b; d = rotated(d ^ a, 16u); c += d; b = rotated(b ^ c, 12u);
    a += b; d = rotated(d ^ a, 8u); c += d; b = rotated(b ^ c, 7u);
    b = b.yzwx; c = c.zwxy; d = d.wxyz;
    a += b; d = rotated(d ^ a, 16u); c += d; b = rotated(b ^ c, 12u);
    a += b; d = rotated(d ^ a, 8u); c += d; b = rotated(b ^ c, 7u);
    b = b.wxyz; c = c.zwxy; d = d.yzwx;
  }
  a += vec4<u32>(0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u);
  b += keyLow;
  c += keyHigh;
  d += last;
  words = array<u32, 16>(a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w, c.x, c.y, c.z, c.w, d.x, d.y, d.z, d.w);
}

fn openStream(purpose: u32, step: u32, index: u32) {
  nonce = vec3<u32>(purpose, step, index);
  nextBlock = 0u;
  nextWord = 16u;
}

fn drawWord() -> u32 {
  if (nextWord == 16u) {
    fillWords(nextBlock);
    nextBlock += 1u;
    nextWord = 0u;
  }
  let word = words[nextWord];
  nextWord += 1u;
  return word;
}

`;

/**
 * The exact rounded normal of `exact-normal.ts`, word for word, on the words of `drawWord`. Integers only: WGSL says
 * what every bit of an integer operation is, and leaves the accuracy of its `log`, `sin` and `cos` nearly open.
 *
 * Written as one loop that takes a word a turn and a switch on what the word is for: threads meet at the keystream
 * wherever they are in their draws, and its code is there once (compilers copy a function to each place of its use). A
 * thread draws several: one draw takes 9 words on average, but the longest of 32 takes 28, and they would wait for it.
 * The program that includes this has a function `keepNormal`.
 */
export const ROUNDED_NORMAL_WGSL = /* wgsl */ `
const THRESHOLD_COUNT = ${halfNormalThresholds().length}u;
// Variables though nobody writes them: a constant that is indexed may be built anew at each use.
var<private> thresholds: array<vec3<u32>, ${halfNormalThresholds().length}> = array<vec3<u32>, ${halfNormalThresholds().length}>(
${halfNormalThresholds()
  .map((threshold) => `  vec3<u32>(${threshold.map((word) => `${word}u`).join(', ')})`)
  .join(',\n')}
);
// The largest word that is taken for a face of a die with 2k + 2 of them.
var<private> faceLast: array<u32, ${LARGEST_WHOLE_PART + 1}> = array<u32, ${LARGEST_WHOLE_PART + 1}>(
  ${Array.from({ length: LARGEST_WHOLE_PART + 1 }, (_, k) => `${lastAcceptedWord(2 * k + 2)}u`).join(', ')}
);

// What the next word is.
const HIGH = 0u; const MIDDLE = 1u; const LOW = 2u;       // of the 96 bits that choose k
const PLACE = 3u; const FRACTION = 4u;                    // of x
const NEXT = 5u; const NEXT_FRACTION = 6u; const PREVIOUS_FRACTION = 7u; const COIN = 8u;   // is z_n below z_{n-1}?
const FACE = 9u;                                          // of a die with 2k + 2 faces
const SIDE = 10u; const SIDE_FRACTION = 11u; const SIDE_COIN = 12u;                         // is r below x?
const SIGN = 13u;

// How a turn ends a comparison: not yet, 'not below', or 'below'.
const OPEN = 0u; const NO = 1u; const YES = 2u;

// Gives 'keepNormal' round(scale * xi) for i = 0 .. count - 1: magnitude as 64 bits (x low, y high), z the sign bit. last:
// the largest word that is taken for a uniform integer below scale, 2^32 - 1 - (2^32 mod scale).
fn roundedNormals(scale: u32, last: u32, count: u32) {
  if (scale == 0u) {
    for (var i = 0u; i < count; i++) { keepNormal(i, vec3<u32>(0u)); }
    return;
  }
  var drawn = 0u;
  var awaits = HIGH;
  var chosen = vec3<u32>(0u);
  var k = 0u;
  var x = vec2<u32>(0u);          // (whole, fraction)
  var previous = vec2<u32>(0u);
  var previousKnown = true;       // whether its fraction has been drawn
  var next = vec2<u32>(0u);
  var nextKnown = false;
  var trial = 0u;
  var even = true;
  loop {
    let word = drawWord();
    var smaller = OPEN;           // z_n < z_{n-1}
    var right = OPEN;             // the coin of probability (2k + x) / (2k + 2)
    // One division a turn, for whichever of the draws wants a uniform integer.
    let isFace = awaits == FACE;
    let accepted = word <= select(last, faceLast[k], isFace);
    let uniformInteger = word % select(scale, 2u * k + 2u, isFace);
    switch (awaits) {
      case HIGH: {
        chosen.x = word;
        k = 0u;
        while (k < THRESHOLD_COUNT && word > thresholds[k].x) { k++; }
        awaits = PLACE;
        if (k < THRESHOLD_COUNT && word == thresholds[k].x) { awaits = MIDDLE; }
      }
      case MIDDLE: { chosen.y = word; awaits = LOW; }
      case LOW: {
        chosen.z = word;
        // k stands at the first threshold whose high word ties.
        while (k < THRESHOLD_COUNT && !isBelowThreshold(chosen, thresholds[k])) { k++; }
        awaits = PLACE;
      }
      case PLACE: {
        if (accepted) { x.x = uniformInteger; awaits = FRACTION; }
      }
      case FRACTION: {
        x.y = word;
        trial = 0u;
        even = true;
        previous = x;
        previousKnown = true;
        awaits = NEXT;
      }
      case NEXT: {
        if (accepted) {
          next.x = uniformInteger;
          nextKnown = false;
          if (next.x == previous.x) { awaits = NEXT_FRACTION; } else { smaller = select(NO, YES, next.x < previous.x); }
        }
      }
      case NEXT_FRACTION: {
        next.y = word;
        nextKnown = true;
        if (!previousKnown) {
          awaits = PREVIOUS_FRACTION;
        } else if (next.y == previous.y) {
          awaits = COIN;
        } else {
          smaller = select(NO, YES, next.y < previous.y);
        }
      }
      case PREVIOUS_FRACTION: {
        if (next.y == word) { awaits = COIN; } else { smaller = select(NO, YES, next.y < word); }
      }
      case COIN: { smaller = select(NO, YES, (word & 1u) == 1u); }
      case FACE: {
        if (accepted) {
          if (uniformInteger == 2u * k) { awaits = SIDE; } else { right = select(NO, YES, uniformInteger < 2u * k); }
        }
      }
      case SIDE: {
        if (accepted) {
          if (uniformInteger == x.x) { awaits = SIDE_FRACTION; } else { right = select(NO, YES, uniformInteger < x.x); }
        }
      }
      case SIDE_FRACTION: {
        if (word == x.y) { awaits = SIDE_COIN; } else { right = select(NO, YES, word < x.y); }
      }
      case SIDE_COIN: { right = select(NO, YES, (word & 1u) == 1u); }
      default: {
        let magnitude = add64(multiplied(scale, k), vec2<u32>(x.x, 0u));
        keepNormal(drawn, vec3<u32>(add64(magnitude, vec2<u32>(x.y >> 31u, 0u)), word & 1u));
        drawn++;
        if (drawn == count) { return; }
        awaits = HIGH;
      }
    }
    if (smaller == YES) { awaits = FACE; }
    if (right == YES) {
      previous = next;
      previousKnown = nextKnown;
      even = !even;
      awaits = NEXT;
    }
    if (smaller == NO || right == NO) {
      // The trial of e^-a ends: it succeeded where an even number of steps went down.
      if (!even) {
        awaits = HIGH;
      } else if (trial == k) {
        awaits = SIGN;
      } else {
        trial++;
        previous = x;
        previousKnown = true;
        awaits = NEXT;
      }
      even = true;
    }
  }
}

fn isBelowThreshold(a: vec3<u32>, b: vec3<u32>) -> bool {
  if (a.x != b.x) { return a.x < b.x; }
  if (a.y != b.y) { return a.y < b.y; }
  return a.z < b.z;
}
`;

/** 64-bit integers as (low, high) words. */
export const WIDE_INTEGERS_WGSL = /* wgsl */ `
fn add64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.x + b.x;
  return vec2<u32>(low, a.y + b.y + select(0u, 1u, low < a.x));
}

fn negated64(a: vec2<u32>) -> vec2<u32> {
  return add64(~a, vec2<u32>(1u, 0u));
}

fn multiplied(a: u32, b: u32) -> vec2<u32> {
  let a0 = a & 0xffffu;
  let a1 = a >> 16u;
  let b0 = b & 0xffffu;
  let b1 = b >> 16u;
  let low = a0 * b0;
  let crossed = a0 * b1;
  let other = a1 * b0;
  let middle = (low >> 16u) + (crossed & 0xffffu) + (other & 0xffffu);
  let high = a1 * b1 + (crossed >> 16u) + (other >> 16u) + (middle >> 16u);
  return vec2<u32>((low & 0xffffu) | (middle << 16u), high);
}

// low + high * 2^shift, high a two's complement number, 0 < shift < 32.
fn joined(low: u32, high: u32, shift: u32) -> vec2<u32> {
  let extended = u32(i32(high) >> (32u - shift));
  return add64(vec2<u32>(low, 0u), vec2<u32>(high << shift, extended));
}

fn toFloat(a: vec2<u32>) -> f32 {
  let negative = (a.y >> 31u) == 1u;
  let magnitude = select(a, negated64(a), vec2<bool>(negative));
  let value = f32(magnitude.y) * 4294967296.0 + f32(magnitude.x);
  return select(value, -value, negative);
}
`;
