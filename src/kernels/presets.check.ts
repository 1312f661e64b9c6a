/**
 * `npm run check:presets -- [--rows 150,500,1500,5000] [--epsilon 0.5,1,2,4] [--variants "a;b"] [--slow] [--repeats 4] [--parties 6]
 * [--sets 20] [--centres alike|shifted] [--seed HEX] [--out FILE] [--shard 1/2]`: settings of DPVI and noisy tables compared at equal
 * privacy on centres of invented people with known truth; prints a markdown table, one line a variant, N and ε
 * (`core/study/README.md`). With `--out` it goes on where it stopped, and shards may write to one file.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cohortCodebook } from '../core/cohort/simulated-cohort.ts';
import { PRESET_VARIANTS, type PresetVariant } from '../core/study/preset-variants.ts';
import {
  type CellOutcome,
  dpviSets,
  marginalsSets,
  type SharedBy,
  type SimulatedCell,
  simulateCell,
} from '../core/study/simulated-cell.ts';
import { SIMULATED_CENTRES } from '../core/study/simulated-centres.ts';
import { shardOf } from './shard.ts';
import { trainByKernel } from './train-twin.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    rows: { type: 'string', default: '150,500,1500,5000' },
    epsilon: { type: 'string', default: '1' },
    variants: { type: 'string' },
    slow: { type: 'boolean', default: false },
    repeats: { type: 'string', default: '4' },
    parties: { type: 'string', default: '6' },
    sets: { type: 'string', default: '20' },
    centres: { type: 'string', default: 'alike' },
    seed: { type: 'string', default: '707265736574' },
    out: { type: 'string' },
    shard: { type: 'string', default: '1/1' },
  },
});

function numbers(text: string): number[] {
  const values = text.split(',').map(Number);
  if (values.some((value) => !(value > 0 && value < Infinity)))
    throw new Error(`${text}: not numbers above 0`);
  return values;
}

/** Mean over repeats with its standard error, in ten-thousandths. */
function meanOf(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const error = Math.sqrt(squares / (values.length - 1) / values.length);
  return `${(1e4 * mean).toFixed(0)} ± ${(1e4 * error).toFixed(0)}`;
}

function shareOf(outcomes: readonly CellOutcome[], key: 'normalCovered' | 'tCovered'): string {
  const counted = outcomes.reduce((sum, one) => sum + one.counted, 0);
  return `${((100 * outcomes.reduce((sum, one) => sum + one[key], 0)) / counted).toFixed(0)}`;
}

function sharedBy({ settings }: PresetVariant, cell: SimulatedCell): SharedBy {
  if (settings === 'tables') return { kind: 'tables' };
  if (settings === 'twins-of-tables') return { kind: 'sets', make: marginalsSets(cell) };
  const training = settings(cohortCodebook().outcome, 0.2);
  return { kind: 'sets', make: dpviSets(cell, training, trainByKernel) };
}

/** One simulation as `--out` keeps it. */
interface Kept {
  readonly name: string;
  readonly outcome: CellOutcome;
}

function keptIn(file: string | undefined): Map<string, CellOutcome> {
  if (file === undefined || !existsSync(file)) return new Map();
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return new Map(lines.map((line) => JSON.parse(line) as Kept).map(({ name, outcome }) => [name, outcome]));
}

const COLUMNS = [
  'N',
  'ε',
  'variant',
  'loss',
  'loss less the first variant’s',
  'loss, paper’s score',
  'gap closed %',
  'gap closed against ridge %',
  'error',
  'covered %',
  't covered %',
  'width',
];

function lineOf(outcomes: readonly CellOutcome[], first: readonly CellOutcome[]): string[] {
  // The same people and the same draws: the difference is much better known than either loss.
  const differences = outcomes.map((one, i) => first[i]!.combined - one.combined);
  const sum = (of: (one: CellOutcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
  const closed = sum((one) => one.combined - one.local) / sum((one) => one.ideal - one.local);
  const ridge = sum((one) => one.combined - one.ridge) / sum((one) => one.ridgeIdeal - one.ridge);
  return [
    meanOf(outcomes.map((one) => one.ideal - one.combined)),
    first === outcomes ? '' : meanOf(differences),
    meanOf(outcomes.map((one) => one.ideal - one.combinedScore)),
    (100 * closed).toFixed(0),
    (100 * ridge).toFixed(0),
    Math.sqrt(sum((one) => one.squaredError) / sum((one) => one.counted)).toFixed(3),
    shareOf(outcomes, 'normalCovered'),
    shareOf(outcomes, 'tCovered'),
    (sum((one) => one.normalWidth / one.localWidth) / outcomes.length).toFixed(2),
  ];
}

async function main(): Promise<void> {
  const wanted = given.variants?.split(';').map((name) => name.trim());
  const variants = PRESET_VARIANTS.filter(({ name, slow }) =>
    wanted === undefined ? given.slow || !slow : wanted.includes(name),
  );
  if (variants.length === 0 || variants.length < (wanted?.length ?? 0))
    throw new Error(`--variants: of ${PRESET_VARIANTS.map(({ name }) => name).join('; ')}`);
  const centres = SIMULATED_CENTRES.find((kind) => kind === given.centres);
  if (centres === undefined) throw new Error(`--centres: one of ${SIMULATED_CENTRES.join(', ')}`);
  const seed = Uint8Array.from(Buffer.from(given.seed.padEnd(64, '0'), 'hex'));
  const [repeats] = numbers(given.repeats);
  const [parties, setCounts] = [numbers(given.parties), numbers(given.sets)];
  const mine = shardOf(given.shard);
  const kept = keptIn(given.out);
  console.log(`| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
  for (const rowCount of numbers(given.rows)) {
    for (const epsilon of numbers(given.epsilon)) {
      let first: readonly CellOutcome[] | undefined;
      for (const variant of variants) {
        const outcomes: CellOutcome[] = [];
        for (let repeat = 0; repeat < repeats!; repeat += 1) {
          const cell = { centres, rowCount, epsilon, delta: 1e-6, parties, setCounts, repeat };
          const name = JSON.stringify([variant.name, cell, given.seed]);
          let found = kept.get(name);
          if (found === undefined && mine(repeat)) {
            [found] = await simulateCell(cell, sharedBy(variant, cell), seed);
            const line: Kept = { name, outcome: found! };
            if (given.out !== undefined) appendFileSync(given.out, `${JSON.stringify(line)}\n`);
          }
          if (found !== undefined) outcomes.push(found);
        }
        if (outcomes.length < repeats!) continue;
        first ??= outcomes;
        console.log(`| ${[rowCount, epsilon, variant.name, ...lineOf(outcomes, first)].join(' | ')} |`);
      }
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
