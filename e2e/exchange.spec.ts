import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { unzipSync, zipSync } from 'fflate';
import { JourneyPage } from './journey-page.ts';
import { look as lookAt } from './look.ts';
import { expect, type ServedPage, test } from './served-page.ts';

const FOLDER = 'test-results/exchange';

const table = (shift: number, wards = 'ABC') =>
  [
    'ward,sex,ill',
    ...Array.from(
      { length: 200 },
      (_, i) => `${wards[(i + shift) % 3]},${'FM'[(i >> 2) % 2]},${i % 5 === shift % 5 ? 1 : 0}`,
    ),
  ].join('\n');

async function centreOf(browser: Browser, served: ServedPage, name: string, text: string) {
  const context = await browser.newContext();
  const centre = new JourneyPage(await context.newPage());
  await centre.open(served);
  await centre.openCsv({ name: 'table.csv', text });
  await centre.nameCentre(name);
  await centre.confirmCodebook();
  return { centre, context };
}

/** A peer of the given name trains, and makes as many bundles as are asked for. */
async function bundlesOf(browser: Browser, served: ServedPage, names: readonly string[], text: string) {
  const { centre, context } = await centreOf(browser, served, names[0]!, text);
  await centre.planTraining('0.2');
  await centre.train();
  const bundles: Buffer[] = [];
  for (const name of names) {
    await centre.page.getByLabel('Name of your centre').fill(name);
    await centre.page.getByLabel(/Number of (synthetic )?sets/).fill('3');
    await centre.page.getByRole('button', { name: /^Make (the|another) bundle$/ }).click();
    const save = centre.page.getByRole('button', { name: new RegExp(`^Download the bundle of ${name},`) });
    await expect(save).toBeVisible({ timeout: 60_000 });
    bundles.push(readFileSync(await centre.saved(() => save.click())));
  }
  await context.close();
  return bundles;
}

/** Files of a folder that no page should take, each in its own way, with the words that say why. */
function badFiles(good: Buffer): readonly (readonly [name: string, bytes: Buffer, says: RegExp])[] {
  const patched = (at: number, ...bytes: number[]) => {
    const copy = Buffer.from(good);
    Buffer.from(bytes).copy(copy, at);
    return copy;
  };
  const end = good.length - 22;
  const directory = good.readUInt32LE(end + 16);
  const firstName = directory + 46;
  const bombed = Buffer.from(good);
  // The directory claims that one entry unpacks to 399 MB.
  bombed.writeUInt32LE(399_000_000, directory + 24);
  const encrypted = patched(directory + 8, 1);
  const lying = patched(end + 10, 0xff, 0x00);
  const climbing = Buffer.from(good);
  climbing.write('../', firstName);
  const method = patched(directory + 10, 99);
  const twice = Buffer.from(good);
  const nameLength = good.readUInt16LE(directory + 28);
  const second =
    firstName + nameLength + good.readUInt16LE(directory + 30) + good.readUInt16LE(directory + 32);
  twice.writeUInt32LE(good.readUInt32LE(directory + 42), second + 42);
  return [
    ['01-empty.zip', Buffer.alloc(0), /not a bundle/],
    ['02-text.zip', Buffer.from('<script>alert(1)</script>'), /not a bundle/],
    ['03-cut-off.zip', good.subarray(0, good.length / 2), /not a bundle/],
    ['04-no-end.zip', good.subarray(0, good.length - 1), /not a bundle/],
    ['05-bomb.zip', bombed, /unpack to more/],
    ['06-encrypted.zip', encrypted, /password/],
    ['07-lies.zip', lying, /table of contents|not a bundle/],
    ['08-climbs.zip', climbing, /leads out|table of contents/],
    ['09-method.zip', method, /compression/],
    ['10-overlap.zip', twice, /overlap|table of contents/],
    ['11-empty-zip.zip', Buffer.from([0x50, 0x4b, 5, 6, ...new Array(18).fill(0)]), /not a bundle/],
    ['12-more-behind.zip', Buffer.concat([good, Buffer.from('x')]), /not a bundle/],
    [
      '13-damaged.zip',
      patched(40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
      /damaged|table of contents/,
    ],
    ['14-pdf.zip', Buffer.from('%PDF-1.7\n'), /not a bundle/],
    ['15-random.zip', Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 89) % 251)), /not a bundle/],
  ];
}

const look = (page: Page, name: string) => lookAt(page, `${FOLDER}/${name}`, { schemes: ['light'] });

