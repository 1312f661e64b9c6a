import { describe, expect, it } from 'vitest';
import type { Codebook } from '../codebook/codebook.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { covariateTree } from './covariate-tree.ts';
import type { DesignChoice } from './design.ts';
import { designOf } from './design.ts';
import type { GlmFit } from './glm.ts';
import { fitGlmOnce } from './glm.ts';
import { coefficientVariance } from './glm-covariance.ts';
import type { FamilyName } from './glm-family.ts';
import { leafSums } from './glm-family.ts';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import type { CountableRows } from './pattern-table.ts';
import { PatternIndex } from './pattern-table.ts';
import { fitOne } from './pooled-analysis.ts';
import { treatmentDesign } from './treatment-design.check.ts';

const SIZES = [4, 2, 3];

function fitResult(
  table: CodedTable,
  sizes = SIZES,
  choice?: Partial<DesignChoice>,
  family: FamilyName = 'poisson-log',
) {
  const codebook: Codebook = inventedCodebook(sizes);
  const design = designOf(codebook, { predictors: sizes.map((_, j) => `v${j}`), ...choice });
  if (!design.ok) throw new Error(design.failure.kind);
  const index = new PatternIndex(design.value.variables.map(({ size }) => size));
  const columns = design.value.variables.map(({ position }) => table.columns[position]!);
  return fitOne(design.value, index.count({ ...table, columns }), family);
}

function fitted(...args: Parameters<typeof fitResult>): GlmFit {
  const result = fitResult(...args);
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
}

/** A fit of bare rows, for weights and offsets, over one variable of three levels. */
function fitRows(rows: CountableRows, family: FamilyName = 'poisson-log'): GlmFit {
  const design = treatmentDesign([{ name: 'x', levels: ['a', 'b', 'c'], reference: 0 }]);
  const table = new PatternIndex([3], { offsets: rows.offset !== undefined }).count(rows);
  const tree = covariateTree(design, table);
  const result = fitGlmOnce(tree, leafSums(tree, table), family);
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
}

const rowsOf = (table: CodedTable, order: readonly number[]): CodedTable => ({
  rowCount: order.length,
  columns: table.columns.map((column) => Uint8Array.from(order, (i) => column[i]!)),
  outcome: Uint32Array.from(order, (i) => table.outcome[i]!),
});

const someTable = (rows = 800) => inventedTable(SIZES, rows, uniformStream(7));
const reasonOf = ({ status }: GlmFit, column: number) => {
  const one = status[column]!;
  return one.kind === 'not-estimable' ? one.reason : 'estimable';
};

describe('invariances', () => {
  it.each(['poisson-log', 'binomial-logit', 'binomial-log', 'gaussian-identity'] as const)(
    '%s: permuting rows changes no bit',
    (family) => {
      const table = someTable();
      const order = [...Array(table.rowCount).keys()].sort((a, b) => ((a * 7919) % 800) - ((b * 7919) % 800));
      const [one, other] = [
        fitted(table, SIZES, {}, family),
        fitted(rowsOf(table, order), SIZES, {}, family),
      ];
      expect(other.coefficients).toEqual(one.coefficients);
      expect(other.covariance).toEqual(one.covariance);
      expect(other.deviance).toBe(one.deviance);
    },
  );

  it('doubling every row halves variances and keeps estimates', () => {
    const table = someTable();
    const twice = rowsOf(
      table,
      [...Array(1600).keys()].map((i) => i % 800),
    );
    const [one, two] = [fitted(table), fitted(twice)];
    for (let j = 0; j < one.coefficients.length; j += 1) {
      // What Newton leaves after a step of λ² ≤ 1e-10 is of the order of λ² standard errors.
      expect(two.coefficients[j]).toBeCloseTo(one.coefficients[j]!, 11);
      const place = j * one.coefficients.length + j;
      expect(two.covariance.HC0[place]! / one.covariance.HC0[place]!).toBeCloseTo(0.5, 10);
    }
    expect(two.deviance).toBeCloseTo(2 * one.deviance, 8);
  });

  it('Poisson with offset ln n on sums equals the rows themselves', () => {
    const x = [0, 0, 1, 1, 2, 2, 2];
    const y = [3, 1, 4, 1, 5, 9, 2];
    const long = fitRows({ rowCount: 7, columns: [x], outcome: y });
    const sums = { rowCount: 3, columns: [[0, 1, 2]], outcome: [4, 5, 16], offset: [2, 2, 3].map(Math.log) };
    const short = fitRows(sums);
    for (let j = 0; j < 3; j += 1) {
      expect(short.coefficients[j]).toBeCloseTo(long.coefficients[j]!, 12);
      expect(short.covariance.model[j * 4]).toBeCloseTo(long.covariance.model[j * 4]!, 12);
    }
  });

  it('frequency weights equal repeated rows', () => {
    const weighted = fitRows({
      rowCount: 4,
      columns: [[0, 0, 1, 2]],
      outcome: [0, 1, 1, 2],
      weights: [2, 1, 3, 1],
    });
    const repeated = fitRows({
      rowCount: 7,
      columns: [[0, 0, 0, 1, 1, 1, 2]],
      outcome: [0, 0, 1, 1, 1, 1, 2],
    });
    expect(weighted.coefficients).toEqual(repeated.coefficients);
    expect(weighted.covariance).toEqual(repeated.covariance);
  });

  it('a saturated Poisson model has the logarithms of the rates', () => {
    const found = fitRows({ rowCount: 6, columns: [[0, 0, 1, 1, 2, 2]], outcome: [1, 3, 2, 3, 5, 5] });
    expect(found.coefficients[0]).toBeCloseTo(Math.log(2), 12);
    expect(found.coefficients[1]).toBeCloseTo(Math.log(2.5 / 2), 12);
    expect(found.coefficients[2]).toBeCloseTo(Math.log(5 / 2), 12);
  });

  it('an interaction of two variables is the saturated model of their pairs', () => {
    const table = inventedTable([2, 3], 900, uniformStream(3));
    const found = fitted(table, [2, 3], { interactions: [['v0', 'v1']] });
    const rate = (a: number, b: number) => {
      let [events, people] = [0, 0];
      for (let i = 0; i < table.rowCount; i += 1) {
        if (table.columns[0]![i] !== a || table.columns[1]![i] !== b) continue;
        people += 1;
        events += table.outcome[i]!;
      }
      return Math.log(events / people);
    };
    expect(found.coefficients[5]).toBeCloseTo(rate(1, 2) - rate(1, 0) - rate(0, 2) + rate(0, 0), 10);
  });

  it('HC1 is HC0 with n/(n − rank)', () => {
    const found = fitted(someTable());
    expect(found.covariance.HC1[0]! / found.covariance.HC0[0]!).toBeCloseTo(800 / (800 - found.rank), 12);
  });
});

