/**
 * `npm run bench:engine`: microseconds a step in Node and in headless Chromium, one thread each, against a tuned
 * typed-array loop and tfjs operations in the same run; values a second of the sampler; memory of a run of one and of two million
 * rows.
 * `-- --node` or `-- --chromium` measures one of them, `-- --gpu` the graphics machine.
 */
import { fileURLToPath } from 'node:url';
import { chromiumMissing, inChromium } from '../core/in-chromium.bench.ts';
import {
  inventedTable,
  PAPER_LEVEL_COUNTS,
  publicKey,
  uncertifiedPlan,
} from '../core/inference/check-problem.ts';
import { engineTimings, samplingRate, shortPreset } from './engine-timings.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';
import { benchGraphics } from './webgpu/dawn.bench.ts';

const say = (where: string) => (line: string) => console.log(`${where.padEnd(9)} ${line}`);

/** Resident memory that a run adds while it is open, its table not counted: 100 steps at q = 0.002. */
async function memoryOfARun(rowCount: number): Promise<void> {
  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    noiseMultiplier: 26.7,
    settings: { samplingRate: 0.002, steps: 1e6 },
  });
  const table = inventedTable({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount,
    meanOutcome: 0.1,
    binary: true,
    number: 1,
  });
  const before = process.memoryUsage().rss;
  const peakBefore = process.resourceUsage().maxRSS * 1024;
  const opened = await wasmMachine.open({ table, plan }, publicKey(2));
  if (!opened.ok) throw new Error(opened.failure.kind);
  const start = performance.now();
  await opened.value.advance(100);
  const stepUs = (performance.now() - start) * 10;
  const peak = process.resourceUsage().maxRSS * 1024;
  const added = Math.max(peak - peakBefore, process.memoryUsage().rss - before) / 2 ** 20;
  opened.value.close();
  const allowed = 64 + (16 * rowCount) / 2 ** 20;
  say('Node')(
    `a run of ${rowCount.toLocaleString('en')} rows: ${added.toFixed(0)} MB at its peak (allowed ${allowed.toFixed(0)}), ` +
      `${stepUs.toFixed(0)} µs a step over its first hundred`,
  );
}

async function benchChromium(): Promise<void> {
  const missing = chromiumMissing();
  if (missing !== null) {
    say('Chromium')(missing);
    return;
  }
  const entry = fileURLToPath(new URL('./engine-timings.ts', import.meta.url));
  await inChromium(entry, 'engineTimings', [], async (page, start) => {
    await page.exposeFunction('say', say('Chromium'));
    await start();
    await page.evaluate(async () => {
      const { engineTimings: bench, say: tell } = globalThis as unknown as {
        engineTimings: Record<string, (say: (line: string) => void) => Promise<void>>;
        say: (line: string) => void;
      };
      for (const part of ['samplingRate', 'shortPreset', 'engineTimings']) await bench[part]?.(tell);
    });
  });
}

const only = process.argv.slice(2);
if (only.includes('--gpu')) {
  await benchGraphics();
  process.exit();
}
if (!only.includes('--chromium')) {
  await memoryOfARun(1_000_000);
  await memoryOfARun(2_000_000);
  await samplingRate(say('Node'));
  await shortPreset(say('Node'));
  await engineTimings(say('Node'));
}
if (!only.includes('--node')) await benchChromium();
