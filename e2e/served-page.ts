import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { test as base } from '@playwright/test';

const MEDIA_TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

/** The production build behind a plain static server that writes down every request that reaches it. */
export interface ServedPage {
  readonly address: string;
  /** Method and path of each request so far. */
  readonly requests: readonly string[];
}

async function serve(): Promise<ServedPage & { server: Server }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    requests.push(`${request.method} ${path}`);
    const file = join('dist', normalize(path === '/' ? '/index.html' : path));
    readFile(file).then(
      (bytes) => {
        response.setHeader('content-type', MEDIA_TYPES[extname(file)] ?? 'application/octet-stream');
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end('no such file');
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, requests, server };
}

export const test = base.extend<{ served: ServedPage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern.
  served: async ({}, use) => {
    const { server, ...served } = await serve();
    await use(served);
    server.closeAllConnections();
    server.close();
  },
});

export { expect } from '@playwright/test';
