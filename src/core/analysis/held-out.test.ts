import { describe, expect, it } from 'vitest';
import type { CodedTable } from '../table/coded-table.ts';
import type { HeldOutEvaluation, HeldOutMethod, HeldOutOptions } from './held-out.ts';
import { evaluateHeldOut, holdOut } from './held-out.ts';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import { poissonLogLikelihood } from './likelihood.ts';
import { analysePooled } from './pooled-analysis.ts';

const SIZES = [4, 2];
const codebook = inventedCodebook(SIZES);
const source = (seed: number) => {
  const uniform = uniformStream(seed);
  return { uint32: () => Math.floor(uniform() * 2 ** 32) };
};
const rate = (codes: readonly number[]) => 0.1 * Math.exp(0.5 * codes[0]!);
const table = (rows: number, seed: number) => inventedTable(SIZES, rows, uniformStream(seed), rate);
const party = (id: string, seed: number) => ({
  id,
  sets: Array.from({ length: 4 }, (_, k) => table(2000, 100 * seed + k)),
});
const options = (): HeldOutOptions => ({ draws: 60, orders: 6, gainSets: 3, source: source(9) });

function input(local: CodedTable, test: CodedTable, parties = [party('b', 1), party('c', 2), party('d', 3)]) {
  return {
    codebook,
    choice: { predictors: ['v0', 'v1'] },
    family: 'poisson-log',
    errors: 'model',
    local,
    test,
    parties,
  } as const;
}

function evaluated(...args: Parameters<typeof input>): HeldOutEvaluation {
  const done = evaluateHeldOut(input(...args), options());
  if (!done.ok) throw new Error(done.failure.kind);
  return done.value;
}

const scoreOf = ({ outcomes }: HeldOutEvaluation, method: HeldOutMethod) => {
  const found = outcomes.find((one) => one.kind === 'scored' && one.score.method === method);
  if (found?.kind !== 'scored') throw new Error(`no score of ${method}`);
  return found.score;
};

describe('the hold-out', () => {
  it('puts every row in one part, and no row in both', () => {
    const whole = table(201, 5);
    // Row numbers as outcomes, so that rows can be told apart.
    const numbered = { ...whole, outcome: Uint32Array.from({ length: 201 }, (_, i) => i) };
    const { training, test } = holdOut(numbered, 0.25, source(1));
    expect([training.rowCount, test.rowCount]).toEqual([151, 50]);
    expect([...training.outcome, ...test.outcome].sort((a, b) => a - b)).toEqual([...numbered.outcome]);
    for (const part of [training, test])
      for (const [n, row] of part.outcome.entries())
        expect(part.columns.map((column) => column[n])).toEqual(whole.columns.map((column) => column[row]));
    expect(holdOut(numbered, 0.25, source(2)).test.outcome).not.toEqual(test.outcome);
  });

  it('of one row tests nobody', () => {
    expect(holdOut(table(1, 1), 0.5, source(1)).test.rowCount).toBe(0);
    expect(holdOut(table(2, 1), 0.01, source(1)).test.rowCount).toBe(1);
  });
});

describe('the evaluation on rows that no fit has seen', () => {
  const local = table(150, 11);
  const test = table(3000, 12);
  const found = evaluated(local, test);

  it('scores the local point estimate as the formula does, row by row', () => {
    const fit = analysePooled(input(local, test));
    if (!fit.ok || !fit.value.local.ok) throw new Error('refused');
    const beta = fit.value.local.value.workingCoefficients;
    const eta = Array.from({ length: test.rowCount }, (_, i) => {
      const [a, b] = [test.columns[0]![i]!, test.columns[1]![i]!];
      return beta[0]! + (a === 0 ? 0 : beta[a]!) + (b === 0 ? 0 : beta[4]!);
    });
    const expected = poissonLogLikelihood(eta, test.outcome) / test.rowCount;
    expect(scoreOf(found, 'local').point).toBeCloseTo(expected, 10);
  });

  it('finds that large honest parties help a small one, at the point estimate and over draws', () => {
    const [own, pooled] = [scoreOf(found, 'local'), scoreOf(found, 'pooled')];
    expect(pooled.point).toBeGreaterThan(own.point);
    const paper = found.tests!.diagonal;
    expect(paper.ok && paper.value.logPGreater < Math.log(0.01)).toBe(true);
    expect([own.diagonal.length, own.full.length]).toEqual([60, 60]);
  });

  it('draws with the full covariance lose less than with the diagonal one', () => {
    // Treatment coding makes intercept and effects run against each other; the diagonal forgets that.
    const own = scoreOf(found, 'local');
    const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(own.full)).toBeGreaterThan(mean(own.diagonal));
    expect(mean(own.full)).toBeLessThan(own.point + 0.01);
  });

  it('has a competitor that does not diverge', () => {
    expect(Number.isFinite(scoreOf(found, 'ridge').point)).toBe(true);
  });

  it('shows the gain from no party to all of them; all of them are the pooled analysis of as many sets', () => {
    expect(found.gain.map(({ parties }) => parties)).toEqual([0, 1, 2, 3]);
    expect(found.gain[0]!.mean).toBe(scoreOf(found, 'local').point);
    const last = found.gain[3]!;
    expect(last.highest - last.lowest).toBe(0);
    expect(last.mean).toBeCloseTo(scoreOf(found, 'pooled').point, 2);
    for (const { lowest, mean, highest } of found.gain) {
      expect(lowest).toBeLessThanOrEqual(mean + 1e-12);
      expect(mean).toBeLessThanOrEqual(highest + 1e-12);
    }
  });

  it('says what it cannot do', () => {
    const nobody = { rowCount: 0, columns: SIZES.map(() => new Uint8Array(0)), outcome: new Uint32Array(0) };
    expect(evaluateHeldOut(input(local, nobody), options())).toMatchObject({
      failure: { kind: 'no-test-rows' },
    });
    const alone = evaluated(local, test, []);
    expect(alone.outcomes.map(({ kind }) => kind)).toEqual(['scored', 'scored', 'not-offered']);
    expect(alone.tests).toBeUndefined();
    const quiet = { ...local, outcome: new Uint32Array(local.rowCount) };
    const silent = evaluated(quiet, test);
    expect(silent.outcomes.map(({ kind }) => kind)).toEqual(['failed', 'failed', 'scored']);
    expect(silent.gain[0]!.parties).toBe(1);
  });

  it('tells its progress, one by one to the total', () => {
    const seen: [number, number][] = [];
    evaluateHeldOut(input(local, test), options(), (done, total) => seen.push([done, total]));
    expect(seen.map(([done]) => done)).toEqual(seen.map((_, i) => i + 1));
    expect(seen.at(-1)![0]).toBe(seen.at(-1)![1]);
  });
});