test('a folder of 15 good and 15 bad bundles', async ({ browser, served }, info) => {
  test.setTimeout(300_000);
  const names = Array.from({ length: 15 }, (_, i) => `Centre ${String.fromCharCode(65 + i)}`);
  const good = await bundlesOf(browser, served, names, table(1));
  const folder = info.outputPath('bundles');
  mkdirSync(folder, { recursive: true });
  for (const [i, bytes] of good.entries())
    writeFileSync(`${folder}/good-${String(i + 1).padStart(2, '0')}.zip`, bytes);
  const bad = badFiles(good[0]!);
  for (const [name, bytes] of bad) writeFileSync(`${folder}/${name}`, bytes);

  const { centre } = await centreOf(browser, served, 'South', table(2));
  const { page } = centre;
  await centre.goTo('Peers');
  const outcomes = page.getByRole('list', { name: 'What became of the files' });
  await test.step('the tab dies in the middle: what was taken is whole, the rest comes the next time', async () => {
    await page.getByTestId('bundle-folder').setInputFiles(folder);
    await expect(outcomes.getByRole('listitem').filter({ hasText: 'good-02' })).toBeVisible({
      timeout: 120_000,
    });
    await page.reload();
    await centre.goTo('Data');
    await centre.openCsv({ name: 'table.csv', text: table(2) });
    await centre.goTo('Peers');
    await expect(page.getByRole('switch', { checked: true }).first()).toBeVisible();
  });
  const taken = await page.getByRole('switch', { checked: true }).count();
  expect(taken).toBeLessThan(15);
  await page.getByTestId('bundle-folder').setInputFiles(folder);
  await expect(outcomes.getByRole('listitem')).toHaveCount(30, { timeout: 120_000 });
  await expect(page.getByText(`${15 - taken} new bundles, ${taken} already here, 15 refused.`)).toBeVisible();
  for (const [name, , says] of bad)
    await expect(outcomes.getByRole('listitem').filter({ hasText: name })).toContainText(says);
  await expect(page.getByRole('switch', { checked: true })).toHaveCount(15);
  await look(page, 'folder');

  // The same folder again: nothing is taken twice.
  await page.getByTestId('bundle-folder').setInputFiles(folder);
  await expect(page.getByText('0 new bundles, 15 already here, 15 refused.')).toBeVisible({
    timeout: 120_000,
  });
  await expect(page.getByRole('switch', { checked: true })).toHaveCount(15);

  // A folder that the browser lets the page look into again, after a reload too: the page's own one stands in for it.
  const put = (name: string, bytes: Buffer) =>
    page.evaluate(
      async ([file, base64]) => {
        const shared = await (await navigator.storage.getDirectory()).getDirectoryHandle('shared', {
          create: true,
        });
        const writable = await (await shared.getFileHandle(file!, { create: true })).createWritable();
        await writable.write(Uint8Array.from(atob(base64!), (c) => c.charCodeAt(0)));
        await writable.close();
        Object.assign(window, { showDirectoryPicker: async () => shared });
      },
      [name, bytes.toString('base64')],
    );
  const again = page.getByRole('button', { name: 'Look for new bundles in “shared”' });
  await put('first.zip', bad[0]![1]);
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await expect(outcomes.getByRole('listitem')).toHaveCount(1);
  await page.reload();
  await expect(again).toBeVisible();
  await again.click();
  await expect(page.getByText('No new bundle (.zip) in this folder.')).toBeVisible();
  await put('second.zip', good[1]!);
  await again.click();
  await expect(outcomes.getByRole('listitem')).toContainText([/second\.zip.*already have this bundle/]);
  await centre.goTo('Ledger');
  await page.getByRole('button', { name: 'Forget everything…' }).click();
  await page.getByRole('button', { name: 'Forget everything', exact: true }).click();
  await expect(page.getByText(/keeps 0 records/)).toBeVisible();
});

test('a bundle says who signed it, a changed one is refused, another key is pointed out', async ({
  browser,
  served,
}) => {
  test.setTimeout(180_000);
  const [first] = await bundlesOf(browser, served, ['North'], table(0));
  const [otherKey] = await bundlesOf(browser, served, ['North'], table(0));
  const files = unzipSync(first!);
  const changed = zipSync({ ...files, 'signature.json': unzipSync(otherKey!)['signature.json']! });
  const { centre } = await centreOf(browser, served, 'South', table(1));
  const { page } = centre;
  await centre.goTo('Peers');
  const take = (buffer: Buffer) =>
    page
      .getByTestId('bundle-files')
      .setInputFiles({ name: 'north.zip', mimeType: 'application/zip', buffer });
  const outcomes = page.getByRole('list', { name: 'What became of the files' });
  await take(first!);
  await expect(outcomes).toContainText(/It is signed by ([a-z]{5}-){5}[a-z]{5}\./);
  await expect(page.getByRole('row', { name: /North/ })).toContainText(/Signed by ([a-z]{5}-){5}[a-z]{5}/);
  await take(Buffer.from(changed));
  await expect(outcomes).toContainText(/signature of this bundle does not match/);
  await expect(page.getByRole('row', { name: /North/ })).toHaveCount(1);
  await take(otherKey!);
  await expect(outcomes).toContainText(/signed with another key than before/);
  await expect(page.getByText('Another key than their other bundle')).toHaveCount(2);
  await look(page, 'signatures');
});

