// ChaCha20 (RFC 8439), four blocks at once, one a lane. A stream is 32 bytes of header and a buffer of
// 64 blocks:  +0 purpose  +4 next word to read  +8 next block (u64)  +32 keystream.

export const STREAM_HEADER: usize = 32;
const BLOCKS: u32 = 64;
const WORDS: u32 = BLOCKS * 16;
/** As `core/random/chacha20.ts`: blocks a nonce. */
const SEGMENT_BITS: u64 = 31;
/** Ten double rounds are twenty rounds. */
const DOUBLE_ROUNDS: u32 = 10;

// @ts-ignore: decorator
@inline
function rotate(x: v128, left: i32): v128 {
  return v128.or(i32x4.shl(x, left), i32x4.shr_u(x, 32 - left));
}

// Whole bytes are rotated by one swizzle with a constant, which engines keep in a register; a shuffle makes it anew.
// @ts-ignore: decorator
@inline
function rotate16(x: v128): v128 {
  return v128.swizzle(x, i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}

// @ts-ignore: decorator
@inline
function rotate8(x: v128): v128 {
  return v128.swizzle(x, i8x16(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));
}

/** Writes four words of four blocks, transposed: lane b of (a, b, c, d) is block b. */
// @ts-ignore: decorator
@inline
function storeWords(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab01, cd01, 0, 2));
  v128.store(to + 64, v128.shuffle<i64>(ab01, cd01, 1, 3));
  v128.store(to + 128, v128.shuffle<i64>(ab23, cd23, 0, 2));
  v128.store(to + 192, v128.shuffle<i64>(ab23, cd23, 1, 3));
}

