import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { strFromU8, unzipSync } from 'fflate';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

test('a number of rows that is a secret is counted with noise and stands nowhere in the bundle; peers use it', async ({
  page,
  browser,
  served,
}) => {
  test.setTimeout(120_000);
  const centre = new JourneyPage(page);
  await centre.openSimulatedCentre(served, 'Leeds');
  const known = page.getByRole('radio', { name: /may be known/ });
  const rows = (await page.getByText(/^The number of rows, .* may be known$/).textContent()) ?? '';
  const N = Number(rows.replace(/\D/g, ''));
  expect(N).toBeGreaterThan(1000);
  const secret = page.getByRole('radio', { name: /counted with noise/ });
  await secret.check();
  await expect(page.getByRole('row', { name: /^Rows, counted with noise of/ })).toBeVisible({
    timeout: 30_000,
  });
  await expect(page.getByText(/it has noise on it too/)).toBeVisible();
  // A training cannot do without it, says so, and the choice is not lost.
  await page.getByRole('radio', { name: /^Short training/ }).check();
  await expect(page.getByText(/A training needs a number of rows that may be known/)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Continue with this plan' })).toBeDisabled();
  await page.getByRole('radio', { name: /^Noisy tables/ }).check();
  await expect(secret).toBeChecked();
  await expect(known).not.toBeChecked();
  const go = page.getByRole('button', { name: 'Continue with this plan' });
  await expect(go).toBeEnabled({ timeout: 30_000 });
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `test-results/screens/secret-rows-${width}.png`, fullPage: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await go.click();
  await expect(centre.heading('Train')).toBeVisible();
  await centre.train();
  const bundle = await centre.makeBundle(5);

  const files = unzipSync(new Uint8Array(await readFile(bundle)));
  const texts = Object.entries(files).map(([path, bytes]) => [path, strFromU8(bytes)] as const);
  const counted = JSON.parse(texts.find(([path]) => path === 'datapackage.json')![1]).twinpool.rowCount;
  expect(counted).not.toBe(N);
  expect(Math.abs(counted - N)).toBeLessThan(200);
  for (const [path, text] of texts) {
    if (path.startsWith('synthetic/')) expect(text.trimEnd().split('\n')).toHaveLength(counted + 1);
    else expect(text).not.toMatch(new RegExp(`\\b${N}\\b`));
  }

  const peer = new JourneyPage(await (await browser.newContext()).newPage());
  await peer.open(served);
  await peer.trySimulatedCentres();
  await peer.chooseSite('assessment_center', 'Oxford');
  await peer.nameCentre('Oxford');
  await peer.page.getByRole('checkbox', { name: /I confirm/ }).check();
  await peer.page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await peer.goTo('Peers');
  await peer.importBundles(bundle);
  await expect(
    peer.page.getByRole('cell', { name: `about ${counted.toLocaleString('en-GB')}` }),
  ).toBeVisible();
  await peer.goTo('Analyse');
  const estimates = await peer.analyse();
  expect(estimates.filter(({ pooled_status }) => pooled_status === 'estimated').length).toBeGreaterThan(10);
});
