import type { Page } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

/** So many people that the paper's 400,000 steps take longer than other tabs need to open, on a fast machine too. */
const LARGE = {
  name: 'large.csv',
  text: [
    'ward,age,district,season,ill',
    ...Array.from({ length: 150_000 }, (_, i) => {
      const ward = 'ABCDEFGH'[i % 8];
      return `${ward},${(i >> 3) % 6}x,${'KLMNP'[(i * 7) % 5]},${'QRSTUVW'[(i * 13) % 7]},${(i * 11) % 9 === 0 ? 1 : 0}`;
    }),
  ].join('\n'),
};

/** A training of many steps, so that there is time to interrupt it. */
async function begin(centre: JourneyPage): Promise<void> {
  await centre.openCsv(LARGE);
  await centre.nameCentre('North');
  await centre.confirmCodebook();
  await centre.planTraining('0.2', /paper/i);
  await centre.page.getByRole('button', { name: /spends ε/ }).click();
  await expect(centre.page.getByText(/steps a second/)).toBeVisible({ timeout: 20_000 });
}

const stepsShown = async (page: Page, text: RegExp): Promise<number> => {
  const shown = (await page.getByText(text).first().textContent()) ?? '';
  return Number(shown.match(text)?.[1]?.replace(/\D/g, ''));
};

test('a training is paused, survives a reload, and goes on where it was', { tag: '@alone' }, async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await begin(centre);
  await page.waitForTimeout(1500);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByText(/The training is paused/)).toBeVisible({ timeout: 5000 });
  // The loudest button goes on with what is begun; training anew would spend ε a second time.
  await expect(page.getByRole('button', { name: /^Go on:/ })).toHaveAttribute('data-variant', 'filled');
  await expect(page.getByRole('button', { name: /spends ε/ })).toHaveAttribute('data-variant', 'default');
  const kept = await stepsShown(page, /([\d ,.\u202f]+) of [\d ,.\u202f]+ steps kept/);
  expect(kept).toBeGreaterThan(0);

  await page.reload();
  await centre.goTo('Data');
  await centre.openCsv(LARGE);
  await centre.goTo('Train');
  expect(await stepsShown(page, /([\d ,.\u202f]+) of [\d ,.\u202f]+ steps kept/)).toBe(kept);
  await page.getByRole('button', { name: /^Go on:/ }).click();
  await expect(page.getByText(/steps a second/)).toBeVisible();
  expect(await stepsShown(page, /([\d ,.\u202f]+) of [\d ,.\u202f]+ steps ·/)).toBeGreaterThanOrEqual(kept);
  await expect(page.getByText('The training is finished')).toBeVisible({ timeout: 150_000 });
  await centre.goTo('Ledger');
  await expect(page.getByRole('row')).toHaveCount(2);
});

test('a tab that dies leaves a training that another one goes on with, once', { tag: '@alone' }, async ({
  page,
  served,
  context,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await begin(centre);
  // Long enough for a checkpoint.
  await page.waitForTimeout(4000);

  const second = new JourneyPage(await context.newPage());
  await second.page.goto(served.address);
  await second.goTo('Data');
  await second.openCsv(LARGE);
  await second.goTo('Train');
  await expect(second.page.getByText(/Runs in another tab/)).toBeVisible();
  await second.page.getByRole('button', { name: /^Go on:/ }).click();
  await expect(second.page.getByText(/steps a second/)).toBeVisible();
  // The older tab finds at its next checkpoint that it was overtaken.
  await expect(page.getByText(/Another tab of this page went on/)).toBeVisible({ timeout: 15_000 });

  await second.page.close();
  const third = new JourneyPage(await context.newPage());
  await third.page.goto(served.address);
  await third.goTo('Data');
  await third.openCsv(LARGE);
  await third.goTo('Train');
  await expect(third.page.getByText(/Cut short/)).toBeVisible();
  await third.page.getByRole('button', { name: /^Cancel:/ }).click();
  await expect(third.page.getByText(/Cut short/)).toHaveCount(0);
  await expect(third.page.getByText(/The training was cancelled/)).toBeVisible();
  await third.goTo('Ledger');
  await expect(third.page.getByRole('cell', { name: /Cancelled/ })).toBeVisible();
});
