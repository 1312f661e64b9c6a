import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';
import { withSoftwareAdapter } from './software-adapter.ts';

test.use({ launchOptions: withSoftwareAdapter });
test.setTimeout(400_000);

test('where there is a graphics adapter it is tried, and the page says what became of it', {
  tag: '@alone',
}, async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.openSimulatedCentre(served, 'Oxford');
  await centre.planTraining('0.2');
  await centre.train();
  await centre.goTo('Train');
  await expect(
    page.getByText(/The graphics engine was tried too: it would take .* s, this one .* s/),
  ).toBeVisible();
});

test('a study gives trainings to it, says what became of it, and every centre is there', {
  tag: '@alone',
}, async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.goTo('Study');
  await page.getByRole('button', { name: 'Run this figure' }).click();
  // At its end, or before it where an adapter in software is behind one core and is given no more.
  await expect(page.getByRole('button', { name: 'Show again' })).toBeVisible({ timeout: 300_000 });
  await expect(page.getByText(/graphics processor .*8 trainings/)).toBeVisible();
  await expect(page.getByText(/16 of 16 centres gain by sharing/)).toBeVisible();
});
