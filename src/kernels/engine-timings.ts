import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../core/inference/check-problem.ts';
import { bindTable, init, posteriorOf } from '../core/inference/dpvi.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { OperationsLoop } from './general/operations-loop.ts';
import type { Machine } from './kernel.ts';
import { referenceMachine } from './reference/reference-machine.ts';
import { TypedArrayLoop } from './typed-array-loop.ts';
import { sampleSets } from './wasm/sample-sets.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

/** Sizes of the engine notes; `goalUs` is what the kernel should take in Chromium. */
const SIZES = [
  { name: 'a', rowCount: 373, samplingRate: 0.01, components: 16, goalUs: 8 },
  { name: 'b', rowCount: 4737, samplingRate: 0.01, components: 16, goalUs: null },
  { name: 'c', rowCount: 4737, samplingRate: 0.1, components: 16, goalUs: 25 },
  { name: 'd', rowCount: 100_000, samplingRate: 0.01, components: 16, goalUs: 40 },
  { name: 'e', rowCount: 1_000_000, samplingRate: 0.002, components: 16, goalUs: 75 },
  { name: 'f', rowCount: 373, samplingRate: 0.01, components: 64, goalUs: null },
] as const;

/** How long each is measured. */
const MEASURED_MS = 1200;
/** A portion is longer than the ticks of a browser's clock and shorter than a turn of the operating system. */
const PORTION_MS = 2;

/** Says a line at a time, so that a slow run shows where it is. */
export type Say = (line: string) => void;

/** Microseconds a step: the fastest of many portions, so what a step costs and not what else the computer did. */
async function fastestUs(advance: (steps: number) => unknown): Promise<number> {
  await advance(20);
  let steps = 1;
  let fastest = Infinity;
  const start = performance.now();
  while (performance.now() - start < MEASURED_MS || fastest === Infinity) {
    const portionStart = performance.now();
    await advance(steps);
    const tookMs = performance.now() - portionStart;
    if (tookMs >= PORTION_MS) {
      fastest = Math.min(fastest, tookMs);
    } else {
      // Too short for the clock: longer portions, measured afresh.
      steps *= 2;
      fastest = Infinity;
    }
  }
  return (1000 * fastest) / steps;
}

function problemOf({ rowCount, samplingRate, components }: (typeof SIZES)[number]) {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    noiseMultiplier: 26.7316,
    settings: { samplingRate, components, steps: 10_000_000, learningRate: { initial: 1e-3, final: 1e-3 } },
  });
  const table = inventedTable({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    meanOutcome: 0.1,
    binary: true,
    number: 1,
  });
  return { plan, table };
}

async function machineUs(machine: Machine, problem: ReturnType<typeof problemOf>): Promise<number> {
  const opened = await machine.open(problem, publicKey(2));
  if (!opened.ok) throw new Error(`${machine.name}: ${opened.failure.kind}`);
  const us = await fastestUs((steps) => opened.value.advance(steps));
  opened.value.close();
  return us;
}

/** Microseconds a step of every machine and of the two loops it is compared with, for sizes a to f. */
export async function engineTimings(say: Say): Promise<void> {
  for (const size of SIZES) {
    const problem = problemOf(size);
    const bound = bindTable(problem.plan, problem.table);
    const { location, rawScale } = init(problem.plan, chacha20Source(publicKey(2), 'initialLocation'));
    const wasm = await machineUs(wasmMachine, problem);
    const loop = new TypedArrayLoop(bound, location, rawScale, publicKey(2));
    const typed = await fastestUs((steps) => loop.advance(steps));
    const operationsLoop = new OperationsLoop(bound, location, rawScale, publicKey(2));
    const operations = await fastestUs((steps) => operationsLoop.advance(steps));
    const reference = await machineUs(referenceMachine, problem);
    const goal = size.goalUs === null ? '' : ` (goal ${size.goalUs})`;
    const total = `400,000 steps ${(wasm * 0.4).toFixed(1)} s`;
    say(
      `${size.name}  N ${size.rowCount} q ${size.samplingRate} R ${size.components}: wasm ${wasm.toFixed(1)} µs a step${goal}, ${total}; ` +
        `typed-array loop ${typed.toFixed(0)} (${(typed / wasm).toFixed(1)} ×), ` +
        `tfjs operations ${operations.toFixed(0)} (${(operations / wasm).toFixed(0)} ×), reference ${reference.toFixed(0)}`,
    );
  }
}

/** Millions of synthetic values (variables and outcome) a second from one posterior. */
export async function samplingRate(say: Say): Promise<void> {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount: 1,
    noiseMultiplier: 1,
    settings: {},
  });
  const posterior = posteriorOf(plan, init(plan, chacha20Source(publicKey(3), 'initialLocation')));
  // Small sets: a portion that is shorter than a turn of the operating system.
  const rowCount = 8192;
  let fastestMs = Infinity;
  let start = performance.now();
  const request = { posterior, setCount: 400, rowCount, outcomeDraw: 'bernoulli' } as const;
  for (const set of await sampleSets(request, publicKey(4))) {
    fastestMs = Math.min(fastestMs, performance.now() - start);
    if (set.rowCount !== rowCount) throw new Error('a set is too short');
    start = performance.now();
  }
  const values = (PAPER_LEVEL_COUNTS.length + 1) * rowCount;
  say(`synthetic sets: ${(values / fastestMs / 1000).toFixed(0)} million values a second (goal 20)`);
}

/** The `short` preset at the largest centre's size. */
export async function shortPreset(say: Say): Promise<void> {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount: 4737,
    noiseMultiplier: 130,
    settings: {},
  });
  const { table } = problemOf(SIZES[1]);
  const opened = await wasmMachine.open({ table, plan }, publicKey(2));
  if (!opened.ok) throw new Error(opened.failure.kind);
  const start = performance.now();
  await opened.value.advance(1000);
  say(`short preset, N 4737, 1,000 steps in wasm: ${((performance.now() - start) / 1000).toFixed(2)} s`);
  opened.value.close();
}
