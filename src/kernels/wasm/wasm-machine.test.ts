import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { publicKey } from '../../core/inference/check-problem.ts';
import type { OutcomeFamily } from '../../core/model/shape.ts';
import { chacha20Source, fillKeystream, type StreamPurpose } from '../../core/random/chacha20.ts';
import { fillStandardNormal } from '../../core/random/gaussian.ts';
import { poissonSubsample } from '../../core/random/poisson-subsample.ts';
import { checkProblem, contractChecks, largestDifference, stateAfter } from '../conformance.ts';
import { agreementChecks } from '../conformance-gradient.ts';
import { randomnessChecks } from '../conformance-randomness.ts';
import { referenceMachine } from '../reference/reference-machine.ts';
import { NUMBER_FIELDS, numberOffset, WORD_FIELDS, wordOffset } from './memory-layout.ts';
import { instantiateKernel, wasmMachine } from './wasm-machine.ts';
import { reserve, writeStream } from './written-problem.ts';

const KEY_AT = 4096;
const SCRATCH_AT = 4160;
const STREAM_AT = 8192;
const OUT_AT = 65_536;

/** A kernel with a key and one stream in its memory. */
async function kernelWithStream(purpose: StreamPurpose, outBytes: number) {
  const kernel = await instantiateKernel();
  reserve(kernel.memory, OUT_AT + outBytes);
  new Uint8Array(kernel.memory.buffer, KEY_AT, 32).set(publicKey(5));
  writeStream(kernel.memory, STREAM_AT, kernel.streamBytes(), purpose);
  return kernel;
}

describe('the built kernel', () => {
  it('has its parameter block where the host writes it', () => {
    const source = readFileSync(new URL('./assembly/parameters.ts', import.meta.url), 'utf8');
    const declared = [...source.matchAll(/export const (\w+): usize = (\d+);/g)].map(
      ([, name, offset]) => [(name as string).toLowerCase().replaceAll('_', ''), Number(offset)] as const,
    );
    const written = [
      ...WORD_FIELDS.map((field) => [field.toLowerCase(), wordOffset(field)] as const),
      ...NUMBER_FIELDS.map((field) => [field.toLowerCase(), numberOffset(field)] as const),
    ];
    expect(declared).toEqual(written);
  });

  it('makes the ChaCha20 keystream of the reference, refill after refill', async () => {
    const kernel = await kernelWithStream('mechanismNoise', 0);
    const bytes = kernel.streamBytes() - 32;
    const expected = new Uint8Array(bytes);
    for (let refill = 0; refill < 4; refill += 1) {
      kernel.refill(KEY_AT, STREAM_AT);
      fillKeystream(publicKey(5), 'mechanismNoise', (refill * bytes) / 64, expected);
      expect(new Uint8Array(kernel.memory.buffer, STREAM_AT + 32, bytes)).toEqual(expected);
    }
  });

  it('goes on into the next segment as the reference does', async () => {
    const kernel = await kernelWithStream('subsample', 0);
    const bytes = kernel.streamBytes() - 32;
    const expected = new Uint8Array(bytes);
    for (const block of [2 ** 31 - 256, 2 ** 31, 2 ** 33 + 512]) {
      new DataView(kernel.memory.buffer).setBigUint64(STREAM_AT + 8, BigInt(block), true);
      kernel.refill(KEY_AT, STREAM_AT);
      fillKeystream(publicKey(5), 'subsample', block, expected);
      expect(new Uint8Array(kernel.memory.buffer, STREAM_AT + 32, bytes)).toEqual(expected);
    }
  });

  it('draws the Gaussians of the reference to rounding, in any portions', async () => {
    const n = 500_000;
    const kernel = await kernelWithStream('mechanismNoise', 8 * n);
    const source = chacha20Source(publicKey(5), 'mechanismNoise');
    const expected = new Float64Array(n);
    fillStandardNormal(source, expected);
    let done = 0;
    for (const portion of [2, 454, 6, 1000, n]) {
      const count = Math.min(portion, n - done);
      kernel.fillNormal(KEY_AT, STREAM_AT, OUT_AT + 8 * done, count, SCRATCH_AT);
      done += count;
    }
    const drawn = new Float64Array(kernel.memory.buffer, OUT_AT, n);
    // Two implementations of ln, sin and cos: a few units in the last place (9e-16) of numbers up to 5.
    expect(largestDifference(drawn, expected)).toBeLessThan(5e-15);
  });

  it('extends the words of a far tail as the reference does', async () => {
    const kernel = await kernelWithStream('mechanismNoise', 64);
    const words = [7, 9, 1, 2, 0, 0, 3, 5, 2 ** 31, 77, 2 ** 30, 5, 8, 8, 8, 8, 8, 8, 8, 8];
    kernel.refill(KEY_AT, STREAM_AT);
    new Uint32Array(kernel.memory.buffer, STREAM_AT + 32, words.length).set(words);
    kernel.fillNormal(KEY_AT, STREAM_AT, OUT_AT, 4, SCRATCH_AT);
    const expected = new Float64Array(4);
    fillStandardNormal({ uint32: () => words.shift() as number }, expected);
    const drawn = new Float64Array(kernel.memory.buffer, OUT_AT, 4);
    expect(Math.hypot(expected[2] as number, expected[3] as number)).toBeGreaterThan(11);
    expect(largestDifference(drawn, expected)).toBeLessThan(1e-14);
  });

  it('draws the batches of the reference', async () => {
    for (const [rows, q] of [
      [5000, 0.01],
      [300, 0.7],
      [100_000, 1e-4],
    ] as const) {
      const kernel = await kernelWithStream('subsample', 4 * rows);
      const source = chacha20Source(publicKey(5), 'subsample');
      const expected = new Uint32Array(rows);
      for (let draw = 0; draw < 20; draw += 1) {
        const size = poissonSubsample(source, rows, q, expected);
        expect(kernel.poissonSubsample(KEY_AT, STREAM_AT, rows, -Math.log1p(-q), OUT_AT)).toBe(size);
        expect(new Uint32Array(kernel.memory.buffer, OUT_AT, size)).toEqual(expected.slice(0, size));
      }
    }
  });
});

