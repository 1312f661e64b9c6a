/**
 * `npm run check:utility -- [--share 0.1] [--epsilon 0.5,1,2,4] [--repeats 6] [--sets 20] [--data cohort|FILE.csv] [--site COLUMN]
 * [--codebook FILE.json] [--rate 0.2] [--out DIR] [--seed HEX] [--threads N]`: what each way to share brings the centres of the
 * simulated cohort or of a public table, on every yardstick with its standard error; prints one markdown table an ε
 * (`core/study/README.md`). Goes on where it stopped.
 *
 * A repeat has a seed of its own: other people of the cohort (of a file, other test rows and another subsample) and other noise. Seeds are known,
 * so this is for invented or public people only.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClosedShare } from '../core/study/comparisons.ts';
import { FIGURE_DESIGNS, STUDY_PRESETS, type StudySettings } from '../core/study/experiments.ts';
import { partsOf } from '../core/study/parts.ts';
import { centreSizes } from '../core/study/study-data.ts';
import { studyIdentity } from '../core/study/study-identity.ts';
import { studyKey } from '../core/study/study-key.ts';
import { runParts } from '../core/study/study-run.ts';
import {
  sharedRow,
  type UtilityRepeat,
  type UtilityRow,
  yardstickRows,
} from '../core/study/utility-table.ts';
import { numberOf, openSource, type Source, STUDY_SEED, seedOf } from './study-source.check.ts';
import { fileStore, openThreads } from './study-threads.check.ts';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    share: { type: 'string', default: '0.1' },
    epsilon: { type: 'string', default: '0.5,1,2,4' },
    repeats: { type: 'string', default: '6' },
    sets: { type: 'string', default: '20' },
    data: { type: 'string', default: 'cohort' },
    site: { type: 'string' },
    codebook: { type: 'string' },
    rate: { type: 'string', default: '0.2' },
    out: { type: 'string', default: 'utility-results' },
    seed: { type: 'string', default: STUDY_SEED },
    threads: { type: 'string' },
  },
});

/** Names as in the other tables of the study. */
const SHARED: readonly (readonly [
  name: string,
  how: Partial<Pick<StudySettings, 'synthesizer' | 'training'>>,
])[] = [
  ['twins, `short`', { training: 'short' }],
  ['twins, T = 300, R = 32', { training: 'fewer-steps' }],
  ['noisy tables', { synthesizer: 'tables' }],
  ['twins of noisy tables', { synthesizer: 'marginals' }],
];

const share = numberOf('share', given.share, false);
if (share > 1) throw new Error(`--share ${share}: at most 1`);
const epsilons = given.epsilon.split(',').map((text) => numberOf('epsilon', text, false));
const repeats = numberOf('repeats', given.repeats, true);
const threadCount = given.threads === undefined ? undefined : numberOf('threads', given.threads, true);
const design = { ...FIGURE_DESIGNS[6], epsilons, sizes: [share] };
const settings: StudySettings = {
  ...STUDY_PRESETS.quick,
  repeats: 1,
  setCount: numberOf('sets', given.sets, true),
  eventRateGuess: numberOf('rate', given.rate, false),
};

/** One repeat of one way to share, an outcome for each ε. */
async function repeatOf(
  { data, identity, skew }: Source,
  how: StudySettings,
  seed: Uint8Array,
): Promise<UtilityRepeat[]> {
  const parts = partsOf({ design, settings: how, centres: centreSizes(data), skew });
  const store = fileStore(join(given.out, `parts-${studyIdentity(identity, seed, how)}`));
  const analyses = parts.filter(({ kind }) => kind === 'centres');
  const found = new Map<string, UtilityRepeat>();
  for (const { id } of analyses) {
    const kept = await store.get(id);
    if (kept?.kind === 'centres') found.set(id, kept);
  }
  if (found.size < analyses.length) {
    const threads = openThreads({ data, settings: how, seed }, threadCount);
    await runParts(parts, threads.runners, store, {
      onDone: ({ id }, result) => result.kind === 'centres' && found.set(id, result),
    });
    await threads.close();
  }
  return analyses.map(({ id }) => found.get(id)!);
}

const COLUMNS = [
  'what is shared',
  'loss',
  'loss, paper’s score',
  'gap closed %',
  'against ridge %',
  'gain, point',
  'gain, ridge',
  'gain, paper’s score',
  'held %',
  'no regression',
];

function scaled({ share, standardError }: ClosedShare, unit: number, digits: number): string {
  const text = (number: number) => (unit * number).toFixed(digits);
  return Number.isNaN(standardError) ? text(share) : `${text(share)} ± ${text(standardError)}`;
}

function printRow(row: UtilityRow): void {
  const { gains } = row;
  console.log(
    `| ${[
      row.name,
      scaled(row.loss, 1e4, 0),
      row.scoreLoss === undefined ? '' : scaled(row.scoreLoss, 1e4, 0),
      scaled(row.closed, 100, 0),
      scaled(row.ridgeClosed, 100, 0),
      ...[gains.point, gains.ridge, gains.score].map((count) => count?.toFixed(1) ?? ''),
      row.held === undefined ? '' : scaled(row.held, 100, 1),
      row.missing === 0 ? '' : row.missing,
    ].join(' | ')} |`,
  );
}

async function main(): Promise<void> {
  const root = seedOf(given.seed);
  const start = performance.now();
  /** By way to share, repeat and ε. */
  const found: UtilityRepeat[][][] = SHARED.map(() => []);
  let of = { centres: 0, rows: 0 };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const seed = studyKey(root, `utility ${repeat}`);
    const source = openSource(given, seed);
    for (const [k, [, how]] of SHARED.entries())
      found[k]!.push(await repeatOf(source, { ...settings, ...how }, seed));
    const sizes = centreSizes(source.data);
    of = { centres: sizes.length, rows: sizes.reduce((sum, { rowCount }) => sum + rowCount, 0) };
    console.error(
      `${repeat + 1} of ${repeats} repeats, ${((performance.now() - start) / 1000).toFixed(0)} s`,
    );
  }
  console.log(
    `${of.centres} centres, ${of.rows} people, ${100 * share} % of every centre’s training rows, ${repeats} repeats, K ${settings.setCount}`,
  );
  for (const [e, epsilon] of epsilons.entries()) {
    console.log(`\nε = ${epsilon}\n\n| ${COLUMNS.join(' | ')} |\n|${'---|'.repeat(COLUMNS.length)}`);
    const [local, ridge, ideal] = yardstickRows(found[0]!.map((one) => one[e]!));
    printRow(local!);
    printRow(ridge!);
    for (const [k, [name]] of SHARED.entries())
      printRow(
        sharedRow(
          name,
          found[k]!.map((one) => one[e]!),
        ),
      );
    printRow(ideal!);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
