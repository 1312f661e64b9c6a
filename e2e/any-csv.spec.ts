import { readFileSync, writeFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { type Estimates, JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

/**
 * The whole journey on a file of one's own:
 *
 *   TWINPOOL_CSV           path of the CSV
 *   TWINPOOL_CODEBOOK      path of a codebook JSON
 *   TWINPOOL_SITE_COLUMN   column that names the centre
 *   TWINPOOL_SITES         two or more of its values, comma-separated; the first one analyses, the others share
 *   TWINPOOL_GUESS         declared guess of the mean outcome (0.2 where absent)
 *
 * Prints the local and the pooled estimates as one JSON object. Without the variables: the simulated cohort.
 */
const { TWINPOOL_CSV: csv, TWINPOOL_CODEBOOK: codebook, TWINPOOL_SITE_COLUMN: column } = process.env;
const sites = (process.env.TWINPOOL_SITES ?? 'Oxford,Leeds').split(',').map((site) => site.trim());
const guess = process.env.TWINPOOL_GUESS ?? '0.2';

test('the journey on a given file ends in local and pooled estimates', async ({ browser, served }) => {
  const given = csv !== undefined;
  if (given && (codebook === undefined || column === undefined || process.env.TWINPOOL_SITES === undefined)) {
    throw new Error(
      'TWINPOOL_CSV needs TWINPOOL_CODEBOOK, TWINPOOL_SITE_COLUMN and TWINPOOL_SITES beside it.',
    );
  }
  test.setTimeout(120_000 * sites.length);

  const bundles: string[] = [];
  let estimates: Estimates = [];
  for (const site of [...sites].reverse()) {
    const context = await browser.newContext();
    const centre = new JourneyPage(await context.newPage());
    await centre.open(served);
    if (given) await centre.openCsv(csv);
    else await centre.trySimulatedCentres();
    await centre.chooseSite(column ?? 'assessment_center', site);
    await centre.nameCentre(site);
    if (codebook !== undefined) await centre.loadCodebook(codebook);
    await centre.confirmCodebook();
    await centre.planTraining(guess);
    await centre.train();
    bundles.push(await centre.makeBundle(20));
    if (site === sites[0]) {
      await centre.goTo('Peers');
      await centre.importBundles(...bundles.slice(0, -1));
      await centre.goTo('Analyse');
      estimates = await centre.analyse();
      await context.close();
    }
  }

  const codebookTitle = codebook === undefined ? null : JSON.parse(readFileSync(codebook, 'utf8')).title;
  console.log(JSON.stringify({ file: csv ?? 'simulated cohort', codebookTitle, sites, estimates }, null, 2));
  expect(estimates.length).toBeGreaterThan(1);
});

/**
 * A Brazilian file as they come: semicolons, Windows-1252, decimal commas, and four ways to say "not known"
 * (empty, `?`, `99`, `Ignorado`), with labels in Portuguese and spellings that differ, in case and in blanks at the ends.
 */
const BRAZILIAN = [
  'Região;Sexo;Idade;Peso;Óbito',
  ...Array.from({ length: 240 }, (_, i) =>
    [
      ['São Paulo', 'Maranhão', 'Ignorado', ''][i % 11 === 0 ? 2 + (i % 2) : i % 2],
      ['Feminino', 'Masculino', '?', 'Feminino '][i % 13 === 0 ? 2 : i % 40 === 1 ? 3 : (i >> 1) % 2],
      i % 17 === 0 ? 99 : 20 + ((i * 7) % 60),
      `${50 + (i % 40)},5`,
      ['Não', 'Sim', 'sim'][i % 5 === 0 ? 1 + (i % 2) : 0],
    ].join(';'),
  ),
].join('\r\n');

test('semicolons, Windows-1252, four kinds of missing values and Portuguese labels', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv({
    name: 'óbitos.csv',
    text: Uint8Array.from(BRAZILIAN, (unit) => unit.charCodeAt(0)),
  });
  await expect(page.getByText('separated by semicolons, Windows-1252')).toBeVisible();
  await centre.nameCentre('São Luís');
  await page.getByText(/^All \(/).click();
  await page.getByRole('button', { name: 'Details of Óbito' }).click();
  await page.getByLabel('Role of Óbito').selectOption('outcome');
  const obito = page.getByTestId('column-Óbito');
  await obito.getByLabel('Text that means event').fill('Sim');
  await obito.getByLabel('Text that means no event').fill('Não');
  await obito.getByRole('button', { name: /^Merge into/ }).click();
  await page.getByRole('button', { name: 'Details of Região' }).click();
  const regiao = page.getByTestId('column-Região');
  await expect(regiao.getByLabel('Missing codes')).toHaveValue('Ignorado');
  await expect(regiao.getByText(/Stays on this screen/)).toBeVisible();
  await page.getByRole('button', { name: 'Details of Sexo' }).click();
  const sexo = page.getByTestId('column-Sexo');
  await expect(sexo.getByLabel('Missing codes')).toHaveValue('?');
  await expect(sexo).toContainText('“Feminino␣” and “Feminino” differ only in blanks at the ends.');
  await page.getByRole('button', { name: 'Details of Idade' }).click();
  const idade = page.getByTestId('column-Idade');
  await idade.getByLabel('Missing codes').fill('99');
  await idade.getByLabel('Cut points').fill('40 60');
  await page.getByLabel('Role of Peso').selectOption('ignored');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await expect(page.getByRole('button', { name: 'Continue to privacy' })).toBeEnabled();
  const touched = page.getByRole('table', { name: /missing or undeclared/ });
  await expect(touched).toContainText('Idade');
  // Nothing is merged before somebody says so, and that can be taken back.
  await expect(touched).toContainText('“Feminino␣”');
  await page.getByRole('button', { name: 'Ignore these blanks in Sexo' }).click();
  await expect(touched).not.toContainText('“Feminino␣”');
  await page.getByRole('button', { name: 'Keep them apart in Sexo' }).click();
  await expect(touched).toContainText('“Feminino␣”');
  await page.getByRole('button', { name: 'Ignore these blanks in Sexo' }).click();
  await expect(touched).not.toContainText('“Feminino␣”');
  await page.getByRole('button', { name: 'Continue to privacy' }).click();
  await centre.planAsRecommended();
});

/** The longest time, in ms, in which the page could not have answered a key since this was last asked. */
async function longestBlock(page: Page): Promise<number> {
  return page.evaluate(() => {
    const beating = window as unknown as { longest?: number };
    if (beating.longest === undefined) {
      let last = performance.now();
      setInterval(() => {
        const now = performance.now();
        beating.longest = Math.max(beating.longest ?? 0, now - last);
        last = now;
      }, 10);
    }
    const longest = beating.longest ?? 0;
    beating.longest = 0;
    return longest;
  });
}

test(
  'a million people are read, profiled and coded while the page goes on answering',
  { tag: '@alone' },
  async ({ page, served }, info) => {
    const path = info.outputPath('million.csv');
    const random = (i: number, n: number) => (Math.imul(i + 7, 2_654_435_761) >>> 8) % n;
    const lines = ['id,ward,age,weight,ill'];
    for (let i = 0; i < 1_000_000; i++)
      lines.push(
        `p${i},${'ABCD'[random(i, 4)]},${random(i, 90)},${random(i, 900) / 10},${random(i, 5) === 0 ? 1 : 0}`,
      );
    writeFileSync(path, lines.join('\n'));
    const centre = new JourneyPage(page);
    await centre.open(served);
    await longestBlock(page);
    await centre.openCsv(path);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(page.getByRole('button', { name: 'Choose a table' })).toBeEnabled();
    await centre.openCsv(path);
    await expect(page.getByText('1,000,000')).toBeVisible({ timeout: 60_000 });
    const reading = await longestBlock(page);
    await centre.nameCentre('Ward 7');
    await page.getByText(/^All \(/).click();
    await page.getByLabel('Role of weight').selectOption('ignored');
    await page.getByRole('button', { name: 'Details of age' }).click();
    await page.getByTestId('column-age').getByLabel('Cut points').fill('40 60');
    await page.getByRole('checkbox', { name: /I confirm/ }).check();
    const editing = await longestBlock(page);
    await page.getByRole('button', { name: 'Confirm the codebook' }).click();
    await expect(page.getByRole('button', { name: 'Continue to privacy' })).toBeEnabled({ timeout: 60_000 });
    const coding = await longestBlock(page);
    console.log(
      `longest block of the page: reading ${reading} ms, editing ${editing} ms, coding ${coding} ms`,
    );
    // A million identifiers made text, or a pass over the rows, is several times this on the page's thread.
    expect(Math.max(reading, coding)).toBeLessThan(250);
  },
);
