/**
 * `npm run study -- --figure 1 [--preset quick|paper] [--synthesizer dpvi|marginals|tables] [--training short|paper] [--data cohort|FILE.csv] [--site COLUMN]
 * [--codebook FILE.json] [--group VARIABLE=LEVEL] [--rate 0.2] [--out DIR] [--seed HEX] [--threads N]`: one figure of the
 * paper, on all cores; goes on where it stopped. Writes `figure-N.svg`, its boxes and its comparisons as CSV.
 *
 * The seed below, and any that is given, is for invented or public people only: nothing made with a seed someone
 * could know is private. Never give it a table that must be protected.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Codebook } from '../core/codebook/codebook.ts';
import { finishDraft } from '../core/codebook/finish-draft.ts';
import { parseCodebook } from '../core/codebook/parse-codebook.ts';
import { proposeCodebook } from '../core/codebook/propose-codebook.ts';
import { boxPlotSvg } from '../core/study/box-plot-svg.ts';
import { type CentreGain, type ClosedShare, closedShares } from '../core/study/comparisons.ts';
import {
  anyGroup,
  COHORT_SKEW,
  FIGURE_DESIGNS,
  FIGURES,
  type SkewedGroup,
  STUDY_PRESETS,
  type StudySettings,
  SYNTHESIZERS,
} from '../core/study/experiments.ts';
import { boxesCsv, comparedOf, gainsCsv } from '../core/study/figure-csv.ts';
import { type DonePart, type FigureData, figureData } from '../core/study/figure-data.ts';
import { figurePicture } from '../core/study/figure-picture.ts';
import { findingOf } from '../core/study/findings.ts';
import { partsOf } from '../core/study/parts.ts';
import { centreSizes, type StudyData, simulatedStudyData, studyDataOf } from '../core/study/study-data.ts';
import { studyIdentity, tableIdentity } from '../core/study/study-identity.ts';
import { runParts } from '../core/study/study-run.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { profileTable } from '../core/table/column-profile.ts';
import { readCsv } from '../core/table/read-csv.ts';
import { fileStore, openThreads } from './study-threads.check.ts';

/** For invented and public people only. */
const STUDY_SEED = '7477696e706f6f6c207374756479';

const { values: given } = parseArgs({
  args: process.argv.slice(2).filter((argument) => argument !== '--'),
  options: {
    figure: { type: 'string' },
    preset: { type: 'string', default: 'quick' },
    training: { type: 'string' },
    synthesizer: { type: 'string' },
    data: { type: 'string', default: 'cohort' },
    site: { type: 'string' },
    codebook: { type: 'string' },
    group: { type: 'string' },
    rate: { type: 'string' },
    repeats: { type: 'string' },
    out: { type: 'string', default: 'study-results' },
    seed: { type: 'string', default: STUDY_SEED },
    threads: { type: 'string' },
  },
});

function oneOf<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found === undefined) throw new Error(`--${name} ${text}: one of ${known.join(', ')}`);
  return found;
}

function numberOf(name: string, text: string, whole: boolean): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value < Infinity) || (whole && !Number.isInteger(value)))
    throw new Error(`--${name} ${text}: not a ${whole ? 'whole ' : ''}number above 0`);
  return value;
}

function seedOf(hex: string): Uint8Array {
  if (!/^([0-9a-f]{2}){1,32}$/i.test(hex)) throw new Error('--seed: up to 64 hexadecimal digits, in pairs');
  return Uint8Array.from(Buffer.from(hex.padEnd(64, '0'), 'hex'));
}

interface Source {
  readonly data: StudyData;
  /** Tells this table apart from others, for the folder of results. */
  readonly identity: string;
  readonly skew: SkewedGroup | undefined;
}

function openSource(seed: Uint8Array): Source {
  const asked = given.group === undefined ? undefined : groupOf(given.group);
  if (given.data === 'cohort') {
    return { data: simulatedStudyData(seed), identity: 'simulated cohort', skew: asked ?? COHORT_SKEW };
  }
  const bytes = readFileSync(given.data);
  const read = readCsv(bytes);
  if (!read.ok) throw new Error(`${given.data}: ${read.failure.kind}`);
  const raw: RawTable = read.value;
  const site = given.site ?? raw.columns[0]!.name;
  const codebook = codebookFor(raw, site);
  const data = studyDataOf(raw, codebook, site);
  if (!data.ok) throw new Error(`${given.data} by ${site}: ${JSON.stringify(data.failure)}`);
  const skew = asked ?? anyGroup(codebook);
  return {
    data: data.value,
    identity: `${basename(given.data)} ${tableIdentity(raw, codebook, site)}`,
    skew,
  };
}

/** The file is public by the caller's word, and so are the levels that occur in it. */
function codebookFor(raw: RawTable, siteColumn: string): Codebook {
  if (given.codebook !== undefined) {
    const parsed = parseCodebook(readFileSync(given.codebook, 'utf8'));
    if (!parsed.ok) throw new Error(`${given.codebook}: ${JSON.stringify(parsed.failure)}`);
    return parsed.value;
  }
  const made = finishDraft(proposeCodebook(profileTable(raw), { siteColumn }), { declaredPublic: true });
  if (!made.ok)
    throw new Error(`no codebook can be proposed, give --codebook: ${JSON.stringify(made.failure)}`);
  return made.value;
}

function groupOf(text: string): SkewedGroup {
  const [variable, level] = text.split('=');
  if (variable === undefined || level === undefined) throw new Error('--group: VARIABLE=LEVEL');
  return { variable, level };
}

