/** Support of the benches: a module built as one script and run in headless Chromium, on one page. */
import { existsSync } from 'node:fs';
import { chromium, type Page } from '@playwright/test';
import { build } from 'vite';

const CHROMIUM = process.env.TWINPOOL_CHROMIUM ?? process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why Chromium is not measured here; null where it can be. */
export function chromiumMissing(): string | null {
  return existsSync(CHROMIUM) ? null : `not measured: no browser at ${CHROMIUM} (set TWINPOOL_CHROMIUM).`;
}

/**
 * @param entry path of the module; its exports are `globalThis[name]` on the page
 * @param measure called before the script runs with a function that runs it
 */
export async function inChromium(
  entry: string,
  name: string,
  flags: readonly string[],
  measure: (page: Page, start: () => Promise<unknown>) => Promise<void>,
): Promise<void> {
  const bundled = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, minify: false, target: 'es2022', lib: { entry, formats: ['iife'], name } },
  });
  const output = (Array.isArray(bundled) ? bundled : [bundled]).flatMap((each) =>
    'output' in each ? each.output : [],
  );
  const script = output.find((each) => each.type === 'chunk');
  if (script === undefined || script.type !== 'chunk') throw new Error('the bundler gave no script');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...flags,
    ],
  });
  try {
    const page = await browser.newPage();
    await measure(page, () => page.addScriptTag({ content: script.code }));
  } finally {
    await browser.close();
  }
}
