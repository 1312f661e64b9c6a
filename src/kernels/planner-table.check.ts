/**
 * `npm run make:planner-table -- [--method noisy-marginals|short] [--centres alike|shifted] [--repeats 3] [--seed HEX] [--out FILE]`:
 * simulates centres of invented people at every corner of the planner's grid and writes them into
 * `core/study/planner-table.fixture.json`, what the Privacy step reads off. Noisy tables with the joint estimate, or twins by the page's
 * own training; δ = 1e-6. Goes on where it was stopped.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cohortCodebook } from '../core/cohort/simulated-cohort.ts';
import { shortPreset } from '../core/inference/presets.ts';
import {
  PLANNER_GRID,
  type PlannerCorner,
  type PlannerMethod,
  type PlannerQuestion,
  type PlannerTable,
} from '../core/study/planner.ts';
import {
  type CellOutcome,
  type CellPeople,
  dpviSets,
  levelCountOf,
  medianOf,
  partOfCodebook,
  peopleOf,
  type SharedBy,
  type SimulatedCell,
  simulateCell,
} from '../core/study/simulated-cell.ts';
import { SIMULATED_CENTRES } from '../core/study/simulated-centres.ts';
import { trainByKernel } from './train-twin.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    method: { type: 'string', default: 'noisy-marginals' },
    centres: { type: 'string', default: 'alike' },
    repeats: { type: 'string', default: '3' },
    seed: { type: 'string', default: '706c616e6e6572' },
    out: { type: 'string', default: 'src/core/study/planner-table.fixture.json' },
  },
});

const METHODS: readonly PlannerMethod[] = ['noisy-marginals', 'short'];

/** Thirteen levels, and all twenty-six. */
const CODEBOOKS: readonly (readonly string[] | undefined)[] = [
  ['age_group', 'sex', 'deprivation'],
  undefined,
];

function cornerOf(place: PlannerQuestion, outcomes: readonly CellOutcome[]): PlannerCorner {
  const meanOf = (of: (one: CellOutcome) => number) =>
    outcomes.reduce((total, one) => total + of(one), 0) / outcomes.length;
  const digits = (value: number, count: number) => Number(value.toPrecision(count));
  const gains = outcomes.map((one) => one.combined - one.ridge);
  const gain = meanOf((one) => one.combined - one.ridge);
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
      meanOf((one) => one.ridgeIdeal - one.ridge),
      4,
    ),
  };
}

function sharedBy(method: PlannerMethod, cell: SimulatedCell): SharedBy {
  if (method === 'noisy-marginals') return { kind: 'tables' };
  const settings = shortPreset(cohortCodebook().outcome, 0.2);
  return { kind: 'sets', make: dpviSets(cell, settings, trainByKernel) };
}

async function main(): Promise<void> {
  const repeats = Number(given.repeats);
  if (!(Number.isInteger(repeats) && repeats >= 2))
    throw new Error('--repeats: a whole number of at least 2');
  const method = METHODS.find((one) => one === given.method);
  const centres = SIMULATED_CENTRES.find((one) => one === given.centres);
  if (method === undefined) throw new Error(`--method: one of ${METHODS.join(', ')}`);
  if (centres === undefined) throw new Error(`--centres: one of ${SIMULATED_CENTRES.join(', ')}`);
  const seed = Uint8Array.from(Buffer.from(given.seed.padEnd(64, '0'), 'hex'));
  const { rowCounts, epsilons, parties, setCounts } = PLANNER_GRID;
  const kept: readonly PlannerTable[] = existsSync(given.out)
    ? (JSON.parse(readFileSync(given.out, 'utf8')) as PlannerTable[])
    : [];
  const others = kept.filter((one) => one.method !== method || one.centres !== centres);
  const before = kept.find((one) => !others.includes(one));
  const corners: PlannerCorner[] = before?.repeats === repeats ? [...before.corners] : [];
  let unsolved = before?.repeats === repeats ? before.unsolved : 0;
  for (const rowCount of rowCounts) {
    // Drawn once a repeat: they do not depend on levels and ε.
    const people: CellPeople[] = [];
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
          const cell = { centres, rowCount, epsilon, delta: 1e-6, parties, setCounts, repeat, ...chosen };
          people[repeat] ??= peopleOf(cell, seed);
          outcomes.push(...(await simulateCell(cell, sharedBy(method, cell), seed, people[repeat])));
        }
        for (const partyCount of parties) {
          for (const setCount of method === 'short' ? setCounts : [0]) {
            const own = outcomes.filter((one) => one.parties === partyCount && one.setCount === setCount);
            unsolved += repeats - own.length;
            corners.push(cornerOf({ rowCount, epsilon, levels, parties: partyCount, setCount }, own));
          }
        }
        const made: PlannerTable = { method, centres, repeats, unsolved, corners };
        writeFileSync(given.out, `${JSON.stringify([...others, made])}\n`);
        console.log(`${method}, ${centres} centres: N ${rowCount}, ${levels} levels, ε ${epsilon}`);
      }
    }
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
