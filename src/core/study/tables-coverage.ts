import type { PooledAnalysisInput } from '../analysis/pooled-analysis.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { drawTwinSets } from '../marginals/draw-twins.ts';
import { fitTables } from '../marginals/fit-tables.ts';
import { type JointSettings, USUAL_JOINT_SETTINGS } from '../marginals/joint-estimate.ts';
import { type NoisyTables, releaseTables } from '../marginals/noisy-tables.ts';
import { type MarginalsPlan, type MarginalsPlanFailure, planMarginals } from '../marginals/plan-marginals.ts';
import { analyseTables } from '../marginals/tables-analysis.ts';
import { chacha20Source } from '../random/chacha20.ts';
import type { Result } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { analyseCentres, coverageInput, type RepeatOutcome, rowsOf, simulationKey } from './coverage.ts';
import type { CoverageCell, CoverageDesign } from './coverage-design.ts';
import type { CoefficientIntervals, CoverageMethod, Interval } from './coverage-intervals.ts';
import { type CoverageScenario, simulateScenario } from './coverage-scenarios.ts';

/** The measurement that every centre but the first makes, with the number of rows public or `noisyRows`. */
export function marginalsPlanOf(
  { delta, noisyRows, pairs }: CoverageDesign,
  { rowCount, epsilon }: CoverageCell,
): Result<MarginalsPlan, MarginalsPlanFailure> {
  return planMarginals({
    codebook: cohortCodebook(),
    delta,
    epsilon,
    rowCount: noisyRows ? 'noisy' : rowCount,
    pairs: pairs.map((variables) => ({ variables })),
  });
}

/** A prior twice as wide, to show what the usual one does. */
const WIDE_SETTINGS = { ...USUAL_JOINT_SETTINGS, priorScale: 2 };

/**
 * One simulation in which centres release noisy tables: the joint estimate, and where `withTwins` the same twins under every
 * rule of the other synthesizer.
 */
export function tablesRepeat(
  design: CoverageDesign,
  scenario: CoverageScenario,
  { plan, rowCount }: { readonly plan: MarginalsPlan; readonly rowCount: number },
  repeat: number,
  seed: Uint8Array,
  withTwins: boolean,
): RepeatOutcome {
  const keyOf = (centre: number) => simulationKey(seed, { rowCount, repeat, centre });
  const centres = simulateScenario(
    scenario,
    design.centre,
    design.parties,
    rowCount,
    chacha20Source(keyOf(0), 'synthesis'),
  );
  const own = rowsOf(centres[0]!, 0, Math.min(rowCount, design.ownRows));
  const others = centres.slice(1);
  const releases = others.map((table, m) =>
    releaseTables(plan, table, chacha20Source(keyOf(m + 1), 'mechanismNoise')),
  );
  const sets = releases.map((release, m): CodedTable[] => {
    if (!withTwins) return [];
    const random = chacha20Source(keyOf(m + 1), 'synthesis');
    return [...drawTwinSets(fitTables(release, random), design.setCount, release.rowCount, 'ratio', random)];
  });
  return analyseReleases(design, [own, ...others], releases, sets);
}

/** The analyses of centre 1, and of all real rows, side by side. */
export function analyseReleases(
  design: CoverageDesign,
  centres: readonly CodedTable[],
  releases: readonly NoisyTables[],
  sets: readonly (readonly CodedTable[])[],
): RepeatOutcome {
  const parties = sets
    .filter((some) => some.length > 0)
    .map((some, m) => ({ id: `centre ${m + 2}`, sets: some }));
  const outcome = analyseCentres(design, centres, parties);
  return {
    ...outcome,
    coefficients: withTables(outcome.coefficients, coverageInput(design, centres, parties), releases),
  };
}

function withTables(
  coefficients: readonly CoefficientIntervals[],
  { codebook, choice, errors, local, parties }: PooledAnalysisInput,
  releases: readonly NoisyTables[],
): CoefficientIntervals[] {
  const added = coefficients.map(({ intervals, usedFallback }) => {
    const { 'meta-fixed': a, 'meta-random': b, 'meta-hartung-knapp': c, ...rest } = intervals;
    // Without twins a meta-analysis is the local estimate under another name.
    const kept: Partial<Record<CoverageMethod, Interval>> =
      parties.length > 0 ? { ...intervals } : { ...rest };
    return { intervals: kept, usedFallback };
  });
  const unread = releases.map(({ pairs, ...release }) => release);
  const ways: [CoverageMethod, JointSettings, readonly NoisyTables[]][] = [
    ['tables', USUAL_JOINT_SETTINGS, releases],
    ['tables-wide', WIDE_SETTINGS, releases],
  ];
  if (releases.some(({ pairs }) => pairs !== undefined)) {
    ways.push(['tables-without-pairs', USUAL_JOINT_SETTINGS, unread]);
  }
  for (const [method, settings, read] of ways) {
    const found = analyseTables({
      codebook,
      choice,
      family: 'poisson-log',
      errors,
      local,
      settings,
      parties: read.map((release, m) => ({ id: `centre ${m + 2}`, release })),
    });
    if (!found.ok) continue;
    for (const [k, { estimate, lower, upper }] of found.value.rows.entries()) {
      added[k]!.intervals[method] = { estimate, lower, upper };
    }
  }
  return added;
}
