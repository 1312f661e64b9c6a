import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = [
  process.env.TWINPOOL_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const installed = () => PLACES.find((place) => place && existsSync(place)) ?? null;

/** A Chrome or Chromium on this machine; on Debian as root the package `chromium` is installed first. */
export function findChromium() {
  if (installed() === null && existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    console.log('No browser found: installing the Debian package chromium.');
    const quiet = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], quiet);
    spawnSync('apt-get', ['install', '-y', '-qq', 'chromium'], quiet);
  }
  return {
    path: installed(),
    sentence:
      'The browser tests need Chrome or Chromium: install one, or set TWINPOOL_CHROMIUM to its path, and run npm test again.',
  };
}
