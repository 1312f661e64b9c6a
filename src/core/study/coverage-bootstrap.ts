import { metaAnalysis } from '../analysis/meta-analysis.ts';
import {
  corrected,
  type ReleaseEffect,
  type ReleaseReplicate,
  releaseEffect,
  unpulled,
  type Widened,
  widened,
} from '../analysis/parametric-bootstrap.ts';
import { analysePooled, type PooledAnalysisInput } from '../analysis/pooled-analysis.ts';
import type { TrainingPlan } from '../inference/plan.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { CoefficientIntervals, CoverageMethod, Interval } from './coverage-intervals.ts';
import type { TrainTwin } from './twin-maker.ts';

/**
 * Intervals that know what training does to an estimate: every twin is trained again on sets drawn from it
 * (`analysis/parametric-bootstrap.ts`), and the twins' mean, with the pull and the spread found, is weighed with the own
 * rows' estimate by inverse variance. The pull is common to all twins, so it does not shrink with their number.
 */

/** Sets drawn from a twin that was trained again; its estimate is their mean. */
const SETS_A_REPLICATE = 5;

/** What is known of one centre's twin. */
export interface TwinEffect {
  /** θ̂, mean over its sets; NaN where no set has the coefficient. */
  readonly estimate: Float64Array;
  readonly effect: ReleaseEffect;
}

type AnalysisChoice = Omit<PooledAnalysisInput, 'local' | 'parties'>;

/** @param keyOf a key for the training and the sets of replicate b */
export async function twinEffect(
  choice: AnalysisChoice,
  plan: TrainingPlan,
  sets: readonly CodedTable[],
  replicates: number,
  keyOf: (replicate: number) => Uint8Array,
  train: TrainTwin,
): Promise<TwinEffect> {
  const { rowCount, settings } = plan;
  const before = sets.map((set) => estimatesOn(choice, set));
  const done: ReleaseReplicate[] = [];
  for (let b = 0; b < Math.min(replicates, sets.length); b += 1) {
    const key = keyOf(b);
    const posterior = await train(plan, sets[b]!, key);
    const random = chacha20Source(key, 'synthesis');
    const again = drawSyntheticSets(posterior, SETS_A_REPLICATE, rowCount, settings.outcomeDraw, random);
    done.push({
      before: before[b]!,
      after: meanEstimates([...again].map((set) => estimatesOn(choice, set))),
    });
  }
  const estimate = meanEstimates(before);
  return { estimate, effect: releaseEffect(done, estimate.length, (column) => column > 0) };
}

/** Adds the rules to the intervals of the others. */
export function withBootstrap(
  coefficients: readonly CoefficientIntervals[],
  local: ReturnType<typeof localEstimates>,
  twins: readonly TwinEffect[],
): CoefficientIntervals[] {
  const mean = (of: (twin: TwinEffect) => number) =>
    twins.reduce((sum, twin) => sum + of(twin), 0) / twins.length;
  const remaining = mean(({ effect }) => effect.remaining);
  return coefficients.map((one, column) => {
    const ofTwins = mean((twin) => twin.estimate[column]!);
    const bias = mean(({ effect }) => effect.bias[column]!);
    const variance = mean(({ effect }) => effect.variance[column]!) / twins.length;
    const rules: Partial<Record<CoverageMethod, Widened>> = {
      'bootstrap-widened': widened(ofTwins, variance, bias),
      'bootstrap-corrected': corrected(ofTwins, variance, bias, remaining),
      'bootstrap-unpulled':
        column === 0 ? corrected(ofTwins, variance, bias, remaining) : unpulled(ofTwins, variance, remaining),
    };
    const added: Partial<Record<CoverageMethod, Interval>> = {};
    for (const [method, twin] of Object.entries(rules) as [CoverageMethod, Widened][]) {
      const studies = [local[column], twin].filter(isUsable).map((one, m) => ({ id: `${m}`, ...one }));
      const both = metaAnalysis(studies);
      if (!both.ok) continue;
      const { estimate, inference } = both.value.fixed;
      added[method] = { estimate, lower: inference.lower, upper: inference.upper };
    }
    return { ...one, intervals: { ...one.intervals, ...added } };
  });
}

/** Estimate and variance of the own rows' regression, undefined where it has none. */
export function localEstimates(input: PooledAnalysisInput): (Widened | undefined)[] {
  return rowsOf(input, input.local).map(({ local }) =>
    local.kind === 'estimated' ? { estimate: local.estimate, variance: local.standardError ** 2 } : undefined,
  );
}

function estimatesOn(choice: AnalysisChoice, table: CodedTable): Float64Array {
  return Float64Array.from(rowsOf(choice, table), ({ local }) =>
    local.kind === 'estimated' ? local.estimate : Number.NaN,
  );
}

function rowsOf(choice: AnalysisChoice, table: CodedTable) {
  const found = analysePooled({ ...choice, local: table, parties: [] });
  if (!found.ok) throw new Error(`simulated tables do not fit the analysis: ${found.failure.kind}`);
  return found.value.rows;
}

/** Mean of each coefficient over the fits that have it. */
function meanEstimates(fits: readonly Float64Array[]): Float64Array {
  return fits[0]!.map((_, column) => {
    const known = fits.map((fit) => fit[column]!).filter(Number.isFinite);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}

/** An estimate that the meta-analysis can weigh. */
function isUsable(one: Widened | undefined): one is Widened {
  return (
    one !== undefined && Number.isFinite(one.estimate) && one.variance > 0 && Number.isFinite(one.variance)
  );
}
