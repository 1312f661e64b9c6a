import { describe, expect, it } from 'vitest';
import type { Study } from './meta-analysis.ts';
import { disagreements, leaveOneOut, metaAnalysis } from './meta-analysis.ts';

/** Events and others, vaccinated and not, of the 13 BCG trials (Colditz et al., JAMA 271, 1994). */
const BCG = [
  [4, 119, 11, 128],
  [6, 300, 29, 274],
  [3, 228, 11, 209],
  [62, 13536, 248, 12619],
  [33, 5036, 47, 5761],
  [180, 1361, 372, 1079],
  [8, 2537, 10, 619],
  [505, 87886, 499, 87892],
  [29, 7470, 45, 7232],
  [17, 1699, 65, 1600],
  [186, 50448, 141, 27197],
  [5, 2493, 3, 2338],
  [27, 16886, 29, 17825],
] as const;

const trials: Study[] = BCG.map(([a, b, c, d], n) => ({
  id: `trial ${n + 1}`,
  estimate: Math.log((a / (a + b)) * ((c + d) / c)),
  variance: 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d),
}));

function analysed(studies: readonly Study[]) {
  const result = metaAnalysis(studies);
  if (!result.ok) throw new Error(result.failure.kind);
  return result.value;
}

describe('metaAnalysis', () => {
  it('is what R’s metafor prints for the BCG trials (Viechtbauer, J. Stat. Softw. 36, 2010)', () => {
    const { random, fixed, heterogeneity } = analysed(trials);
    // Four printed digits.
    expect(random.estimate).toBeCloseTo(-0.7145, 4);
    expect(Math.sqrt(random.variance)).toBeCloseTo(0.1798, 4);
    expect(heterogeneity.tauSquared).toBeCloseTo(0.3132, 4);
    expect(heterogeneity.q).toBeCloseTo(152.233, 3);
    // The same formula worked in numpy at the τ² that scipy's bounded search finds.
    expect(Math.sqrt(random.hartungKnapp!.variance)).toBeCloseTo(0.180791744, 8);
    expect(random.hartungKnapp!.inference.degreesOfFreedom).toBe(12);
    expect(fixed.estimate).toBeCloseTo(-0.4303, 4);
    expect(heterogeneity.iSquared).toBeCloseTo((152.233 - 12) / 152.233, 4);
  });

  it('equal studies: no heterogeneity, fixed and random agree', () => {
    const { fixed, random, heterogeneity } = analysed(
      [1, 2, 3].map((n) => ({ id: `${n}`, estimate: 0.4, variance: 0.1 })),
    );
    expect(heterogeneity).toMatchObject({ tauSquared: 0, iSquared: 0 });
    expect(heterogeneity.q).toBeCloseTo(0, 25);
    expect(random.estimate).toBe(fixed.estimate);
    expect(fixed.variance).toBeCloseTo(0.1 / 3, 15);
  });

  it('equal variances: τ² is the variance between estimates less the common one', () => {
    const estimates = [0.1, 0.9, -0.7, 0.4];
    const found = analysed(estimates.map((estimate, n) => ({ id: `${n}`, estimate, variance: 0.05 })));
    const mean = estimates.reduce((sum, x) => sum + x, 0) / 4;
    const between = estimates.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 3;
    expect(found.heterogeneity.tauSquared).toBeCloseTo(between - 0.05, 10);
    expect(found.random.hartungKnapp!.variance).toBeCloseTo(between / 4, 10);
  });

  it('one study is itself; none or an unusable one is refused', () => {
    const one = analysed([{ id: 'a', estimate: 0.3, variance: 0.04 }]);
    expect([one.random.estimate, one.random.variance]).toEqual([0.3, 0.04]);
    expect(one.random.hartungKnapp).toBeUndefined();
    expect(metaAnalysis([])).toEqual({ ok: false, failure: { kind: 'no-studies' } });
    expect(metaAnalysis([{ id: 'a', estimate: 1, variance: 0 }])).toMatchObject({
      failure: { kind: 'unusable-study', id: 'a' },
    });
  });

  it('a very noisy study hardly counts', () => {
    const clean = trials.slice(0, 4);
    const noisy = analysed([...clean, { id: 'noise', estimate: 9, variance: 1e8 }]);
    expect(noisy.fixed.estimate).toBeCloseTo(analysed(clean).fixed.estimate, 6);
  });
});

describe('which party stands apart', () => {
  const agreeing = (shift: number) =>
    [0.1, 0.15, 0.05, 0.12, 0.08].map((estimate, n) => ({
      id: `p${n}`,
      estimate: n === 4 ? estimate + shift : estimate,
      variance: 0.01,
    }));

  it('leaves each out once', () => {
    const found = leaveOneOut(agreeing(0));
    expect(found.map(({ id }) => id)).toEqual(['p0', 'p1', 'p2', 'p3', 'p4']);
    expect(found[0]!.without).toEqual(analysed(agreeing(0).slice(1)));
    expect(leaveOneOut(agreeing(0).slice(0, 1))).toEqual([]);
  });

  it('flags the skewed one and names the coefficient, nobody where all agree', () => {
    const coefficients = [
      { column: 1, studies: agreeing(0) },
      { column: 2, studies: agreeing(1) },
    ];
    const flagged = disagreements(coefficients, 0.01).filter((party) => party.flagged);
    expect(flagged.map(({ id }) => id)).toEqual(['p4']);
    expect(flagged[0]!.evidence[0]!.column).toBe(2);
    expect(disagreements(coefficients.slice(0, 1), 0.01).some((party) => party.flagged)).toBe(false);
  });

  it('accuses nobody where only two disagree', () => {
    expect(disagreements([{ column: 0, studies: agreeing(5).slice(3) }], 0.01)).toEqual([]);
  });
});
