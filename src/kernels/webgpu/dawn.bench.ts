/** `npm run bench:engine -- --gpu`: steps a second of 1, 16, 160 and 1,000 models on a graphics processor, through Dawn for Node. */
import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../../core/inference/check-problem.ts';
import { fail, type Result, succeed } from '../../core/result.ts';
import { publicCheckGap } from './public-check.ts';
import { openWebgpuRuns } from './webgpu-machine.ts';

const PACKAGE = 'webgpu';
const MODELS = [1, 16, 160, 1000];
const MEASURED_MS = 3000;

/** Held on to: when it is collected, everything of it goes. */
let gpu: GPU | undefined;

/** A device of its own: tfjs is not needed to run the kernel. Always the same one. */
async function openDawn(): Promise<Result<GPUDevice, string>> {
  let dawn: { create(options: string[]): GPU; globals: Record<string, unknown> };
  try {
    dawn = await import(/* @vite-ignore */ PACKAGE);
  } catch {
    return fail(`the package is not installed: npm install --no-save ${PACKAGE}`);
  }
  Object.assign(globalThis, dawn.globals);
  gpu = dawn.create([]);
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (adapter === null) return fail('no graphics processor that WebGPU can use');
  const { vendor, architecture, device: name, description } = adapter.info;
  console.log(
    `graphics: ${[vendor, architecture, name, description].filter((text) => text !== '').join(', ')}`,
  );
  const { maxComputeWorkgroupStorageSize, maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
  return succeed(
    await adapter.requestDevice({
      requiredLimits: { maxComputeWorkgroupStorageSize, maxStorageBufferBindingSize, maxBufferSize },
    }),
  );
}

async function stepsPerSecond(device: GPUDevice, models: number): Promise<number> {
  const rowCount = 4737;
  const table = inventedTable({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    meanOutcome: 0.1,
    binary: true,
    number: 1,
  });
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    noiseMultiplier: 26.7316,
    settings: { samplingRate: 0.01, steps: 10_000_000, learningRate: { initial: 1e-3, final: 1e-3 } },
  });
  const problems = Array.from({ length: models }, (_, i) => ({ table, plan, key: publicKey(100 + i) }));
  const runs = await openWebgpuRuns(async () => succeed(device), problems);
  if (!runs.ok) throw new Error(JSON.stringify(runs.failure));
  let done = (await runs.value.advance(20))[0] as number;
  const before = done;
  const startedMs = performance.now();
  while (performance.now() - startedMs < MEASURED_MS) done = (await runs.value.advance(50))[0] as number;
  const seconds = (performance.now() - startedMs) / 1000;
  runs.value.close();
  return ((done - before) * models) / seconds;
}

export async function benchGraphics(): Promise<void> {
  const device = await openDawn();
  if (!device.ok) {
    console.log(`--gpu: ${device.failure}. Nothing was measured.`);
    return;
  }
  // Dawn's pending work does not keep Node alive.
  const awake = setInterval(() => {}, 1000);
  const opened = async () => device;
  console.log(
    `public check: ${await publicCheckGap(opened, 'one')} standard deviations of the noise from what must be released`,
  );
  for (const models of MODELS) {
    const rate = await stepsPerSecond(device.value, models);
    console.log(`${models} models, N 4737, q 0.01, R 16: ${Math.round(rate)} steps a second in all`);
  }
  clearInterval(awake);
  device.value.destroy();
}
