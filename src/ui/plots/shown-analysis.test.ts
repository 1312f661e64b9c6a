import { describe, expect, it } from 'vitest';
import { analysePooled } from '../../core/analysis/pooled-analysis.ts';
import { cohortCodebook } from '../../core/cohort/simulated-cohort.ts';
import { releaseTables } from '../../core/marginals/noisy-tables.ts';
import { planMarginals } from '../../core/marginals/plan-marginals.ts';
import { tablesOutcome } from '../../core/marginals/tables-outcome.ts';
import { chacha20Source } from '../../core/random/chacha20.ts';
import { simulateCentres } from '../../core/study/coverage.ts';
import { USUAL_COVERAGE_DESIGN } from '../../core/study/coverage-design.ts';
import { shownAnalysis } from '../../session/shown-analysis.ts';
import { estimatesCsv, MADE_FROM } from '../steps/analyse/estimates-csv.ts';
import { forestRows } from './forest-rows.ts';

const codebook = cohortCodebook();
const choice = { predictors: codebook.variables.map(({ name }) => name) };
const random = chacha20Source(new Uint8Array(32).fill(5), 'synthesis');
const [local, other] = simulateCentres({ ...USUAL_COVERAGE_DESIGN, parties: 2 }, 600, random);
const plan = planMarginals({ codebook, rowCount: 600, epsilon: 1, delta: 1e-6 });
if (!plan.ok) throw new Error(plan.failure.kind);
const release = releaseTables(plan.value, other!, chacha20Source(new Uint8Array(32), 'mechanismNoise'));
const input = { codebook, choice, family: 'poisson-log', errors: 'model', local: local! } as const;
// What twins would be does not matter here: the other rows themselves.
const analysed = analysePooled({ ...input, parties: [{ id: 'b', sets: [other!, other!] }] });
if (!analysed.ok) throw new Error(analysed.failure.kind);
const analysis = analysed.value;

describe('what the pooled column shows', () => {
  const tables = tablesOutcome(input, [{ id: 'b', release }]);
  if (tables.kind !== 'ready') throw new Error(tables.kind);

  it('is the estimate from the tables, row by row, where every centre has tables', () => {
    const shown = shownAnalysis(analysis, tables);
    expect(shown.rows.map(({ term }) => term)).toEqual(analysis.rows.map(({ term }) => term));
    expect(shown.rows.map(({ local }) => local)).toEqual(analysis.rows.map(({ local }) => local));
    for (const [k, { pooled }] of shown.rows.entries()) {
      const { estimate, lower, upper } = tables.analysis.rows[k]!;
      expect(pooled).toMatchObject({ kind: 'estimated', estimate, lower, upper });
    }
  });

  it('says in the file what the numbers are made from, and leaves out what only twins have', () => {
    const csv = estimatesCsv(shownAnalysis(analysis, tables), codebook, 'risk ratio', MADE_FROM.tables);
    const [header, ...lines] = csv
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const at = (name: string) => header!.indexOf(name);
    const first = lines.find((line) => line[at('role')] === 'comparison')!;
    expect(first[at('pooled_made_from')]).toBe('real rows and noisy tables');
    expect(first[at('pooled_fits_used')]).toBe('');
    expect(forestRows(shownAnalysis(analysis, tables), codebook)).toHaveLength(lines.length - 1);
  });

  it('stays the twins’ where some centre has twins only, or nobody has tables', () => {
    const mixed = tablesOutcome(input, [
      { id: 'b', release },
      { id: 'c', release: null },
    ]);
    expect(mixed.kind).toBe('ready');
    expect(shownAnalysis(analysis, mixed)).toBe(analysis);
    expect(shownAnalysis(analysis, { kind: 'no-tables' })).toBe(analysis);
  });
});
