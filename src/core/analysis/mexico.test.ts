import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { covariateTree } from './covariate-tree.ts';
import type { GlmFit } from './glm.ts';
import { fitGlmOnce } from './glm.ts';
import { leafSums } from './glm-family.ts';
import fixture from './mexico-states.fixture.json' with { type: 'json' };
import { PatternIndex } from './pattern-table.ts';
import { treatmentDesign } from './treatment-design.check.ts';

/** The 16-state table of tested people (open data of Mexico's Ministry of Health, release of 2020-04-30). */
const DATA = new URL('../../../../shared/data/mexico-16-states.csv', import.meta.url);

const PREDICTORS = [
  ['age_group', '0-24'],
  ['sex', 'Female'],
  ['speaks_indigenous_language', 'No'],
  ['sector', 'SSA'],
  ['conditions', '0'],
] as const;
const LEVELS: Readonly<Record<string, readonly string[]>> = fixture.levels;

function fitState(state: string | undefined): { fit: GlmFit; names: string[] } {
  const [header, ...lines] = readFileSync(DATA, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  const rows = state === undefined ? lines : lines.filter((line) => line[header!.indexOf('state')] === state);
  const column = (name: string) => rows.map((row) => row[header!.indexOf(name)]!);
  const predictors = PREDICTORS.map(([name, reference]) => {
    const levels = LEVELS[name]!;
    return { name, levels, reference: levels.indexOf(reference) };
  });
  const design = treatmentDesign(predictors);
  const table = new PatternIndex(predictors.map(({ levels }) => levels.length)).count({
    rowCount: rows.length,
    columns: predictors.map(({ name, levels }) => column(name).map((value) => levels.indexOf(value))),
    outcome: column('test_positive').map(Number),
  });
  const tree = covariateTree(design, table);
  const result = fitGlmOnce(tree, leafSums(tree, table), 'poisson-log');
  if (!result.ok) throw new Error(result.failure.kind);
  return { fit: result.value, names: design.terms.map(({ label }) => label) };
}

/** Term, coefficient and model-based standard error as R 4.2 `glm` prints them for all 57,530 rows. */
const ALL_STATES: readonly (readonly [string, number, number])[] = [
  ['Intercept', -2.46953, 0.03657],
  ['age_group: 25-34', 0.61593, 0.03922],
  ['age_group: 35-44', 0.8478, 0.03858],
  ['age_group: 45-54', 1.05474, 0.03874],
  ['age_group: 55-64', 1.17917, 0.04063],
  ['age_group: 65-74', 1.19263, 0.04511],
  ['age_group: 75+', 0.88797, 0.05273],
  ['sex: Male', 0.30654, 0.01651],
  ['speaks_indigenous_language: Yes', 0.1861, 0.08159],
  ['sector: IMSS', 0.18263, 0.01792],
  ['sector: ISSSTE', 0.4899, 0.03882],
  ['sector: Other', 0.32714, 0.04014],
  ['sector: Private', 0.33402, 0.03696],
  ['conditions: 1', 0.03773, 0.01964],
  ['conditions: 2', 0.05699, 0.02519],
  ['conditions: 3+', -0.07556, 0.03188],
];

describe.runIf(existsSync(DATA))('real people tested (needs ../shared/data)', () => {
  it('all 16 states: the table that R printed, to its five digits', () => {
    const { fit, names } = fitState(undefined);
    for (const [name, coefficient, standardError] of ALL_STATES) {
      const j = names.indexOf(name);
      expect(fit.coefficients[j]).toBeCloseTo(coefficient, 5);
      expect(Math.sqrt(fit.covariance.model[j * names.length + j]!)).toBeCloseTo(standardError, 5);
    }
    expect(fit.logLikelihood).toBeCloseTo(-34129.8361, 4);
    expect(fit.logLikelihood / fit.rowCount).toBeCloseTo(-0.593253, 6);
  });

  it.each(fixture.fits.map((one) => [one.state, one] as const))(
    '%s: statsmodels, to six digits',
    (state, expected) => {
      const { fit, names } = fitState(state === 'all 16 states' ? undefined : state);
      expect(fit.rowCount).toBe(expected.rows);
      for (const [n, name] of expected.columns.entries()) {
        const j = names.indexOf(name);
        const place = j * names.length + j;
        if (expected.coefficients[n]! < -20) {
          // Six people in the sector "Other" of one state, none positive: the other package stops somewhere below −20.
          expect(fit.status[j]).toEqual({ kind: 'not-estimable', reason: 'no-events' });
          continue;
        }
        expect(fit.coefficients[j]).toBeCloseTo(expected.coefficients[n]!, 6);
        expect(Math.sqrt(fit.covariance.model[place]!)).toBeCloseTo(expected.se_model[n]!, 6);
        expect(Math.sqrt(fit.covariance.HC0[place]!)).toBeCloseTo(expected.se_HC0[n]!, 6);
      }
      expect(fit.deviance).toBeCloseTo(expected.deviance, 6);
      expect(fit.logLikelihood).toBeCloseTo(expected.log_likelihood, 6);
    },
  );
});

it('the committed numbers are of two states and of all, 16 columns each', () => {
  expect(fixture.fits.map(({ state, columns }) => [state, columns.length])).toEqual([
    ['Puebla', 16],
    ['Yucatán', 16],
    ['all 16 states', 16],
  ]);
});
