import type { Codebook } from '../codebook/codebook.ts';
import { modelShape, planTraining, type TrainingPlan, type TrainingSettings } from '../inference/plan.ts';
import type { Posterior } from '../inference/posterior.ts';
import { paperPreset, shortPreset } from '../inference/presets.ts';
import { drawTwinSets as drawSetsFromTables } from '../marginals/draw-twins.ts';
import { fitTables } from '../marginals/fit-tables.ts';
import { type NoisyTables, releaseTables } from '../marginals/noisy-tables.ts';
import { planMarginals } from '../marginals/plan-marginals.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { RandomSource } from '../random/random-source.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { StudySettings } from './experiments.ts';
import { FEWER_STEPS } from './preset-variants.ts';

/** What a release leaves: all that K sets are drawn from, as plain numbers that any store can hold. */
export type TwinModel =
  | {
      readonly kind: 'dpvi';
      readonly rowCount: number;
      readonly location: readonly number[];
      readonly scale: readonly number[];
    }
  | {
      readonly kind: 'marginals';
      readonly rowCount: number;
      readonly events: NoisyTables['events'];
      readonly tables: readonly {
        readonly variable: number;
        readonly levels: number;
        readonly standardDeviation: number;
        readonly counts: readonly number[];
      }[];
    };

/** Runs a plan to its end under a key; any machine that does METHOD §4 will do. Kernels are no part of core. */
export type TrainTwin = (plan: TrainingPlan, table: CodedTable, key: Uint8Array) => Promise<Posterior>;

export interface TwinProblem {
  readonly codebook: Codebook;
  readonly settings: StudySettings;
  readonly epsilon: number;
  readonly table: CodedTable;
  /** Plans by ε that were made before, of these settings: N is in no calibration, and one for small steps takes a tenth of a second. */
  readonly plans?: Map<number, TrainingPlan>;
}

/** @throws Error where the figure's settings make no plan: they are constants of the study */
export async function makeTwin(problem: TwinProblem, key: Uint8Array, train: TrainTwin): Promise<TwinModel> {
  if (problem.settings.synthesizer !== 'dpvi') return measuredTables(problem, key);
  const { table } = problem;
  const { location, scale } = await train(plannedTraining(problem), table, key);
  return {
    kind: 'dpvi',
    rowCount: table.rowCount,
    location: Array.from(location),
    scale: Array.from(scale),
  };
}

function plannedTraining({ codebook, settings, epsilon, table, plans }: TwinProblem): TrainingPlan {
  const { rowCount } = table;
  const known = plans?.get(epsilon);
  if (known !== undefined) return { ...known, rowCount };
  const plan = planTraining({
    codebook,
    settings: trainingSettings(codebook, settings),
    rowCount,
    epsilon,
    delta: settings.delta,
  });
  if (!plan.ok) throw new Error(`no plan for ${rowCount} rows at ε ${epsilon}: ${plan.failure.kind}`);
  plans?.set(epsilon, plan.value);
  return plan.value;
}

/** The noisy tables variable × outcome: one release, no training. */
function measuredTables({ codebook, settings, epsilon, table }: TwinProblem, key: Uint8Array): TwinModel {
  const { rowCount } = table;
  const plan = planMarginals({ codebook, rowCount, epsilon, delta: settings.delta });
  if (!plan.ok) throw new Error(`no plan for ${rowCount} rows at ε ${epsilon}: ${plan.failure.kind}`);
  const { events, tables } = releaseTables(plan.value, table, chacha20Source(key, 'mechanismNoise'));
  return {
    kind: 'marginals',
    rowCount,
    events,
    tables: tables.map((one) => ({ ...one, counts: Array.from(one.counts) })),
  };
}

/** The release behind a model of tables. */
export function noisyTablesOf({
  rowCount,
  events,
  tables,
}: Extract<TwinModel, { kind: 'marginals' }>): NoisyTables {
  return {
    rowCount,
    events,
    tables: tables.map((one) => ({ ...one, counts: Float64Array.from(one.counts) })),
  };
}

/** K sets of as many rows as the model was trained on. */
export function drawTwinSets(
  model: TwinModel,
  codebook: Codebook,
  settings: StudySettings,
  random: RandomSource,
): Iterable<CodedTable> {
  const { setCount } = settings;
  if (model.kind === 'marginals') {
    const fitted = fitTables(noisyTablesOf(model), random);
    return drawSetsFromTables(fitted, setCount, model.rowCount, 'ratio', random);
  }
  const training = trainingSettings(codebook, settings);
  const posterior: Posterior = {
    shape: modelShape(codebook, training),
    location: Float64Array.from(model.location),
    scale: Float64Array.from(model.scale),
  };
  const { outcome } = codebook;
  const largest = outcome.kind === 'count' ? outcome.maximum : undefined;
  return drawSyntheticSets(posterior, setCount, model.rowCount, training.outcomeDraw, random, largest);
}

const TRAINING_SETTINGS = {
  paper: paperPreset,
  short: shortPreset,
  'fewer-steps': FEWER_STEPS.settings,
} as const;

export function trainingSettings(codebook: Codebook, settings: StudySettings): TrainingSettings {
  return TRAINING_SETTINGS[settings.training](codebook.outcome, settings.eventRateGuess);
}
