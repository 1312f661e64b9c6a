import type { ModelShape, OutcomeFamily } from '../model/shape.ts';
import type { CertifiedCost, CertifiedMechanism, DirectionCost } from '../privacy/mechanism.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { CategoricalSampler, poisson } from '../random/discrete.ts';
import { exponential } from '../random/random-source.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { TrainingPlan, TrainingSettings } from './plan.ts';

/** The paper's variables: age group, sex, ethnicity, deprivation quartile, education. */
export const PAPER_LEVEL_COUNTS = [7, 2, 8, 4, 5] as const;

/** A public, fixed key for invented rows and checks. Nothing made with it is private, and nobody is in it. */
export function publicKey(number: number): Uint8Array {
  const key = new Uint8Array(32).fill(0x5a);
  new DataView(key.buffer).setUint32(0, number, true);
  return key;
}

/** Invented rows: skewed independent levels, outcome with the given mean rate that rises with x_1. Nobody is in them. */
export function inventedTable(options: {
  readonly levelCounts: readonly number[];
  readonly rowCount: number;
  readonly meanOutcome: number;
  readonly binary: boolean;
  /** Which of many invented tables. */
  readonly number: number;
}): CodedTable {
  const { levelCounts, rowCount, meanOutcome, binary } = options;
  const random = chacha20Source(publicKey(options.number), 'synthesis');
  const columns = levelCounts.map((count) => {
    const weights = Array.from({ length: count }, () => exponential(random) + 0.05);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const sampler = new CategoricalSampler(weights.map((weight) => weight / total));
    return Uint8Array.from({ length: rowCount }, () => sampler.draw(random));
  });
  const first = columns[0];
  const outcome = Uint32Array.from({ length: rowCount }, (_, i) => {
    const rate = meanOutcome * (first?.[i] === 0 ? 0.6 : 1.3);
    const y = poisson(random, rate);
    return binary ? Math.min(1, y) : y;
  });
  return { rowCount, columns, outcome };
}

/** A plan for checks and benchmarks, not certified: its cost says ∞, whatever its noise. */
export function uncertifiedPlan(options: {
  readonly levelCounts: readonly number[];
  readonly rowCount: number;
  readonly noiseMultiplier: number;
  readonly settings: Partial<TrainingSettings>;
  readonly family?: OutcomeFamily;
}): TrainingPlan {
  const family = options.family ?? 'poisson';
  const settings: TrainingSettings = {
    preset: 'custom',
    components: 16,
    samplingRate: 1,
    steps: 1000,
    clipNorm: 2,
    learningRate: { initial: 5e-2, final: 5e-3 },
    initialScale: 0.1,
    averagedFraction: 0,
    outcomeDraw: 'bernoulli',
    eventRateGuess: 0.1,
    ...options.settings,
    family,
  };
  const shape: ModelShape = {
    levelCounts: options.levelCounts,
    referenceLevels: options.levelCounts.map((_, j) => j % 2),
    components: settings.components,
    family,
  };
  return {
    settings,
    shape,
    rowCount: options.rowCount,
    mechanism: unpaid(settings, options.noiseMultiplier),
  };
}

/** A mechanism that claims nothing: its cost is ∞. Cast past the brand, since nobody certified it. */
function unpaid(settings: TrainingSettings, noiseMultiplier: number): CertifiedMechanism {
  const { samplingRate, steps } = settings;
  const unbounded = { epsilonUpper: Infinity, epsilonValue: Infinity, epsilonLower: Infinity };
  const direction: DirectionCost = { ...unbounded, method: 'grid', errorTerms: [] };
  const cost: CertifiedCost = {
    ...unbounded,
    delta: 1e-6,
    neighbours: 'add-remove-one-row',
    remove: direction,
    add: direction,
  };
  const mechanism: Omit<CertifiedMechanism, symbol> = {
    kind: 'subsampled-gaussian',
    parameters: { noiseMultiplier, samplingRate, steps },
    cost,
  };
  return mechanism as CertifiedMechanism;
}
