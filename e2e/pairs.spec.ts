import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { unzipSync } from 'fflate';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

test('a pair is declared and one chosen, counted with the tables, and the bundle says whether its chains agree', async ({
  page,
  served,
}) => {
  test.setTimeout(120_000);
  const centre = new JourneyPage(page);
  await centre.openSimulatedCentre(served, 'Leeds');
  await page.getByLabel('First variable of a pair').selectOption({ index: 1 });
  await page.getByLabel('Second variable of a pair').selectOption({ index: 2 });
  await page.getByRole('button', { name: 'Count this pair too' }).click();
  await expect(page.getByText('every count carries 11 % more noise')).toBeVisible();
  await page.getByLabel('Pairs that the page may choose').selectOption('1');
  await expect(page.getByText('2 tables more and 1 choice, so every count carries 31 % more')).toBeVisible();
  await page.getByRole('radio', { name: /may be known/ }).check();
  await expect(page.getByText(/a chosen pair makes the synthetic people better only where/)).toBeVisible();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: `test-results/screens/pairs-${width}.png`, fullPage: true });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await centre.planAsRecommended();
  await centre.train();
  await expect(page.getByText(/^The mechanism chose .* × /)).toBeVisible();
  await centre.makeBundle(5);
  await expect(page.getByText(/chains that the sets were drawn by agree/)).toBeVisible();
});

test('a variable is counted twice as precisely, the others carry more noise, and plan, bundle and ledger say so', async ({
  page,
  served,
}) => {
  test.setTimeout(120_000);
  const centre = new JourneyPage(page);
  await centre.openSimulatedCentre(served, 'Leeds');
  await page.getByRole('radio', { name: /may be known/ }).check();
  const section = page.getByRole('region', { name: 'How precise each variable is' });
  const summary = section.getByText('Choose for each variable');
  await summary.focus();
  await page.keyboard.press('Enter');
  const noises = section.getByRole('cell', { name: /^[\d.]+(, .*)?$/ });
  await expect(noises.first()).toHaveText(/^[\d.]+$/);
  const numbers = async () => (await noises.allTextContents()).map(Number.parseFloat);
  const before = await numbers();
  const [first] = await section.getByRole('rowheader').allTextContents();
  await section.getByRole('combobox').first().selectOption('twice as precise');
  await expect(noises.first()).toHaveText(/\s% less$/);
  for (let j = 1; j < before.length; j += 1) await expect(noises.nth(j)).toHaveText(/\s% more$/);
  const after = await numbers();
  expect(after.map((noise, j) => noise < before[j]!)).toEqual(before.map((_, j) => j === 0));
  const words = `${first} twice as precise; the others as usual`;
  await expect(page.getByRole('row', { name: `Precision of the variables ${words}` })).toBeVisible();
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await section.screenshot({ path: `test-results/screens/weights-${width}.png` });
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
    const cut = section.locator('.tp-scroll-x');
    expect(await cut.evaluate((table) => table.scrollWidth - table.clientWidth)).toBeLessThanOrEqual(0);
  }
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  await centre.planAsRecommended();
  await expect(page.getByRole('row', { name: words })).toBeVisible();
  await centre.train();
  const readMe = unzipSync(await readFile(await centre.makeBundle(2)))['README.txt'];
  expect(new TextDecoder().decode(readMe)).toContain('twice as precise; the others as usual.');
  await page.goto(`${served.address}#/ledger`);
  await expect(page.getByText(words)).toBeVisible();
});
