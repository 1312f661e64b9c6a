import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GapLedger } from './gap-ledger.check.ts';
import { checkGlmFile } from './glm-file.check.ts';
import { checkRubinFile } from './rubin-file.check.ts';
import { checkSpecialFile } from './special-file.check.ts';
import { checkTestsFile } from './tests-file.check.ts';

const fileAt = (name: string) => new URL(`../../../../shared/reference/${name}`, import.meta.url);

const CASES = [
  ['glm.json', checkGlmFile],
  ['rubin.json', checkRubinFile],
  ['tests.json', checkTestsFile],
  ['special.json', checkSpecialFile],
] as const;

for (const [name, check] of CASES) {
  // The tolerances are the reference files' own, stated beside each comparison.
  it.runIf(existsSync(fileAt(name)))(`every number of ${name} (needs ../shared/reference)`, () => {
    const ledger = new GapLedger();
    check(JSON.parse(readFileSync(fileAt(name), 'utf8')), ledger);
    expect(ledger.misses).toEqual([]);
    expect(ledger.compared).toBeGreaterThan(400);
  });
}

it('the ledger sees a wrong number, a missing one and a NaN', () => {
  const ledger = new GapLedger();
  ledger.compare('kind', 'right', 1 + 1e-13, 1, { relative: 1e-12 });
  ledger.compare('kind', 'not available', 5, null, {});
  expect([ledger.compared, ledger.misses.length]).toEqual([1, 0]);
  ledger.compare('kind', 'wrong', 1.1, 1, { relative: 1e-12 });
  ledger.compare('kind', 'not a number', Number.NaN, 1, { relative: 1e-12 });
  ledger.compare('kind', 'infinite', Number.POSITIVE_INFINITY, 'inf', {});
  expect([ledger.compared, ledger.misses.length]).toEqual([4, 2]);
  expect(ledger.worst()).toBe(Number.POSITIVE_INFINITY);
});
