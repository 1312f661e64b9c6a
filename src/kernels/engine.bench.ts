/** `npm run bench:engine`: microseconds a step for sizes of the engine notes, seconds for the `short` preset. */
import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../core/inference/check-problem.ts';
import { init, posteriorOf } from '../core/inference/dpvi.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { drawSyntheticSet } from '../core/synthesis/draw-sets.ts';
import type { Machine } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';
import { benchGraphics } from './webgpu/dawn.bench.ts';

const SIZES = [
  { name: 'a', rowCount: 373, samplingRate: 0.01, components: 16 },
  { name: 'b', rowCount: 4737, samplingRate: 0.01, components: 16 },
  { name: 'c', rowCount: 4737, samplingRate: 0.1, components: 16 },
  { name: 'd', rowCount: 100_000, samplingRate: 0.01, components: 16 },
  { name: 'e', rowCount: 1_000_000, samplingRate: 0.002, components: 16 },
  { name: 'f: a with R = 64', rowCount: 373, samplingRate: 0.01, components: 64 },
] as const;

const STEPS_PER_PORTION = 50;
/** Long enough for many portions. */
const MEASURED_MS = 1500;

async function microsecondsPerStep(machine: Machine, size: (typeof SIZES)[number]): Promise<number> {
  const steps = 10_000_000;
  const { rowCount, samplingRate, components } = size;
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    noiseMultiplier: 26.7316,
    settings: { samplingRate, components, steps, learningRate: { initial: 1e-3, final: 1e-3 } },
  });
  const run = await opened(machine, rowCount, plan);
  await run.advance(200);
  // The fastest of many portions: what the step costs, not what else the computer was doing.
  let fastestMs = Infinity;
  const start = performance.now();
  while (performance.now() - start < MEASURED_MS) {
    const portionStart = performance.now();
    await run.advance(STEPS_PER_PORTION);
    fastestMs = Math.min(fastestMs, performance.now() - portionStart);
  }
  run.close();
  return (1000 * fastestMs) / STEPS_PER_PORTION;
}

async function opened(machine: Machine, rowCount: number, plan: ReturnType<typeof uncertifiedPlan>) {
  const table = inventedTable({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    meanOutcome: 0.1,
    binary: true,
    number: 1,
  });
  const run = await machine.open({ table, plan }, publicKey(2));
  if (!run.ok) throw new Error(`${machine.name}: ${run.failure.kind}`);
  return run.value;
}

async function secondsOfShort(machine: Machine): Promise<number> {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount: 4737,
    noiseMultiplier: 130,
    settings: {},
  });
  const run = await opened(machine, 4737, plan);
  const start = performance.now();
  await run.advance(1000);
  const seconds = (performance.now() - start) / 1000;
  run.close();
  return seconds;
}

/** Millions of synthetic values (variables and outcome) a second from one posterior. */
function synthesisRate(): number {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount: 1,
    noiseMultiplier: 1,
    settings: {},
  });
  const state = init(plan, chacha20Source(publicKey(3), 'initialLocation'));
  const rowCount = 500_000;
  const start = performance.now();
  drawSyntheticSet(
    posteriorOf(plan, state),
    rowCount,
    'bernoulli',
    chacha20Source(publicKey(4), 'synthesis'),
  );
  return ((PAPER_LEVEL_COUNTS.length + 1) * rowCount) / (performance.now() - start) / 1000;
}

if (process.argv.includes('--gpu')) {
  await benchGraphics();
  process.exit();
}
console.log(`synthetic sets: ${synthesisRate().toFixed(1)} million values a second`);
for (const machine of [wasmMachine, referenceMachine]) {
  for (const size of SIZES) {
    const us = await microsecondsPerStep(machine, size);
    console.log(
      `${machine.name}  ${size.name}  N ${size.rowCount} q ${size.samplingRate}: ${us.toFixed(1)} µs a step`,
    );
    if (size.name === 'b') {
      console.log(`${machine.name}  paper preset, 400,000 steps of b: ${((us * 4e5) / 1e6).toFixed(1)} s`);
    }
  }
  console.log(
    `${machine.name}  short preset, N 4737, 1,000 steps: ${(await secondsOfShort(machine)).toFixed(2)} s`,
  );
}
