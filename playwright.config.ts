import { defineConfig } from '@playwright/test';

const chromium = process.env.TWINPOOL_CHROMIUM ?? '/usr/bin/chromium';

/**
 * Browser tests drive the production build, served by a server that counts what reaches it. One at a time; `npm test` runs two
 * at a time but for those tagged `@alone`, which hold something to a time or use every core.
 */
export default defineConfig({
  testDir: 'e2e',
  timeout: 180_000,
  workers: 1,
  fullyParallel: false,
  reporter: process.env.CI ? [['list'], ['json', { outputFile: 'test-results/e2e.json' }]] : [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    // What a person would wait for at most: a step that hangs says which one it was.
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    launchOptions: {
      executablePath: chromium,
      args: [
        '--headless=new',
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
