/**
 * `npm run bench:tables -- [--shapes 5x5,10x10,20x10,40x5,40x10]`: processor time of what is done with noisy tables of d variables × C levels,
 * 1,500 invented people a centre: the chains that twins are drawn from, and one regression of own rows and the tables of three others.
 */
import { parseArgs } from 'node:util';
import type { Codebook } from '../codebook/codebook.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { inventedTable, publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { fitTables } from './fit-tables.ts';
import { exactCounts } from './noisy-tables.ts';
import { emptyTables, plainRelease } from './plain-release.check.ts';
import { analyseTables } from './tables-analysis.ts';
import { outcomeWorkload } from './workload.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: { shapes: { type: 'string', default: '5x5,10x10,20x10,40x5,40x10' } },
});

const ROWS = 1500;
const base = cohortCodebook();
const source = (number: number) => chacha20Source(publicKey(number), 'synthesis');
const seconds = (work: () => void) => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return ((user + system) / 1e6).toFixed(2);
};

console.log('| variables × levels | chains, s | largest R̂ | one regression with three others, s | |');
console.log('|---|---|---|---|---|');
for (const shape of given.shapes.split(',')) {
  const [d, C] = shape.split('x').map(Number) as [number, number];
  const levels: number[] = new Array(d).fill(C);
  const people = (number: number) =>
    inventedTable({ levelCounts: levels, rowCount: ROWS, meanOutcome: 0.25, binary: true, number });
  const released = (number: number) =>
    plainRelease(
      emptyTables(ROWS, levels, 8 * Math.sqrt(d / 5)),
      exactCounts(outcomeWorkload(levels), people(number)),
      source(number),
    );
  const codebook: Codebook = {
    ...base,
    variables: levels.map((_, j) => ({
      ...base.variables[0]!,
      kind: 'categorical' as const,
      name: `v${j}`,
      levels: Array.from({ length: C }, (__, c) => ({ value: `${c}`, label: `${c}` })),
      reference: '0',
    })),
  };
  let rHat = Number.NaN;
  const fit = seconds(() => {
    rHat = fitTables(released(1), source(2)).diagnostics.rHat;
  });
  const parties = [2, 3, 4].map((m) => ({ id: `${m}`, release: released(m) }));
  let outcome = '';
  const joint = seconds(() => {
    const found = analyseTables({
      codebook,
      choice: { predictors: codebook.variables.map(({ name }) => name) },
      family: 'poisson-log',
      errors: 'model',
      local: people(9),
      parties,
    });
    outcome = found.ok ? 'solved' : found.failure.kind;
  });
  console.log(`| ${d} × ${C} | ${fit} | ${rHat.toFixed(2)} | ${joint} | ${outcome} |`);
}
