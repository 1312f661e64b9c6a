import { describe, expect, it } from 'vitest';
import { NORMAL_95 } from '../analysis/normal-distribution.ts';
import { analyseParties } from '../analysis/party-analysis.ts';
import { analysePooled, type PooledAnalysisInput } from '../analysis/pooled-analysis.ts';
import { cohortCodebook } from '../cohort/simulated-cohort.ts';
import { publicKey } from '../inference/check-problem.ts';
import type { TrainingPlan } from '../inference/plan.ts';
import { initialPosterior } from '../model/initial-posterior.ts';
import { chacha20Source } from '../random/chacha20.ts';
import { analyseCentres, coverageRepeat, simulateCentres, simulationKey } from './coverage.ts';
import {
  type CoverageDesign,
  cellsOf,
  planOf,
  QUICK_COVERAGE_DESIGN,
  trueCoefficients,
  USUAL_COVERAGE_DESIGN,
} from './coverage-design.ts';
import { type CoefficientIntervals, intervalsOf } from './coverage-intervals.ts';
import { summariseCell } from './coverage-summary.ts';
import { coefficientTable, coverageTable } from './coverage-table.ts';
import type { TrainTwin } from './twin-maker.ts';

const codebook = cohortCodebook();
const seed = publicKey(7);
const random = (number: number) => chacha20Source(publicKey(number), 'synthesis');

/** The start of a training: as good as any posterior where only the bookkeeping is in question. */
const trainNothing: TrainTwin = async (plan, _table, key) => {
  const { settings, shape } = plan;
  const { location } = initialPosterior(
    shape,
    settings.eventRateGuess,
    settings.initialScale,
    chacha20Source(key, 'initialLocation'),
  );
  return { shape, location, scale: location.map(() => settings.initialScale) };
};

function plan(design: CoverageDesign): TrainingPlan {
  const found = planOf(design, cellsOf(design)[0]!);
  if (!found.ok) throw new Error(found.failure.kind);
  return found.value;
}

const small: CoverageDesign = { ...QUICK_COVERAGE_DESIGN, rowCounts: [120], parties: 3, setCount: 4 };

async function smallTable(key: Uint8Array): Promise<string> {
  const outcomes = [];
  for (let repeat = 0; repeat < 3; repeat += 1)
    outcomes.push(await coverageRepeat(small, plan(small), repeat, key, trainNothing));
  const truth = trueCoefficients(small.centre);
  const result = { cell: cellsOf(small)[0]!, summary: summariseCell(outcomes, truth) };
  return `${coverageTable([result])}\n${coefficientTable(result, truth)}`;
}

describe('the truth', () => {
  it('has the coefficients of the regression, in its order', () => {
    const table = simulateCentres(small, 400, random(1))[0]!;
    const choice = { predictors: codebook.variables.map(({ name }) => name) };
    const found = analysePooled({
      codebook,
      choice,
      family: 'poisson-log',
      errors: 'model',
      local: table,
      parties: [],
    });
    if (!found.ok) throw new Error(found.failure.kind);
    const labels = codebook.variables.map(({ name, label }) => [name, label] as const);
    const expected = trueCoefficients('Croydon').map(({ label }) => label);
    const terms = found.value.terms.map(({ kind, variable, label }) =>
      kind === 'intercept' ? 'intercept' : `${new Map(labels).get(variable)}: ${label}`,
    );
    expect(expected).toEqual(terms);
    expect(expected).toHaveLength(22);
  });

  it('gives no probability above 1, so that a log-linear regression is right about it', () => {
    const truth = trueCoefficients(USUAL_COVERAGE_DESIGN.centre);
    const largest = codebook.variables.reduce((sum, { name }) => {
      const values = truth.filter(({ variable }) => variable === name).map(({ value }) => value);
      return sum + Math.max(0, ...values);
    }, truth[0]!.value);
    expect(Math.exp(largest)).toBeLessThan(1);
  });

  it('has no centre of another name', () => {
    expect(() => trueCoefficients('Atlantis')).toThrow(RangeError);
  });
});

