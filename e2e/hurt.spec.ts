import type { BrowserContext, Page } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';
import { expect, test } from './served-page.ts';

/** What goes wrong on real computers, at any moment: each ends in a sentence with a next step, and loses nothing. */

const table = {
  name: 'wards.csv',
  text: [
    'ward,sex,ill',
    ...Array.from(
      { length: 400 },
      (_, i) => `${'ABC'[i % 3]},${'FM'[(i >> 2) % 2]},${(i * 7) % 5 === 0 ? 1 : 0}`,
    ),
  ].join('\n'),
};

async function withCodebook(centre: JourneyPage, name: string): Promise<void> {
  await centre.openCsv(table);
  await centre.nameCentre(name);
  await centre.confirmCodebook();
}

/** The bundle of another centre under the same codebook. */
async function peerBundle(context: BrowserContext, address: string): Promise<string> {
  const peer = new JourneyPage(await context.newPage());
  await peer.page.goto(address);
  await withCodebook(peer, 'South');
  await peer.planAsRecommended();
  await peer.train();
  return peer.makeBundle(3);
}

/** Lets a test end every worker that is started from now on as a browser without memory does. */
async function mortalWorkers(page: Page): Promise<{ readonly die: (dies: boolean) => Promise<void> }> {
  await page.addInitScript(() => {
    const Immortal = window.Worker;
    const mortal = { dies: false };
    class Mortal extends Immortal {
      constructor(address: string | URL, options?: WorkerOptions) {
        super(address, options);
        if (!mortal.dies) return;
        this.terminate();
        setTimeout(() => this.dispatchEvent(new ErrorEvent('error', { message: 'out of memory' })), 20);
      }
    }
    Object.assign(window, { Worker: Mortal, mortal });
  });
  return {
    die: (dies) =>
      page.evaluate((now) => {
        Object.assign((window as unknown as { mortal: object }).mortal, { dies: now });
      }, dies),
  };
}

test('a tab that is closed at any moment of making or taking in a bundle has all of it or nothing', async ({
  context,
  browser,
  served,
}) => {
  test.setTimeout(240_000);
  const file = await peerBundle(await browser.newContext(), served.address);
  const first = new JourneyPage(await context.newPage());
  await first.open(served);
  await withCodebook(first, 'North');
  await first.planAsRecommended();
  await first.train();
  await first.page.close();

  const rows = (page: Page, name: string) => page.getByRole('table', { name }).locator('tbody tr');
  const opened = async (step: string) => {
    const centre = new JourneyPage(await context.newPage());
    await centre.page.goto(served.address);
    await expect(centre.page.getByRole('heading', { level: 1 })).toBeVisible();
    await centre.goTo(step);
    return centre;
  };
  let made = 0;
  for (const afterMs of [0, 40, 120, 300, 800]) {
    const centre = await opened('Share');
    await centre.page.getByLabel(/Number of sets|Number of synthetic sets/).fill('20');
    await centre.page.getByRole('button', { name: /^Make (the|another) bundle$/ }).click();
    await centre.page.waitForTimeout(afterMs);
    await centre.page.close();
    const again = await opened('Share');
    await again.page.waitForTimeout(300);
    const now = await rows(again.page, 'Your bundles').count();
    expect(now - made === 0 || now - made === 1).toBe(true);
    made = now;
    // What is in the list can be had.
    if (made > 0) {
      const save = again.page.getByRole('button', { name: /^Download/ }).first();
      expect(await again.saved(() => save.click())).toBeTruthy();
    }
    await again.page.close();
  }

  for (const afterMs of [0, 20, 60, 150, 400]) {
    const centre = await opened('Peers');
    await centre.page.getByTestId('bundle-files').setInputFiles(file);
    await centre.page.waitForTimeout(afterMs);
    await centre.page.close();
    const again = await opened('Peers');
    await again.page.waitForTimeout(300);
    expect(await rows(again.page, 'Bundles of other centres').count()).toBeLessThanOrEqual(1);
    await again.page.close();
  }
  const last = await opened('Peers');
  await last.importBundles(file);
  await expect(rows(last.page, 'Bundles of other centres')).toHaveCount(1);
  // One training, however often its bundles were begun.
  await last.goTo('Ledger');
  await expect(rows(last.page, 'Releases')).toHaveCount(1);
});

