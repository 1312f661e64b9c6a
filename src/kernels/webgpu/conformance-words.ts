import { publicKey } from '../../core/inference/check-problem.ts';
import { fillKeystreamAt } from '../../core/random/chacha20.ts';
import type { RandomSource } from '../../core/random/random-source.ts';
import { type DeviceCheck, expectNone } from '../conformance.ts';
import { lastAcceptedWord, roundedNormal } from './exact-normal.ts';
import { halfNormalThresholds } from './half-normal-table.ts';
import { KEYSTREAM_WGSL, ROUNDED_NORMAL_WGSL, WIDE_INTEGERS_WGSL } from './randomness.program.ts';
import type { OpenDevice } from './webgpu-machine.ts';

/** Runs a program on `count` threads: words in, words out. */
async function runWords(
  openDevice: OpenDevice,
  code: string,
  input: Uint32Array<ArrayBuffer>,
  outWords: number,
  count: number,
) {
  const opened = await openDevice();
  if (!opened.ok) throw new Error(opened.failure);
  const device = opened.value;
  const { STORAGE, COPY_DST, COPY_SRC, MAP_READ } = GPUBufferUsage;
  const source = device.createBuffer({ size: input.byteLength, usage: STORAGE | COPY_DST });
  device.queue.writeBuffer(source, 0, input);
  const out = device.createBuffer({ size: 4 * outWords, usage: STORAGE | COPY_SRC });
  const staging = device.createBuffer({ size: 4 * outWords, usage: MAP_READ | COPY_DST });
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main' },
  });
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [source, out].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(count / 64));
  pass.end();
  encoder.copyBufferToBuffer(out, 0, staging, 0, 4 * outWords);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const words = new Uint32Array(staging.getMappedRange().slice(0));
  for (const buffer of [source, out, staging]) buffer.destroy();
  return words;
}

const IO = /* wgsl */ `
@group(0) @binding(0) var<storage, read> given: array<u32>;
@group(0) @binding(1) var<storage, read_write> made: array<u32>;
`;

/** Three words a draw. */
const KEEP_NORMAL = /* wgsl */ `
var<private> drawsOfThread: u32;
fn keepNormal(i: u32, drawn: vec3<u32>) {
  let at = 3u * (drawsOfThread + i);
  made[at] = drawn.x;
  made[at + 1u] = drawn.y;
  made[at + 2u] = drawn.z;
}
`;

/** Blocks of the built keystream for keys, nonces and counters. */
async function keystreamBlocks(
  openDevice: OpenDevice,
  cases: readonly { key: Uint8Array; nonce: Nonce; counter: number }[],
) {
  const input = new Uint32Array(12 * cases.length);
  cases.forEach(({ key, nonce, counter }, i) => {
    input.set(new Uint32Array(key.slice().buffer), 12 * i);
    input.set(nonce, 12 * i + 8);
    input[12 * i + 11] = counter;
  });
  const code = `${IO}${KEYSTREAM_WGSL}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= ${cases.length}u) { return; }
  let at = 12u * id.x;
  keyLow = vec4<u32>(given[at], given[at + 1u], given[at + 2u], given[at + 3u]);
  keyHigh = vec4<u32>(given[at + 4u], given[at + 5u], given[at + 6u], given[at + 7u]);
  openStream(given[at + 8u], given[at + 9u], given[at + 10u]);
  nextBlock = given[at + 11u];
  for (var i = 0u; i < 16u; i++) { made[16u * id.x + i] = drawWord(); }
}`;
  return runWords(openDevice, code, input, 16 * cases.length, cases.length);
}

type Nonce = readonly [number, number, number];

/** The keystream of one stream as a source, from the library. */
function streamSource(key: Uint8Array, nonce: Nonce): RandomSource {
  const words = new Uint32Array(64 * 16);
  fillKeystreamAt(key, nonce, 0, new Uint8Array(words.buffer));
  let next = 0;
  return {
    uint32() {
      const word = words[next];
      if (word === undefined) throw new Error('a draw took a thousand words');
      next += 1;
      return word;
    },
  };
}

const signed = (low: number, high: number, negative: number) =>
  (negative === 1 ? -1 : 1) * (high * 2 ** 32 + low);

/** Eight draws a stream. */
async function differentNormals(openDevice: OpenDevice, scale: number, count: number): Promise<number> {
  const code = `${IO}${KEEP_NORMAL}${WIDE_INTEGERS_WGSL}${KEYSTREAM_WGSL}${ROUNDED_NORMAL_WGSL}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (8u * id.x >= ${count}u) { return; }
  keyLow = vec4<u32>(given[0], given[1], given[2], given[3]);
  keyHigh = vec4<u32>(given[4], given[5], given[6], given[7]);
  openStream(21u, 77u, id.x);
  drawsOfThread = 8u * id.x;
  roundedNormals(given[8], given[9], 8u);
}`;
  const key = publicKey(61);
  const input = new Uint32Array(10);
  input.set(new Uint32Array(key.slice().buffer));
  input[8] = scale;
  input[9] = lastAcceptedWord(scale);
  const made = await runWords(openDevice, code, input, 3 * count, count);
  let different = 0;
  let source = streamSource(key, [21, 77, 0]);
  for (let i = 0; i < count; i += 1) {
    if (i % 8 === 0) source = streamSource(key, [21, 77, i / 8]);
    const expected = roundedNormal(source, scale);
    const drawn = signed(...([...made.subarray(3 * i, 3 * i + 3)] as [number, number, number]));
    if (!Object.is(drawn + 0, expected + 0)) different += 1;
  }
  return different;
}

