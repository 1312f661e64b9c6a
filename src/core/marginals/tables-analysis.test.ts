import { describe, expect, it } from 'vitest';
import { designOf } from '../analysis/design.ts';
import { analysePooled } from '../analysis/pooled-analysis.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { publicKey } from '../inference/check-problem.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { simulateCentres } from '../study/coverage.ts';
import { USUAL_COVERAGE_DESIGN } from '../study/coverage-design.ts';
import { stackTables, takeRows } from '../study/study-data.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { jointEstimate, USUAL_JOINT_SETTINGS } from './joint-estimate.ts';
import { levelAdvice, levelCounts } from './level-counts.ts';
import { exactCounts, type NoisyTables, releaseTables } from './noisy-tables.ts';
import { emptyTables, plainRelease } from './plain-release.check.ts';
import { planMarginals } from './plan-marginals.ts';
import { seedRows } from './seed-rows.ts';
import { analyseTables, eventsOf, INDEPENDENCE_WEIGHT, type TablesAnalysisInput } from './tables-analysis.ts';
import { outcomeWorkload } from './workload.ts';

const codebook = cohortCodebook();
const choice = { predictors: codebook.variables.map(({ name }) => name) };
const levels = [7, 2, 8, 4, 5];
const random = (number: number) => chacha20Source(publicKey(number), 'synthesis');
const centres = simulateCentres({ ...USUAL_COVERAGE_DESIGN, parties: 3 }, 3000, random(1));

/** The exact tables, said to carry a noise that they do not have: a limit, private for nobody. */
function withoutNoise(table: CodedTable, standardDeviation: number): NoisyTables {
  return plainRelease(
    emptyTables(table.rowCount, levels, standardDeviation),
    exactCounts(outcomeWorkload(levels), table),
    null,
  );
}

function analyse(more: Partial<TablesAnalysisInput>) {
  const result = analyseTables({
    codebook,
    choice,
    family: 'poisson-log',
    errors: 'model',
    local: centres[0]!,
    parties: [],
    ...more,
  });
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
}

const wide = { priorScale: 100, baseRateSpread: 0 };

