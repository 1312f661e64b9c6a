import { covariateTree } from './covariate-tree.ts';
import type { Design } from './design.ts';
import type { FileNumber, GapLedger } from './gap-ledger.check.ts';
import { fromFile } from './gap-ledger.check.ts';
import type { GlmFit } from './glm.ts';
import { fitGlmOnce } from './glm.ts';
import type { ErrorKind } from './glm-covariance.ts';
import type { FamilyName } from './glm-family.ts';
import { familyOf, leafSums } from './glm-family.ts';
import { normalTwoSidedP } from './normal-distribution.ts';
import { PatternIndex } from './pattern-table.ts';
import { treatmentDesign } from './treatment-design.check.ts';

type Output = Readonly<Record<string, unknown>> & { readonly columns?: readonly string[] };

interface Dataset {
  readonly id: string;
  readonly n_rows: number;
  readonly predictors: readonly {
    readonly name: string;
    readonly levels: readonly string[];
    readonly reference: string;
    readonly codes: readonly number[];
  }[];
  readonly outcome: readonly number[];
  readonly offset?: readonly number[];
  readonly frequency_weights?: readonly number[];
  readonly columns_without_records?: readonly string[];
  readonly fits: Readonly<Record<string, FitRecord>>;
}

interface FitRecord {
  readonly statsmodels?: Output | null;
  readonly r?: Output | null;
  readonly divergent_columns?: readonly string[];
  readonly aliased_columns?: readonly string[];
  readonly regular?: boolean;
}

const FAMILY_NAMES: Readonly<Record<string, FamilyName>> = {
  poisson: 'poisson-log',
  binomial: 'binomial-logit',
  gaussian: 'gaussian-identity',
  'binomial-log': 'binomial-log',
  binomial_log: 'binomial-log',
};

/**
 * Relative, for standard errors of a package that stopped at its default: they come from the iterate before the last
 * one. The file's own tolerance, 1e-6, is for the iterated numbers (`tight`).
 */
const DEFAULT_STOP = 1e-3;

/** One fit of ours beside one record of the file. */
interface Comparison {
  readonly ledger: GapLedger;
  readonly where: string;
  readonly fit: GlmFit;
  readonly design: Design;
  readonly record: FitRecord;
  readonly regular: boolean;
  readonly weighted: boolean;
  /** Leaf of each row. */
  readonly leafOfRow: readonly number[];
}

export function checkGlmFile(file: { readonly datasets: readonly Dataset[] }, ledger: GapLedger): void {
  for (const dataset of file.datasets) {
    const { predictors, outcome, offset, frequency_weights: weights } = dataset;
    const design = treatmentDesign(
      predictors.map(({ name, levels, reference }) => ({
        name,
        levels,
        reference: levels.indexOf(reference),
      })),
    );
    const columns = predictors.map(({ codes }) => codes);
    const rowCount = outcome.length;
    const index = new PatternIndex(
      predictors.map(({ levels }) => levels.length),
      { offsets: offset !== undefined },
    );
    const table = index.count({ rowCount, columns, outcome, weights, offset });
    const tree = covariateTree(design, table);
    const leafOfRow = Array.from({ length: Math.min(rowCount, 12) }, (_, i) => {
      const one = index.count({
        rowCount: 1,
        columns: columns.map((column) => [column[i]!]),
        outcome: [outcome[i]!],
        offset: offset === undefined ? undefined : [offset[i]!],
      });
      return tree.leafOfPattern[index.patternOf(one.ids[0]!)]!;
    });
    for (const [key, record] of Object.entries(dataset.fits)) {
      const where = `${dataset.id} ${key}`;
      const family = FAMILY_NAMES[key];
      if (family === undefined) {
        ledger.note(`fits of the family ${key}, which is not offered`);
        continue;
      }
      const fit = fitGlmOnce(tree, leafSums(tree, table), family);
      if (!fit.ok) {
        const everything = fit.failure.kind === 'no-events' || fit.failure.kind === 'all-events';
        ledger.expect('glm failure is no-events or all-events', where, everything);
        // The fitted rates are all 0 (or 1) in the limit, and the likelihood is 1.
        const tight = (record.statsmodels?.tight ?? record.r) as Output | null | undefined;
        for (const name of ['deviance', 'log_likelihood']) {
          ledger.compare(`glm ${fit.failure.kind} ${name}`, where, 0, tight?.[name] as FileNumber, {
            absolute: 1e-5,
          });
        }
        continue;
      }
      const comparison: Comparison = {
        ledger,
        where,
        fit: fit.value,
        design,
        record,
        regular: record.regular === true,
        weighted: weights !== undefined,
        leafOfRow,
      };
      checkFlags(comparison, dataset.columns_without_records ?? []);
      checkStatsmodels(comparison);
      checkR(comparison);
    }
  }
}

