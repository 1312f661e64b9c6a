/**
 * `npm run bench:study`: trainings, fits and scores a second on one core, and how long the paper's whole evaluation would
 * take from them on all cores of this machine. Prints, never fails.
 */
import { availableParallelism } from 'node:os';
import { poolPatterns } from '../core/analysis/pattern-table.ts';
import { planTraining } from '../core/inference/plan.ts';
import { paperPreset, shortPreset } from '../core/inference/presets.ts';
import { chacha20Source } from '../core/random/chacha20.ts';
import { STUDY_PRESETS } from '../core/study/experiments.ts';
import { firstShare, simulatedStudyData, splitForTest } from '../core/study/study-data.ts';
import { countRound } from '../core/study/study-round.ts';
import { pooledEstimate } from '../core/study/study-scores.ts';
import { drawTwinSets, makeTwin, type TwinModel } from '../core/study/twin-maker.ts';
import { trainByKernel } from './train-twin.ts';
import { wasmMachine } from './wasm/wasm-machine.ts';

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
  const paper = paperPreset(codebook.outcome, 0.2);
  const plan = planTraining({
    codebook,
    settings: paper,
    rowCount: own[0]!.rowCount,
    epsilon: 1,
    delta: 1e-6,
  });
  if (!plan.ok) throw new Error(plan.failure.kind);
  const opened = await wasmMachine.open({ plan: plan.value, table: own[0]! }, SEED);
  if (!opened.ok) throw new Error(opened.failure.kind);
  const someSteps = 20_000;
  const paperTime = ((await seconds(() => opened.value.advance(someSteps))) * paper.steps) / someSteps;
  opened.value.close();

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

  const cores = availableParallelism();
  const perTraining = trainingTime / own.length;
  const perFit = fitTime / (repeats * SETS);
  const perDraw = drawTime / draws;
  const { steps } = shortPreset(codebook.outcome, 0.2);
  const rate = (time: number) => (1 / time).toFixed(time > 1 ? 3 : 0);
  console.log(`short training (${steps} steps, 10 % of a centre): ${rate(perTraining)} a second`);
  console.log(
    `paper training (${paper.steps} steps): ${rate(paperTime)} a second, ${paperTime.toFixed(1)} s each`,
  );
  console.log(`fits of ${pooled[0]!.total} pooled rows: ${rate(perFit)} a second`);
  console.log(`likelihood draws over ${test.rowCount} test rows: ${rate(perDraw)} a second`);
  const hours = (time: number) => `${(time / 3600 / cores).toFixed(2)} h on ${cores} cores`;
  const figure1 = 160 * paperTime + 16 * 10 * 100 * perFit + 16 * 10 * 200 * perDraw;
  const trainings = 16 * 4 * 4 * 10;
  const manyFits = 16 * 10 * 100 * 15 * 100;
  console.log(`figure 1, paper settings: ${hours(figure1)}`);
  console.log(
    `all trainings, ${trainings} (16 centres, 4 sizes, 4 ε, 10 repeats), paper: ${hours(trainings * paperTime)}`,
  );
  console.log(`the same, short: ${hours(trainings * perTraining)}`);
  console.log(`figure S4, at most ${manyFits / 1e6} million fits: ${hours(manyFits * perFit)}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
