/**
 * `npm run study -- --figure 1 [--preset quick|paper] [--synthesizer dpvi|marginals|tables] [--training short|paper|fewer-steps] [--data cohort|FILE.csv] [--site COLUMN]
 * [--codebook FILE.json] [--group VARIABLE=LEVEL] [--rate 0.2] [--out DIR] [--seed HEX] [--threads N] [--gpu]`: one figure of the
 * paper, on all cores and with `--gpu` on a graphics processor too; goes on where it stopped. Writes `figure-N.svg`, its boxes and its comparisons as CSV.
 *
 * The seed below, and any that is given, is for invented or public people only: nothing made with a seed someone
 * could know is private. Never give it a table that must be protected.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { boxPlotSvg } from '../core/study/box-plot-svg.ts';
import { type CentreGain, type ClosedShare, closedShares } from '../core/study/comparisons.ts';
import {
  FIGURE_DESIGNS,
  FIGURES,
  type SkewedGroup,
  STUDY_PRESETS,
  type StudySettings,
  SYNTHESIZERS,
  TRAININGS,
} from '../core/study/experiments.ts';
import { boxesCsv, comparedOf, gainsCsv } from '../core/study/figure-csv.ts';
import { type DonePart, type FigureData, figureData } from '../core/study/figure-data.ts';
import { figurePicture } from '../core/study/figure-picture.ts';
import { findingOf } from '../core/study/findings.ts';
import { partsOf } from '../core/study/parts.ts';
import { centreSizes } from '../core/study/study-data.ts';
import { studyIdentity } from '../core/study/study-identity.ts';
import { runParts, type StudyWatch } from '../core/study/study-run.ts';
import { openGraphicsTrainer } from './study-graphics.check.ts';
import { numberOf, oneOf, openSource, STUDY_SEED, seedOf } from './study-source.check.ts';
import { fileStore, openThreads } from './study-threads.check.ts';

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
    gpu: { type: 'boolean', default: false },
  },
});

function groupOf(text: string): SkewedGroup {
  const [variable, level] = text.split('=');
  if (variable === undefined || level === undefined) throw new Error('--group: VARIABLE=LEVEL');
  return { variable, level };
}

function settingsOf(): StudySettings {
  const preset = STUDY_PRESETS[oneOf('preset', given.preset, ['quick', 'paper'])];
  return {
    ...preset,
    training: given.training === undefined ? preset.training : oneOf('training', given.training, TRAININGS),
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
  const source = openSource(given, seed);
  const { data, identity } = source;
  const skew = given.group === undefined ? source.skew : groupOf(given.group);
  const centres = centreSizes(data);
  const parts = partsOf({ design, settings, centres, skew });
  const store = fileStore(join(given.out, `parts-${studyIdentity(identity, seed, settings)}`));
  const threadCount = given.threads === undefined ? undefined : numberOf('threads', given.threads, true);
  const tools = { data, settings, seed };
  const graphics = given.gpu ? await openGraphicsTrainer(tools) : undefined;
  const threads = openThreads(tools, threadCount, graphics?.pace);
  const start = performance.now();
  let said = start;
  const done: DonePart[] = [];
  const watch: StudyWatch = {
    onDone(part, result, count, total) {
      if (result.kind !== 'twin') done.push({ part, result });
      if (performance.now() - said < 5000 && count < total) return;
      said = performance.now();
      console.error(`${count} of ${total} parts, ${((said - start) / 1000).toFixed(0)} s`);
    },
  };
  await runParts(parts, threads.runners, store, watch, graphics);
  await threads.close();
  await graphics?.close();
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
  if (graphics !== undefined) console.log(`\n${graphics.said()}`);
  console.log(`\n${name}.svg, ${((performance.now() - start) / 1000).toFixed(0)} s`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
