import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, relative } from 'node:path';
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
  /** A new version of one file, made from the text of the old one; whoever asks from now on gets that. */
  publish(path: string, change: (text: string) => string): void;
}

async function serve(): Promise<ServedPage & { server: Server }> {
  const requests: string[] = [];
  const published = new Map<string, (text: string) => string>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    requests.push(`${request.method} ${path}`);
    const file = join('dist', normalize(path === '/' ? '/index.html' : path));
    readFile(file).then(
      (bytes) => {
        response.setHeader('content-type', MEDIA_TYPES[extname(file)] ?? 'application/octet-stream');
        const change = published.get(relative('dist', file));
        response.end(change === undefined ? bytes : change(bytes.toString('utf8')));
      },
      () => {
        response.statusCode = 404;
        response.end('no such file');
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const publish = (path: string, change: (text: string) => string) => published.set(path, change);
  return { address: `http://127.0.0.1:${port}/`, requests, publish, server };
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