describe('simulated centres', () => {
  it('are as many and as large as the design says, and all different', () => {
    const tables = simulateCentres({ ...small, parties: 4 }, 1000, random(2));
    expect(tables.map(({ rowCount }) => rowCount)).toEqual([1000, 1000, 1000, 1000]);
    expect(tables.flatMap(({ columns }) => columns.map(({ length }) => length))).toEqual(
      Array(20).fill(1000),
    );
    expect(new Set(tables.map(({ columns }) => columns[0]!.join())).size).toBe(4);
  });

  it('have keys of their own, the same for every ε', () => {
    const uses = [150, 500].flatMap((rowCount) =>
      [0, 1, 2].flatMap((repeat) => [0, 1, 2].map((centre) => ({ rowCount, repeat, centre }))),
    );
    expect(new Set(uses.map((use) => simulationKey(seed, use).join())).size).toBe(uses.length);
    expect(() => simulationKey(new Uint8Array(16), uses[0]!)).toThrow('32 bytes');
  });
});

describe('coverage', () => {
  it('of all real rows is 95 % within the error of the simulation', () => {
    // 3,000 people a repeat; HC1, since model-based errors of a Poisson regression are too wide for events.
    const design: CoverageDesign = { ...USUAL_COVERAGE_DESIGN, parties: 2, errors: 'HC1' };
    const outcomes = Array.from({ length: 60 }, (_, repeat) => {
      const key = simulationKey(seed, { rowCount: 1500, repeat, centre: 0 });
      return analyseCentres(design, simulateCentres(design, 1500, chacha20Source(key, 'synthesis')), []);
    });
    const { methods, fallback } = summariseCell(outcomes, trueCoefficients(design.centre));
    const [ideal, local, naive] = methods;
    // Four standard errors; common levels, since a normal interval on a handful of events is no 95 % interval.
    for (const { coveredCommon } of [ideal!, local!]) {
      expect(coveredCommon.standardError).toBeLessThan(0.01);
      expect(Math.abs(coveredCommon.share - 0.95)).toBeLessThan(4 * coveredCommon.standardError);
    }
    expect([ideal!.relativeWidth, ideal!.relativeError]).toEqual([1, 1]);
    // Half of the rows: √2 as wide and, by the median of many, about √2 as far off.
    expect(local!.relativeWidth).toBeGreaterThan(1.3);
    expect(local!.relativeWidth).toBeLessThan(1.5);
    expect(local!.relativeError).toBeGreaterThan(1.15);
    expect([naive!.estimated, fallback.counted]).toEqual([0, 0]);
  });

  it('is the same for the same seed, and another for another', async () => {
    const first = await smallTable(seed);
    expect(await smallTable(seed)).toBe(first);
    expect(await smallTable(publicKey(8))).not.toBe(first);
    expect(first).not.toContain('NaN');
  });

  it('has rules by parametric bootstrap where replicates are asked for, and is else the same', async () => {
    const design = { ...small, replicates: 3 };
    const trained: number[] = [];
    const train: TrainTwin = (of, table, key) => {
      trained.push(table.rowCount);
      return trainNothing(of, table, key);
    };
    const plain = await coverageRepeat(small, plan(small), 0, seed, train);
    const usual = trained.length;
    const { coefficients } = await coverageRepeat(design, plan(small), 0, seed, train);
    // Each of two twins once more and three times again, on as many rows.
    expect(trained).toEqual(Array(usual + 2 * (1 + 3)).fill(120));
    for (const [column, { intervals }] of coefficients.entries()) {
      expect(intervals).toMatchObject(plain.coefficients[column]!.intervals);
      const { 'bootstrap-widened': wide, local } = intervals;
      expect(wide!.upper).toBeGreaterThan(wide!.lower);
      // By inverse variance, so never wider than the own rows' interval.
      if (local !== undefined)
        expect(wide!.upper - wide!.lower).toBeLessThan(local.upper - local.lower + 1e-12);
    }
  });

  it('counts by hand', () => {
    const truth = trueCoefficients('Croydon').filter(({ label }) => /intercept|65 to 69/.test(label));
    expect(truth).toHaveLength(2);
    const at = (shift: number, half: number, column: number) => {
      const estimate = truth[column]!.value + shift;
      return { estimate, lower: estimate - half, upper: estimate + half };
    };
    const coefficient = (column: number, shift: number): CoefficientIntervals => ({
      intervals: { 'all-real': at(0.1, 1, column), local: at(shift, 2, column) },
      usedFallback: column === 0,
    });
    const eventsPerCentre = Float64Array.of(50, 3);
    const summary = summariseCell(
      [
        { coefficients: [coefficient(0, 0.3), coefficient(1, -2.5)], eventsPerCentre },
        { coefficients: [coefficient(0, 3), { intervals: {}, usedFallback: undefined }], eventsPerCentre },
      ],
      truth,
    );
    const local = summary.methods.find(({ method }) => method === 'local')!;
    // Holds: 1 of 2 in the first repeat, 0 of 1 in the second: p = 1/3, deviations 1/3 and −1/3.
    expect(local.covered).toMatchObject({ share: 1 / 3, counted: 3 });
    expect(local.covered.standardError).toBeCloseTo(Math.sqrt(2 * (2 / 9)) / 3, 14);
    expect([local.coveredCommon.share, local.coveredRare.share]).toEqual([0.5, 0]);
    // The intercept is no effect.
    expect(local.coveredStrong).toMatchObject({ share: 0, counted: 1 });
    expect(local.byCoefficient.map(({ share }) => share)).toEqual([0.5, 0]);
    expect(local.estimated).toBe(3 / 4);
    expect(local.relativeWidth).toBeCloseTo(2, 12);
    expect(local.relativeError).toBeCloseTo(25, 10);
    expect(summary.fallback).toMatchObject({ share: 2 / 3, counted: 3 });
  });
});

