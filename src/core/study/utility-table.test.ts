import { expect, test } from 'vitest';
import { simulatedStudyData } from './study-data.ts';
import { studyDesign } from './study-round.ts';
import { heldBy } from './study-scores.ts';
import { sharedRow, type UtilityRepeat, yardstickRows } from './utility-table.ts';

const scored = (point: number, held = 3) => ({
  draws: [point - 0.1, point + 0.1],
  fullMean: point,
  point,
  held: { held, of: 4 },
});

/** Own rows score −1, with a ridge −0.9, all real rows −0.5. */
function repeat(...combined: (number | null)[]): UtilityRepeat {
  return {
    kind: 'centres',
    ideal: { whole: -0.4, sameRows: -0.5, held: { held: 4, of: 4 } },
    centres: combined.map((point, centre) => ({
      centre,
      rows: 100,
      local: scored(-1),
      ridge: -0.9,
      combined: point === null ? null : scored(point),
      fallbacks: 0,
    })),
  };
}

test('own rows close nothing and all real rows close all', () => {
  const [local, ridge, ideal] = yardstickRows([repeat(-0.7, -0.7), repeat(-0.6, -0.6)]);
  expect(local).toMatchObject({ closed: { share: 0 }, gains: { point: 0, ridge: 0, score: 0 } });
  expect(local!.loss.share).toBeCloseTo(0.5, 12);
  expect(ridge!.ridgeClosed.share).toBe(0);
  expect(ridge!.closed.share).toBeCloseTo(0.2, 12);
  expect(ridge!.held).toBeUndefined();
  expect(ridge!.scoreLoss).toBeUndefined();
  expect(ideal).toMatchObject({
    closed: { share: 1 },
    ridgeClosed: { share: 1 },
    loss: { share: 0 },
    held: { share: 1 },
  });
});

test('shares of the gap are of sums over centres, and a repeat is one observation', () => {
  const row = sharedRow('tables', [repeat(-0.7, -0.5), repeat(-0.9, -0.7)]);
  expect(row.closed.share).toBeCloseTo((0.3 + 0.5 + 0.1 + 0.3) / (4 * 0.5), 12);
  // 0.8 and 0.4 of a gap of 1.0: a mean of 0.6 with error 0.2, as two observations have it, not four.
  expect(row.closed.standardError).toBeCloseTo(0.2, 12);
  expect(row.ridgeClosed.share).toBeCloseTo((0.2 + 0.4 + 0 + 0.2) / (4 * 0.4), 12);
  expect(row.loss.share).toBeCloseTo(0.2, 12);
  expect(row.loss.standardError).toBeCloseTo(0.1, 12);
  expect(row.gains).toEqual({ point: 2, ridge: 1.5, score: 2 });
  expect(row.scoreLoss!.share).toBeCloseTo(row.loss.share, 12);
  expect(row.held!.share).toBe(0.75);
});

test('an analysis without a regression is counted and left out', () => {
  const row = sharedRow('tables', [repeat(-0.7, null)]);
  expect(row.missing).toBe(1);
  expect(row.closed.share).toBeCloseTo(0.6, 12);
  expect(row.loss.standardError).toBeNaN();
});

test('an interval holds the truth within 1.96 errors; a coefficient without an estimate or a truth does not count', () => {
  const mean = Float64Array.of(5, 0.19, 0.2, 0, 0);
  const variances = Float64Array.of(0.01, 0.01, 0.01, 0, 0.01);
  const truth = Float64Array.of(Number.NaN, 0, 0, 0, 1);
  expect(heldBy({ mean, variances, covariance: undefined }, truth)).toEqual({ held: 1, of: 3 });
});

test('the truth of the simulated cohort stands in the order of the regression’s columns', () => {
  const { codebook, truth } = simulatedStudyData(new Uint8Array(32).fill(1));
  const { terms } = studyDesign(codebook);
  expect(truth).toHaveLength(terms.length);
  expect(truth![0]).toBeNaN();
  // The strongest effects of the cohort are those of the two oldest age groups.
  const strongest = [...truth!.keys()].filter((column) => truth![column]! < -0.9);
  expect(strongest.map((column) => terms[column])).toMatchObject(
    ['65 to 69', '70'].map((level) => ({
      variable: 'age_group',
      level: expect.stringContaining(level.slice(0, 2)),
    })),
  );
});
