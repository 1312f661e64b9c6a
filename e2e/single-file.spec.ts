import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';

/** The one file that `npm run build:single` makes, alone in a folder, as on a stick. */
test('one file, opened from a folder, does the whole journey and asks for nothing', async ({ browser }) => {
  const folder = await mkdtemp(join(tmpdir(), 'stick '));
  const path = join(folder, 'twinpool.html');
  await copyFile('dist-single/twinpool.html', path);
  const address = pathToFileURL(path).href;

  async function newCentre() {
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    context.on('request', (request) => requests.push(request.url().slice(0, 80)));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(address);
    const centre = new JourneyPage(page);
    await expect(centre.heading('Data')).toBeVisible();
    return { centre, requests, complaints, context };
  }
  const elsewhere = (requests: readonly string[]) =>
    requests.filter((url) => !url.startsWith(address.slice(0, 80)) && !/^(blob|data):/.test(url));

  const leeds = await newCentre();
  await leeds.centre.trySimulatedCentres();
  await leeds.centre.chooseSite('assessment_center', 'Leeds');
  await leeds.centre.nameCentre('Leeds');
  await leeds.centre.confirmCodebook();
  await leeds.centre.planTraining('0.2');
  await expect(leeds.centre.page.getByText(/WebAssembly/)).toBeVisible();
  await leeds.centre.train();
  const bundle = await leeds.centre.makeBundle(5);

  const oxford = await newCentre();
  await oxford.centre.trySimulatedCentres();
  await oxford.centre.chooseSite('assessment_center', 'Oxford');
  await oxford.centre.nameCentre('Oxford');
  await oxford.centre.confirmCodebook();
  await oxford.centre.goTo('Peers');
  await oxford.centre.importBundles(bundle);
  await oxford.centre.goTo('Analyse');
  const estimates = await oxford.centre.analyse();
  expect(estimates.length).toBeGreaterThan(5);
  await expect(oxford.centre.page.locator('.js-plotly-plot')).toBeVisible();

  await test.step('what was entered is there after opening the file again', async () => {
    await oxford.centre.page.reload();
    await oxford.centre.goTo('Peers');
    await expect(oxford.centre.page.getByRole('row', { name: /Leeds/ })).toBeVisible();
  });

  await test.step('no other script runs in it', async () => {
    const ran = await oxford.centre.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.planted = true';
      document.head.append(script);
      return 'planted' in window;
    });
    expect(ran).toBe(false);
  });
  expect(elsewhere([...leeds.requests, ...oxford.requests])).toEqual([]);
  // Only the planted script is complained about.
  expect([...leeds.complaints, ...oxford.complaints].filter((text) => !text.includes('script'))).toEqual([]);
  expect(leeds.complaints).toEqual([]);
  for (const { context } of [leeds, oxford]) await context.close();
  await rm(folder, { recursive: true });
});