test('whatever worker dies, the page says so and what to do, and the next try works', async ({
  page,
  browser,
  served,
}) => {
  test.setTimeout(240_000);
  const file = await peerBundle(await browser.newContext(), served.address);
  const { die } = await mortalWorkers(page);
  const centre = new JourneyPage(page);
  await centre.open(served);
  const stopped = page.getByText(/stopped unexpectedly \(out of memory\)\. .* try again/);

  await die(true);
  await centre.openCsv(table);
  await expect(stopped).toBeVisible();
  await die(false);
  await centre.openCsv(table);
  await centre.nameCentre('North');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await die(true);
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await expect(stopped).toBeVisible();
  await die(false);
  await page.getByRole('button', { name: 'Read the rows again' }).click();
  await page.getByRole('button', { name: 'Continue to privacy' }).click();
  await die(true);
  await page.getByRole('radio', { name: /may be known/ }).check();
  await expect(stopped).toBeVisible();
  await die(false);
  await page.getByRole('radio', { name: /counted with noise/ }).check();
  await centre.planAsRecommended();

  // An error of a training can depend on rows: it counts, and is not tried again unasked.
  await die(true);
  await page.getByRole('button', { name: /spends ε/ }).click();
  await expect(page.getByText(/broke off by itself .* Training again spends again/)).toBeVisible();
  await die(false);
  await page.getByRole('button', { name: /spends ε/ }).click();
  await page.getByRole('button', { name: 'Continue to the check' }).click();
  await expect(page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible();
  await centre.goTo('Ledger');
  await expect(page.getByRole('table', { name: 'Releases' }).locator('tbody tr')).toHaveCount(2);

  await centre.goTo('Share');
  await die(true);
  await page.getByRole('button', { name: 'Make the bundle' }).click();
  await expect(stopped).toBeVisible();
  await die(false);
  await centre.makeBundle(3);
  await centre.goTo('Peers');
  await die(true);
  await centre.importBundles(file);
  await expect(stopped).toBeVisible();
  await die(false);
  await centre.importBundles(file);
  await centre.goTo('Analyse');
  await die(true);
  await page.getByRole('button', { name: /^Run the analysis/ }).click();
  await expect(stopped).toBeVisible();
  await die(false);
  await centre.analyse();
});

test('a browser that runs out of room loses nothing that was shown, and goes on once there is room', async ({
  page,
  browser,
  served,
}) => {
  test.setTimeout(240_000);
  const file = await peerBundle(await browser.newContext(), served.address);
  await page.addInitScript(() => {
    const store = IDBObjectStore.prototype;
    const room = { isFull: false };
    for (const way of ['put', 'add'] as const) {
      const write = store[way];
      store[way] = function (...entry: Parameters<typeof write>) {
        if (room.isFull) throw new DOMException('no room', 'QuotaExceededError');
        return write.apply(this, entry);
      };
    }
    Object.assign(window, { room });
  });
  const fill = (isFull: boolean) =>
    page.evaluate(
      (now) => Object.assign((window as unknown as { room: object }).room, { isFull: now }),
      isFull,
    );
  const centre = new JourneyPage(page);
  await centre.open(served);
  await withCodebook(centre, 'North');
  await centre.planTraining('0.2', /paper/i);

  await test.step('a result that cannot be written is not shown before it is', async () => {
    await page.getByRole('button', { name: /spends ε/ }).click();
    await expect(page.getByText(/steps a second/)).toBeVisible({ timeout: 20_000 });
    await fill(true);
    await expect(page.getByText('The result is not shown yet')).toBeVisible({ timeout: 120_000 });
    await expect(page.getByRole('button', { name: 'Continue to the check' })).toHaveCount(0);
    await page.getByRole('button', { name: 'Write the result again' }).click();
    await expect(page.getByText('The result is not shown yet')).toBeVisible();
    await fill(false);
    await page.getByRole('button', { name: 'Write the result again' }).click();
    await expect(page.getByText('The training is finished')).toBeVisible();
  });

  await test.step('a bundle that cannot be kept is saved at once; one that comes is refused', async () => {
    await centre.goTo('Share');
    await page.getByLabel(/Number of sets|Number of synthetic sets/).fill('3');
    await fill(true);
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Make the bundle' }).click();
    await saved;
    await expect(page.getByText(/refuses to store the bundle, so it was saved as a file/)).toBeVisible();
    await centre.goTo('Peers');
    await centre.importBundles(file);
    await expect(
      page.getByText(/refuses to store the bundle\. .* free some space, and import it again/),
    ).toBeVisible();
    await expect(page.getByRole('switch', { checked: true })).toHaveCount(0);
    await fill(false);
    await centre.importBundles(file);
    await expect(page.getByRole('switch', { checked: true })).toHaveCount(1);
  });
  await page.reload();
  await centre.goTo('Ledger');
  await expect(page.getByRole('table', { name: 'Releases' }).locator('tbody tr')).toHaveCount(1);
});

test('a page of which a part does not arrive says so and what to do, and opens once it is there', async ({
  page,
  served,
}) => {
  for (const part of ['start', 'kept']) {
    await page.route(`**/assets/${part}-*.js`, (route) => route.abort());
    await page.goto(served.address);
    await expect(page.getByRole('alert')).toContainText('Reload it');
    await page.unrouteAll();
    await page.reload();
    await expect(page.getByRole('heading', { name: 'Data' })).toBeVisible();
    // The copy that this visit leaves would bring the part next time.
    await page.evaluate(async () => {
      for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    });
  }
});

/** Without a window no tab is in front: the event that a browser tells it by. */
const comesToFront = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('focus')));

test('two tabs on one project are told of each other', async ({ context, served }) => {
  const first = new JourneyPage(await context.newPage());
  await first.open(served);
  await withCodebook(first, 'North');
  const both = 'This project is open in another tab too';
  const second = new JourneyPage(await context.newPage());
  await second.page.goto(served.address);
  await expect(second.page.getByText(both)).toBeVisible();
  await comesToFront(first.page);
  await expect(first.page.getByText(both)).toBeVisible();
  await second.page.close();
  await comesToFront(first.page);
  await expect(first.page.getByText(both)).toHaveCount(0);
});

test('a tab that sleeps in the middle of a training ends it when it wakes, once', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await withCodebook(centre, 'North');
  await centre.planTraining('0.2', /paper/i);
  await page.getByRole('button', { name: /spends ε/ }).click();
  await expect(page.getByText(/steps a second/)).toBeVisible({ timeout: 20_000 });
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((slept) => setTimeout(slept, 5000));
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(page.getByText('The training is finished')).toBeVisible({ timeout: 60_000 });
  await centre.goTo('Ledger');
  await expect(page.getByRole('table', { name: 'Releases' }).locator('tbody tr')).toHaveCount(1);
});
