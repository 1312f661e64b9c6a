import { describe, expect, it } from 'vitest';
import { inventedCodebook, inventedTable, uniformStream } from './invented-tables.check.ts';
import { analyseParties, LOCAL_STUDY } from './party-analysis.ts';
import { analysePooled } from './pooled-analysis.ts';
import { poolRubin } from './rubin.ts';
import { poolCovariances } from './rubin-covariance.ts';

const SIZES = [3, 2];
const codebook = inventedCodebook(SIZES);
const plain = (codes: readonly number[]) => 0.15 * Math.exp(0.4 * codes[0]!);
const spoiled = (codes: readonly number[]) => 0.6 * Math.exp(-1.5 * codes[0]!);
const table = (rows: number, seed: number, rate = plain) =>
  inventedTable(SIZES, rows, uniformStream(seed), rate);
const party = (id: string, seed: number, rate = plain) => ({
  id,
  sets: Array.from({ length: 8 }, (_, k) => table(1500, seed * 1000 + k * 17, rate)),
});

function analysed(parties: readonly ReturnType<typeof party>[]) {
  const input = {
    codebook,
    choice: { predictors: ['v0', 'v1'] },
    family: 'poisson-log',
    errors: 'HC0',
    local: table(1500, 1),
    parties,
  } as const;
  const result = analyseParties(input);
  const rows = analysePooled(input);
  if (!result.ok || !rows.ok) throw new Error('refused');
  return { found: result.value, rows: rows.value };
}

describe('analyseParties', () => {
  it('weighs own rows as one more study, with the local estimate', () => {
    const { found, rows } = analysed([party('b', 2), party('c', 3)]);
    const effect = found.coefficients[1]!;
    expect(effect.studies.map(({ id }) => id)).toEqual([LOCAL_STUDY, 'b', 'c']);
    expect(effect.local).toEqual(rows.rows[1]!.local);
    const largest = Math.max(...effect.studies.map(({ estimate }) => estimate));
    const smallest = Math.min(...effect.studies.map(({ estimate }) => estimate));
    expect(effect.meta!.random.estimate).toBeGreaterThan(smallest);
    expect(effect.meta!.random.estimate).toBeLessThan(largest);
    expect(effect.leaveOneOut.length).toBe(3);
  });

  it('without parties the meta-analysis is the local estimate', () => {
    const effect = analysed([]).found.coefficients[1]!;
    expect(effect.meta!.fixed.estimate).toBe(effect.studies[0]!.estimate);
  });

  it('leaves out each party in turn: what remains is the analysis without it', () => {
    const [b, c, d] = [party('b', 2), party('c', 3), party('d', 4, spoiled)];
    const { found, rows } = analysed([b, c, d]);
    const effect = found.coefficients[1]!;
    expect(effect.withoutParty.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
    const alone = analysed([b, c]).rows.rows[1]!.pooled;
    const without = effect.withoutParty[2]!;
    if (alone.kind !== 'estimated' || without.cell.kind !== 'estimated') throw new Error('not estimated');
    // The two indexes number patterns differently, so sums differ by rounding.
    expect(without.cell.estimate).toBeCloseTo(alone.estimate, 9);
    expect(without.cell.standardError).toBeCloseTo(alone.standardError, 9);
    const all = rows.rows[1]!.pooled;
    if (all.kind !== 'estimated') throw new Error('not estimated');
    expect(without.shift).toBeCloseTo((all.estimate - alone.estimate) / alone.standardError, 6);
    // The party that says something else moves the result most.
    expect(Math.abs(without.shift)).toBeGreaterThan(Math.abs(effect.withoutParty[0]!.shift));
    expect(analysed([b]).found.coefficients[1]!.withoutParty).toEqual([]);
  });

  it('names the party whose sets are spoiled, and no other', () => {
    const honest = [2, 3, 4, 5].map((seed) => party(`p${seed}`, seed));
    const { found } = analysed([...honest, party('odd', 6, spoiled)]);
    const flagged = found.disagreements.filter((one) => one.flagged).map(({ id }) => id);
    expect(flagged).toEqual(['odd']);
  });
});

describe('poolCovariances', () => {
  const fits = [
    [0.1, 0.4, -0.3],
    [0.9, -0.2, 0.5],
    [-0.4, 0.1, 1.1],
    [0.2, 1.0, 0.2],
    [0.6, -0.7, -0.8],
  ].map((w) => ({
    estimates: Float64Array.from(w),
    covariance: Float64Array.of(0.02, 0, 0, 0, 0.03, 0, 0, 0, 0.01),
  }));

  it('has Rubin’s variances on its diagonal', () => {
    const found = poolCovariances(fits)!;
    expect(found.usedFallback).toBe(false);
    for (let j = 0; j < 3; j += 1) {
      const one = poolRubin(
        fits.map((fit) => fit.estimates[j]!),
        fits.map((fit) => fit.covariance[j * 4]!),
      )!;
      expect(found.covariance[j * 4]).toBeCloseTo(one.variance, 14);
      expect(found.mean[j]).toBeCloseTo(one.estimate, 14);
    }
    expect(found.covariance[1]).toBe(found.covariance[3]);
  });

  it('falls back as a whole: fewer sets than coefficients, one set', () => {
    expect(poolCovariances(fits.slice(0, 3))!.usedFallback).toBe(true);
    const one = poolCovariances(fits.slice(0, 1))!;
    expect(one.covariance).toEqual(fits[0]!.covariance);
    expect(poolCovariances([])).toBeUndefined();
  });

  it('leaves out a coefficient that one fit lacks', () => {
    const lacking = { ...fits[0]!, estimates: Float64Array.of(0.1, Number.NaN, 0.2) };
    const found = poolCovariances([lacking, ...fits.slice(1)])!;
    expect(found.mean[1]).toBeNaN();
    expect(found.covariance[4]).toBeNaN();
    expect(found.covariance[0]).toBeGreaterThan(0);
  });
});
