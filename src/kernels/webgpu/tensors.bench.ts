/** Part of `npm run bench:engine -- --gpu`: what tfjs operations on the graphics device take beside the processor's own code. */
import { createRequire } from 'node:module';
import { PatternIndex } from '../../core/analysis/pattern-table.ts';
import { PAPER_LEVEL_COUNTS, publicKey, uncertifiedPlan } from '../../core/inference/check-problem.ts';
import { init, posteriorOf } from '../../core/inference/dpvi.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { simulatedStudyData, splitForTest } from '../../core/study/study-data.ts';
import { countRows, studyDesign } from '../../core/study/study-round.ts';
import { StudyScorer } from '../../core/study/study-scores.ts';
import { sampleSets } from '../wasm/sample-sets.ts';

const MEASURED_MS = 1500;

/** Milliseconds of the fastest call. */
async function fastestMs(call: () => unknown): Promise<number> {
  await call();
  let fastest = Infinity;
  const start = performance.now();
  do {
    const callStart = performance.now();
    await call();
    fastest = Math.min(fastest, performance.now() - callStart);
  } while (performance.now() - start < MEASURED_MS);
  return fastest;
}

/** tfjs looks for a browser's `navigator`, and, in one bundled file, for a `require`. */
async function tensorflowOn(gpu: GPU) {
  globalThis.require ??= createRequire(import.meta.url);
  const navigator = { gpu, userAgent: 'Node', hardwareConcurrency: 1 };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  const [{ tensorflowDevice }, likelihoods, rows] = await Promise.all([
    import('./tensorflow-device.ts'),
    import('../general/held-out-likelihood.ts'),
    import('../general/draw-rows.ts'),
  ]);
  const device = await tensorflowDevice();
  if (!device.ok) throw new Error(device.failure);
  return { ...likelihoods, ...rows };
}

/** Likelihood draws and synthetic values a second, each on the device and on one thread of the processor. */
export async function tensorTimings(gpu: GPU): Promise<string[]> {
  const { heldOutLikelihoods, drawRows, posteriorTensors } = await tensorflowOn(gpu);
  const seed = publicKey(9);
  const data = simulatedStudyData(seed);
  const { test } = splitForTest(data, 0.2, chacha20Source(seed, 'subsample'));
  const design = studyDesign(data.codebook);
  const counted = countRows(new PatternIndex(design.variables.map(({ size }) => size)), design, test);
  const patterns = counted.index.patternCount;
  const width = design.terms.length;
  const scorer = new StudyScorer(design, counted);
  const identity = new Float64Array(width).fill(0.01);
  const draws = 1000;
  const processorMs = await fastestMs(() =>
    scorer.draws(
      { mean: new Float64Array(width), covariance: identity },
      draws,
      chacha20Source(seed, 'synthesis'),
    ),
  );
  // Only the amount of work counts here: the values are checked elsewhere.
  const testPatterns = {
    design: new Float32Array(patterns * width).fill(1),
    rowCounts: new Float32Array(patterns).fill(1),
    outcomeSums: new Float32Array(patterns),
    logFactorials: 0,
  };
  const coefficients = new Float32Array(draws * width).fill(-0.1);
  const deviceMs = await fastestMs(() => heldOutLikelihoods(coefficients, draws, testPatterns));

  const plan = uncertifiedPlan({
    levelCounts: PAPER_LEVEL_COUNTS,
    rowCount: 1,
    noiseMultiplier: 1,
    settings: {},
  });
  const posterior = posteriorOf(plan, init(plan, chacha20Source(seed, 'initialLocation')));
  const rowCount = 100_000;
  const values = (PAPER_LEVEL_COUNTS.length + 1) * rowCount;
  const tensors = posteriorTensors(posterior);
  const rowsMs = await fastestMs(() =>
    drawRows(tensors, rowCount, 'bernoulli', chacha20Source(seed, 'synthesis')),
  );
  const wasmMs = await fastestMs(async () => {
    for (const set of await sampleSets(
      { posterior, setCount: 1, rowCount, outcomeDraw: 'bernoulli' },
      publicKey(4),
    )) {
      if (set.rowCount !== rowCount) throw new Error('a set is too short');
    }
  });
  return [
    `likelihoods of ${draws} draws over ${patterns} patterns: tfjs on the device ${deviceMs.toFixed(1)} ms, one thread ${processorMs.toFixed(1)} ms`,
    `a synthetic set of ${rowCount} rows: tfjs on the device ${(values / rowsMs / 1000).toFixed(1)} million values a second, one thread of wasm ${(values / wasmMs / 1000).toFixed(1)}`,
  ];
}