/** What the file calls divergent, aliased or empty must be flagged; what we flag besides must be undetermined there too. */
function checkFlags({ ledger, where, fit, design, record }: Comparison, empty: readonly string[]): void {
  const flagged = (column: string) => fit.status[columnOf(design, column)]?.kind === 'not-estimable';
  const named = [...(record.divergent_columns ?? []), ...(record.aliased_columns ?? []), ...empty];
  for (const column of named) ledger.expect('glm flagged', `${where} ${column}`, flagged(column));
  const errors = (record.r?.se_model ?? []) as readonly FileNumber[];
  for (const [j, column] of (record.r?.columns ?? []).entries()) {
    if (!flagged(column) || named.includes(column)) continue;
    // R has no name for them, but standard errors in the hundreds for an effect of 0/1 columns.
    ledger.expect(
      'glm flagged with reason',
      `${where} ${column}`,
      !((fromFile(errors[j]) ?? Infinity) < 100),
    );
  }
}

function checkStatsmodels(comparison: Comparison): void {
  const { ledger, where, fit, design, record, regular } = comparison;
  const output = record.statsmodels;
  if (output === null || output === undefined || output.columns === undefined) return;
  const aliased = (record.aliased_columns ?? []).length > 0;
  // statsmodels takes the observed information for robust errors, R (and this code) the expected one; with a
  // canonical link they are the same.
  const sameBread = familyOf(fit.family).canonical;
  // The pseudo-inverse cuts small directions off, up to 1e-5 of the deviance; R, where it is there, is held to 1e-5.
  const viaInverse = aliased && record.r !== null && record.r !== undefined ? 1e-4 : 0;
  const close = regular ? { relative: 1e-9, absolute: 1e-9 } : { absolute: 1e-5, relative: viaInverse };
  const tight = output.tight as Output | null | undefined;
  if (tight !== null && tight !== undefined) {
    const columns = { ...tight, columns: output.columns };
    coefficients(comparison, 'tight', columns, regular ? 1e-7 : 1e-5, aliased);
    errors(comparison, 'tight', columns, 'se_nonrobust', 'model', regular ? 1e-6 : 1e-5, aliased);
    if (!aliased && sameBread)
      errors(comparison, 'tight', columns, 'se_HC1', 'HC0', regular ? 1e-6 : 1e-5, aliased);
    fits(comparison, 'tight', tight, close);
  }
  coefficients(comparison, 'statsmodels', output, regular ? 1e-6 : 1e-5, aliased);
  errors(comparison, 'statsmodels', output, 'se_nonrobust', 'model', DEFAULT_STOP, aliased);
  matrix(comparison, output, 'covariance_nonrobust', 'model', aliased);
  inference(comparison, output, 'nonrobust', 'model', aliased);
  if (aliased) ledger.note('robust statsmodels numbers of aliased designs (meaningless by the file)');
  else if (!sameBread)
    ledger.note('robust statsmodels numbers of a link that is not canonical (observed information)');
  else {
    errors(comparison, 'statsmodels', output, 'se_HC1', 'HC0', DEFAULT_STOP, aliased);
    matrix(comparison, output, 'covariance_HC1', 'HC0', aliased);
    inference(comparison, output, 'HC1', 'HC0', aliased);
  }
  fits(comparison, 'statsmodels', output, close);
  const at = (name: string) => output[name] as FileNumber;
  const compare = (name: string, own: number, tolerance: { relative?: number; absolute?: number }) =>
    ledger.compare(`glm statsmodels ${name}`, where, own, at(name), tolerance);
  compare('pearson_chi2', fit.pearsonChi2, { relative: regular ? 1e-6 : 1e-5 });
  compare('null_deviance', fit.nullDeviance, { relative: 1e-9, absolute: 1e-9 });
  compare('aic', fit.aic, { relative: 1e-9, absolute: regular ? 0 : 2e-5 });
  compare('df_model', fit.rank - 1, {});
  compare('df_resid', fit.residualDegreesOfFreedom, {});
  compare('design_rank', fit.rank, {});
  compare('n_params', design.terms.length, {});
  compare('scale', fit.dispersion, { relative: 1e-9 });
  const fitted = (output.fitted_values_first_12 ?? []) as readonly FileNumber[];
  for (const [i, value] of fitted.entries()) {
    const own = fit.means[comparison.leafOfRow[i]!]!;
    const tolerance = regular ? { relative: 1e-6, absolute: 1e-9 } : { relative: 1e-5, absolute: 1e-5 };
    ledger.compare('glm statsmodels fitted value', `${where} row ${i}`, own, value, tolerance);
  }
  ledger.note('iteration counts and convergence flags (each algorithm has its own)');
}

