import type { Page } from '@playwright/test';
import { JourneyPage } from './journey-page.ts';
import { look } from './look.ts';
import { expect, test } from './served-page.ts';

const SECRET = 'only-in-the-rows-4711';

const table = {
  name: 'wards.csv',
  text: [
    'ward,sex,note,ill',
    ...Array.from(
      { length: 400 },
      (_, i) => `${'ABC'[i % 3]},${'FM'[(i >> 2) % 2]},${SECRET}-${i},${(i * 7) % 5 === 0 ? 1 : 0}`,
    ),
  ].join('\n'),
};

async function toPlan(centre: JourneyPage): Promise<void> {
  await centre.openCsv(table);
  await centre.nameCentre('North');
  await centre.confirmCodebook();
  await centre.planTraining('0.2');
}

/** Everything that the browser keeps of the page, as text. */
const stored = (page: Page) =>
  page.evaluate(async () => {
    const texts: string[] = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise<unknown[]>((resolve, reject) => {
          const reading = database.transaction(store).objectStore(store).getAll();
          reading.onsuccess = () => resolve(reading.result);
          reading.onerror = () => reject(reading.error);
        });
        const text = JSON.stringify(all, (_, value) =>
          value instanceof Uint8Array ? new TextDecoder('latin1').decode(value) : value,
        );
        texts.push(`${store}: ${text}`);
      }
      database.close();
    }
    return texts.join('\n');
  });

test('raw rows never reach storage, the place of the file does, and forgetting everything leaves nothing', async ({
  page,
  served,
}) => {
  // The browser's private disk stands in for the person's, and its handles for those of the dialogue.
  await page.addInitScript(() => {
    const choose = async () => [await (await navigator.storage.getDirectory()).getFileHandle('wards.csv')];
    Object.assign(window, { showOpenFilePicker: choose });
  });
  const save = (text: string) =>
    page.evaluate(async (content) => {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle('wards.csv', { create: true })).createWritable();
      await file.write(content);
      await file.close();
    }, text);
  const centre = new JourneyPage(page);
  await centre.open(served);
  await save(table.text);
  await page.getByRole('button', { name: 'Choose a table' }).click();
  await centre.nameCentre('North');
  await centre.confirmCodebook();
  await centre.planTraining('0.2');
  await centre.train();
  await centre.makeBundle(3);

  await test.step('one click opens the file again, and a changed one is pointed out', async () => {
    const changed = page.getByText('These are not the rows that were trained on before');
    const again = page.getByRole('button', { name: 'Open “wards.csv” again' });
    await page.reload();
    await centre.goTo('Data');
    await look(page, 'test-results/screens/reopen');
    await centre.goTo('Check');
    await again.click();
    await expect(page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible({
      timeout: 60_000,
    });
    await expect(changed).toHaveCount(0);
    await save(table.text.replace('A,F', 'B,F'));
    await page.reload();
    await centre.goTo('Data');
    await again.click();
    await expect(changed).toBeVisible();
    await look(page, 'test-results/screens/changed');
  });
  const before = await stored(page);
  // The search finds what is there.
  expect(before).toContain('North');
  expect(before).toContain('ward');
  expect(before).not.toContain(SECRET);

  await centre.goTo('Ledger');
  await page.getByRole('button', { name: 'Forget everything…' }).click();
  await page.getByRole('button', { name: 'Forget everything', exact: true }).click();
  await expect(page.getByText(/keeps 0 records, 0 offline copies and 0 settings/)).toBeVisible();
  const after = await stored(page);
  expect(after).not.toContain('North');
  expect(after).not.toContain('ward');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Choose a table' })).toBeVisible();
  await expect(page.getByRole('button', { name: /again$/ })).toHaveCount(0);
});

test('a tab that is closed at any moment of training loses nothing and releases nothing twice', async ({
  context,
  served,
}) => {
  const first = new JourneyPage(await context.newPage());
  await first.open(served);
  await toPlan(first);
  await first.page.close();
  let trained = 0;
  for (const afterMs of [0, 30, 120, 400]) {
    const centre = new JourneyPage(await context.newPage());
    await centre.page.goto(served.address);
    await centre.goTo('Data');
    await centre.openCsv(table);
    await centre.goTo('Privacy');
    const go = centre.page.getByRole('button', { name: 'Continue with this plan' });
    await expect(go).toBeEnabled({ timeout: 30_000 });
    await go.click();
    await centre.page.getByRole('button', { name: /spends ε/ }).click();
    trained += 1;
    await centre.page.waitForTimeout(afterMs);
    await centre.page.close();

    const again = new JourneyPage(await context.newPage());
    await again.page.goto(served.address);
    await again.goTo('Ledger');
    // Every click is in the ledger at most once, whatever became of it.
    await again.page.waitForTimeout(500);
    const entries = await again.page.getByRole('table', { name: 'Releases' }).locator('tbody tr').count();
    expect(entries).toBeGreaterThanOrEqual(trained - 1);
    expect(entries).toBeLessThanOrEqual(trained);
    trained = entries;
    await again.page.close();
  }

  // One of them is gone on with, or one is trained anew; then the bundle is interrupted, and made after all.
  const last = new JourneyPage(await context.newPage());
  await last.page.goto(served.address);
  await last.goTo('Data');
  await last.openCsv(table);
  await last.goTo('Train');
  const open = last.page.getByRole('button', { name: /^(Go on|Begin):/ }).first();
  const finished = last.page.getByRole('button', { name: 'Continue to the check' });
  await expect(open.or(finished).first()).toBeVisible();
  if (await open.isVisible()) await open.click();
  await last.page.getByRole('button', { name: 'Continue to the check' }).click({ timeout: 60_000 });
  await last.page.getByRole('button', { name: 'Continue to share' }).click();
  await last.page.getByRole('button', { name: /^Make (the|another) bundle$/ }).click();
  await last.page.reload();
  await last.goTo('Share');
  await last.makeBundle(3);
});

test('where storage is denied the page says so and the journey goes on', async ({ page, served }) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  const centre = new JourneyPage(page);
  await centre.open(served);
  await expect(page.getByText(/does not let the page store anything/)).toBeVisible();
  await toPlan(centre);
  await centre.train();
  await centre.goTo('Ledger');
  await expect(page.getByRole('table', { name: 'Releases' }).locator('tbody tr')).toHaveCount(1);
});

test('projects: a second one beside the first, a copy, a deletion that is undone', async ({
  page,
  served,
}) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv(table);
  await centre.goTo('Projects');
  await page.getByLabel('Name of the project').fill('Falls');
  await page.getByRole('button', { name: 'Copy Falls' }).click();
  await centre.goTo('Projects');
  await expect(page.getByLabel('Name of the project')).toHaveCount(2);
  await page.getByRole('button', { name: 'Delete Falls', exact: true }).click();
  await expect(page.getByLabel('Name of the project')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByLabel('Name of the project')).toHaveCount(2);
  await page.reload();
  await centre.goTo('Projects');
  await expect(page.getByRole('button', { name: 'Open Falls', exact: true })).toBeVisible();
});