function settingsOf(): StudySettings {
  const preset = STUDY_PRESETS[oneOf('preset', given.preset, ['quick', 'paper'])];
  return {
    ...preset,
    training:
      given.training === undefined ? preset.training : oneOf('training', given.training, ['short', 'paper']),
    synthesizer:
      given.synthesizer === undefined
        ? preset.synthesizer
        : oneOf('synthesizer', given.synthesizer, SYNTHESIZERS),
    eventRateGuess: given.rate === undefined ? preset.eventRateGuess : numberOf('rate', given.rate, false),
    repeats: given.repeats === undefined ? preset.repeats : numberOf('repeats', given.repeats, true),
  };
}

function printTable(data: FigureData): void {
  const compared = comparedOf(data);
  for (const epsilon of new Set(compared.map((one) => one.epsilon))) {
    const comparisons = compared.filter((one) => one.epsilon === epsilon).map(({ one }) => one);
    if (epsilon !== '') console.log(`\nε = ${epsilon}`);
    console.log(
      '\n| | rows | gain | p | | gain, point | gap closed | gain, ridge | ridge gap closed |\n|---|---|---|---|---|---|---|---|---|',
    );
    for (const one of comparisons) {
      const closed = one.gap === undefined ? '' : percent(one.pointGain! / one.gap);
      const verdict = one.gains ? 'gains' : one.loses ? 'loses' : '';
      const ridgeClosed = one.ridgeGap === undefined ? '' : percent(one.ridgeGain! / one.ridgeGap);
      const digits = (value: number | undefined) => value?.toFixed(4) ?? '';
      const cells = [one.label, one.rows ?? '', digits(one.gain), pOf(one.logP), verdict];
      const more = [digits(one.pointGain), closed, digits(one.ridgeGain), ridgeClosed];
      console.log(`| ${[...cells, ...more].join(' | ')} |`);
    }
    const centres = comparisons.filter((one): one is CentreGain => one.ridgeGap !== undefined);
    if (centres.length === 0 || data.kind === 'sizes') continue;
    const { closed, ridgeClosed } = closedShares(centres);
    const gaining = (of: (one: CentreGain) => number) => centres.filter((one) => of(one) > 0).length;
    console.log(
      `\nAll together: ${closedOf(closed)} of the gap closed (${gaining((one) => one.pointGain)} of ${centres.length} gain; ` +
        `${gaining((one) => one.fullGain)} by draws with the full covariance), ` +
        `${closedOf(ridgeClosed)} of that against ridge (${gaining((one) => one.ridgeGain)} of ${centres.length}).`,
    );
  }
}

function percent(share: number): string {
  return Number.isNaN(share) ? '' : `${Math.round(100 * share)} %`;
}

function closedOf({ share, standardError }: ClosedShare): string {
  return Number.isNaN(standardError)
    ? percent(share)
    : `${percent(share)} ± ${Math.round(100 * standardError)}`;
}

function pOf(logP: number): string {
  if (Number.isNaN(logP)) return '–';
  const power = logP / Math.LN10;
  return power > -3 ? Math.exp(logP).toFixed(3) : `1e${Math.round(power)}`;
}

async function main(): Promise<void> {
  const design = FIGURE_DESIGNS[oneOf('figure', given.figure ?? '', FIGURES)];
  const settings = settingsOf();
  const seed = seedOf(given.seed);
  const { data, identity, skew } = openSource(seed);
  const centres = centreSizes(data);
  const parts = partsOf({ design, settings, centres, skew });
  const store = fileStore(join(given.out, `parts-${studyIdentity(identity, seed, settings)}`));
  const threadCount = given.threads === undefined ? undefined : numberOf('threads', given.threads, true);
  const threads = openThreads({ data, settings, seed }, threadCount);
  const start = performance.now();
  let said = start;
  const done: DonePart[] = [];
  await runParts(parts, threads.runners, store, {
    onDone(part, result, count, total) {
      if (result.kind !== 'twin') done.push({ part, result });
      if (performance.now() - said < 5000 && count < total) return;
      said = performance.now();
      console.error(`${count} of ${total} parts, ${((said - start) / 1000).toFixed(0)} s`);
    },
  });
  await threads.close();
  // In the order of the list, whatever order the threads finished in.
  const inOrder = parts.flatMap((part) => done.filter((one) => one.part.id === part.id));
  const result = figureData(design, centres, skew, inOrder);
  if (result === undefined) throw new Error('the figure has no parts');
  const picture = figurePicture(design, result);
  mkdirSync(given.out, { recursive: true });
  const name = join(given.out, `figure-${design.figure}`);
  writeFileSync(`${name}.svg`, boxPlotSvg(picture));
  writeFileSync(`${name}.csv`, boxesCsv(picture));
  writeFileSync(`${name}-comparisons.csv`, gainsCsv(result));
  const { repeats, setCount } = settings;
  console.log(`Figure ${design.figure}: ${picture.title}`);
  console.log(
    `${identity.split(' ')[0]}, ${centres.length} centres, ${settings.synthesizer === 'dpvi' ? `dpvi ${settings.training}` : settings.synthesizer}, ${repeats} repeats, K ${setCount}`,
  );
  printTable(result);
  const { agreement, ours, paper } = findingOf(design, result);
  console.log(
    `\nThis run: ${ours}\nThe paper: ${paper}\nThis run ${agreement.replaceAll('-', ' ')} with the paper.`,
  );
  console.log(`\n${name}.svg, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
