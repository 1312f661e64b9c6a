import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

const header = 'ward,sex,ill';
const rows = (count: number, ill: (i: number) => string | number = (i) => i % 2) =>
  Array.from({ length: count }, (_, i) => `${['A', 'B', 'C'][i % 3]},${['F', 'M'][(i >> 1) % 2]},${ill(i)}`);

/** Files that are refused on the Data step: each with one sentence, and nothing opened. */
const REFUSED: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['an empty file', '', /empty/i],
  ['a header only', `${header}\n`, /no rows|only.*header|header.*only/i],
  ['ragged rows', [header, 'A,F,1', 'B,M', 'C,F,0,9'].join('\n'), /line 3/i],
  [
    'a duplicate column name',
    ['ward,ward,ill', 'A,F,1'].join('\n'),
    /two columns are called “ward”.*rename/i,
  ],
  [
    'a file that is not text',
    Uint8Array.from({ length: 4096 }, (_, i) => (i * 37) % 256),
    /not (a )?text|binary/i,
  ],
];

for (const [what, text, sentence] of REFUSED) {
  test(`${what} gets one clear sentence`, async ({ page, served }) => {
    const centre = new JourneyPage(page);
    await centre.open(served);
    await centre.openCsv({ name: 'bad.csv', text });
    await expect(page.getByRole('alert').filter({ hasText: sentence })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Continue to the codebook' })).toHaveCount(0);
  });
}

test('a bad file loses nothing of what was entered before', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv({ name: 'good.csv', text: [header, ...rows(60)].join('\n') });
  await page.getByLabel('Name of your centre').fill('Ward 7');
  await centre.openCsv({ name: 'bad.csv', text: '' });
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByLabel('Name of your centre')).toHaveValue('Ward 7');
  await expect(page.getByRole('main').getByText('good.csv')).toBeVisible();
});

test('an outcome with other values than 0 and 1 is counted, named and left out', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const good = rows(60);
  await centre.openCsv({ name: 'good.csv', text: [header, ...good].join('\n') });
  await centre.nameCentre('Ward 7');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await centre.goTo('Data');
  const other = rows(60, (i) => (i < 3 ? 'perhaps' : i % 2));
  await centre.openCsv({ name: 'other.csv', text: [header, ...other].join('\n') });
  await expect(page.getByRole('main').getByText('other.csv')).toBeVisible();
  await centre.goTo('Codebook');
  await expect(page.getByText('perhaps')).toBeVisible();
});

test('one level only is named at its column', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const single = rows(40).map((row) => row.replace(/^[ABC]/, 'A'));
  await centre.openCsv({ name: 'single.csv', text: [header, ...single].join('\n') });
  await centre.nameCentre('Ward 7');
  await page.getByText('All (3)').click();
  await page.getByLabel('Role of ward').selectOption('variable');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await expect(
    page
      .getByRole('alert')
      .filter({ hasText: /ward.*(two|2|level)/is })
      .first(),
  ).toBeVisible();
});

test('three rows can be planned, and the plan says what it costs', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv({ name: 'three.csv', text: [header, 'A,F,1', 'B,M,0', 'A,M,0'].join('\n') });
  await centre.nameCentre('Ward 7');
  await centre.confirmCodebook();
  await centre.planAsRecommended();
});

test('200 columns stay usable', { tag: '@alone' }, async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const names = Array.from({ length: 199 }, (_, j) => `c${j}`);
  const wide = Array.from({ length: 50 }, (_, i) =>
    [...names.map((_, j) => (i * (j + 3)) % 3), i % 2].join(','),
  );
  await centre.openCsv({ name: 'wide.csv', text: [[...names, 'ill'].join(','), ...wide].join('\n') });
  const startedMs = Date.now();
  await centre.nameCentre('Ward 7');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await expect(page.getByRole('button', { name: 'Continue to privacy' })).toBeEnabled();
  expect(Date.now() - startedMs).toBeLessThan(15_000);
});

for (const epsilon of ['0', '-1', 'NaN']) {
  test(`ε = ${epsilon} is refused at its field and nothing is lost`, async ({ page, served }) => {
    const centre = new JourneyPage(page);
    await centre.open(served);
    await centre.openCsv({ name: 'good.csv', text: [header, ...rows(60)].join('\n') });
    await centre.nameCentre('Ward 7');
    await centre.confirmCodebook();
    await page.getByRole('radio', { name: /^Short training/ }).check();
    await page.getByLabel(/Guess of the/).fill('0.2');
    await page.getByRole('radio', { name: /may be known/ }).check();
    const field = page.getByLabel(/ε/);
    await field.fill(epsilon);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(page.getByRole('button', { name: 'Continue with this plan' })).toBeDisabled();
    await expect(page.getByLabel(/Guess of the/)).toHaveValue('0.2');
  });
}
