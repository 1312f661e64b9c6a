/**
 * `npm run check:pairs -- [--rows 4700] [--epsilon 1] [--centre Newcastle]`: how long the posterior of noisy tables takes without and with
 * declared pairs, on a simulated centre, and whether its chains agree. Processor time: other work on the computer does not count.
 */
import { parseArgs } from 'node:util';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { codeTable } from '../table/code-table.ts';
import { fitTables } from './fit-tables.ts';
import { measuredGroups } from './group-model.ts';
import { releaseTables } from './noisy-tables.ts';
import { planMarginals } from './plan-marginals.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    rows: { type: 'string', default: '4700' },
    epsilon: { type: 'string', default: '1' },
    centre: { type: 'string', default: 'Newcastle' },
  },
});

/** For simulated data only. */
const source = (number: number, use: 'synthesis' | 'mechanismNoise') =>
  chacha20Source(new Uint8Array(32).fill(number), use);
const codebook = cohortCodebook();
const coded = codeTable(simulateCentre(given.centre, source(1, 'synthesis')), codebook);
if (!coded.ok) throw new Error(coded.failure.kind);
const rowCount = Math.min(Number(given.rows), coded.value.table.rowCount);
const table = {
  rowCount,
  columns: coded.value.table.columns.map((column) => column.slice(0, rowCount)),
  outcome: coded.value.table.outcome.slice(0, rowCount),
};

const DECLARED: readonly (readonly (readonly [string, string])[])[] = [
  [],
  [['age_group', 'sex']],
  [['age_group', 'ethnicity']],
  [
    ['age_group', 'sex'],
    ['deprivation', 'education'],
  ],
  [
    ['age_group', 'ethnicity'],
    ['ethnicity', 'deprivation'],
    ['age_group', 'education'],
  ],
];
for (const declared of DECLARED) {
  const plan = planMarginals({
    codebook,
    rowCount,
    epsilon: Number(given.epsilon),
    delta: 1e-6,
    pairs: declared.map((variables) => ({ variables })),
  });
  if (!plan.ok) throw new Error(plan.failure.kind);
  const release = releaseTables(plan.value, table, source(2, 'mechanismNoise'));
  const before = process.cpuUsage();
  const { diagnostics } = fitTables(release, source(3, 'synthesis'));
  const { user } = process.cpuUsage(before);
  const cells = measuredGroups(release).map((group) => group.cells.length);
  console.log(
    `${declared.map((pair) => pair.join(' × ')).join(', ') || 'no pairs'}: cells in groups ${cells.join(' + ') || 0}, ${(user / 1e6).toFixed(1)} s, R̂ ${diagnostics.rHat.toFixed(3)}, effective size ${diagnostics.effectiveSize.toFixed(0)}`,
  );
}
