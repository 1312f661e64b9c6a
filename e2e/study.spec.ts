import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

test('a study shows its picture while it runs, pauses, and goes on after a reload', async ({
  page,
  served,
}) => {
  test.setTimeout(240_000);
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.goTo('Study');
  await expect(centre.heading('Study')).toBeVisible();
  await expect(page.getByRole('radio', { name: /opened table/ })).toBeDisabled();
  await page.getByRole('button', { name: 'Run this figure' }).click();
  const picture = page.getByRole('img', { name: /centre by centre/ });
  await expect(picture).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/^Paused: \d+ of \d+ parts/)).toBeVisible({ timeout: 60_000 });
  const words = await page.getByText(/^Paused:/).textContent();
  const kept = Number(/Paused: (\d+)/.exec(words ?? '')?.[1]);
  expect(kept).toBeGreaterThanOrEqual(17);
  expect(kept).toBeLessThan(Number(/of (\d+) parts/.exec(words ?? '')?.[1]));

  await page.reload();
  await centre.goTo('Study');
  await page.getByRole('button', { name: 'Run this figure' }).click();
  await expect(picture).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Show again' })).toBeVisible({ timeout: 180_000 });
  await expect(page.getByText(/agrees? with the paper/)).toBeVisible();
  for (const size of [
    { width: 1280, height: 900 },
    { width: 390, height: 844 },
  ]) {
    await page.setViewportSize(size);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(overflow).toBe(false);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  }
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the picture (SVG)' }).click();
  expect((await download).suggestedFilename()).toBe('twinpool-study-figure-1.svg');

  await page.getByRole('button', { name: /^Forget the results/ }).click();
  await expect(page.getByText(/this browser kept are forgotten/)).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Run this figure' }).click();
  await expect(page.getByRole('button', { name: 'Show again' })).toBeVisible({ timeout: 10_000 });
});

test('a study of an opened public table runs with noisy tables once a person has said that it is public', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const rows = Array.from({ length: 900 }, (_, i) => {
    const [ward, sex, age] = [
      'ABC'[(i * 7) % 3],
      'FM'[(i >> 2) % 2],
      ['young', 'middle', 'old'][(i >> 4) % 3],
    ];
    return `${['North', 'South', 'West'][i % 3]},${ward},${sex},${age},${(i * 11) % 4 === 0 ? 1 : 0}`;
  });
  await centre.openCsv({ name: 'public.csv', text: ['hospital,ward,sex,age,ill', ...rows].join('\n') });
  await centre.chooseSite('hospital', 'North');
  await centre.nameCentre('North');
  await centre.confirmCodebook();
  await centre.goTo('Study');
  await page.getByRole('radio', { name: /opened table/ }).check();
  const run = page.getByRole('button', { name: 'Run this figure' });
  await expect(run).toBeDisabled();
  await page.getByRole('checkbox', { name: /rows of this table are public/ }).check();
  await page.getByLabel('What the centres share').selectOption('tables');
  await run.click();
  await expect(page.getByRole('button', { name: 'Show again' })).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText(/of 3 centres gain by sharing/)).toBeVisible();
  const path = await centre.saved(() => page.getByRole('button', { name: 'Save the boxes (CSV)' }).click());
  const [header, ...boxes] = (await readFile(path, 'utf8')).trim().split('\n');
  expect(header).toContain('median');
  // Local only and combined for each centre that the figure shows: all but the smallest.
  expect(boxes).toHaveLength(4);
});
