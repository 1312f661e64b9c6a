import { readFileSync } from 'node:fs';
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
    await centre.plan(guess);
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
