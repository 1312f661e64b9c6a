/**
 * `npm run check:statistics -- DIR…`: compares every number of reference files (glm.json, rubin.json, tests.json, special.json,
 * the formats of ../shared/reference) with what this code computes, at the tolerances that the files' README states.
 * Exit status 1 on any miss.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GapLedger } from './gap-ledger.check.ts';
import { checkGlmFile } from './glm-file.check.ts';
import { checkRubinFile } from './rubin-file.check.ts';
import { checkSpecialFile } from './special-file.check.ts';
import { checkTestsFile } from './tests-file.check.ts';

const CHECKS: readonly {
  readonly holds: string;
  readonly check: (content: never, ledger: GapLedger) => void;
}[] = [
  { holds: 'datasets', check: checkGlmFile },
  { holds: 'cases', check: checkRubinFile },
  { holds: 'welch_on_ranks', check: checkTestsFile },
  { holds: 'student_t', check: checkSpecialFile },
];

const given = process.argv.slice(2).filter((argument) => argument !== '--');
const directories = given.length > 0 ? given : ['../shared/reference'];
const ledger = new GapLedger();
let files = 0;
for (const directory of directories) {
  if (!existsSync(directory)) {
    ledger.broken(`${directory} does not exist`);
    continue;
  }
  const names = directory.endsWith('.json')
    ? ['']
    : readdirSync(directory).filter((name) => name.endsWith('.json'));
  for (const name of names.sort()) {
    const path = name === '' ? directory : join(directory, name);
    let content: Record<string, unknown>;
    try {
      content = JSON.parse(readFileSync(path, 'utf8'));
    } catch (error) {
      ledger.broken(`${path}: ${String(error)}`);
      continue;
    }
    const checks = CHECKS.filter(({ holds }) => holds in content);
    // Other files of the folder (the accountant's) are another check's business.
    if (checks.length === 0) continue;
    files += 1;
    for (const { check } of checks) {
      try {
        check(content as never, ledger);
      } catch (error) {
        ledger.broken(`${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  }
}
if (files === 0) ledger.broken('no reference file found');
for (const line of ledger.table()) console.log(line);
for (const miss of ledger.misses.slice(0, 50)) console.log(`MISS ${miss}`);
console.log(
  `check:statistics: ${files} files, ${ledger.compared} numbers compared, ${ledger.misses.length} misses, worst gap ${ledger.worst().toFixed(3)} of its tolerance`,
);
process.exitCode = ledger.misses.length > 0 ? 1 : 0;
