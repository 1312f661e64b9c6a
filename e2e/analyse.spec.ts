import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { JourneyPage, readEstimates } from './journey-page.ts';
import { expect, test } from './served-page.ts';

/** Opens an explanation or a set of choices, if it is closed. */
async function unfold(page: Page, summary: RegExp): Promise<void> {
  const details = page
    .locator('details')
    .filter({ has: page.locator('summary').filter({ hasText: summary }) });
  if ((await details.getAttribute('open')) === null) await details.locator('summary').first().click();
}

async function expectToFit(page: Page, name: string): Promise<void> {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 844 });
    await page.waitForTimeout(400);
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `${name} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
    await page.screenshot({ path: `test-results/screens/${name}-${width}.png`, fullPage: true });
  }
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`),
    name,
  ).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 900 });
}

test('an analysis with choices: kept over a reload, compared centre by centre, evaluated on held-out rows', async ({
  page,
  browser,
  served,
}) => {
  test.setTimeout(300_000);
  const bundles: string[] = [];
  for (const site of ['Leeds', 'Bristol']) {
    const peer = new JourneyPage(await (await browser.newContext()).newPage());
    bundles.push(await peer.simulatedBundle(served, site, 10));
  }
  const centre = new JourneyPage(page);
  const openOwn = async () => {
    await centre.trySimulatedCentres();
    await centre.chooseSite('assessment_center', 'Oxford');
  };
  await centre.open(served);
  await openOwn();
  await centre.nameCentre('Oxford');
  await centre.confirmCodebook();
  await centre.goTo('Peers');
  await centre.importBundles(...bundles);
  await centre.goTo('Analyse');
  const paper = await centre.analyse();
  expect(Object.keys(paper[0] ?? {})).toContain('pooled_risk_ratio');
  await expect(
    page
      .getByTestId('estimate-table')
      .getByText(/risk .* times that of/)
      .first(),
  ).toBeVisible();

  await test.step('choices change the result and survive a reload', async () => {
    await unfold(page, /^Choices/);
    const reference = page.getByLabel(/^Reference level of/).first();
    await reference.selectOption({ index: 1 });
    await page.getByLabel('First variable of an interaction').selectOption({ index: 1 });
    await page.getByLabel('Second variable of an interaction').selectOption({ index: 2 });
    await page.getByRole('button', { name: 'Add the interaction' }).click();
    await page.getByLabel('Kind of result').selectOption('binomial-logit');
    await page.getByLabel('Pooled intervals', { exact: true }).selectOption('t');
    await expect(page.getByText('Outdated')).toBeVisible();
    const odds = await centre.analyse();
    expect(Object.keys(odds[0] ?? {})).toContain('pooled_odds_ratio');
    expect(odds.some(({ role }) => role === 'interaction')).toBe(true);
    await page.reload();
    await centre.goTo('Data');
    await openOwn();
    await centre.goTo('Analyse');
    const summary = page
      .locator('summary')
      .filter({ hasText: /^Choices: .*interaction.*odds ratios.*t intervals/ });
    await expect(summary).toBeVisible();
    expect((await centre.analyse()).length).toBe(odds.length);
    await unfold(page, /^Choices/);
    await expectToFit(page, 'analyse-choices');
    await page.getByRole('button', { name: 'Back to the paper’s analysis' }).click();
    await unfold(page, /^Choices/);
    await page
      .locator('summary')
      .filter({ hasText: /^Choices/ })
      .click();
    expect(await centre.analyse()).toEqual(paper);
  });

  const saved = async (name: RegExp | string, within = page.locator('main')) =>
    readFile(await centre.saved(() => within.getByRole('button', { name }).click()));

  await test.step('centre by centre: forest plot, influence, files', async () => {
    await unfold(page, /^Centre by centre/);
    await page.getByRole('button', { name: 'Compare the centres' }).click();
    await expect(page.getByTestId('party-table')).toBeVisible({ timeout: 60_000 });
    await expect(page.getByTestId('influence-table').getByRole('row')).toHaveCount(4);
    await expect(page.getByTestId('party-forest-plot').locator('.main-svg').first()).toBeVisible();
    const panel = page.locator('details').filter({ hasText: 'Centre by centre' });
    expect((await saved('Save plot as SVG', panel)).toString()).toContain('not private');
    const path = await centre.saved(() => panel.getByRole('button', { name: /CSV/ }).click());
    const sources = new Set((await readEstimates(path)).map(({ source }) => source));
    expect([...sources].sort()).toEqual([
      'centre',
      'fixed-effect',
      'own-rows',
      'pooled-rows-without',
      'random-effects-hartung-knapp',
      'random-effects-without',
    ]);
  });

  await test.step('held-out rows: boxes, gain, files', async () => {
    await unfold(page, /^Does pooling predict better/);
    await page.getByRole('button', { name: 'Evaluate' }).click();
    await expect(page.getByTestId('held-out-table').getByRole('row')).toHaveCount(4, { timeout: 60_000 });
    const panel = page.locator('details').filter({ hasText: 'Does pooling predict better' });
    await expect(panel.getByText(/the pooled fit predicts/)).toBeVisible();
    await expect(page.getByTestId('gain-plot').locator('.main-svg').first()).toBeVisible();
    const png = await readFile(
      await centre.saved(() => panel.getByRole('button', { name: 'Save plot as PNG' }).first().click()),
    );
    expect([...png.subarray(1, 4)]).toEqual([...Buffer.from('PNG')]);
    const path = await centre.saved(() => panel.getByRole('button', { name: /CSV/ }).click());
    const lines = await readEstimates(path);
    expect(new Set(lines.map(({ method }) => method))).toEqual(new Set(['local', 'ridge', 'pooled']));
    expect(lines.filter(({ what }) => what === 'gain')).toHaveLength(3);
  });
  await expectToFit(page, 'analyse-open');
});
