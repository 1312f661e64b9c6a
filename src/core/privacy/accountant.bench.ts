/** `npm run bench:accountant`: the accountant's times and memory in Node and in headless Chromium, one thread each. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { type AccountantTiming, runAccountantBench } from './accountant-timings.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
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
  if (!existsSync(CHROMIUM)) {
    console.log(`Chromium  not measured: no browser at ${CHROMIUM} (set CHROMIUM_PATH).`);
    return;
  }
  const bundled = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL('./accountant-timings.ts', import.meta.url)),
        formats: ['iife'],
        name: 'accountantTimings',
      },
    },
  });
  const output = (Array.isArray(bundled) ? bundled : [bundled]).flatMap((each) =>
    'output' in each ? each.output : [],
  );
  const script = output.find((each) => each.type === 'chunk');
  if (script === undefined || script.type !== 'chunk') throw new Error('the bundler gave no script');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--enable-precise-memory-info',
    ],
  });
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: script.code });
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
  } finally {
    await browser.close();
  }
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