test('the mapping editor at both widths', async ({ browser, served }) => {
  const [bundle] = await bundlesOf(browser, served, ['North'], table(0, 'ABD'));
  const { centre } = await centreOf(browser, served, 'South', table(1));
  const { page } = centre;
  await centre.goTo('Peers');
  await page
    .getByTestId('bundle-files')
    .setInputFiles({ name: 'north.zip', mimeType: 'application/zip', buffer: bundle! });
  await page.getByRole('button', { name: /^Map the bundle of North/ }).click();
  await expect(page.getByRole('region', { name: 'Mapping of North' })).toBeVisible();
  await look(page, 'mapping');
});

test('a data dictionary becomes a codebook, and the codebook a data dictionary', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  await centre.openCsv({ name: 'table.csv', text: table(0) });
  await centre.nameCentre('North');
  await page.getByTestId('codebook-file').setInputFiles({
    name: 'dictionary.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'Variable / Field Name,Form Name,Section Header,Field Type,Field Label,"Choices, Calculations, OR Slider Labels"\nward,f,,radio,Ward of stay,"A, First | B, Second | C, Third"\nsex,f,,radio,Sex,"F, Female | M, Male"\nill,f,,yesno,Ill,\nbirth,f,,text,Born,\n',
    ),
  });
  await expect(page.getByText(/read as a draft.*left out: birth/)).toBeVisible();
  await page.getByLabel('Role of ill').selectOption('outcome');
  await page.getByRole('button', { name: 'Undo the last change' }).click();
  await expect(page.getByLabel('Role of ill')).toHaveValue('variable');
  await page.getByLabel('Role of ill').selectOption('outcome');
  await page.getByRole('checkbox', { name: /I confirm/ }).check();
  await page.getByRole('button', { name: 'Confirm the codebook' }).click();
  await page.getByRole('button', { name: 'Save codebook' }).click();
  const path = await centre.saved(() => page.getByRole('menuitem', { name: /REDCap/ }).click());
  expect(readFileSync(path, 'utf8')).toContain('A, First | B, Second | C, Third');
});

test('refused tables and codebooks say why, in one picture each', async ({ page, served }) => {
  const centre = new JourneyPage(page);
  await centre.open(served);
  const tables: readonly (readonly [name: string, text: string | Uint8Array, says: RegExp])[] = [
    ['ragged', 'ward,sex,ill\nA,F,1\nB,M\nC,F,0,9', /line 3/],
    ['unclosed', 'ward,sex,ill\nA,"F,1\nB,M,0', /quotation mark opened on line 2/],
    ['twice', 'ward,ward,ill\nA,F,1', /Rename one/],
    ['pdf', '%PDF-1.7\n', /This is a PDF/],
  ];
  for (const [name, text, says] of tables) {
    await centre.openCsv({ name: `${name}.csv`, text });
    await expect(page.getByRole('alert').filter({ hasText: says })).toBeVisible();
  }
  await look(page, 'refused-table');

  await centre.openCsv({ name: 'table.csv', text: table(0) });
  await centre.nameCentre('North');
  const valid = {
    format: 'twinpool-codebook',
    version: 1,
    title: 'x',
    variables: [],
    outcome: { kind: 'binary', name: 'ill', label: 'Ill', event: '1', noEvent: '0', missingCodes: [] },
    declaredPublic: true,
  };
  const level = (value: string, label: string) => ({ value, label });
  const ward = (label: string) => ({
    ...{ kind: 'categorical', name: 'ward', label: 'Ward', missingCodes: [], missing: { kind: 'exclude' } },
    ...{ levels: [level('A', label), level('B', 'Second')], reference: 'A' },
  });
  const codebooks: readonly (readonly [text: string, says: RegExp])[] = [
    ['ward,sex\nA,F', /neither a codebook of this page/],
    [JSON.stringify({ ...valid, version: 7 }), /has version 7/],
    ['{"format":"twinpool-codebook","__proto__":{}}', /“__proto__”, which no codebook has/],
    [JSON.stringify({ ...valid, declaredPublic: false, variables: [ward('First')] }), /confirm/i],
    [JSON.stringify({ ...valid, variables: [ward('Fir\u202est')] }), /Ward|ward/],
    [JSON.stringify({ ...valid, variables: [ward('x'.repeat(201))] }), /200/],
  ];
  for (const [i, [text, says]] of codebooks.entries()) {
    const file = { name: 'codebook.json', mimeType: 'application/json', buffer: Buffer.from(text) };
    await page.getByTestId('codebook-file').setInputFiles(file);
    await expect(page.getByRole('alert').filter({ hasText: says })).toBeVisible();
    if (i >= 3)
      await page
        .getByRole('alert')
        .first()
        .screenshot({ path: `${FOLDER}/refused-codebook-${i}.png` });
  }
  await look(page, 'refused-codebook');
});
