import { analyseParties } from '../analysis/party-analysis.ts';
import { analysePooled, type PooledAnalysisInput } from '../analysis/pooled-analysis.ts';
import { cohortCodebook, simulateCentre } from '../cohort/simulated-cohort.ts';
import type { TrainingPlan } from '../inference/plan.ts';
import { chacha20Source, KEY_BYTES } from '../random/chacha20.ts';
import type { RandomSource } from '../random/random-source.ts';
import { drawSyntheticSets } from '../synthesis/draw-sets.ts';
import { codeTable } from '../table/code-table.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { localEstimates, type TwinEffect, twinEffect, withBootstrap } from './coverage-bootstrap.ts';
import { type CoverageDesign, type TrueCoefficient, trueCoefficients } from './coverage-design.ts';
import { type CoefficientIntervals, intervalsOf } from './coverage-intervals.ts';
import { stackTables } from './study-data.ts';
import type { TrainTwin } from './twin-maker.ts';

/** Keys of replicates begin beyond those of any centre, this many for each. */
const REPLICATE_KEYS = 2 ** 16;

/** What one repeat of a cell says. */
export interface RepeatOutcome {
  readonly coefficients: readonly CoefficientIntervals[];
  /** Events in the level of each coefficient, mean over the centres; for the intercept all events. */
  readonly eventsPerCentre: Float64Array;
}

/**
 * A public key for one use in a simulation of **invented people**: nothing made with it is private. Distinct for distinct
 * arguments under one seed. ε is no argument: cells that differ in ε only have the same people and the same
 * draws, so that they differ by ε and not by luck.
 *
 * @param centre 0 for the people, m ≥ 1 for the training of the m-th other centre
 */
export function simulationKey(
  seed: Uint8Array,
  use: { readonly rowCount: number; readonly repeat: number; readonly centre: number },
): Uint8Array {
  if (seed.length !== KEY_BYTES) throw new Error(`a seed has ${KEY_BYTES} bytes, not ${seed.length}`);
  const key = seed.slice();
  const view = new DataView(key.buffer);
  [use.rowCount, use.repeat, use.centre].forEach((number, place) => {
    view.setUint32(4 * place, (view.getUint32(4 * place, true) ^ number) >>> 0, true);
  });
  return key;
}

/** M tables of N invented people, all drawn from one centre of the simulated cohort. */
export function simulateCentres(
  design: CoverageDesign,
  rowCount: number,
  random: RandomSource,
): CodedTable[] {
  const codebook = cohortCodebook();
  const drawn: CodedTable[] = [];
  for (let rows = 0; rows < design.parties * rowCount; ) {
    const coded = codeTable(simulateCentre(design.centre, random), codebook);
    if (!coded.ok) throw new Error(`simulated people do not fit their codebook: ${coded.failure.kind}`);
    drawn.push(coded.value.table);
    rows += coded.value.table.rowCount;
  }
  const everyone = stackTables(drawn);
  return Array.from({ length: design.parties }, (_, m) => rowsOf(everyone, m * rowCount, (m + 1) * rowCount));
}

/** One simulation of a cell: people, trainings, sets, and the intervals of every method. */
export async function coverageRepeat(
  design: CoverageDesign,
  plan: TrainingPlan,
  repeat: number,
  seed: Uint8Array,
  train: TrainTwin,
): Promise<RepeatOutcome> {
  const { rowCount, settings } = plan;
  const keyOf = (centre: number) => simulationKey(seed, { rowCount, repeat, centre });
  const centres = simulateCentres(design, rowCount, chacha20Source(keyOf(0), 'synthesis'));
  const parties: { id: string; sets: CodedTable[] }[] = [];
  for (let m = 1; m < design.parties; m += 1) {
    const posterior = await train(plan, centres[m]!, keyOf(m));
    const random = chacha20Source(keyOf(m), 'synthesis');
    const sets = [...drawSyntheticSets(posterior, design.setCount, rowCount, settings.outcomeDraw, random)];
    parties.push({ id: `centre ${m + 1}`, sets });
  }
  const outcome = analyseCentres(design, centres, parties);
  if (design.replicates === 0) return outcome;
  const input = coverageInput(design, centres, parties);
  const twins: TwinEffect[] = [];
  for (const [m, { sets }] of parties.entries()) {
    const replicateKey = (b: number) => keyOf(REPLICATE_KEYS * (m + 1) + b);
    twins.push(await twinEffect(input, plan, sets, design.replicates, replicateKey, train));
  }
  return { ...outcome, coefficients: withBootstrap(outcome.coefficients, localEstimates(input), twins) };
}

/** The analyses of centre 1, and of all real rows, side by side. */
export function analyseCentres(
  design: CoverageDesign,
  centres: readonly CodedTable[],
  parties: PooledAnalysisInput['parties'],
): RepeatOutcome {
  const input = coverageInput(design, centres, parties);
  const allReal = analysePooled({ ...input, local: stackTables(centres), parties: [] });
  const pooled = analysePooled(input);
  const byParty = analyseParties(input);
  if (!allReal.ok || !pooled.ok || !byParty.ok) throw new Error('simulated tables do not fit the analysis');
  return {
    coefficients: intervalsOf(allReal.value, pooled.value, byParty.value, design.errors),
    eventsPerCentre: eventsPerCentre(centres, trueCoefficients(design.centre, input.codebook)),
  };
}

/** The paper's analysis as centre 1 does it: all variables, Poisson. */
export function coverageInput(
  design: CoverageDesign,
  centres: readonly CodedTable[],
  parties: PooledAnalysisInput['parties'],
): PooledAnalysisInput {
  const codebook = cohortCodebook();
  return {
    codebook,
    choice: { predictors: codebook.variables.map(({ name }) => name) },
    family: 'poisson-log',
    errors: design.errors,
    local: centres[0]!,
    parties,
  };
}

/** Events in the level of each coefficient, mean over the centres. */
function eventsPerCentre(
  centres: readonly CodedTable[],
  coefficients: readonly TrueCoefficient[],
): Float64Array {
  return Float64Array.from(coefficients, ({ position, level }) => {
    let events = 0;
    for (const { columns, outcome } of centres) {
      for (let i = 0; i < outcome.length; i += 1) {
        if (position < 0 || columns[position]![i] === level) events += outcome[i]!;
      }
    }
    return events / centres.length;
  });
}

export function rowsOf(table: CodedTable, start: number, end: number): CodedTable {
  return {
    rowCount: end - start,
    columns: table.columns.map((column) => column.slice(start, end)),
    outcome: table.outcome.slice(start, end),
  };
}