describe('the intervals', () => {
  it('are those of the analyses', async () => {
    const tables = simulateCentres(small, 200, random(3));
    const input: PooledAnalysisInput = {
      codebook,
      choice: { predictors: codebook.variables.map(({ name }) => name) },
      family: 'poisson-log',
      errors: 'HC0',
      local: tables[0]!,
      parties: [{ id: 'b', sets: tables.slice(1) }],
    };
    const [allReal, pooled, byParty] = [
      analysePooled({ ...input, parties: [] }),
      analysePooled(input),
      analyseParties(input),
    ];
    if (!allReal.ok || !pooled.ok || !byParty.ok) throw new Error('not analysed');
    const found = intervalsOf(allReal.value, pooled.value, byParty.value, 'HC0');
    const one = analysePooled({ ...input, parties: [{ id: 'b', sets: [tables[1]!] }] });
    if (!one.ok) throw new Error('not analysed');
    let compared = 0;
    for (const [column, { local, pooled: cell }] of pooled.value.rows.entries()) {
      const { intervals, usedFallback } = found[column]!;
      if (local.kind !== 'estimated' || cell.kind !== 'estimated') continue;
      const { lower, upper, estimate } = cell;
      expect(intervals.rubin).toEqual({ estimate, lower, upper });
      expect(intervals.local).toMatchObject({ lower: local.lower, upper: local.upper });
      expect(intervals['rubin-t']).toMatchObject({ lower: cell.rubin.t.lower, upper: cell.rubin.t.upper });
      const plus = intervals['rubin-plus']!;
      expect((plus.upper - plus.lower) / 2).toBeCloseTo(NORMAL_95 * Math.sqrt(cell.rubin.vPlus), 12);
      expect(usedFallback).toBe(cell.usedFallback);
      // One fit: Rubin's rules of one set are that fit.
      const first = one.value.rows[column]!.pooled;
      if (first.kind === 'estimated' && intervals.naive !== undefined) {
        expect(intervals.naive.estimate).toBeCloseTo(first.estimate, 12);
        expect(intervals.naive.upper).toBeCloseTo(first.upper, 12);
      }
      const { meta } = byParty.value.coefficients[column]!;
      expect(intervals['meta-fixed']!.upper).toBe(meta!.fixed.inference.upper);
      expect(intervals['meta-random']!.upper).toBe(meta!.random.inference.upper);
      compared += 1;
    }
    expect(compared).toBeGreaterThan(10);
  });
});
