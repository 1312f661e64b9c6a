/**
 * Checks the accountant against files in the format of the reference file, or against itself on random cases.
 *
 *     npm run check:accountant -- FILE…            no argument: ../shared/reference/accountant.json
 *     npm run check:accountant -- --random 10000 [--seed 1]
 */
import { existsSync, readFileSync } from 'node:fs';
import { checkRandomCases } from './check-random.check.ts';
import { checkReferenceFile, type ReferenceFile } from './check-reference.check.ts';
import { Tally } from './check-tally.check.ts';

const args = process.argv.slice(2);
const tally = new Tally();
const randomAt = args.indexOf('--random');
if (randomAt >= 0) {
  const count = Number(args[randomAt + 1]);
  const seedAt = args.indexOf('--seed');
  if (!(Number.isInteger(count) && count > 0)) throw new Error('--random needs a number of cases');
  checkRandomCases(count, seedAt >= 0 ? Number(args[seedAt + 1]) : 1, tally);
} else {
  const files = args.length > 0 ? args : ['../shared/reference/accountant.json'];
  for (const file of files) {
    if (!existsSync(file)) {
      console.log(`${file}: no such file`);
      process.exit(1);
    }
    checkReferenceFile(JSON.parse(readFileSync(file, 'utf8')) as ReferenceFile, tally);
  }
}
for (const line of tally.lines()) console.log(line);
console.log(tally.summary());
process.exit(tally.misses > 0 ? 1 : 0);
