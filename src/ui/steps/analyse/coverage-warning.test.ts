import { describe, expect, it } from 'vitest';
import { KNOWN_COVERAGE } from '../../../core/study/known-coverage.ts';
import { coverageWarning } from './coverage-warning.ts';

describe('the warning about pooled intervals', () => {
  it.each(KNOWN_COVERAGE.map((known) => [known.rowCount, known.epsilon, known.errors, known] as const))(
    'says what the simulation at N = %d, ε = %d, %s found',
    (rowCount, epsilon, errors, known) => {
      const text = coverageWarning(rowCount, epsilon, errors);
      expect(text).toContain(`${Math.round(100 * known.pooled.share)}\u00a0% of cases`);
      expect(text).toContain(`only ${Math.round(100 * known.pooledStrong.share)}\u00a0% where`);
    },
  );

  it('takes the nearest simulation for other sizes', () => {
    expect(coverageWarning(5_000, 1, 'model')).toBe(coverageWarning(1_500, 1, 'model'));
  });
});
