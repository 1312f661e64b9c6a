import { expect, test } from './served-page.ts';

/** The workshop of twenty minutes, at the speed of a script: one centre is played, three others join. */
test('the tour: play a centre, train, save the bundle, let others join, watch the intervals', {
  tag: '@alone',
}, async ({ page, served }) => {
  const timings: [string, number][] = [];
  let last = Date.now();
  const done = (what: string) => {
    timings.push([what, (Date.now() - last) / 1000]);
    last = Date.now();
  };
  await page.goto(`${served.address}#/tour`);
  await expect(page.getByRole('heading', { level: 1, name: 'Tour' })).toBeVisible();
  await page.getByLabel('Centre that you play').selectOption('Leeds');
  await page.getByRole('button', { name: 'Play this centre' }).click();
  await expect(page.getByText(/You are Leeds/)).toBeVisible({ timeout: 30_000 });
  done('open the page and a centre');

  const train = page.getByRole('button', { name: 'Train', exact: true }).last();
  await expect(train).toBeEnabled({ timeout: 30_000 });
  await train.click();
  await page.getByRole('button', { name: 'Look at the check' }).click({ timeout: 60_000 });
  done('plan and train');
  await expect(page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible({
    timeout: 60_000,
  });
  done('check');

  await page.goBack();
  const download = page.waitForEvent('download', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Make and save my bundle' }).click();
  await download;
  done('make and save the bundle');

  const rows = page.getByRole('table', { name: /Mean width/ }).locator('tbody tr');
  for (let centres = 1; centres <= 3; centres += 1) {
    await page.getByRole('button', { name: /^Let .* join$/ }).click();
    await expect(rows).toHaveCount(centres, { timeout: 90_000 });
    done(`centre ${centres} joins and the analysis runs`);
  }
  const width = async (row: number, cell: number) =>
    Number(await rows.nth(row).getByRole('cell').nth(cell).textContent());
  // Own rows stay as they are; with three centres the pool is narrower than they.
  expect(await width(2, 0)).toBe(await width(0, 0));
  expect(await width(2, 1)).toBeLessThan(await width(2, 0));

  const total = timings.reduce((sum, [, seconds]) => sum + seconds, 0);
  for (const [what, seconds] of timings) console.log(`${seconds.toFixed(1).padStart(8)} s  ${what}`);
  console.log(`${total.toFixed(1).padStart(8)} s  in all, without anybody reading anything`);
  // A room has twenty minutes, most of which are for reading and talking.
  expect(total).toBeLessThan(300);
});