describe('own rows and noisy tables in one regression', () => {
  it.each(['poisson-log', 'binomial-logit'] as const)(
    'is the usual %s fit where there is nobody else',
    (family) => {
      const usual = analysePooled({
        codebook,
        choice,
        family,
        errors: 'HC0',
        local: centres[0]!,
        parties: [],
      });
      if (!usual.ok) throw new Error(usual.failure.kind);
      const { rows } = analyse({ family, errors: 'HC0', settings: wide });
      let compared = 0;
      for (const [k, { local }] of usual.value.rows.entries()) {
        // Where the rows say little a prior of scale 100 still shows in the fourth digit.
        if (local.kind !== 'estimated' || local.standardError > 0.5) continue;
        expect(rows[k]!.estimate).toBeCloseTo(local.estimate, 3);
        expect(rows[k]!.standardError).toBeCloseTo(local.standardError, 3);
        compared += 1;
      }
      expect(compared).toBeGreaterThan(15);
    },
  );

  it('is the fit of all rows, to a fraction of its errors, as noise and differences go to zero', () => {
    const everyone = analysePooled({
      codebook,
      choice,
      family: 'poisson-log',
      errors: 'model',
      local: stackTables(centres),
      parties: [],
    });
    if (!everyone.ok) throw new Error(everyone.failure.kind);
    const parties = [1, 2].map((m) => ({ id: `${m}`, release: withoutNoise(centres[m]!, 0.5) }));
    const { rows } = analyse({ parties, settings: wide });
    let squares = 0;
    let counted = 0;
    for (const [k, { local }] of everyone.value.rows.entries()) {
      if (local.kind !== 'estimated' || local.standardError > 0.3) continue;
      squares += ((rows[k]!.estimate - local.estimate) / local.standardError) ** 2;
      counted += 1;
      // Outcomes are 0/1: the tables are taken as such, and are worth up to 1/(1 − rate) more than a Poisson count.
      expect(rows[k]!.standardError / local.standardError).toBeLessThan(1.15);
      expect(rows[k]!.standardError / local.standardError).toBeGreaterThan(0.8);
    }
    // What is lost is how levels meet at the other centres: a third of a standard error at most.
    expect(Math.sqrt(squares / counted)).toBeLessThan(0.35);
    expect(counted).toBeGreaterThan(15);
  });

  it("has everybody's intercept where base rates differ, with its error, and else the own one", () => {
    const thin = random(9);
    // Of the last centre only those of the first three age groups, whose risk is another: people do not count alike.
    const young = takeRows(
      centres[2]!,
      Uint32Array.from({ length: 3000 }, (_, i) => i).filter((i) => centres[2]!.columns[0]![i]! < 3),
    );
    const seldom = [centres[1]!, young].map((table) => ({
      ...table,
      outcome: table.outcome.map((y) => (y === 1 && thin.uint32() < 2 ** 31 ? 1 : 0)),
    }));
    const fitOf = (local: CodedTable) => {
      const found = analysePooled({
        codebook,
        choice,
        family: 'poisson-log',
        errors: 'model',
        local,
        parties: [],
      });
      if (!found.ok || found.value.rows[0]!.local.kind !== 'estimated') throw new Error('no fit');
      return found.value.rows[0]!.local;
    };
    const all = fitOf(stackTables([centres[0]!, ...seldom]));
    const parties = seldom.map((table, m) => ({ id: `${m}`, release: withoutNoise(table, 0.5) }));
    const settings = { priorScale: 100, baseRateSpread: 2 };
    const own = analyse({ parties, settings });
    const everybody = analyse({ parties, settings, intercept: 'everybody' });
    // Events of the others are halved: some −ln(2/3) between the two.
    expect(own.rows[0]!.estimate - all.estimate).toBeGreaterThan(0.25);
    expect(Math.abs(everybody.rows[0]!.estimate - all.estimate)).toBeLessThan(0.5 * all.standardError);
    expect(everybody.rows[0]!.standardError / all.standardError).toBeGreaterThan(0.8);
    expect(everybody.rows[0]!.standardError / all.standardError).toBeLessThan(1.15);
    for (const [k, row] of everybody.rows.entries()) if (k > 0) expect(row).toEqual(own.rows[k]);
  });

  it('is the fit of own rows as the noise grows without bound', () => {
    const parties = [{ id: 'b', release: withoutNoise(centres[1]!, 1e6) }];
    const alone = analyse({});
    for (const [k, row] of analyse({ parties }).rows.entries()) {
      expect(row.estimate).toBeCloseTo(alone.rows[k]!.estimate, 4);
      expect(row.standardError).toBeCloseTo(alone.rows[k]!.standardError, 4);
    }
  });

  it('does not care in which order parties and rows stand', () => {
    const plan = planMarginals({ codebook, rowCount: 3000, epsilon: 1, delta: 1e-6 });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const parties = [1, 2].map((m) => ({
      id: `${m}`,
      release: releaseTables(plan.value, centres[m]!, chacha20Source(publicKey(m), 'mechanismNoise')),
    }));
    const once = analyse({ parties });
    const again = analyse({
      parties: parties.toReversed(),
      local: {
        rowCount: 3000,
        columns: centres[0]!.columns.map((column) => column.toReversed()),
        outcome: centres[0]!.outcome.toReversed(),
      },
    });
    for (const [k, row] of once.rows.entries()) expect(again.rows[k]!.estimate).toBeCloseTo(row.estimate, 5);
    expect(again.parties.map(({ id }) => id)).toEqual(['2', '1']);
    // Alike centres agree: χ² of 26 cells.
    for (const { p } of once.parties) expect(p).toBeGreaterThan(1e-3);
  });

  it('sees a party whose outcomes were turned round', () => {
    const turned = { ...centres[1]!, outcome: centres[1]!.outcome.map((y) => 1 - y) };
    const parties = [
      { id: 'turned', release: withoutNoise(turned, 9) },
      { id: 'right', release: withoutNoise(centres[2]!, 9) },
    ];
    const found = analyse({ parties }).parties;
    expect(found[0]!.p).toBeLessThan(1e-10);
    expect(found[0]!.chiSquared).toBeGreaterThan(3 * found[1]!.chiSquared);
  });

  it('refuses what tables cannot answer', () => {
    const kind = (more: Partial<TablesAnalysisInput>) => {
      const base = {
        codebook,
        choice,
        family: 'poisson-log',
        errors: 'model',
        local: centres[0]!,
        parties: [],
      } as const;
      const result = analyseTables({ ...base, ...more });
      return result.ok ? 'answered' : result.failure.kind;
    };
    const release = withoutNoise(centres[1]!, 9);
    const pair = {
      variables: [0, 1],
      levels: [7, 3],
      standardDeviation: 9,
      counts: new Float64Array(21),
    } as const;
    expect([
      kind({ choice: { ...choice, subgroup: [{ variable: 'sex', levels: ['Male'] }] } }),
      kind({ choice: { predictors: ['sex'], outcome: { variable: 'education', events: ['None'] } } }),
      kind({ choice: { predictors: ['nothing'] } }),
      kind({ parties: [{ id: 'b', release: { ...release, tables: release.tables.slice(1) } }] }),
      kind({ parties: [{ id: 'b', release: { ...release, pairs: [pair] } }] }),
      kind({ parties: [{ id: 'b', release }], choice: { predictors: ['sex'] } }),
    ]).toEqual([
      'subgroup-not-in-tables',
      'outcome-not-in-tables',
      'unknown-variable',
      'tables-do-not-fit',
      'tables-do-not-fit',
      'answered',
    ]);
  });
});

