import { existsSync, mkdirSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';
import { look as lookAt } from './look.ts';
import { expect, test } from './served-page.ts';

/**
 * Every step at 1280 and 390 px: no sideways scrolling, nothing serious for axe, and a picture to look at.
 * Pictures go to test-results/screens, or to e2e/screenshots with TWINPOOL_KEEP_SCREENS=1 (the README's one).
 */
const FOLDER = process.env.TWINPOOL_KEEP_SCREENS === '1' ? 'e2e/screenshots' : 'test-results/screens';

/** A peer's bundle, for the tests after the one that made it. */
const PEER_FILE = 'test-results/screens/leeds.zip';

async function look(page: Page, name: string): Promise<void> {
  await expect(page.locator('main .mantine-Loader-root')).toHaveCount(0);
  await lookAt(page, `${FOLDER}/${name}`, { isWhole: (width) => name !== 'analyse' || width !== 1280 });
}

test('every step fits both widths and has nothing serious for axe', async ({ page, browser, served }) => {
  test.setTimeout(600_000);
  mkdirSync(FOLDER, { recursive: true });
  const bundles: string[] = [];
  for (const site of ['Leeds', 'Sheffield', 'Bristol']) {
    const context = await browser.newContext();
    const peer = new JourneyPage(await context.newPage());
    bundles.push(await peer.simulatedBundle(served, site, 20, 'recommended'));
  }
  await copyFile(bundles[0] ?? '', PEER_FILE);

  const centre = new JourneyPage(page);
  await centre.open(served);
  await look(page, 'first-screen');
  await centre.trySimulatedCentres();
  await centre.chooseSite('assessment_center', 'Oxford');
  await look(page, 'data');
  await centre.nameCentre('Oxford');
  await look(page, 'codebook');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await look(page, 'codebook-confirmed');
  await page.getByRole('button', { name: 'Continue to privacy' }).click();
  await page.getByRole('radio', { name: /may be known/ }).check();
  await expect(page.getByRole('button', { name: 'Continue with this plan' })).toBeEnabled({
    timeout: 30_000,
  });
  await look(page, 'privacy');
  await page.getByRole('button', { name: 'Continue with this plan' }).click();
  await expect(centre.heading('Train')).toBeVisible();
  await look(page, 'train');
  await centre.train();
  await centre.goTo('Train');
  await look(page, 'train-finished');
  await centre.goTo('Check');
  await expect(page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible();
  await look(page, 'check');
  await centre.goTo('Share');
  await centre.makeBundle(20);
  await expect(page.getByRole('button', { name: /^Download/ })).toHaveAttribute('data-variant', 'filled');
  const another = page.getByRole('button', { name: 'Make another bundle' });
  await expect(another).toHaveAttribute('data-variant', 'default');
  await look(page, 'share');
  await centre.goTo('Peers');
  await centre.importBundles(...bundles);
  await expect(page.getByRole('row', { name: /Bristol/ })).toBeVisible({ timeout: 30_000 });
  await look(page, 'peers');
  await centre.goTo('Analyse');
  await centre.analyse();
  await expect(page.locator('.js-plotly-plot')).toBeVisible();
  await page.getByText(/^What was analysed so far/).click();
  await look(page, 'analyse');
  await page.getByTestId('forest-plot').evaluate((plot) => plot.scrollIntoView({ block: 'start' }));
  await page.mouse.wheel(0, -150);
  await page.waitForTimeout(300);
  await page.screenshot({ path: `${FOLDER}/readme.png` });
  await test.step('the report, on screen and on paper', async () => {
    const report = await page.context().newPage();
    const path = await centre.saved(() => page.getByRole('button', { name: 'Save the report' }).click());
    const requests: string[] = [];
    report.on('request', (request) => requests.push(request.url()));
    await copyFile(path, `${FOLDER}/report.html`);
    await report.goto(pathToFileURL(resolve(`${FOLDER}/report.html`)).href);
    await expect(report.getByText('Contains real local data.')).toBeVisible();
    await expect(report.getByRole('cell', { name: /to/ }).first()).toBeVisible();
    await look(report, 'report');
    expect(requests).toHaveLength(1);
    await report.emulateMedia({ media: 'print' });
    await report.setViewportSize({ width: 720, height: 1020 });
    await report.screenshot({ path: `${FOLDER}/report-print.png`, fullPage: true });
    await report.close();
  });
  await centre.goTo('Projects');
  await look(page, 'projects');
  await centre.goTo('Tour');
  await look(page, 'tour');
  await centre.goTo('Study');
  await look(page, 'study');
  await centre.goTo('Ledger');
  await look(page, 'ledger');
  await centre.goTo('About this page');
  await look(page, 'about');
});

test('the journey can be walked by keyboard alone', async ({ page, browser, served }) => {
  test.setTimeout(300_000);
  if (!existsSync(PEER_FILE)) {
    mkdirSync('test-results/screens', { recursive: true });
    const peer = new JourneyPage(await (await browser.newContext()).newPage());
    await copyFile(await peer.simulatedBundle(served, 'Leeds', 20), PEER_FILE);
  }
  const centre = new JourneyPage(page);
  await centre.open(served);
  const press = async (name: string | RegExp) => {
    const button = page.getByRole('button', { name });
    await tabTo(page, name);
    await expect(button.first()).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await press('Try the simulated centres');
  const site = page.getByLabel('Your centre', { exact: true });
  await expect(site).toBeVisible({ timeout: 20_000 });
  await tabTo(page, 'Your centre');
  await page.keyboard.type('Oxford');
  await expect(site).toHaveValue('Oxford');
  await press('Continue to the codebook');
  // Each step is loaded when it is first opened, and its heading has the focus then.
  await expect(centre.heading('Codebook')).toBeFocused();
  await tabTo(page, /I confirm/);
  await page.keyboard.press('Space');
  await press('Confirm the codebook');
  await press('Continue to privacy');
  await expect(centre.heading('Privacy')).toBeFocused();
  await tabTo(page, /may be known/);
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Continue with this plan' })).toBeEnabled({
    timeout: 30_000,
  });
  await press('Continue with this plan');
  await expect(centre.heading('Train')).toBeFocused();
  await press(/spends ε/);
  await expect(page.getByRole('button', { name: 'Continue to the check' })).toBeVisible({ timeout: 60_000 });
  await press('Continue to the check');
  await expect(centre.heading('Check')).toBeFocused();
  await expect(page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible({
    timeout: 60_000,
  });
  await press('Continue to share');
  await expect(centre.heading('Share')).toBeFocused();
  await press('Make the bundle');
  await expect(page.getByRole('button', { name: /^Download/ }).first()).toBeVisible({ timeout: 60_000 });
  await press('Peers');
  await expect(centre.heading('Peers')).toBeFocused();
  const chooser = page.waitForEvent('filechooser');
  await press('Choose bundle files');
  await (await chooser).setFiles(PEER_FILE);
  await expect(page.getByRole('switch', { checked: true })).toHaveCount(1, { timeout: 60_000 });
  await press('Continue to the analysis');
  await expect(centre.heading('Analyse')).toBeFocused();
  await press(/^Run the analysis/);
  await expect(page.getByRole('button', { name: 'Save the report' })).toBeVisible({ timeout: 60_000 });
  await press('Study');
  await expect(centre.heading('Study')).toBeFocused();
  await press('Run this figure');
  await press('Cancel');
  await expect(page.getByRole('button', { name: 'Run this figure' })).toBeVisible();
  await press('Ledger');
  await expect(centre.heading('Ledger')).toBeFocused();
  const saved = page.waitForEvent('download');
  await press('Save the ledger as a file');
  await saved;
  await press('Forget everything…');
  await expect(page.getByRole('button', { name: 'Keep it' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Forget everything…' })).toBeFocused();
});

/** Tab until the control of this name has the focus; fails after more stops than any screen has. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let stops = 0; stops < 250; stops += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null) return '';
      const labels =
        element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.labels : null;
      return (
        element.getAttribute('aria-label') ??
        labels?.[0]?.textContent ??
        element.textContent ??
        ''
      ).trim();
    });
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
  }
  throw new Error(`no stop of the Tab key is called ${name}`);
}
