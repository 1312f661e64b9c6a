/**
 * `npm run make:planner-table -- [--repeats 3] [--rows 150,500] [--seed HEX] [--out FILE]`: simulates alike centres of invented
 * people at every corner of the planner's grid and writes `core/study/planner-table.fixture.json`, what the Privacy step reads off. The
 * page's own preset; δ = 1e-6.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cohortCodebook } from '../core/cohort/simulated-cohort.ts';
import { shortPreset } from '../core/inference/presets.ts';
import { PLANNER_GRID, type PlannerCorner, type PlannerTable } from '../core/study/planner.ts';
import {
  type CellOutcome,
  dpviSets,
  levelCountOf,
  medianOf,
  partOfCodebook,
  simulateCell,
} from '../core/study/simulated-cell.ts';
import { trainByKernel } from './train-twin.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    repeats: { type: 'string', default: '3' },
    seed: { type: 'string', default: '706c616e6e6572' },
    out: { type: 'string', default: 'src/core/study/planner-table.fixture.json' },
  },
});

/** Thirteen levels, and all twenty-six. */
const CODEBOOKS: readonly (readonly string[] | undefined)[] = [
  ['age_group', 'sex', 'deprivation'],
  undefined,
];

function cornerOf(
  place: Pick<PlannerCorner, 'rowCount' | 'epsilon' | 'levels' | 'parties' | 'setCount'>,
  outcomes: readonly CellOutcome[],
): PlannerCorner {
  const meanOf = (of: (one: CellOutcome) => number) =>
    outcomes.reduce((total, one) => total + of(one), 0) / outcomes.length;
  const digits = (value: number, count: number) => Number(value.toPrecision(count));
  const gains = outcomes.map((one) => one.combined - one.local);
  const gain = meanOf((one) => one.combined - one.local);
  const squares = gains.reduce((sum, value) => sum + (value - gain) ** 2, 0);
  const counted = outcomes.reduce((total, one) => total + one.counted, 0);
  const covered = outcomes.reduce((total, one) => total + one.tCovered, 0);
  return {
    ...place,
    localWidth: digits(medianOf(outcomes.map((one) => one.localWidth)), 4),
    combinedWidth: digits(medianOf(outcomes.map((one) => one.tWidth)), 4),
    covered: digits(covered / counted, 3),
    gain: digits(gain, 4),
    gainError: digits(Math.sqrt(squares / (gains.length - 1) / gains.length), 2),
    idealGain: digits(
      meanOf((one) => one.ideal - one.local),
      4,
    ),
  };
}

async function main(): Promise<void> {
  const repeats = Number(given.repeats);
  if (!(Number.isInteger(repeats) && repeats >= 2))
    throw new Error('--repeats: a whole number of at least 2');
  const seed = Uint8Array.from(Buffer.from(given.seed.padEnd(64, '0'), 'hex'));
  const settings = shortPreset(cohortCodebook().outcome, 0.2);
  const { rowCounts, epsilons, parties, setCounts } = PLANNER_GRID;
  // Goes on where it was stopped: every corner is simulated from its own draws.
  const kept: PlannerTable | undefined = existsSync(given.out)
    ? (JSON.parse(readFileSync(given.out, 'utf8')) as PlannerTable)
    : undefined;
  const corners: PlannerCorner[] = kept?.repeats === repeats ? [...kept.corners] : [];
  for (const rowCount of rowCounts) {
    for (const variables of CODEBOOKS) {
      const levels = levelCountOf(partOfCodebook(variables));
      for (const epsilon of epsilons) {
        const isDone = corners.some(
          (one) => one.rowCount === rowCount && one.levels === levels && one.epsilon === epsilon,
        );
        if (isDone) continue;
        const outcomes: CellOutcome[] = [];
        for (let repeat = 0; repeat < repeats; repeat += 1) {
          const chosen = variables === undefined ? {} : { variables };
          const cell = { rowCount, epsilon, delta: 1e-6, parties, setCounts, repeat, ...chosen };
          outcomes.push(...(await simulateCell(cell, dpviSets(cell, settings, trainByKernel), seed)));
        }
        for (const partyCount of parties) {
          for (const setCount of setCounts) {
            const own = outcomes.filter((one) => one.parties === partyCount && one.setCount === setCount);
            corners.push(cornerOf({ rowCount, epsilon, levels, parties: partyCount, setCount }, own));
          }
        }
        writeFileSync(given.out, `${JSON.stringify({ repeats, corners } satisfies PlannerTable)}\n`);
        console.log(`N ${rowCount}, ${levels} levels, ε ${epsilon}`);
      }
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
