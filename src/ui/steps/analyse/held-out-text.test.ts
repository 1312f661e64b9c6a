import { describe, expect, it } from 'vitest';
import type { HeldOutEvaluation, HeldOutMethod } from '../../../core/analysis/held-out.ts';
import { finiteBox, heldOutBoxes, heldOutCsv, heldOutSentences } from './held-out-text.ts';

const score = (method: HeldOutMethod, point: number) => ({
  kind: 'scored' as const,
  score: {
    method,
    point,
    diagonal: Float64Array.of(point - 0.03, point - 0.02, point - 0.01),
    full: Float64Array.of(point - 0.003, Number.NEGATIVE_INFINITY, point - 0.001),
  },
});
const evaluation: HeldOutEvaluation = {
  trainingRows: 80,
  testRows: 20,
  outcomes: [score('local', -0.5), score('ridge', -0.4), score('pooled', -0.45)],
  tests: undefined,
  gain: [
    { parties: 0, mean: -0.5, lowest: -0.5, highest: -0.5, orders: 1 },
    { parties: 1, mean: -0.45, lowest: -0.46, highest: -0.44, orders: 2 },
  ],
};

describe('the evaluation on held-out rows, in words', () => {
  it('says against whom pooling wins and against whom it does not', () => {
    const [sentence] = heldOutSentences(evaluation, { kind: 'share', share: 0.2 });
    expect(sentence).toBe(
      'On 20 of your rows that no fit has seen (the fits used the other 80), the pooled fit predicts better than your own rows alone (by 0.050 a row) and no better than the ridge fit of your own rows (0.050 a row less).',
    );
    expect(heldOutSentences(evaluation, { kind: 'file', fileName: 'new.csv' })[0]).toContain(
      'On the 20 rows of new.csv',
    );
  });

  it('says why a fit has no score', () => {
    const failed: HeldOutEvaluation = {
      ...evaluation,
      outcomes: [
        { kind: 'failed', method: 'local', failure: { kind: 'no-events', rows: 80 } },
        score('pooled', -0.4),
      ],
    };
    expect(heldOutSentences(failed, { kind: 'share', share: 0.2 })).toEqual([
      'Local only has no score: None of the 80 rows has the event, so no ratio can be estimated.',
    ]);
  });

  it('has a box for every fit and kind of draw; impossible draws are counted and not drawn', () => {
    expect(heldOutBoxes(evaluation).map(({ label }) => label)).toEqual([
      'Local only, as in the paper',
      'Local, ridge, as in the paper',
      'Pooled, as in the paper',
      'Local only, full covariance',
      'Local, ridge, full covariance',
      'Pooled, full covariance',
    ]);
    expect(finiteBox(Float64Array.of(Number.NEGATIVE_INFINITY))).toBeNull();
    const lines = heldOutCsv(evaluation);
    expect(new Set(lines.map((cells) => cells.length)).size).toBe(1);
    const at = lines[0]!.indexOf('impossible_draws');
    expect(lines.filter((cells) => cells[2] === 'full').map((cells) => cells[at])).toEqual(['1', '1', '1']);
    expect(lines.filter((cells) => cells[0] === 'gain').map((cells) => cells[3])).toEqual(['0', '1']);
  });
});