function checkR(comparison: Comparison): void {
  const { ledger, where, fit, record, regular, weighted } = comparison;
  const output = record.r;
  if (output === null || output === undefined || output.columns === undefined) return;
  coefficients(comparison, 'R', output, regular ? 1e-6 : 1e-5, false);
  errors(comparison, 'R', output, 'se_model', 'model', DEFAULT_STOP, false);
  if (weighted) ledger.note('robust errors of R under frequency weights (another formula by the file)');
  else {
    errors(comparison, 'R', output, 'se_HC0', 'HC0', DEFAULT_STOP, false);
    errors(comparison, 'R', output, 'se_HC1', 'HC1', DEFAULT_STOP, false);
  }
  fits(
    comparison,
    'R',
    output,
    regular ? { relative: 1e-8, absolute: 1e-8 } : { absolute: 1e-5, relative: 1e-8 },
  );
  const compare = (name: string, own: number, tolerance: { relative?: number; absolute?: number }) =>
    ledger.compare(`glm R ${name}`, where, own, output[name] as FileNumber, tolerance);
  compare('null_deviance', fit.nullDeviance, { relative: 1e-9, absolute: 1e-9 });
  compare('rank', fit.rank, {});
  compare('dispersion', fit.dispersion, { relative: 1e-9 });
  // R counts distinct weighted rows there, we count people.
  if (!weighted) compare('df_residual', fit.residualDegreesOfFreedom, {});
}

function fits(
  { ledger, where, fit }: Comparison,
  source: string,
  output: Output,
  tolerance: { relative?: number; absolute?: number },
): void {
  ledger.compare(`glm ${source} deviance`, where, fit.deviance, output.deviance as FileNumber, tolerance);
  ledger.compare(
    `glm ${source} log_likelihood`,
    where,
    fit.logLikelihood,
    output.log_likelihood as FileNumber,
    tolerance,
  );
}

/** Columns that both sides determine, as (place in the file, column of ours, its name). */
function shared(
  { fit, design }: Comparison,
  output: Output,
  withoutAbsorbing: boolean,
): [number, number, string][] {
  const found: [number, number, string][] = [];
  for (const [j, name] of output.columns!.entries()) {
    const column = columnOf(design, name);
    const status = fit.status[column];
    if (status === undefined) throw new Error(`unknown column ${name}`);
    if (status.kind === 'not-estimable' || (withoutAbsorbing && status.absorbs.length > 0)) continue;
    found.push([j, column, name]);
  }
  return found;
}