describe('what a release says about levels', () => {
  it('holds the true count in 95 % of cells', () => {
    const plan = planMarginals({ codebook, rowCount: 3000, epsilon: 1, delta: 1e-6 });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const exact = exactCounts(plan.value.workload, centres[1]!);
    const source = chacha20Source(publicKey(3), 'mechanismNoise');
    let [held, all] = [0, 0];
    for (let repeat = 0; repeat < 200; repeat += 1) {
      for (const { variable, level, lower, upper, mayBeEmpty } of levelCounts(
        releaseTables(plan.value, centres[1]!, source),
      )) {
        const people = exact[variable]![2 * level]! + exact[variable]![2 * level + 1]!;
        held += lower <= people && people <= upper ? 1 : 0;
        all += 1;
        if (people > 200) expect(mayBeEmpty).toBe(false);
      }
    }
    // 5,200 intervals: standard error 0.3 points, four of them; cutting to 0 … N can only add.
    expect(held / all).toBeGreaterThan(0.938);
    expect(held / all).toBeLessThan(0.965);
  });

  it('advises from the plan alone', () => {
    const plan = planMarginals({ codebook, rowCount: 150, epsilon: 1, delta: 1e-6 });
    if (!plan.ok) throw new Error(plan.failure.kind);
    const advice = levelAdvice(plan.value);
    expect(advice.map(({ tooMany }) => tooMany)).toEqual([true, false, true, true, true]);
    expect(advice[0]!.smallestTold).toBeCloseTo(4 * Math.sqrt(2 - 2 / 7) * plan.value.noise[0]!, 10);
  });
});

it('comes to its solution in few steps where levels are rare and noise is large', () => {
  const small = simulateCentres({ ...USUAL_COVERAGE_DESIGN, parties: 6 }, 300, random(1));
  const plan = planMarginals({ codebook, rowCount: 300, epsilon: 1, delta: 1e-6 });
  if (!plan.ok) throw new Error(plan.failure.kind);
  const designed = designOf(codebook, choice);
  if (!designed.ok) throw new Error(designed.failure.kind);
  const releases = small.map((table, m) =>
    releaseTables(plan.value, table, chacha20Source(publicKey(100 + m), 'mechanismNoise')),
  );
  for (const [m, table] of small.entries()) {
    const own = seedRows(designed.value, table, INDEPENDENCE_WEIGHT);
    const found = jointEstimate({
      design: designed.value,
      family: 'poisson-log',
      errors: 'model',
      own,
      ownEvents: eventsOf(designed.value, table, own),
      parties: releases.filter((_, other) => other !== m),
      settings: USUAL_JOINT_SETTINGS,
    });
    // Steps that are not mixed with those before them take 42 for the last of these.
    expect(found.converged).toBe(true);
    expect(found.iterations).toBeLessThan(20);
  }
}, 60_000);