describe('the wasm machine', () => {
  it.each([...contractChecks, ...agreementChecks, ...randomnessChecks])('$name', async (check) => {
    const outcome = await check.run(wasmMachine, referenceMachine);
    expect(outcome).toMatchObject({ passed: true });
  });

  it.each<[OutcomeFamily, number, number]>([
    ['poisson', 1, 2],
    ['poisson', 0.1, 1.5],
    ['bernoulli-log', 0.2, 3],
    ['bernoulli-logit', 0.5, 1],
  ])(
    'runs, noise and all, the training of the reference under the same key: %s, q = %d',
    async (family, q, sigma) => {
      const problem = checkProblem(
        { samplingRate: q, steps: 60, averagedFraction: 0.4, components: 8 },
        { noiseMultiplier: sigma, family },
      );
      const mine = await stateAfter(wasmMachine, problem, 31, 60);
      const theirs = await stateAfter(referenceMachine, problem, 31, 60);
      // Rounding of 1e-15 now and then moves an entry by one step of the grid, 2^-20 C of a noisy gradient: 1e-6 of a
      // learning rate of 0.05, sixty times.
      expect(largestDifference(mine.location, theirs.location)).toBeLessThan(1e-5);
      expect(largestDifference(mine.rawScale, theirs.rawScale)).toBeLessThan(1e-5);
      expect(largestDifference(mine.locationSum, theirs.locationSum)).toBeLessThan(1e-4);
      expect(mine.averagedSteps).toBe(theirs.averagedSteps);
    },
  );

  it('says so where the number of components is no multiple of four', async () => {
    const run = await wasmMachine.open(checkProblem({ components: 6 }), publicKey(1));
    expect(run.ok ? 'opened' : run.failure.kind).toBe('plan-not-runnable');
  });

  it('leaves neither key nor rows in its memory after it was closed', async () => {
    const run = await wasmMachine.open(checkProblem({ steps: 5 }), publicKey(1));
    if (!run.ok) throw new Error(run.failure.kind);
    await run.value.advance(5);
    run.value.close();
    expect(run.value.state().location.every((m) => m === 0)).toBe(true);
    expect(() => run.value.advance(1)).toThrow('closed');
  });
});