function coefficients(
  c: Comparison,
  source: string,
  output: Output,
  absolute: number,
  aliased: boolean,
): void {
  const values = (output.coefficients ?? []) as readonly FileNumber[];
  for (const [j, column, name] of shared(c, output, aliased)) {
    c.ledger.compare(
      `glm ${source} coefficient`,
      `${c.where} ${name}`,
      c.fit.coefficients[column]!,
      values[j],
      { absolute },
    );
  }
}

function errors(
  c: Comparison,
  source: string,
  output: Output,
  key: string,
  kind: ErrorKind,
  relative: number,
  aliased: boolean,
): void {
  const values = (output[key] ?? []) as readonly FileNumber[];
  for (const [j, column, name] of shared(c, output, aliased)) {
    const own = standardError(c.fit, column, kind);
    // An exact fit has robust errors of rounding size on both sides.
    const absolute = 1e-9 * standardError(c.fit, column, 'model');
    c.ledger.compare(`glm ${source} ${key}`, `${c.where} ${name}`, own, values[j], { relative, absolute });
  }
}

function matrix(c: Comparison, output: Output, key: string, kind: ErrorKind, aliased: boolean): void {
  const rows = (output[key] ?? []) as readonly (readonly FileNumber[])[];
  if (rows.length === 0) return;
  const size = c.fit.status.length;
  const pairs = shared(c, output, aliased);
  for (const [i, a, name] of pairs) {
    for (const [j, b, other] of pairs) {
      const scale = standardError(c.fit, a, kind) * standardError(c.fit, b, kind);
      const own = c.fit.covariance[kind][a * size + b]!;
      const absolute = 2 * DEFAULT_STOP * scale;
      c.ledger.compare(`glm statsmodels ${key}`, `${c.where} ${name} ${other}`, own, rows[i]?.[j], {
        absolute,
      });
    }
  }
}

/** p-values and intervals, from the normal distribution; their errors follow from those of estimate and error. */
function inference(c: Comparison, output: Output, suffix: string, kind: ErrorKind, aliased: boolean): void {
  const p = (output[`p_values_${suffix}`] ?? []) as readonly FileNumber[];
  const intervals = (output[`ci95_${suffix}`] ?? []) as readonly (readonly [FileNumber, FileNumber])[];
  const [inEstimate, inError] = [c.regular ? 1e-6 : 1e-5, DEFAULT_STOP];
  for (const [j, column, name] of shared(c, output, aliased)) {
    const where = `${c.where} ${name}`;
    const estimate = c.fit.coefficients[column]!;
    const error = standardError(c.fit, column, kind);
    const z = estimate / error;
    const inZ = inEstimate / error + inError * Math.abs(z);
    const relative = inZ * (1 + Math.abs(z));
    c.ledger.compare(`glm statsmodels p_values_${suffix}`, where, normalTwoSidedP(z), p[j], {
      relative,
      absolute: 1e-300,
    });
    const absolute = inEstimate + 2 * inError * error;
    const half = 1.959963984540054 * error;
    c.ledger.compare(`glm statsmodels ci95_${suffix}`, where, estimate - half, intervals[j]?.[0], {
      absolute,
    });
    c.ledger.compare(`glm statsmodels ci95_${suffix}`, where, estimate + half, intervals[j]?.[1], {
      absolute,
    });
  }
}

function standardError(fit: GlmFit, column: number, kind: ErrorKind): number {
  return Math.sqrt(fit.covariance[kind][column * fit.status.length + column]!);
}

function columnOf(design: Design, name: string): number {
  return design.terms.findIndex(({ label }) => label === name);
}
