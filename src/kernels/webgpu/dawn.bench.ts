/**
 * `npm run bench:engine -- --gpu`: the WebGPU machine on a real graphics processor, through Dawn for Node. First its checks,
 * then microseconds a step of single models beside WebAssembly, steps a second of many, memory; the numbers again in short at
 * the end. A check that fails is said, and the rest still runs.
 */
import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../../core/inference/check-problem.ts';
import { succeed } from '../../core/result.ts';
import { contractChecks, type DeviceCheck } from '../conformance.ts';
import { agreementChecks } from '../conformance-gradient.ts';
import { randomnessChecks } from '../conformance-randomness.ts';
import { referenceMachine } from '../reference/reference-machine.ts';
import { wasmMachine } from '../wasm/wasm-machine.ts';
import { fallBackChecks } from './conformance-fall-back.ts';
import { manyModelChecks, sharingChecks } from './conformance-many.ts';
import { studyChecks } from './conformance-study.ts';
import { sumChecks } from './conformance-sums.ts';
import { randomWordChecks } from './conformance-words.ts';
import { keepAwake, openDawn } from './dawn.check.ts';
import { requestOwnDevice } from './own-device.ts';
import { type ProgramKey, sharingPays } from './training-geometry.ts';
import { type OpenDevice, openWebgpuRuns, webgpuMachine } from './webgpu-machine.ts';

/** All checks together take no longer; what is left out is said. */
const CHECKS_MS = 80_000;
/** How long each size is measured, and how long a portion is: longer than what a call costs. */
const MEASURED_MS = 1500;
const PORTION_MS = 300;

const PAPER = PAPER_LEVEL_COUNTS;
const SIZES = [
  { name: 'a', rowCount: 373, samplingRate: 0.01, components: 16, levelCounts: PAPER },
  { name: 'b', rowCount: 4737, samplingRate: 0.01, components: 16, levelCounts: PAPER },
  { name: 'c', rowCount: 4737, samplingRate: 0.1, components: 16, levelCounts: PAPER },
  { name: 'd', rowCount: 100_000, samplingRate: 0.01, components: 16, levelCounts: PAPER },
  { name: 'e', rowCount: 1_000_000, samplingRate: 0.002, components: 16, levelCounts: PAPER },
  { name: 'f', rowCount: 373, samplingRate: 0.01, components: 64, levelCounts: PAPER },
  { name: 'full', rowCount: 4737, samplingRate: 1, components: 16, levelCounts: PAPER },
  { name: 'large', rowCount: 200_000, samplingRate: 0.1, components: 64, levelCounts: PAPER },
  {
    name: 'wide',
    rowCount: 20_000,
    samplingRate: 0.2,
    components: 32,
    levelCounts: new Array<number>(40).fill(4),
  },
] as const;
const MODEL_COUNTS = [1, 16, 160, 1000];