describe('what the rows cannot determine', () => {
  it('a level that nobody has is named, the others equal the fit without it', () => {
    const table = someTable();
    const merged = {
      ...table,
      columns: [table.columns[0]!.map((c) => (c === 3 ? 2 : c)), ...table.columns.slice(1)],
    };
    const [wide, narrow] = [fitted(merged), fitted(merged, [3, 2, 3])];
    expect(reasonOf(wide, 3)).toBe('no-rows');
    expect([...wide.coefficients].filter((c) => !Number.isNaN(c))).toEqual([...narrow.coefficients]);
    expect(wide.deviance).toBe(narrow.deviance);
  });

  it('an absent reference level makes its comparisons inestimable and no others', () => {
    const table = someTable();
    const without = {
      ...table,
      columns: [table.columns[0]!.map((c) => (c === 0 ? 1 : c)), ...table.columns.slice(1)],
    };
    const found = fitted(without);
    expect([0, 1, 2, 3].map((column) => reasonOf(found, column))).toEqual(Array(4).fill('reference-no-rows'));
    expect([4, 5, 6].map((column) => reasonOf(found, column))).toEqual(Array(3).fill('estimable'));
  });

  it.each(['poisson-log', 'binomial-logit', 'binomial-log'] as const)(
    '%s: a level without events is the fit without its rows',
    (family) => {
      const table = someTable();
      const outcome = table.outcome.map((y, i) => (table.columns[0]![i] === 2 ? 0 : y));
      const others = [...Array(800).keys()].filter((i) => table.columns[0]![i] !== 2);
      const found = fitted({ ...table, outcome }, SIZES, {}, family);
      const rest = fitted(rowsOf({ ...table, outcome }, others), SIZES, {}, family);
      expect(reasonOf(found, 2)).toBe('no-events');
      for (const j of [0, 1, 3, 4, 5, 6])
        expect(found.coefficients[j]).toBeCloseTo(rest.coefficients[j]!, 11);
      expect(found.deviance).toBeCloseTo(rest.deviance, 10);
      expect(found.logLikelihood).toBeCloseTo(rest.logLikelihood, 10);
      expect(found.rank).toBe(rest.rank + 1);
    },
  );

  it('a level with events only diverges under the logit link and not under the log link', () => {
    const table = someTable();
    const outcome = table.outcome.map((y, i) => (table.columns[0]![i] === 2 ? 1 : y));
    expect(reasonOf(fitted({ ...table, outcome }, SIZES, {}, 'binomial-logit'), 2)).toBe('all-events');
    expect(reasonOf(fitted({ ...table, outcome }), 2)).toBe('estimable');
  });

  it('events missing from a combination of levels is found as separation', () => {
    // v0 and v1 both 1 exactly where there are no events; each level alone has some.
    const x = [0, 0, 0, 1, 1, 1, 1, 0];
    const z = [0, 1, 1, 0, 0, 1, 1, 0];
    const y = [1, 1, 0, 1, 0, 0, 0, 1];
    const table = {
      rowCount: 8,
      columns: [Uint8Array.from(x), Uint8Array.from(z)],
      outcome: Uint32Array.from(y),
    };
    const found = fitted(table, [2, 2], { interactions: [['v0', 'v1']] });
    expect(reasonOf(found, 3)).toBe('no-events');
    expect([0, 1, 2].map((column) => reasonOf(found, column))).toEqual(Array(3).fill('estimable'));
    expect(found.coefficients[1]).toBeCloseTo(Math.log(0.5), 11);
  });

  it('separation that no single level shows is found by the iteration', () => {
    // Logit: an event whenever x + z + w ≥ 2, so a plane separates, while every level has both outcomes.
    const rows = [...Array(8).keys()].map((n) => [n & 1, (n >> 1) & 1, (n >> 2) & 1] as const);
    const table = {
      rowCount: 8,
      columns: [0, 1, 2].map((j) => Uint8Array.from(rows, (row) => row[j]!)),
      outcome: Uint32Array.from(rows, ([a, b, c]) => (a + b + c >= 2 ? 1 : 0)),
    };
    const found = fitted(table, [2, 2, 2], {}, 'binomial-logit');
    expect(found.deviance).toBe(0);
    expect(found.separatedLeaves).toBe(8);
    expect(found.status.every(({ kind }) => kind === 'not-estimable')).toBe(true);
  });

  it('a repeated column is collinear, the first one says what it absorbs', () => {
    const table = inventedTable([3, 2], 400, uniformStream(5));
    const doubled = { ...table, columns: [...table.columns, table.columns[1]!] };
    const [found, plain] = [fitted(doubled, [3, 2, 2]), fitted(table, [3, 2])];
    expect(reasonOf(found, 4)).toBe('collinear');
    expect(found.status[3]).toEqual({ kind: 'estimable', absorbs: [4] });
    for (let j = 0; j < 4; j += 1) expect(found.coefficients[j]).toBeCloseTo(plain.coefficients[j]!, 12);
  });

  it('a predictor equal to the outcome: its comparison with nothing is inestimable, deviance is the limit', () => {
    const table = inventedTable([3, 2], 300, uniformStream(9));
    const same = { ...table, columns: [table.columns[0]!, Uint8Array.from(table.outcome)] };
    const found = fitted(same, [3, 2]);
    expect(reasonOf(found, 0)).toBe('reference-no-events');
    expect(reasonOf(found, 3)).toBe('reference-no-events');
    // Rates 0 and 1 fit every row exactly.
    expect(found.deviance).toBeCloseTo(0, 10);
    expect(fitted(same, [3, 2], {}, 'binomial-logit').deviance).toBe(0);
  });

  it('a level with one row: robust variance is replaced by the model-based one and says so', () => {
    const found = fitRows({ rowCount: 7, columns: [[0, 0, 0, 1, 1, 1, 2]], outcome: [0, 1, 2, 1, 1, 3, 4] });
    expect(coefficientVariance(found, 2, 'HC0')).toEqual({
      variance: found.covariance.model[8],
      flooredToModel: true,
    });
    expect(coefficientVariance(found, 1, 'HC0').flooredToModel).toBe(false);
  });
});

