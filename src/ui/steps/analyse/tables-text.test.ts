import { describe, expect, it } from 'vitest';
import { KNOWN_TABLES_COVERAGE } from '../../../core/study/known-coverage.ts';
import { tablesCoverage } from '../../parts/tables-coverage.ts';
import { disagreeSentence, partiesWithoutSentence } from './tables-text.ts';

describe('the words beside the estimate from noisy tables', () => {
  it.each(KNOWN_TABLES_COVERAGE.map((known) => [known.rowCount, known.epsilon, known] as const))(
    'say what the simulation at N = %d, ε = %d found',
    (rowCount, epsilon, { tables, tablesStrong }) => {
      const text = tablesCoverage(rowCount, epsilon);
      expect(text).toContain(`${Math.round(100 * tables.share)}\u00a0% of cases`);
      expect(text).toContain(`${Math.round(100 * tablesStrong.share)}\u00a0% where`);
    },
  );

  it('name a centre that stands apart, and nobody by chance', () => {
    const names = new Map([
      ['a', 'North'],
      ['b', 'South'],
    ]);
    const party = (id: string, p: number) => ({ id, p, chiSquared: 0, degreesOfFreedom: 26 });
    expect(disagreeSentence({ parties: [party('a', 0.006), party('b', 0.5)] }, names)).toBeNull();
    const text = disagreeSentence({ parties: [party('a', 0.004), party('b', 0.5)] }, names);
    expect(text).toContain('North');
    expect(text).not.toContain('South');
  });

  it('count bundles without tables', () => {
    expect(partiesWithoutSentence(1)).toMatch(/^1 bundle has no/);
    expect(partiesWithoutSentence(2)).toMatch(/^2 bundles have no/);
  });
});