async function runChecks(openDevice: OpenDevice, ownDevice: () => Promise<GPUDevice>): Promise<string> {
  const machine = webgpuMachine(openDevice);
  const shared = [...contractChecks, ...randomnessChecks.slice(0, 3), ...agreementChecks]
    .filter(({ name }) => !name.startsWith('lets no single row move the sum'))
    .map(({ name, run }) => ({ name, run: () => run(machine, referenceMachine) }));
  const overMany = sumChecks(openDevice, 'many').map(({ name, run }) => ({ name: `many: ${name}`, run }));
  const checks: readonly DeviceCheck[] = [
    ...randomWordChecks(openDevice),
    ...sumChecks(openDevice, 'one'),
    ...overMany,
    ...sharingChecks(openDevice),
    ...manyModelChecks(openDevice, ownDevice),
    ...fallBackChecks(ownDevice, wasmMachine),
    ...studyChecks(openDevice, ownDevice),
    ...shared,
  ];
  const startMs = performance.now();
  let passed = 0;
  let run = 0;
  for (const check of checks) {
    if (performance.now() - startMs > CHECKS_MS) break;
    run += 1;
    const outcome = await check.run().catch((error: unknown) => String(error));
    const holds = typeof outcome !== 'string' && outcome.passed;
    if (holds) passed += 1;
    const seen = typeof outcome === 'string' ? outcome : `${outcome.measured} (allowed ${outcome.allowed})`;
    console.log(`${holds ? 'holds ' : 'FAILS '} ${check.name}: ${seen}`);
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  return `checks: ${passed} of ${run} hold, ${checks.length - run} not run; ${seconds} s`;
}

function problemOf({
  rowCount,
  samplingRate,
  components,
  levelCounts,
}: Omit<(typeof SIZES)[number], 'name'>) {
  const plan = uncertifiedPlan({
    levelCounts,
    rowCount,
    noiseMultiplier: 26.7316,
    settings: { samplingRate, components, steps: 10_000_000, learningRate: { initial: 1e-3, final: 1e-3 } },
  });
  const table = inventedTable({ levelCounts, rowCount, meanOutcome: 0.1, binary: true, number: 1 });
  return { table, plan };
}

/** Microseconds a step: the fastest portion. One loop, ended by its time. */
async function stepUs(advance: (steps: number) => unknown): Promise<number> {
  let steps = 4;
  let fastest = Infinity;
  const start = performance.now();
  do {
    const portionStart = performance.now();
    await advance(steps);
    const tookMs = performance.now() - portionStart;
    // The first portions are short: compiling and warming up, and too much of a call's own cost.
    if (tookMs >= PORTION_MS / 2 || performance.now() - start >= MEASURED_MS) {
      fastest = Math.min(fastest, (1000 * tookMs) / steps);
    }
    steps = Math.max(1, Math.min(8 * steps, Math.round((steps * PORTION_MS) / tookMs)));
  } while (performance.now() - start < MEASURED_MS);
  return fastest;
}

interface Measured {
  readonly us: number;
  readonly bytes: number;
}

async function graphicsUs(
  openDevice: OpenDevice,
  problem: ReturnType<typeof problemOf>,
  models: number,
  workgroups: ProgramKey['workgroups'],
): Promise<Measured | string> {
  const problems = Array.from({ length: models }, (_, i) => ({ ...problem, key: publicKey(100 + i) }));
  const runs = await openWebgpuRuns(openDevice, problems, { workgroups });
  if (!runs.ok) return JSON.stringify(runs.failure);
  try {
    return { us: await stepUs((steps) => runs.value.advance(steps)), bytes: runs.value.call.bytes };
  } catch (error) {
    return String(error);
  } finally {
    runs.value.close();
  }
}

async function processorUs(problem: ReturnType<typeof problemOf>): Promise<number> {
  const run = await wasmMachine.open(problem, publicKey(2));
  if (!run.ok) return Number.NaN;
  const us = await stepUs((steps) => run.value.advance(steps));
  run.value.close();
  return us;
}

const inUs = (measured: Measured | string) =>
  typeof measured === 'string' ? measured : measured.us.toFixed(1);
const inMb = (measured: Measured | string) =>
  typeof measured === 'string' ? '' : `${(measured.bytes / 2 ** 20).toFixed(1)} MB`;

async function singleModels(openDevice: OpenDevice): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, ...size } of SIZES) {
    const problem = problemOf(size);
    const one = await graphicsUs(openDevice, problem, 1, 'one');
    const many = await graphicsUs(openDevice, problem, 1, 'many');
    const wasm = await processorUs(problem);
    const { rowCount, samplingRate, components, levelCounts } = size;
    const line =
      `${name.padEnd(5)} N ${rowCount} q ${samplingRate} R ${components} d ${levelCounts.length}: ` +
      `one workgroup ${inUs(one)} µs a step (${inMb(one)}), many ${inUs(many)} (${inMb(many)}), ` +
      `wasm ${wasm.toFixed(1)}; the geometry takes ${sharingPays(problem.plan) ? 'many' : 'one'}`;
    console.log(line);
    lines.push(line);
  }
  return lines;
}

async function manyModels(openDevice: OpenDevice): Promise<string[]> {
  const lines: string[] = [];
  const problem = problemOf(SIZES[1]);
  for (const models of MODEL_COUNTS) {
    const measured = await graphicsUs(openDevice, problem, models, 'one');
    const rate = typeof measured === 'string' ? measured : `${Math.round((1e6 * models) / measured.us)}`;
    const line = `${models} models of size b: ${rate} steps a second in all (${inMb(measured)})`;
    console.log(line);
    lines.push(line);
  }
  return lines;
}

/** Last, and loaded only here: the rest needs no tfjs. */
async function tensorLines(gpu: GPU): Promise<string[]> {
  try {
    const { tensorTimings } = await import('./tensors.bench.ts');
    const lines = await tensorTimings(gpu);
    for (const line of lines) console.log(line);
    return lines;
  } catch (error) {
    return [`tfjs operations: not measured (${error instanceof Error ? error.message : String(error)})`];
  }
}

export async function benchGraphics(): Promise<void> {
  const dawn = await openDawn();
  if (!dawn.ok) {
    console.log(`--gpu: ${dawn.failure}. Nothing was measured.`);
    return;
  }
  const gpu = dawn.value;
  const rest = keepAwake();
  const newDevice = () => requestOwnDevice(gpu);
  const device = await newDevice();
  const opened = async () => succeed(device);
  const startMs = performance.now();
  const lines = [
    await runChecks(opened, newDevice),
    ...(await singleModels(opened)),
    ...(await manyModels(opened)),
    ...(await tensorLines(gpu)),
  ];
  console.log(['', 'In short:', ...lines].join('\n'));
  console.log(`all in ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
  rest();
  device.destroy();
}
