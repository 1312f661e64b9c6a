/**
 * `npm run bench:study`: trainings, fits and scores a second on one core, and how long the paper's whole evaluation would
 * take from them on all cores of this machine, beside what is aimed at: figure 1 with the paper's settings in 30 minutes, figures 2 and
 * S4 in a night of ten hours. With `-- --gpu` also trainings a second on a graphics processor, many at a time. Prints, never fails.
 */
import { availableParallelism } from 'node:os';
import { poolPatterns } from '../core/analysis/pattern-table.ts';
import { planTraining, type TrainingSettings } from '../core/inference/plan.ts';
import { paperPreset, shortPreset } from '../core/inference/presets.ts';
import { releaseTables } from '../core/marginals/noisy-tables.ts';
import { planMarginals } from '../core/marginals/plan-marginals.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { FIGURE_DESIGNS, STUDY_PRESETS } from '../core/study/experiments.ts';
import { firstShare, type StudyData, simulatedStudyData, splitForTest } from '../core/study/study-data.ts';
import { studyKey } from '../core/study/study-key.ts';
import { countRound } from '../core/study/study-round.ts';
import { pooledEstimate } from '../core/study/study-scores.ts';
import { tablesEstimate } from '../core/study/tables-estimate.ts';
import { drawTwinSets, makeTwin, type TwinModel } from '../core/study/twin-maker.ts';
import { trainByKernel } from './train-twin.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';
import { demandDawnDevice } from './webgpu/dawn.check.ts';
import { openWebgpuRuns, type WebgpuProblem } from './webgpu/webgpu-machine.ts';

/** Known: the people are invented. */
const SEED = new Uint8Array(32).fill(9);
const SETS = 20;

