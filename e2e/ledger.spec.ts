import { readFile } from 'node:fs/promises';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

const rows = Array.from({ length: 200 }, (_, i) =>
  [i % 2 === 0 ? 'F' : 'M', i % 3 === 0 ? 'young' : 'old', i % 7 === 0 ? '1' : '0'].join(','),
);
const text = ['sex,age,ill', ...rows].join('\n');

test('the plan says what its ε is made of, and a cap of the table blocks what would exceed it', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv({ name: 'ward.csv', text });
  await centre.nameCentre('Ward');
  await centre.confirmCodebook();
  await centre.planTraining('0.2');
  await centre.goTo('Privacy');
  for (const summary of await page.locator('details > summary').all()) await summary.click();
  await expect(page.getByRole('table', { name: 'ε with its bounds' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByTestId('error-terms')).toBeVisible();
  const numbers = page.getByRole('table', { name: 'Numbers of the plan' }).getByRole('row');
  const shown = await numbers.allTextContents();
  const [upper, value] = [shown[0]?.match(/[\d.]+$/)?.[0], shown[1]?.match(/[\d.]+$/)?.[0]];
  expect(Number(upper)).toBeGreaterThan(Number(value));

  await centre.goTo('Ledger');
  await page.getByLabel('Cap: ε at most').fill('0.5');
  await page.getByRole('button', { name: 'Set the cap' }).click();
  await expect(page.getByRole('button', { name: 'Change the cap' })).toBeVisible();
  await centre.goTo('Train');
  await expect(page.getByText('Over the cap of this table')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('button', { name: /spends ε/ }).click();
  await expect(page.getByText(/would still fit with ε up to 0\.\d/)).toBeVisible({ timeout: 30_000 });

  await centre.goTo('Ledger');
  await expect(page.getByRole('table', { name: 'Releases' })).toHaveCount(0);
  const path = await centre.saved(() =>
    page.getByRole('button', { name: 'Save the ledger as a file' }).click(),
  );
  const saved = JSON.parse(await readFile(path, 'utf8')) as { releases: unknown[]; caps: object };
  expect(saved.releases).toEqual([]);
  expect(Object.values(saved.caps)).toEqual([{ epsilon: 0.5, delta: 1e-6 }]);
});
