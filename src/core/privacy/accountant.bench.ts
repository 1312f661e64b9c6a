/** `npm run bench:accountant`: the accountant's times and memory in Node and in headless Chromium, one thread each. */
import { fileURLToPath } from 'node:url';
import { chromiumMissing, inChromium } from '../in-chromium.bench.ts';
import { type AccountantTiming, runAccountantBench } from './accountant-timings.ts';

const ALLOWED_MEGABYTES = 200;

let failed = false;

function report(where: string, timings: readonly AccountantTiming[]): void {
  for (const { name, slowestMs, typicalMs, allowedMs, answer, answerIsRight } of timings) {
    // the median is judged: the slowest of a few repeats on a shared machine measures the neighbours
    const well = typicalMs <= allowedMs && answerIsRight;
    if (!well) failed = true;
    console.log(
      `${where.padEnd(9)} ${name.padEnd(34)} ${typicalMs.toFixed(1).padStart(8)} ms median, ${slowestMs.toFixed(1)} ms slowest, allowed ${allowedMs} ms, answer ${answer}${well ? '' : '  MISS'}`,
    );
  }
}

function reportMemory(where: string, what: string, bytes: number): void {
  const megabytes = bytes / 2 ** 20;
  if (megabytes > ALLOWED_MEGABYTES) failed = true;
  console.log(`${where.padEnd(9)} ${what}: ${megabytes.toFixed(0)} MB, allowed ${ALLOWED_MEGABYTES} MB`);
}

async function benchChromium(): Promise<void> {
  const missing = chromiumMissing();
  if (missing !== null) {
    console.log(`Chromium  ${missing}`);
    return;
  }
  const entry = fileURLToPath(new URL('./accountant-timings.ts', import.meta.url));
  await inChromium(entry, 'accountantTimings', ['--enable-precise-memory-info'], async (page, start) => {
    await start();
    const measured = await page.evaluate(() => {
      const { accountantTimings } = globalThis as unknown as {
        accountantTimings: { runAccountantBench(now: () => number): readonly AccountantTiming[] };
      };
      const timings = accountantTimings.runAccountantBench(() => performance.now());
      const { memory } = performance as unknown as { memory?: { totalJSHeapSize: number } };
      return { timings, heapBytes: memory?.totalJSHeapSize ?? 0 };
    });
    report('Chromium', measured.timings);
    reportMemory('Chromium', 'heap after the bench', measured.heapBytes);
  });
}

const before = process.memoryUsage.rss();
report(
  'Node',
  runAccountantBench(() => performance.now()),
);
// what is resident now is what the runs reached and the collector has not given back: near the peak, from above 0
reportMemory(
  'Node',
  'resident memory added by the bench',
  Math.max(0, process.resourceUsage().maxRSS * 1024 - before),
);
await benchChromium();
console.log(failed ? 'accountant bench: misses' : 'accountant bench: all within what is allowed');
process.exit(failed ? 1 : 0);
