import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import type { ServedPage } from './served-page.ts';

/** One centre at its browser: what its person does, in the words on the page. */
export class JourneyPage {
  constructor(readonly page: Page) {}

  /** Opens the page and waits until the browser keeps its own copy of it. */
  async open(served: ServedPage): Promise<void> {
    await this.page.goto(served.address);
    await expect(this.heading('Data')).toBeVisible();
    await this.page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated');
  }

  heading(name: string) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  async goTo(step: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Steps' }).getByRole('button', { name: step }).click();
    await expect(this.heading(step)).toBeVisible();
  }

  async trySimulatedCentres(): Promise<void> {
    await this.page.getByRole('button', { name: 'Try the simulated centres' }).click();
    await expect(this.page.getByLabel('Column that names the centre')).toBeVisible({ timeout: 20_000 });
  }

  async openCsv(path: string | { name: string; text: string | Uint8Array }): Promise<void> {
    await this.page
      .getByTestId('csv-file')
      .first()
      .setInputFiles(
        typeof path === 'string'
          ? path
          : { name: path.name, mimeType: 'text/csv', buffer: Buffer.from(path.text) },
      );
  }

  async chooseSite(column: string | null, site: string | null): Promise<void> {
    if (column !== null && site !== null) {
      await this.page.getByLabel('Column that names the centre').selectOption(column);
      await this.page.getByLabel('Your centre', { exact: true }).selectOption(site);
    }
  }

  async nameCentre(name: string): Promise<void> {
    await this.page.getByLabel('Name of your centre').fill(name);
    await this.page.getByRole('button', { name: 'Continue to the codebook' }).click();
    await expect(this.heading('Codebook')).toBeVisible();
  }

  async loadCodebook(path: string): Promise<void> {
    await this.page.getByTestId('codebook-file').setInputFiles(path);
  }

  async confirmCodebook(): Promise<void> {
    await this.page.getByRole('checkbox', { name: /I confirm/ }).check();
    await this.page.getByRole('button', { name: 'Confirm the codebook' }).click();
    await this.page.getByRole('button', { name: 'Continue to privacy' }).click();
    await expect(this.heading('Privacy')).toBeVisible();
  }

  /** Accepts what the page recommends, noisy tables for a 0/1 event, and waits for the plan. */
  async planAsRecommended(): Promise<void> {
    await this.page.getByRole('radio', { name: /may be known/ }).check();
    const go = this.page.getByRole('button', { name: 'Continue with this plan' });
    await expect(go).toBeEnabled({ timeout: 30_000 });
    await go.click();
    await expect(this.heading('Train')).toBeVisible();
  }

  /** Chooses the short training, or the paper's, with a guess of the event rate, and waits for the plan. */
  async planTraining(guess: string, training: RegExp = /^Short training/): Promise<void> {
    await this.page.getByRole('radio', { name: training }).check();
    await this.page.getByLabel(/Guess of the/).fill(guess);
    await this.planAsRecommended();
  }

  async train(): Promise<void> {
    await this.page.getByRole('button', { name: /spends ε/ }).click();
    const go = this.page.getByRole('button', { name: 'Continue to the check' });
    await expect(go).toBeVisible({ timeout: 120_000 });
    await go.click();
    await expect(this.page.getByRole('heading', { name: 'What these twins are good for' })).toBeVisible({
      timeout: 60_000,
    });
    await this.page.getByRole('button', { name: 'Continue to share' }).click();
    await expect(this.heading('Share')).toBeVisible();
  }

  /** Makes a bundle of K sets and saves it; the path of the file. */
  async makeBundle(setCount: number): Promise<string> {
    await this.page.getByLabel(/Number of (synthetic )?sets/).fill(String(setCount));
    await this.page.getByRole('button', { name: /^Make (the|another) bundle$/ }).click();
    const save = this.page.getByRole('button', { name: /^(Download|Save)/ }).first();
    await expect(save).toBeVisible({ timeout: 120_000 });
    return this.saved(() => save.click());
  }

  /** One of the simulated centres, from opening the page to its Privacy step. */
  async openSimulatedCentre(served: ServedPage, site: string): Promise<void> {
    await this.open(served);
    await this.trySimulatedCentres();
    await this.chooseSite('assessment_center', site);
    await this.nameCentre(site);
    await this.confirmCodebook();
  }

  /** One of the simulated centres, from opening the page to its bundle. */
  async simulatedBundle(
    served: ServedPage,
    site: string,
    setCount: number,
    way: 'recommended' | 'training' = 'training',
  ): Promise<string> {
    await this.openSimulatedCentre(served, site);
    if (way === 'recommended') await this.planAsRecommended();
    else await this.planTraining('0.2');
    await this.train();
    return this.makeBundle(setCount);
  }

  async importBundles(...paths: string[]): Promise<void> {
    await this.page.getByTestId('bundle-files').setInputFiles(paths);
    if (paths.length === 0) return;
    const outcomes = this.page.getByRole('list', { name: 'What became of the files' });
    await expect(outcomes.getByRole('listitem')).toHaveCount(paths.length, { timeout: 60_000 });
  }

  async analyse(): Promise<Estimates> {
    await this.page
      .getByRole('button', { name: /^Run the analysis/ })
      .last()
      .click();
    const save = this.page.getByRole('button', { name: /CSV/ });
    await expect(save).toBeVisible({ timeout: 120_000 });
    return readEstimates(await this.saved(() => save.click()));
  }

  /** What a click saves, as a path on this machine. */
  async saved(click: () => Promise<void>): Promise<string> {
    const download = this.page.waitForEvent('download');
    await click();
    return (await download).path();
  }
}

export type Estimates = readonly Readonly<Record<string, string>>[];

/** The table of estimates as the page exports it: one record a row. The page quotes cells that hold commas. */
export async function readEstimates(path: string): Promise<Estimates> {
  const [header, ...rows] = (await readFile(path, 'utf8'))
    .replace(/^\uFEFF/, '')
    .trim()
    .split(/\r?\n/)
    .map(cells);
  return rows.map((row) => Object.fromEntries((header ?? []).map((name, i) => [name, row[i] ?? ''])));
}

function cells(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  );
}
