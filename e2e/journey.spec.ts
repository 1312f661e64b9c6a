import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Browser } from '@playwright/test';
import { type Estimates, JourneyPage } from './journey-page.ts';
import { expect, type ServedPage, test } from './served-page.ts';

const MEXICO = '../shared/data/mexico-16-states.csv';

interface Journey {
  readonly open: (centre: JourneyPage) => Promise<void>;
  readonly column: string;
  readonly sites: readonly [string, string];
  /** Of the event rate, for the short training; null: what the page recommends. */
  readonly guess: string | null;
}

async function newCentre(browser: Browser, served: ServedPage): Promise<JourneyPage> {
  const context = await browser.newContext();
  const centre = new JourneyPage(await context.newPage());
  await centre.open(served);
  return centre;
}

async function shareTwins(centre: JourneyPage, journey: Journey, site: string): Promise<string> {
  await journey.open(centre);
  await centre.chooseSite(journey.column, site);
  await centre.nameCentre(site);
  await centre.confirmCodebook();
  if (journey.guess === null) await centre.planAsRecommended();
  else await centre.planTraining(journey.guess);
  await centre.train();
  return centre.makeBundle(20);
}

/** Both columns of every estimable coefficient are ratios inside their intervals. */
function expectSensible(estimates: Estimates): void {
  const text = JSON.stringify(estimates);
  expect(estimates.length, text).toBeGreaterThan(5);
  for (const row of estimates) {
    for (const which of ['local', 'pooled']) {
      if (row[`${which}_status`] !== 'estimated') continue;
      const ratio = Number(row[`${which}_risk_ratio`]);
      expect(ratio, text).toBeGreaterThan(Number(row[`${which}_nominal_95_lower`]));
      expect(ratio, text).toBeLessThan(Number(row[`${which}_nominal_95_upper`]));
    }
  }
  expect(
    estimates.some((row) => row.pooled_risk_ratio !== '' && row.pooled_risk_ratio !== row.local_risk_ratio),
  ).toBe(true);
}

test('two centres on the simulated cohort, from a table to a pooled regression and back after a reload', async ({
  browser,
  served,
}) => {
  const journey: Journey = {
    open: (centre) => centre.trySimulatedCentres(),
    column: 'assessment_center',
    sites: ['Oxford', 'Leeds'],
    guess: null,
  };
  const leeds = await newCentre(browser, served);
  const bundle = await shareTwins(leeds, journey, 'Leeds');

  const oxford = await newCentre(browser, served);
  await shareTwins(oxford, journey, 'Oxford');
  await oxford.goTo('Peers');
  await oxford.importBundles(bundle);
  await expect(oxford.page.getByRole('row', { name: /Leeds/ })).toBeVisible();

  await test.step('what must be refused is refused with a sentence, and changes nothing', async () => {
    const damaged = `${bundle}-damaged.zip`;
    const bytes = await readFile(bundle);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0xff;
    await writeFile(damaged, bytes);
    await oxford.importBundles(bundle);
    await expect(oxford.page.getByText(/already/i).first()).toBeVisible();
    await oxford.importBundles(damaged);
    await expect(oxford.page.getByText(/damaged|changed|not whole/i).first()).toBeVisible();
    await expect(oxford.page.getByRole('row', { name: /Leeds/ })).toHaveCount(1);
  });

  await oxford.goTo('Analyse');
  const estimates = await oxford.analyse();
  expectSensible(estimates);
  await expect(oxford.page.locator('.js-plotly-plot')).toBeVisible();

  await test.step('after a reload everything is there but the rows', async () => {
    await oxford.page.reload();
    await oxford.goTo('Peers');
    await expect(oxford.page.getByRole('row', { name: /Leeds/ })).toBeVisible();
    await oxford.goTo('Share');
    await expect(oxford.page.getByText(/Oxford/).first()).toBeVisible();
    await oxford.goTo('Data');
    await expect(oxford.page.getByText(/Open your table again/)).toBeVisible();
    await oxford.trySimulatedCentres();
    await oxford.goTo('Analyse');
    const again = await oxford.analyse();
    expect(again).toEqual(estimates);
  });
  await leeds.page.context().close();
  await oxford.page.context().close();
});

