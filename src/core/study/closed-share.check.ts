/**
 * `npm run check:closed -- [--share 0.1] [--epsilon 1] [--repeats 2] [--recipients 16]`: the share of the gap between a
 * ridge-regularised local fit and the fit of all real rows that own rows with the other centres' noisy tables close
 * ("R-closed" of the utility table), on the 16 centres of the simulated cohort.
 *
 * Score: expected Poisson log-likelihood per row of freshly drawn people of all centres, under the known true rates. The local yardstick has
 * a N(0, 1) prior on every coefficient, as the joint estimate has. Everybody judges, so the joint estimate has everybody's intercept (`marginals/everybody.ts`).
 */
import { parseArgs } from 'node:util';
import type { Design } from '../analysis/design.ts';
import { designOf } from '../analysis/design.ts';
import { COHORT_CENTRES } from '../cohort/centres.ts';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import { ofEverybody } from '../marginals/everybody.ts';
import { type JointSettings, jointEstimate, USUAL_JOINT_SETTINGS } from '../marginals/joint-estimate.ts';
import { type NoisyTables, releaseTables } from '../marginals/noisy-tables.ts';
import { planMarginals } from '../marginals/plan-marginals.ts';
import { seedRows } from '../marginals/seed-rows.ts';
import { eventsOf, INDEPENDENCE_WEIGHT } from '../marginals/tables-analysis.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { codeTable } from '../table/code-table.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { simulationKey } from './coverage.ts';
import { trueCoefficients } from './coverage-design.ts';
import { stackTables } from './study-data.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    share: { type: 'string', default: '0.1' },
    epsilon: { type: 'string', default: '1' },
    repeats: { type: 'string', default: '2' },
    recipients: { type: 'string', default: '16' },
  },
});
const [share, epsilon, repeats, recipients] = [
  given.share,
  given.epsilon,
  given.repeats,
  given.recipients,
].map(Number);

/** For simulated data only. */
const SEED = new Uint8Array(32).fill(11);
const codebook = cohortCodebook();
const designed = designOf(codebook, { predictors: codebook.variables.map(({ name }) => name) });
if (!designed.ok) throw new Error(designed.failure.kind);
const design: Design = designed.value;

function people(centre: string, random: ReturnType<typeof chacha20Source>): CodedTable {
  const coded = codeTable(simulateCentre(centre, random), codebook);
  if (!coded.ok) throw new Error(coded.failure.kind);
  return coded.value.table;
}

const firstRows = ({ columns, outcome }: CodedTable, rowCount: number): CodedTable => ({
  rowCount,
  columns: columns.map((column) => column.slice(0, rowCount)),
  outcome: outcome.slice(0, rowCount),
});

function fitTo(table: CodedTable, parties: readonly NoisyTables[], settings: JointSettings): Float64Array {
  const own = seedRows(design, table, parties.length > 0 ? INDEPENDENCE_WEIGHT : 0);
  const ownEvents = eventsOf(design, table, own);
  const found = jointEstimate({
    design,
    family: 'poisson-log',
    errors: 'model',
    own,
    ownEvents,
    parties,
    settings,
  });
  if (!found.converged) console.error('not converged');
  return ofEverybody(found).coefficients;
}

/** Expected log-likelihood per row over people of all centres. */
function scorer(tests: readonly CodedTable[]): (coefficients: Float64Array) => number {
  const patterns = new Map<string, { columns: number[]; people: number; rate: number }>();
  for (const [m, { columns, rowCount }] of tests.entries()) {
    const truth = trueCoefficients(COHORT_CENTRES[m]!.name, codebook);
    const effects = columns.map(() => new Float64Array(256));
    for (const { position, level, value } of truth) if (position >= 0) effects[position]![level] = value;
    for (let i = 0; i < rowCount; i += 1) {
      const levels = columns.map((column) => column[i]!);
      const rate = Math.min(
        1,
        Math.exp(levels.reduce((sum, level, j) => sum + effects[j]![level]!, truth[0]!.value)),
      );
      const key = levels.join();
      const known = patterns.get(key) ?? {
        columns: [
          0,
          ...design.factors.map(({ columnOfCell }, j) => columnOfCell[levels[j]!]!).filter((c) => c >= 0),
        ],
        people: 0,
        rate: 0,
      };
      known.people += 1;
      known.rate += rate;
      patterns.set(key, known);
    }
  }
  return (coefficients) => {
    let [sum, all] = [0, 0];
    for (const { columns, people: n, rate } of patterns.values()) {
      const eta = columns.reduce((total, column) => total + coefficients[column]!, 0);
      sum += rate * eta - n * Math.exp(eta);
      all += n;
    }
    return sum / all;
  };
}

/** Of each repeat: what sharing gains, and what all real rows would. */
const closed: number[] = [];
const gaps: number[] = [];
const sum = (values: readonly number[]) => values.reduce((total, one) => total + one, 0);

/** Σ closed / Σ gap and its standard error over repeats, that of a ratio of means. */
function ratio(): string {
  const n = closed.length;
  const share = sum(closed) / sum(gaps);
  if (n < 2) return share.toFixed(3);
  const squares = sum(closed.map((one, r) => (one - share * gaps[r]!) ** 2));
  const error = Math.sqrt(squares / (n * (n - 1))) / (sum(gaps) / n);
  return `${share.toFixed(3)} ± ${error.toFixed(3)}`;
}

let [gains, tried] = [0, 0];
for (let repeat = 0; repeat < repeats!; repeat += 1) {
  const random = chacha20Source(simulationKey(SEED, { rowCount: 1, repeat, centre: 0 }), 'synthesis');
  const whole = COHORT_CENTRES.map(({ name }) => people(name, random));
  const centres = whole.map((table) => firstRows(table, Math.round(table.rowCount * share!)));
  const score = scorer(COHORT_CENTRES.map(({ name }) => people(name, random)));
  const releases = centres.map((table, m) => {
    const plan = planMarginals({ codebook, rowCount: table.rowCount, epsilon: epsilon!, delta: 1e-6 });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const key = simulationKey(SEED, { rowCount: 2, repeat, centre: m + 1 });
    return releaseTables(plan.value, table, chacha20Source(key, 'mechanismNoise'));
  });
  const ideal = score(fitTo(stackTables(centres), [], { priorScale: 1000, baseRateSpread: 0 }));
  closed.push(0);
  gaps.push(0);
  for (let k = 0; k < recipients!; k += 1) {
    const m = Math.floor((k * centres.length) / recipients!);
    const local = score(fitTo(centres[m]!, [], { priorScale: 1, baseRateSpread: 0 }));
    const others = releases.filter((_, other) => other !== m);
    const gained = score(fitTo(centres[m]!, others, USUAL_JOINT_SETTINGS)) - local;
    closed[repeat]! += gained;
    gaps[repeat]! += ideal - local;
    gains += gained > 0 ? 1 : 0;
    tried += 1;
  }
  console.log(
    `${repeat + 1} repeats, ${share! * 100} % of each centre, ε ${epsilon}: R-closed ${ratio()}, ${gains} of ${tried} gain`,
  );
}