/** Of processor time: what else the machine does at the moment is not counted. */
async function seconds(work: () => unknown): Promise<number> {
  const start = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

async function main(): Promise<void> {
  const data = simulatedStudyData(SEED);
  const { codebook } = data;
  const { train, test } = splitForTest(data, 0.2, chacha20Source(SEED, 'subsample'));
  const own = train.map((table) => firstShare(table, 0.1));
  const settings = { ...STUDY_PRESETS.quick, setCount: SETS };

  const twins: TwinModel[] = [];
  const trainingTime = await seconds(async () => {
    for (const table of own) {
      twins.push(await makeTwin({ codebook, settings, epsilon: 1, table }, SEED, trainByKernel));
    }
  });
  // Every size of the paper, of a centre of middle size: a step's batch grows with the table.
  const paper = paperPreset(codebook.outcome, 0.2);
  const sizes = FIGURE_DESIGNS['3'].sizes;
  const perPaper: number[] = [];
  const perShort: number[] = [];
  const middle = own.map((table) => table.rowCount).toSorted((a, b) => a - b)[own.length >> 1];
  const whole = train[own.findIndex((table) => table.rowCount === middle)]!;
  for (const size of sizes) {
    const table = firstShare(whole, size);
    const request = { codebook, rowCount: table.rowCount, epsilon: 1, delta: 1e-6 };
    const plan = planTraining({ ...request, settings: paper });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const opened = await wasmMachine.open({ plan: plan.value, table }, SEED);
    if (!opened.ok) throw new Error(opened.failure.kind);
    const someSteps = 10_000;
    opened.value.advance(1000);
    perPaper.push(((await seconds(() => opened.value.advance(someSteps))) * paper.steps) / someSteps);
    opened.value.close();
    perShort.push(
      await seconds(() => makeTwin({ codebook, settings, epsilon: 1, table }, SEED, trainByKernel)),
    );
  }

  const round = countRound(codebook, own, test, (centre) =>
    drawTwinSets(twins[centre]!, codebook, settings, chacha20Source(SEED, 'synthesis')),
  );
  const pooled = Array.from({ length: SETS }, (_, k) =>
    poolPatterns([round.own[0]!, ...round.sets.slice(1).map((sets) => sets[k]!)]),
  );
  round.fit(pooled[0]!);
  const repeats = 20;
  let fits = pooled.map(round.fit);
  const fitTime = await seconds(() => {
    for (let i = 0; i < repeats; i += 1) fits = pooled.map(round.fit);
  });
  const estimate = pooledEstimate(fits, round.design);
  if (estimate === undefined) throw new Error('no fit ended');
  const { mean, variances } = estimate;
  const draws = 1000;
  const drawTime = await seconds(() =>
    round.scorer.draws({ mean, covariance: variances }, draws, chacha20Source(SEED, 'synthesis')),
  );

  const releases = own.map((table) => {
    const planned = planMarginals({ codebook, rowCount: table.rowCount, epsilon: 1, delta: 1e-6 });
    if (!planned.ok) throw new Error(planned.failure.kind);
    return releaseTables(planned.value, table, chacha20Source(SEED, 'mechanismNoise'));
  });
  const joint = () => tablesEstimate(codebook, own[0]!, releases.slice(1));
  joint();
  const perJoint = await seconds(joint);

  const onGraphics = process.argv.includes('--gpu') ? await graphicsTimes(data, perPaper[0]!) : undefined;
  const cores = availableParallelism();
  const perTraining = trainingTime / own.length;
  const perFit = fitTime / (repeats * SETS);
  const perDraw = drawTime / draws;
  const { steps } = shortPreset(codebook.outcome, 0.2);
  const rate = (time: number) => (1 / time).toFixed(time > 1 ? 3 : 0);
  console.log('On one core, of processor time:');
  console.log(`short training (${steps} steps, 10 % of a centre): ${rate(perTraining)} a second`);
  console.log(`paper training (${paper.steps} steps, 10 % of a centre): ${rate(perPaper[0]!)} a second`);
  console.log(`fits of ${pooled[0]!.total} pooled rows: ${rate(perFit)} a second`);
  console.log(`likelihood draws over ${test.rowCount} test rows: ${rate(perDraw)} a second`);
  console.log(`own rows with 15 centres’ noisy tables, one regression: ${perJoint.toFixed(2)} s`);
  const told = (time: number) => {
    const minutes = time / 60 / cores;
    return minutes < 90 ? `${minutes.toFixed(1)} minutes` : `${(minutes / 60).toFixed(1)} hours`;
  };
  const goal = (time: number, hours: number, words: string) =>
    `${told(time)}; aimed at: ${words}, ${time / 3600 / cores <= hours ? 'met' : 'not met'}`;
  // The paper's: 16 centres, 10 repeats, K = 100; 100 draws a box of two, and 100 orders with 10 draws a position.
  const [centres, paperRepeats, K, orders] = [16, 10, 100, 100];
  const trainings = centres * paperRepeats * perPaper[0]!;
  const figure1 = trainings + centres * paperRepeats * (K * perFit + 200 * perDraw);
  const perCentre = paperRepeats * orders * (centres - 1) * (K * perFit + 10 * perDraw);
  const everySize = (of: readonly number[]) => 4 * centres * paperRepeats * of.reduce((a, b) => a + b, 0);
  console.log(`\nThe paper’s evaluation with its settings, on ${cores} cores:`);
  console.log(`figure 1: ${goal(figure1, 0.5, '30 minutes')}`);
  console.log(`figure 2 (2 centres): ${goal(trainings + 2 * perCentre, 10, 'a night')}`);
  console.log(
    `figure S4 (16 centres, at most ${(centres * paperRepeats * orders * 15 * K) / 1e6} million fits): ${goal(trainings + centres * perCentre, 10, 'a night')}`,
  );
  console.log(
    `all ${4 * sizes.length * centres * paperRepeats} trainings (16 centres, sizes ${sizes.join(', ')}, 4 ε, 10 repeats): ${told(everySize(perPaper))}`,
  );
  console.log(`the same trainings, short: ${told(everySize(perShort))}`);
  if (onGraphics !== undefined) {
    const seconds = centres * paperRepeats * onGraphics.perPaper;
    const rest = figure1 - trainings;
    console.log(
      `figure 1 with its ${centres * paperRepeats} trainings on the graphics processor: ${told(rest + seconds * cores)}, ` +
        `of which the trainings ${(seconds / 60).toFixed(1)} minutes (${(trainings / 60 / cores).toFixed(1)} on the cores)`,
    );
  }
}

interface GraphicsTime {
  /** Seconds a training of the paper's and of the short settings, as one of many. */
  readonly perPaper: number;
  readonly perShort: number;
}

const AT_ONCE = [16, 160];

/** Trainings of figure 1, 16 centres and 10 repeats, at once. Of the paper's steps a part is run: a step costs what a step costs. */
async function graphicsTimes(data: StudyData, onOneThread: number): Promise<GraphicsTime> {
  const { openDevice, close } = await demandDawnDevice();
  const { codebook } = data;
  const { train } = splitForTest(data, 0.2, chacha20Source(SEED, 'subsample'));
  const problems = (settings: TrainingSettings, count: number) =>
    Array.from({ length: count }, (_, i): WebgpuProblem => {
      const table = firstShare(train[i % train.length]!, 0.1);
      const plan = planTraining({ codebook, rowCount: table.rowCount, epsilon: 1, delta: 1e-6, settings });
      if (!plan.ok) throw new Error(plan.failure.kind);
      return { table, plan: plan.value, key: studyKey(SEED, `graphics ${i}`) };
    });
  const perTraining = async (settings: TrainingSettings, count: number, someSteps: number) => {
    const opened = await openWebgpuRuns(openDevice, problems(settings, count));
    if (!opened.ok) throw new Error(JSON.stringify(opened.failure));
    await opened.value.advance(Math.min(100, someSteps));
    const startMs = performance.now();
    await opened.value.advance(someSteps);
    const tookMs = performance.now() - startMs;
    opened.value.close();
    return ((tookMs / 1000) * settings.steps) / someSteps / count;
  };
  const [paper, short] = [paperPreset, shortPreset].map((preset) => preset(codebook.outcome, 0.2)) as [
    TrainingSettings,
    TrainingSettings,
  ];
  console.log('On the graphics processor, of the clock, 10 % of every centre:');
  let found: GraphicsTime = { perPaper: Number.NaN, perShort: Number.NaN };
  for (const count of AT_ONCE) {
    found = {
      perPaper: await perTraining(paper, count, 10_000),
      perShort: await perTraining(short, count, 800),
    };
    console.log(
      `${count} at once: ${(1 / found.perPaper).toFixed(2)} paper trainings a second, ${(1 / found.perShort).toFixed(0)} short; ` +
        `${(onOneThread / found.perPaper).toFixed(1)} times one thread of this processor`,
    );
  }
  await close();
  return found;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
