/**
 * `npm run check:coverage -- [--quick] [--repeats n] [--rows 150,500,1500] [--epsilon 0.5,1,2] [--parties 4] [--sets 30] [--replicates 16]
 * [--errors model] [--centre Croydon] [--coefficients] [--seed hex] [--method dpvi|marginals|tables] [--noisy-rows] [--pairs age_group+education,...] [--own 150] [--scenario alike|entangled|linked|shifted]
 * [--out file.jsonl] [--shard 1/2]`: how often 95 % intervals hold the truth, in simulated centres; prints a markdown table
 * (`core/study/README.md`).
 *
 * `--method dpvi` has twins by DPVI under every rule of pooling, and with `--replicates B` under those by parametric bootstrap too; `marginals` twins by noisy marginals under the same rules and the joint estimate
 * from the noisy tables, with `--noisy-rows` where no centre says how many rows it has, with `--pairs` where they count pairs of variables too, read and unread, with
 * `--own` where centre 1 has only so many rows; `tables` the joint estimate alone, which is quick. `--out` adds every finished simulation to a file, and what is in
 * it already is not done again; `--shard k/n` does every n-th simulation only, so that n processes share the work.
 *
 * The seed below, and any that is given, is for simulated data only: the people are invented, and nothing that is made
 * with a seed someone could know is private.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { ErrorKind } from '../core/analysis/glm-covariance.ts';
import { coverageRepeat, type RepeatOutcome } from '../core/study/coverage.ts';
import {
  type CoverageCell,
  type CoverageDesign,
  cellsOf,
  planOf,
  QUICK_COVERAGE_DESIGN,
  trueCoefficients,
  USUAL_COVERAGE_DESIGN,
} from '../core/study/coverage-design.ts';
import { COVERAGE_SCENARIOS } from '../core/study/coverage-scenarios.ts';
import { summariseCell } from '../core/study/coverage-summary.ts';
import { type CellResult, coefficientTable, coverageTable } from '../core/study/coverage-table.ts';
import { marginalsPlanOf, tablesRepeat } from '../core/study/tables-coverage.ts';
import { shardOf } from './shard.ts';
import { trainByKernel } from './train-twin.ts';

/** For simulated data only. */
const SIMULATION_SEED = '7477696e706f6f6c20636f766572616765';
const ERROR_KINDS: readonly ErrorKind[] = ['model', 'HC0', 'HC1'];

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    quick: { type: 'boolean' },
    repeats: { type: 'string' },
    rows: { type: 'string' },
    epsilon: { type: 'string' },
    parties: { type: 'string' },
    sets: { type: 'string' },
    replicates: { type: 'string' },
    errors: { type: 'string' },
    centre: { type: 'string' },
    coefficients: { type: 'boolean' },
    method: { type: 'string' },
    'noisy-rows': { type: 'boolean' },
    pairs: { type: 'string' },
    own: { type: 'string' },
    scenario: { type: 'string' },
    out: { type: 'string' },
    shard: { type: 'string' },
    seed: { type: 'string' },
  },
});

function numbers(name: string, text: string, smallest: number, whole: boolean): number[] {
  return text.split(',').map((part) => {
    const value = Number(part);
    const fits = value >= smallest && value < Infinity && (!whole || Number.isInteger(value));
    if (part.trim() === '' || !fits)
      throw new Error(`--${name} ${text}: not numbers of at least ${smallest}`);
    return value;
  });
}

function oneNumber(name: string, text: string, smallest: number): number {
  const [value, ...more] = numbers(name, text, smallest, true);
  if (more.length > 0) throw new Error(`--${name} takes one number`);
  return value!;
}

function designFrom(base: CoverageDesign): CoverageDesign {
  const { repeats, rows, epsilon, parties, sets, replicates, errors, centre } = given;
  const kind = errors === undefined ? base.errors : ERROR_KINDS.find((known) => known === errors);
  if (kind === undefined) throw new Error(`--errors ${errors}: one of ${ERROR_KINDS.join(', ')}`);
  return {
    ...base,
    errors: kind,
    noisyRows: given['noisy-rows'] ?? base.noisyRows,
    pairs: given.pairs === undefined ? base.pairs : pairsFrom(given.pairs),
    ownRows: given.own === undefined ? base.ownRows : oneNumber('own', given.own, 1),
    centre: centre ?? base.centre,
    repeats: repeats === undefined ? base.repeats : oneNumber('repeats', repeats, 1),
    rowCounts: rows === undefined ? base.rowCounts : numbers('rows', rows, 1, true),
    epsilons: epsilon === undefined ? base.epsilons : numbers('epsilon', epsilon, 1e-6, false),
    parties: parties === undefined ? base.parties : oneNumber('parties', parties, 2),
    setCount: sets === undefined ? base.setCount : oneNumber('sets', sets, 1),
    replicates: replicates === undefined ? base.replicates : oneNumber('replicates', replicates, 2),
  };
}

function pairsFrom(text: string): CoverageDesign['pairs'] {
  return text.split(',').map((part) => {
    const [first, second, ...more] = part.split('+');
    if (!first || !second || more.length > 0) throw new Error(`--pairs ${text}: not pairs of variables, a+b`);
    return [first, second];
  });
}

