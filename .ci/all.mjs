/**
 * `npm test`: lint, types, import rules, unit tests, production build, size budget, browser tests, in this
 * order. Every stage runs even after a failure, so that one look shows all; ends with `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { findChromium } from './chromium.mjs';

rmSync('test-results', { recursive: true, force: true });
mkdirSync('test-results', { recursive: true });

const bin = (name) => `node_modules/.bin/${name}`;
const counted = { passed: 0, failed: 0, skipped: 0 };

function run(title, command, args, environment = {}) {
  console.log(`\n── ${title}`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...environment } });
  console.log(
    `── ${title}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
  return status === 0;
}

function stage(title, command, args, environment) {
  const good = run(title, command, args, environment);
  counted[good ? 'passed' : 'failed'] += 1;
  return good;
}

/** Adds a test runner's own counts; a runner that failed without a failing test counts as one failure. */
function tests(title, command, args, environment, read) {
  const good = run(title, command, args, environment);
  let result = { passed: 0, failed: 0, skipped: 0 };
  try {
    result = read();
  } catch (error) {
    console.log(`${title}: no result file (${error.message})`);
  }
  counted.passed += result.passed;
  counted.failed += result.failed > 0 || good ? result.failed : 1;
  counted.skipped += result.skipped;
  if (good && result.passed === 0) counted.failed += 1;
}

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));

stage('WebAssembly kernel', 'node', ['src/kernels/wasm/assembly/build.mjs']);
stage('lint', bin('biome'), ['ci', '.']);
stage('types of core, without DOM', bin('tsc'), ['-p', 'src/core/tsconfig.json']);
stage('types', bin('tsc'), ['-p', 'tsconfig.json']);
stage('import rules', bin('depcruise'), ['--config', '.dependency-cruiser.cjs', 'src', 'e2e']);
stage('import rules find planted violations', 'node', ['.ci/check-import-rules.mjs']);

tests(
  'unit tests',
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', '--outputFile.json=test-results/unit.json'],
  {},
  () => {
    const { numPassedTests, numFailedTests, numPendingTests } = json('test-results/unit.json');
    return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests };
  },
);

const built = stage('production build', bin('vite'), ['build']);
if (built) stage('size of the first screen', 'node', ['.ci/check-size.mjs']);
if (built) stage('one file', bin('vite'), ['build', '--mode', 'single']);

const chromium = findChromium();
if (!built || chromium.path === null) {
  console.log(built ? chromium.sentence : 'The browser tests need the production build.');
  counted.failed += 1;
} else {
  const browserTests = (title, args) =>
    tests(
      title,
      bin('playwright'),
      ['test', ...args],
      { CI: 'true', TWINPOOL_CHROMIUM: chromium.path },
      () => {
        const { stats } = json('test-results/e2e.json');
        return {
          passed: stats.expected + stats.flaky,
          failed: stats.unexpected,
          skipped: stats.skipped,
        };
      },
    );
  // Each empties its own output folder at its start, and only that.
  browserTests('browser tests, two at a time', [
    '--workers=2',
    '--grep-invert=@alone',
    '--output=test-results/two-at-a-time',
  ]);
  browserTests('browser tests that time something', ['--grep=@alone', '--output=test-results/alone']);
}

console.log(
  `\n${counted.passed} passed, ${counted.failed} failed${counted.skipped > 0 ? `, ${counted.skipped} skipped` : ''}`,
);
process.exit(counted.failed === 0 ? 0 : 1);
