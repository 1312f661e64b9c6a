import { describe, expect, it } from 'vitest';
import { boxStatistics, quantile } from './box-statistics.ts';
import { covariateTree } from './covariate-tree.ts';
import { leafSums } from './glm-family.ts';
import { irlsWorkspace } from './irls.ts';
import {
  coefficientSampler,
  logLikelihoodOfDraws,
  meanLogLikelihood,
  poissonLogLikelihood,
} from './likelihood.ts';
import { PatternIndex } from './pattern-table.ts';
import { midranks, welchOnRanks, welchTest } from './rank-tests.ts';
import { treatmentDesign } from './treatment-design.check.ts';

describe('Welch on ranks', () => {
  it('ties share their mean rank', () => {
    expect([
      ...midranks([
        [3, 1],
        [3, 2, 3],
      ]),
    ]).toEqual([4, 1, 4, 2, 4]);
  });
  it('swapping the samples swaps the sides; monotone transformations change nothing', () => {
    const [a, b] = [
      [0.3, 1.2, 5.1, 2.2],
      [0.1, 0.9, 1.1],
    ];
    const one = welchOnRanks(a, b);
    const other = welchOnRanks(b, a);
    if (!one.ok || !other.ok) throw new Error('undefined');
    expect(other.value.t).toBe(-one.value.t);
    expect(other.value.logPLess).toBe(one.value.logPGreater);
    expect(welchOnRanks(a.map(Math.exp), b.map(Math.exp))).toEqual(one);
    const { logPTwoSided, logPGreater } = one.value;
    expect(logPTwoSided).toBeCloseTo(Math.LN2 + logPGreater, 14);
  });
  it('has p-values far below the smallest double', () => {
    const n = 3000;
    const low = Array.from({ length: n }, (_, i) => i);
    const found = welchOnRanks(
      low.map((i) => i + n),
      low,
    );
    expect(found.ok && found.value.logPGreater < -2000).toBe(true);
  });
  it('says why it is undefined', () => {
    expect(welchOnRanks([1, 1], [1, 1, 1])).toEqual({ ok: false, failure: { kind: 'no-variation' } });
    expect(welchTest([1], [2, 3])).toEqual({
      ok: false,
      failure: { kind: 'too-few-values', first: 1, second: 2 },
    });
    expect(() => welchOnRanks([1, Number.NaN], [1, 2])).toThrow(RangeError);
  });
});

describe('box statistics', () => {
  it('interpolates quartiles and stops whiskers at the last value within 1.5 IQR', () => {
    expect(boxStatistics([1, 2, 3, 4, 5, 100])).toEqual({
      lowerQuartile: 2.25,
      median: 3.5,
      upperQuartile: 4.75,
      whiskerLow: 1,
      whiskerHigh: 5,
      outliers: [100],
    });
    expect(quantile([1, 2], 0.25)).toBe(1.25);
  });
  it('one value, no spread, none between box and fence', () => {
    expect(boxStatistics([7])).toMatchObject({ lowerQuartile: 7, whiskerLow: 7, outliers: [] });
    expect(boxStatistics([0, 10, 10, 10, 10])).toMatchObject({
      whiskerLow: 10,
      whiskerHigh: 10,
      outliers: [0],
    });
    expect(() => boxStatistics([])).toThrow(RangeError);
  });
});

describe('held-out likelihood', () => {
  const design = treatmentDesign([{ name: 'x', levels: ['a', 'b'], reference: 0 }]);
  const rows = { rowCount: 4, columns: [[0, 0, 1, 1]], outcome: [0, 1, 2, 0] };
  const table = new PatternIndex([2]).count(rows);
  const tree = covariateTree(design, table);
  const room = irlsWorkspace(tree);
  const leaves = leafSums(tree, table);
  const beta = Float64Array.of(-0.5, 0.8);

  it('counted patterns equal single rows', () => {
    const eta = [-0.5, -0.5, 0.3, 0.3];
    const single = poissonLogLikelihood(eta, rows.outcome) / 4;
    expect(meanLogLikelihood(room, leaves, 'poisson-log', beta)).toBeCloseTo(single, 14);
  });
  it('stays finite where the rate underflows, and is exact for large counts', () => {
    expect(poissonLogLikelihood([-800], [0])).toBe(0);
    expect(poissonLogLikelihood([-800], [1])).toBe(-800);
    // At λ = y Stirling gives −½ ln 2πy − 1/(12y).
    const y = 1e9;
    expect(poissonLogLikelihood([Math.log(y)], [y])).toBeCloseTo(-0.5 * Math.log(2 * Math.PI * y), 7);
  });
  it('draws without variance are the point; a diagonal covariance matrix draws as its diagonal does', () => {
    const flat = logLikelihoodOfDraws(
      room,
      leaves,
      'poisson-log',
      { mean: beta, covariance: Float64Array.of(0, 0) },
      3,
      () => 5,
    );
    expect([...flat]).toEqual(Array(3).fill(meanLogLikelihood(room, leaves, 'poisson-log', beta)));
    const stream = () => [0.4, -1.1].values();
    const [one, other] = [stream(), stream()];
    const diagonal = coefficientSampler({ mean: beta, covariance: Float64Array.of(4, 9) })(
      () => one.next().value ?? 0,
    );
    const full = coefficientSampler({ mean: beta, covariance: Float64Array.of(4, 0, 0, 9) })(
      () => other.next().value ?? 0,
    );
    expect(full).toEqual(diagonal);
    expect(diagonal[0]).toBeCloseTo(-0.5 + 2 * 0.4, 14);
  });
  it('draws with the full covariance are correlated as it says', () => {
    const draw = coefficientSampler({ mean: Float64Array.of(0, 0), covariance: Float64Array.of(1, 1, 1, 1) });
    const [a, b] = draw(() => 0.7);
    expect(a).toBe(b);
    expect(() => coefficientSampler({ mean: beta, covariance: Float64Array.of(1, 2, 2, 1) })).toThrow(
      RangeError,
    );
  });
});
