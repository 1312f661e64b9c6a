import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Page, test } from '@playwright/test';
import { build } from 'vite';
import { withSoftwareAdapter } from './software-adapter.ts';

/**
 * The WebGPU machine against the shared conformance suite and its own checks, on a software adapter: correctness only, no
 * timing means anything here. The checks are built into a folder of their own and are no part of the product.
 */
interface Checks {
  readonly names: readonly string[];
  run(name: string): Promise<{ passed: boolean; measured: number; allowed: number }>;
}

test.use({ launchOptions: withSoftwareAdapter });

let folder: string;
let server: Server;
let address: string;

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webgpu-checks-'));
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      target: 'es2022',
      lib: {
        entry: 'src/kernels/webgpu/webgpu.browser.test.ts',
        formats: ['iife'],
        name: 'checks',
        fileName: () => 'checks.js',
      },
    },
  });
  const script = readFileSync(join(folder, 'checks.js'));
  server = createServer((request, response) => {
    const isScript = request.url === '/checks.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    response.end(isScript ? script : '<!doctype html><title>checks</title><script src="checks.js"></script>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

test.afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openChecks(page: Page): Promise<readonly string[]> {
  await page.goto(address);
  return page.evaluate(() => (window as unknown as { webgpuChecks: Checks }).webgpuChecks.names);
}

test.setTimeout(400_000);

test('the WebGPU machine passes every check on a software adapter', async ({ page }) => {
  const names = await openChecks(page);
  expect(names.length).toBeGreaterThan(20);
  const only = process.env.TWINPOOL_CHECK;
  for (const name of names.filter((each) => only === undefined || each.includes(only))) {
    await test.step(name, async () => {
      const started = Date.now();
      const outcome = await page.evaluate(
        (check) => (window as unknown as { webgpuChecks: Checks }).webgpuChecks.run(check),
        name,
      );
      console.log(
        `${((Date.now() - started) / 1000).toFixed(1)} s  ${name}: ${outcome.measured} ≤ ${outcome.allowed}`,
      );
      expect.soft(outcome, name).toMatchObject({ passed: true });
    });
  }
});