describe('failures are data', () => {
  const nothing = { rowCount: 0, columns: [0, 1, 2].map(() => new Uint8Array()), outcome: new Uint32Array() };
  it('no rows, no events, all events, outcomes outside of the family', () => {
    const table = someTable(50);
    const always = { ...table, outcome: table.outcome.map(() => 1) };
    expect(fitResult(nothing)).toEqual({ ok: false, failure: { kind: 'no-rows' } });
    expect(fitResult({ ...table, outcome: new Uint32Array(50) })).toEqual({
      ok: false,
      failure: { kind: 'no-events', rows: 50 },
    });
    expect(fitResult(always, SIZES, {}, 'binomial-logit')).toMatchObject({ failure: { kind: 'all-events' } });
    expect(
      fitResult({ ...table, outcome: table.outcome.map(() => 2) }, SIZES, {}, 'binomial-logit'),
    ).toMatchObject({
      failure: { kind: 'outcome-outside-family', maximum: 2 },
    });
  });

  it('all events under the Poisson family: rate 1, all effects 0, errors from the model', () => {
    const found = fitted({ ...someTable(300), outcome: new Uint32Array(300).fill(1) });
    // Sums of 300 ones and their logarithms leave a few roundings.
    for (const coefficient of found.coefficients) expect(Math.abs(coefficient)).toBeLessThan(1e-12);
    expect(found.deviance).toBeLessThan(1e-10);
    expect(coefficientVariance(found, 0, 'HC0').flooredToModel).toBe(true);
  });
});

it('a million rows cost what their patterns cost', () => {
  const table = inventedTable(SIZES, 1_000_000, uniformStream(11));
  const found = fitted(table);
  // The rate is 0.1 e^(0.2 level): estimates lie within five standard errors of it.
  const standardError = Math.sqrt(found.covariance.model[1 * 7 + 1]!);
  expect(Math.abs(found.coefficients[1]! - 0.2)).toBeLessThan(5 * standardError);
  expect(found.means.length).toBeLessThanOrEqual(24);
});