function seedFrom(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2}){1,32}$/i.test(hex)) throw new Error('--seed: up to 64 hexadecimal digits, in pairs');
  return Uint8Array.from(Buffer.from(hex.padEnd(64, '0'), 'hex'));
}

const METHODS = ['dpvi', 'marginals', 'tables'] as const;

function oneOf<const T extends string>(name: string, value: string, known: readonly T[]): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw new Error(`--${name} ${value}: one of ${known.join(', ')}`);
  return found;
}

function runnerOf(
  design: CoverageDesign,
  cell: CoverageCell,
  method: (typeof METHODS)[number],
  scenario: (typeof COVERAGE_SCENARIOS)[number],
  seed: Uint8Array,
): (repeat: number) => Promise<RepeatOutcome> {
  const refused = (kind: string) => new Error(`no plan for N ${cell.rowCount}, ε ${cell.epsilon}: ${kind}`);
  if (method === 'dpvi') {
    const plan = planOf(design, cell);
    if (!plan.ok) throw refused(plan.failure.kind);
    return (repeat) => coverageRepeat(design, plan.value, repeat, seed, trainByKernel);
  }
  const plan = marginalsPlanOf(design, cell);
  if (!plan.ok) throw refused(plan.failure.kind);
  const release = { plan: plan.value, rowCount: cell.rowCount };
  return async (repeat) => tablesRepeat(design, scenario, release, repeat, seed, method === 'marginals');
}

/** As JSON, which has no infinite numbers: a bound that no data determine is one. */
const written = (line: { name: object; repeat: number; outcome: RepeatOutcome }) =>
  JSON.stringify(line, (_, value) => {
    if (value instanceof Float64Array) return [...value];
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  });

const NOT_FINITE = ['Infinity', '-Infinity', 'NaN'];
const read = (line: string) =>
  JSON.parse(line, (_, value) => (NOT_FINITE.includes(value) ? Number(value) : value));

/** Simulations of a cell that `--out` holds already. */
function finished(name: string): Map<number, RepeatOutcome> {
  const done = new Map<number, RepeatOutcome>();
  if (given.out === undefined || !existsSync(given.out)) return done;
  for (const line of readFileSync(given.out, 'utf8').split('\n')) {
    if (line === '') continue;
    const one = read(line);
    if (JSON.stringify(one.name) !== name) continue;
    done.set(one.repeat, { ...one.outcome, eventsPerCentre: Float64Array.from(one.outcome.eventsPerCentre) });
  }
  return done;
}

async function main(): Promise<void> {
  const design = designFrom(given.quick ? QUICK_COVERAGE_DESIGN : USUAL_COVERAGE_DESIGN);
  const seed = seedFrom(given.seed ?? SIMULATION_SEED);
  const truth = trueCoefficients(design.centre);
  const method = oneOf('method', given.method ?? 'dpvi', METHODS);
  const scenario = oneOf('scenario', given.scenario ?? 'alike', COVERAGE_SCENARIOS);
  if (method === 'dpvi' && scenario !== 'alike') throw new Error('--method dpvi has alike centres only');
  if (method === 'dpvi' && (design.pairs.length > 0 || Number.isFinite(design.ownRows)))
    throw new Error('--method dpvi has no pairs, and equal centres');
  if (method === 'dpvi' && design.noisyRows) throw new Error('--method dpvi needs the number of rows');
  const mine = shardOf(given.shard ?? '1/1');
  const results: CellResult[] = [];
  const start = performance.now();
  for (const cell of cellsOf(design)) {
    const { rowCount, epsilon } = cell;
    const name = {
      method,
      scenario,
      rowCount,
      epsilon,
      errors: design.errors,
      parties: design.parties,
      sets: design.setCount,
      ...(design.noisyRows && { noisyRows: true }),
      ...(design.pairs.length > 0 && { pairs: design.pairs }),
      ...(Number.isFinite(design.ownRows) && { own: design.ownRows }),
      ...(design.replicates > 0 && { replicates: design.replicates }),
    };
    const runner = runnerOf(design, cell, method, scenario, seed);
    const done = finished(JSON.stringify(name));
    for (let repeat = 0; repeat < design.repeats; repeat += 1) {
      if (done.has(repeat) || !mine(repeat)) continue;
      const outcome = await runner(repeat);
      done.set(repeat, outcome);
      if (given.out !== undefined) appendFileSync(given.out, `${written({ name, repeat, outcome })}\n`);
    }
    const outcomes = [...done].filter(([repeat]) => repeat < design.repeats).map(([, outcome]) => outcome);
    results.push({ cell, summary: summariseCell(outcomes, truth) });
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.error(`N ${rowCount}, ε ${epsilon}: ${outcomes.length} repeats, ${seconds} s so far`);
  }
  const { centre, parties, setCount, repeats, delta, errors, noisyRows, pairs, ownRows } = design;
  console.log(
    `method ${method}, scenario ${scenario}: ${parties} centres like ${centre}, K ${setCount}, ${repeats} repeats, δ ${delta}, errors ${errors}${noisyRows ? ', rows counted with noise' : ''}${pairs.map((pair) => `, ${pair.join(' × ')}`).join('')}${Number.isFinite(ownRows) ? `, ${ownRows} own rows` : ''}\n`,
  );
  console.log(coverageTable(results));
  if (given.coefficients) for (const result of results) console.log(`\n${coefficientTable(result, truth)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