test('a bundle under another codebook is used once a person has said how to read it', async ({
  browser,
  served,
}) => {
  const rows = (shift: number) =>
    Array.from(
      { length: 200 },
      (_, i) => `${'ABC'[(i + shift) % 3]},${'FM'[(i >> 2) % 2]},${i % 5 === shift ? 1 : 0}`,
    );
  const table = (name: string, shift: number) => ({
    name,
    text: ['ward,sex,ill', ...rows(shift)].join('\n'),
  });
  const north = await newCentre(browser, served);
  await north.openCsv(table('north.csv', 0));
  await north.nameCentre('North');
  await north.confirmCodebook();
  await north.planTraining('0.2');
  await north.train();
  const bundle = await north.makeBundle(3);

  const south = await newCentre(browser, served);
  const other = table('south.csv', 1);
  await south.openCsv({ ...other, text: other.text.replaceAll('C,', 'D,') });
  await south.nameCentre('South');
  await south.confirmCodebook();
  await south.goTo('Peers');
  await south.importBundles(bundle);
  const { page } = south;
  await expect(page.getByText(/made under another codebook/)).toBeVisible();
  const use = page.getByRole('switch', { name: /Use the bundle of North/ });
  await expect(use).toBeDisabled();
  await page.getByRole('button', { name: /^Map the bundle of North/ }).click();
  const editor = page.getByRole('region', { name: 'Mapping of North' });
  await expect(editor.getByText(/Still open: “ward” \(1 level\)/)).toBeVisible();
  await expect(editor.getByRole('button', { name: 'Use this mapping' })).toBeDisabled();
  await editor.getByLabel('Their “C” of ward is your').selectOption({ label: 'D' });
  await editor.getByRole('button', { name: 'Use this mapping' }).click();
  await expect(use).toBeChecked();
  await expect(page.getByText('The mapping of North was changed.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(use).toBeDisabled();

  // Without the variable the centre is left out of analyses that need it, and named.
  await page.getByRole('button', { name: /^Map the bundle of North/ }).click();
  await editor
    .getByLabel('Their variable for ward')
    .selectOption({ label: 'Not available from this centre' });
  await editor.getByRole('button', { name: 'Use this mapping' }).click();
  await south.goTo('Analyse');
  await south.analyse();
  await expect(page.getByText(/Left out of this analysis: North \(has no “ward”\)/)).toBeVisible();

  await south.goTo('Peers');
  await page.getByRole('button', { name: /^Edit the mapping of the bundle of North/ }).click();
  await editor.getByLabel('Their variable for ward').selectOption({ label: 'ward' });
  await editor.getByLabel('Their “C” of ward is your').selectOption({ label: 'D' });
  await editor.getByRole('button', { name: 'Use this mapping' }).click();
  await south.goTo('Analyse');
  const estimates = await south.analyse();
  expect(estimates.filter(({ pooled_status }) => pooled_status === 'estimated').length).toBeGreaterThan(3);
});

test('a training is cancelled within a second, the page answers meanwhile, and nothing was spent', {
  tag: '@alone',
}, async ({ browser, served }) => {
  const centre = await newCentre(browser, served);
  await centre.trySimulatedCentres();
  await centre.chooseSite('assessment_center', 'Leeds');
  await centre.nameCentre('Leeds');
  await centre.confirmCodebook();
  await centre.planTraining('0.2', /paper/i);
  await centre.page.getByRole('button', { name: /spends ε/ }).click();
  await expect(centre.page.getByRole('progressbar').first()).toBeVisible();
  await expect(centre.page.getByRole('button', { name: 'Cancel the training' })).toBeVisible();

  const longestPauseMs = await centre.page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let last = performance.now();
        let longest = 0;
        const end = last + 2000;
        const tick = () => {
          const now = performance.now();
          longest = Math.max(longest, now - last);
          last = now;
          if (now < end) setTimeout(tick, 0);
          else resolve(longest);
        };
        tick();
      }),
  );
  // A person notices a tenth of a second; the bound leaves room for a machine shared with others.
  expect(longestPauseMs).toBeLessThan(500);

  const startedMs = Date.now();
  await centre.page.getByRole('button', { name: 'Cancel the training' }).click();
  await expect(centre.page.getByText(/cancelled/i).first()).toBeVisible();
  expect(Date.now() - startedMs).toBeLessThan(1000);
});

test.describe('on real data', () => {
  const present = existsSync(MEXICO);
  test(`two states of ${present ? 'the 16-state table' : 'the 16-state table (absent: nothing to run)'}`, async ({
    browser,
    served,
  }) => {
    if (!present) return;
    const journey: Journey = {
      open: (centre) => centre.openCsv(MEXICO),
      column: 'state',
      sites: ['Puebla', 'Yucatán'],
      guess: '0.3',
    };
    const yucatan = await newCentre(browser, served);
    const bundle = await shareTwins(yucatan, journey, 'Yucatán');
    const puebla = await newCentre(browser, served);
    await shareTwins(puebla, journey, 'Puebla');
    await puebla.goTo('Peers');
    await puebla.importBundles(bundle);
    await puebla.goTo('Analyse');
    const estimates = await puebla.analyse();
    expectSensible(estimates);
    await yucatan.page.context().close();
    await puebla.page.context().close();
  });
});