/** Given words instead of a keystream, 64 a case. */
async function normalsOfWords(openDevice: OpenDevice, scale: number, cases: readonly (readonly number[])[]) {
  const input = new Uint32Array(64 * cases.length);
  cases.forEach((words, i) => void input.set(words, 64 * i));
  const code = `${IO}${KEEP_NORMAL}${WIDE_INTEGERS_WGSL}
var<private> at: u32;
fn drawWord() -> u32 { at += 1u; return given[at - 1u]; }
${ROUNDED_NORMAL_WGSL}
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  if (id.x >= ${cases.length}u) { return; }
  at = 64u * id.x;
  drawsOfThread = id.x;
  roundedNormals(${scale}u, ${lastAcceptedWord(scale)}u, 1u);
}`;
  return runWords(openDevice, code, input, 3 * cases.length, cases.length);
}

/** ChaCha20 and the normals as the device computes them. */
export const randomWordChecks = (openDevice: OpenDevice): readonly DeviceCheck[] => [
  {
    name: 'makes the block of RFC 8439 §2.3.2',
    async run() {
      const made = await keystreamBlocks(openDevice, [
        {
          key: Uint8Array.from({ length: 32 }, (_, i) => i),
          nonce: [0x09000000, 0x4a000000, 0],
          counter: 1,
        },
      ]);
      const expected = [
        0xe4e7f110, 0x15593bd1, 0x1fdd0f50, 0xc47120a3, 0xc7f4d1c7, 0x0368c033, 0x9aaa2204, 0x4e6cd4c3,
        0x466482d2, 0x09aa9f07, 0x05d7c214, 0xa2028bd9, 0xd19c12b5, 0xb94e16de, 0xe883d0cb, 0x4e3c50a2,
      ];
      return expectNone(expected.filter((word, i) => made[i] !== word).length);
    },
  },
  {
    name: 'makes the keystream of the library for many keys, nonces and counters, no two blocks alike',
    async run() {
      const cases = Array.from({ length: 500 }, (_, i) => ({
        key: publicKey(i % 7),
        nonce: [18 + (i % 4), 1 + (i >> 4), (i * 2654435761) >>> 0] as const,
        counter: i % 3 === 0 ? 2 ** 32 - 2 - i : i,
      }));
      const made = await keystreamBlocks(openDevice, cases);
      let different = 0;
      const seen = new Set<string>();
      cases.forEach(({ key, nonce, counter }, i) => {
        const expected = new Uint32Array(16);
        fillKeystreamAt(key, nonce, counter, new Uint8Array(expected.buffer));
        const own = made.subarray(16 * i, 16 * (i + 1));
        if (expected.some((word, k) => own[k] !== word)) different += 1;
        seen.add(own.join());
      });
      return expectNone(different + cases.length - seen.size);
    },
  },
  {
    name: 'draws the exact rounded normals of the plain version, bit for bit, at every size of scale',
    async run() {
      let different = 0;
      for (const scale of [2 ** 17, 2 ** 24, Math.ceil(26.7316 * 2 ** 20), 2 ** 31 + 12345, 2 ** 32 - 2]) {
        different += await differentNormals(openDevice, scale, 4000);
      }
      return expectNone(different);
    },
  },
  {
    name: 'goes on into further words where one does not decide: far tails, ties of the table and of fractions',
    async run() {
      const scale = 2 ** 20;
      const high = 2 ** 31 + 2 ** 30;
      const thresholds = halfNormalThresholds();
      const end = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 9 : scale - 1 - i));
      const cases: number[][] = [
        [0, 5, high, 5, 2 ** 32 - 1, 0],
        [0, 5, high, 5, 7, 1, 1],
        [0, 5, high, 5, high, 1, 0, 9, 1],
        ...thresholds.flatMap(([a, b, c]) => [
          [a, b, c, 3, 0, ...end],
          [a, b, (c - 1) >>> 0, 3, 0, ...end],
          [a, (b - 1) >>> 0, c, 3, 0, ...end],
        ]),
      ].map((words) => [...words, ...new Array<number>(64).fill(scale - 1)].slice(0, 64));
      const made = await normalsOfWords(openDevice, scale, cases);
      let different = 0;
      let largest = 0;
      cases.forEach((words, i) => {
        const rest = words.slice();
        const expected = roundedNormal({ uint32: () => rest.shift() as number }, scale);
        largest = Math.max(largest, Math.abs(expected));
        const drawn = signed(...([...made.subarray(3 * i, 3 * i + 3)] as [number, number, number]));
        if (drawn + 0 !== expected + 0) different += 1;
      });
      // The cases do reach the tail: eight standard deviations at least.
      return expectNone(different + Number(largest < 8 * scale));
    },
  },
];
