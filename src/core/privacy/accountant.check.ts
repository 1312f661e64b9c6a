/**
 * Checks the accountant against files in the format of the reference file, or against itself on random cases.
 *
 *     npm run check:accountant -- FILE…            no argument: ../shared/reference/accountant.json
 *     npm run check:accountant -- --random 10000 [--seed 1] [--shard 2/4]
 */
import { existsSync, readFileSync } from 'node:fs';
import { checkRandomCases, type Shard } from './check-random.check.ts';
import { checkReferenceFile, type ReferenceFile } from './check-reference.check.ts';
import { Tally } from './check-tally.check.ts';

const args = process.argv.slice(2);
const tally = new Tally();

function option(name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** "2/4" is the second quarter; nothing is the whole. */
function shardFrom(text: string | undefined): Shard {
  if (text === undefined) return { index: 0, of: 1 };
  const [part, of] = text.split('/').map(Number);
  if (part === undefined || of === undefined || !(part >= 1 && part <= of)) throw new Error('--shard i/n');
  return { index: part - 1, of };
}

const random = option('--random');
if (random !== undefined) {
  const count = Number(random);
  if (!(Number.isInteger(count) && count > 0)) throw new Error('--random needs a number of cases');
  checkRandomCases(count, Number(option('--seed') ?? 1), tally, shardFrom(option('--shard')));
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
