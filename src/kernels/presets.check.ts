/**
 * `npm run check:presets -- [--rows 150,500,1500,5000] [--epsilon 0.5,1,2,4] [--variants "a;b"] [--slow] [--repeats 4] [--parties 6]
 * [--sets 20] [--seed HEX]`: settings of DPVI compared at equal privacy on alike centres of invented people with known
 * truth; prints a markdown table, one line a variant, N and ε (`core/study/README.md`).
 */
import { parseArgs } from 'node:util';
import { cohortCodebook } from '../core/cohort/simulated-cohort.ts';
import { PRESET_VARIANTS } from '../core/study/preset-variants.ts';
import { type CellOutcome, dpviSets, marginalsSets, simulateCell } from '../core/study/simulated-cell.ts';
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
    seed: { type: 'string', default: '707265736574' },
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

async function main(): Promise<void> {
  const wanted = given.variants?.split(';').map((name) => name.trim());
  const variants = PRESET_VARIANTS.filter(({ name, slow }) =>
    wanted === undefined ? given.slow || !slow : wanted.includes(name),
  );
  if (variants.length === 0)
    throw new Error(`--variants: of ${PRESET_VARIANTS.map(({ name }) => name).join('; ')}`);
  const seed = Uint8Array.from(Buffer.from(given.seed.padEnd(64, '0'), 'hex'));
  const [repeats] = numbers(given.repeats);
  const { outcome } = cohortCodebook();
  console.log(
    '| N | ε | variant | loss | loss less the first variant’s | loss, paper’s score | gap closed % | error | covered % | t covered % | width |',
  );
  console.log('|---|---|---|---|---|---|---|---|---|---|---|');
  for (const rowCount of numbers(given.rows)) {
    for (const epsilon of numbers(given.epsilon)) {
      let first: readonly CellOutcome[] | undefined;
      for (const variant of variants) {
        const outcomes: CellOutcome[] = [];
        for (let repeat = 0; repeat < repeats!; repeat += 1) {
          const cell = {
            rowCount,
            epsilon,
            delta: 1e-6,
            parties: numbers(given.parties),
            setCounts: numbers(given.sets),
            repeat,
          };
          const { settings } = variant;
          const makeSets =
            settings === undefined
              ? marginalsSets(cell)
              : dpviSets(cell, settings(outcome, 0.2), trainByKernel);
          outcomes.push(...(await simulateCell(cell, makeSets, seed)));
        }
        // The same people and the same draws: the difference is much better known than either loss.
        first ??= outcomes;
        const differences = outcomes.map((one, i) => first![i]!.combined - one.combined);
        const sum = (of: (one: CellOutcome) => number) => outcomes.reduce((total, one) => total + of(one), 0);
        const closed = sum((one) => one.combined - one.local) / sum((one) => one.ideal - one.local);
        const error = Math.sqrt(sum((one) => one.squaredError) / sum((one) => one.counted));
        const width = sum((one) => one.normalWidth / one.localWidth) / outcomes.length;
        const line = [
          rowCount,
          epsilon,
          variant.name,
          meanOf(outcomes.map((one) => one.ideal - one.combined)),
          first === outcomes ? '' : meanOf(differences),
          meanOf(outcomes.map((one) => one.ideal - one.combinedScore)),
          (100 * closed).toFixed(0),
          error.toFixed(3),
          shareOf(outcomes, 'normalCovered'),
          shareOf(outcomes, 'tCovered'),
          width.toFixed(2),
        ];
        console.log(`| ${line.join(' | ')} |`);
      }
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