/** Blocks counter … counter+3 under key and nonce words (n0, n1, 0) to `to`. */
function fourBlocks(key: usize, counter: u32, n0: u32, n1: u32, to: usize): void {
  let x0 = i32x4.splat(0x61707865), x1 = i32x4.splat(0x3320646e);
  let x2 = i32x4.splat(0x79622d32), x3 = i32x4.splat(0x6b206574);
  let x4 = v128.load32_splat(key), x5 = v128.load32_splat(key + 4);
  let x6 = v128.load32_splat(key + 8), x7 = v128.load32_splat(key + 12);
  let x8 = v128.load32_splat(key + 16), x9 = v128.load32_splat(key + 20);
  let x10 = v128.load32_splat(key + 24), x11 = v128.load32_splat(key + 28);
  let x12 = i32x4.add(i32x4.splat(<i32>counter), i32x4(0, 1, 2, 3));
  let x13 = i32x4.splat(<i32>n0), x14 = i32x4.splat(<i32>n1), x15 = i32x4.splat(0);
  for (let round: u32 = 0; round < DOUBLE_ROUNDS; round++) {
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate16(v128.xor(x12, x0)); x13 = rotate16(v128.xor(x13, x1));
    x14 = rotate16(v128.xor(x14, x2)); x15 = rotate16(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 12); x5 = rotate(v128.xor(x5, x9), 12);
    x6 = rotate(v128.xor(x6, x10), 12); x7 = rotate(v128.xor(x7, x11), 12);
    x0 = i32x4.add(x0, x4); x1 = i32x4.add(x1, x5); x2 = i32x4.add(x2, x6); x3 = i32x4.add(x3, x7);
    x12 = rotate8(v128.xor(x12, x0)); x13 = rotate8(v128.xor(x13, x1));
    x14 = rotate8(v128.xor(x14, x2)); x15 = rotate8(v128.xor(x15, x3));
    x8 = i32x4.add(x8, x12); x9 = i32x4.add(x9, x13); x10 = i32x4.add(x10, x14); x11 = i32x4.add(x11, x15);
    x4 = rotate(v128.xor(x4, x8), 7); x5 = rotate(v128.xor(x5, x9), 7);
    x6 = rotate(v128.xor(x6, x10), 7); x7 = rotate(v128.xor(x7, x11), 7);

    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate16(v128.xor(x15, x0)); x12 = rotate16(v128.xor(x12, x1));
    x13 = rotate16(v128.xor(x13, x2)); x14 = rotate16(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 12); x6 = rotate(v128.xor(x6, x11), 12);
    x7 = rotate(v128.xor(x7, x8), 12); x4 = rotate(v128.xor(x4, x9), 12);
    x0 = i32x4.add(x0, x5); x1 = i32x4.add(x1, x6); x2 = i32x4.add(x2, x7); x3 = i32x4.add(x3, x4);
    x15 = rotate8(v128.xor(x15, x0)); x12 = rotate8(v128.xor(x12, x1));
    x13 = rotate8(v128.xor(x13, x2)); x14 = rotate8(v128.xor(x14, x3));
    x10 = i32x4.add(x10, x15); x11 = i32x4.add(x11, x12); x8 = i32x4.add(x8, x13); x9 = i32x4.add(x9, x14);
    x5 = rotate(v128.xor(x5, x10), 7); x6 = rotate(v128.xor(x6, x11), 7);
    x7 = rotate(v128.xor(x7, x8), 7); x4 = rotate(v128.xor(x4, x9), 7);
  }
  storeWords(
    to,
    i32x4.add(x0, i32x4.splat(0x61707865)), i32x4.add(x1, i32x4.splat(0x3320646e)),
    i32x4.add(x2, i32x4.splat(0x79622d32)), i32x4.add(x3, i32x4.splat(0x6b206574)),
  );
  // The input is read again here: kept across the rounds it would push the state out of the registers.
  storeWords(
    to + 16,
    i32x4.add(x4, v128.load32_splat(key)), i32x4.add(x5, v128.load32_splat(key + 4)),
    i32x4.add(x6, v128.load32_splat(key + 8)), i32x4.add(x7, v128.load32_splat(key + 12)),
  );
  storeWords(
    to + 32,
    i32x4.add(x8, v128.load32_splat(key + 16)), i32x4.add(x9, v128.load32_splat(key + 20)),
    i32x4.add(x10, v128.load32_splat(key + 24)), i32x4.add(x11, v128.load32_splat(key + 28)),
  );
  storeWords(
    to + 48,
    i32x4.add(x12, i32x4.add(i32x4.splat(<i32>counter), i32x4(0, 1, 2, 3))),
    i32x4.add(x13, i32x4.splat(<i32>n0)), i32x4.add(x14, i32x4.splat(<i32>n1)), x15,
  );
}

/** Fills the buffer of a stream with its next 64 blocks. 64 divides a segment, so a refill lies in one. */
export function refill(key: usize, stream: usize): void {
  const block = load<u64>(stream, 8);
  const counter = <u32>(block & ((1 << SEGMENT_BITS) - 1));
  const segment = <u32>(block >> SEGMENT_BITS);
  const purpose = load<u32>(stream);
  for (let b: u32 = 0; b < BLOCKS; b += 4) {
    fourBlocks(key, counter + b, purpose, segment, stream + STREAM_HEADER + (<usize>b << 6));
  }
  store<u64>(stream, block + BLOCKS, 8);
  store<u32>(stream, 0, 4);
}

/** Bytes that one stream takes. */
export function streamBytes(): u32 {
  return <u32>STREAM_HEADER + WORDS * 4;
}

/** Words left unread. */
// @ts-ignore: decorator
@inline
export function wordsLeft(stream: usize): u32 {
  return WORDS - load<u32>(stream, 4);
}

/** Address of `count` words to read at once; the caller saw that they are there. */
// @ts-ignore: decorator
@inline
export function takeWords(stream: usize, count: u32): usize {
  const next = load<u32>(stream, 4);
  store<u32>(stream, next + count, 4);
  return stream + STREAM_HEADER + (<usize>next << 2);
}

export function nextWord(key: usize, stream: usize): u32 {
  if (wordsLeft(stream) == 0) refill(key, stream);
  return load<u32>(takeWords(stream, 1));
}
