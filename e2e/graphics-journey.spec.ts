import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';
import { withSoftwareAdapter } from './software-adapter.ts';

test.use({ launchOptions: withSoftwareAdapter });
test.setTimeout(400_000);

test('where there is a graphics adapter it is tried, and the page says what became of it', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.trySimulatedCentres();
  await centre.chooseSite('assessment_center', 'Oxford');
  await centre.nameCentre('Oxford');
  await centre.confirmCodebook();
  await centre.planTraining('0.2');
  await centre.train();
  await centre.goTo('Train');
  await expect(
    page.getByText(/The graphics engine was tried too: it would take .* s, this one .* s/),
  ).toBeVisible();
});
