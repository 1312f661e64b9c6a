import type { Codebook } from '../codebook/codebook.ts';
import { levelsOf } from '../codebook/codebook.ts';
import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import type { CovariateTree } from './covariate-tree.ts';
import { covariateTree } from './covariate-tree.ts';
import type { Design, DesignChoice, DesignFailure, Site, Term } from './design.ts';
import { designOf, outcomeColumn, subgroupMask } from './design.ts';
import type { NotEstimableReason } from './estimability.ts';
import type { GlmFailure, GlmFit } from './glm.ts';
import { fitGlm } from './glm.ts';
import type { ErrorKind } from './glm-covariance.ts';
import { coefficientVariance } from './glm-covariance.ts';
import type { FamilyName, LeafSums } from './glm-family.ts';
import { leafSums } from './glm-family.ts';
import type { IrlsWorkspace } from './irls.ts';
import { irlsWorkspace } from './irls.ts';
import type { PatternTable } from './pattern-table.ts';
import { PatternIndex, poolPatterns } from './pattern-table.ts';
import type { RubinEstimate } from './rubin.ts';
import { normalInference, poolRubin } from './rubin.ts';

/**
 * The analysis of METHOD §1 steps 4 and 5: for k = 1 … K own rows with the k-th set of every party, one
 * regression each, combined by Rubin's rules; beside it the regression on own rows only.
 */
export interface PooledAnalysisInput {
  readonly codebook: Codebook;
  readonly choice: DesignChoice;
  readonly family: FamilyName;
  readonly errors: ErrorKind;
  readonly local: CodedTable;
  /** Own synthetic sets in place of own rows, so that nothing private is in the pooled result. */
  readonly ownTwins?: readonly CodedTable[] | undefined;
  /** Included parties only; the k-th set of each goes into fit k, for k up to the smallest number of sets. */
  readonly parties: readonly PartySets[];
}

export interface PartySets {
  readonly id: string;
  readonly label?: string;
  readonly sets: readonly CodedTable[];
}

export type PooledAnalysisFailure =
  | DesignFailure
  | {
      readonly kind: 'table-does-not-fit';
      readonly party: string;
      readonly columns: number;
      readonly expected: number;
    }
  | { readonly kind: 'party-without-sets'; readonly party: string };

export interface PooledAnalysis {
  readonly terms: readonly Term[];
  /** The level that the others of its variable are compared with. */
  readonly references: readonly {
    readonly variable: string;
    readonly level: string;
    readonly label: string;
  }[];
  readonly rows: readonly CoefficientRow[];
  readonly local: Result<GlmFit, GlmFailure>;
  /** K: fits made. 0 when there is no party. */
  readonly setsUsed: number;
  /** Some party offers more sets than another: those beyond K were not used. */
  readonly setsIgnored: boolean;
  readonly fits: readonly Result<GlmFit, GlmFailure>[];
  /** People in the own table (after the subgroup filter), and in own rows and twins together, mean over k. */
  readonly localRows: number;
  readonly pooledRows: number;
}

export interface CoefficientRow {
  readonly term: Term;
  readonly local: LocalCell;
  readonly pooled: PooledCell;
}

/** On the scale of the linear predictor: exp() of estimate, lower and upper is the risk (or odds) ratio. */
export interface Estimated {
  readonly kind: 'estimated';
  readonly estimate: number;
  readonly standardError: number;
  /** 95 %, normal reference. */
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  /** The robust error was degenerate (one row, or rows fitted exactly) and the model-based one stands in. */
  readonly flooredToModel: boolean;
  /** Terms left out as collinear with this one; the estimate takes their effect to be zero. */
  readonly absorbs: readonly Term[];
}

export interface NotEstimable {
  readonly kind: 'not-estimable';
  readonly reason: NotEstimableReason | 'fit-failed' | 'no-parties';
}

export type LocalCell = Estimated | NotEstimable;

export type PooledCell =
  | (Estimated & {
      readonly usedFallback: boolean;
      /** Fits with the coefficient, of `setsUsed`. */
      readonly fitsUsed: number;
      readonly rubin: RubinEstimate;
    })
  | NotEstimable;

/** @param onProgress called after every fit, local one included */
export function analysePooled(
  input: PooledAnalysisInput,
  onProgress?: (doneFits: number, totalFits: number) => void,
): Result<PooledAnalysis, PooledAnalysisFailure> {
  const { codebook, choice, parties } = input;
  const pooledDesign = designOf(codebook, choice, sitesOf(parties));
  if (!pooledDesign.ok) return pooledDesign;
  const localDesign = designOf(codebook, { ...choice, siteEffect: false });
  if (!localDesign.ok) return localDesign;
  const index = new PatternIndex(pooledDesign.value.variables.map(({ size }) => size));
  const counted = countTables(input, pooledDesign.value, index);
  if (!counted.ok) return counted;
  const { local, others } = counted.value;
  const pooledTables = tablesToPool(counted.value);
  const setsUsed = pooledTables.length;
  const total = setsUsed + 1;
  const localFit = fitOne(localDesign.value, local, input.family);
  onProgress?.(1, total);
  const fitter = manyFits(pooledDesign.value, pooledTables, input.family);
  const fits = pooledTables.map((table, k) => {
    const fit = fitter(table);
    onProgress?.(k + 2, total);
    return fit;
  });
  const { terms } = pooledDesign.value;
  return succeed({
    terms,
    references: referencesOf(codebook, pooledDesign.value),
    rows: terms.map((term, column) => ({
      term,
      local:
        term.kind === 'site'
          ? { kind: 'not-estimable', reason: 'no-rows' }
          : localCell(localFit, terms, column, input.errors),
      pooled: pooledCell(fits, terms, column, input.errors),
    })),
    local: localFit,
    setsUsed,
    setsIgnored: others.some((sets) => sets.length > setsUsed),
    fits,
    localRows: local.total,
    pooledRows: pooledTables.reduce((sum, table) => sum + table.total, 0) / Math.max(1, setsUsed),
  });
}

/** The own site first: it is the reference of a site effect. */
export function sitesOf(parties: readonly PartySets[]): Site[] {
  return [{ id: 'local', label: 'local' }, ...parties.map(({ id, label }) => ({ id, label: label ?? id }))];
}

export interface CountedTables {
  readonly local: PatternTable;
  readonly own: readonly PatternTable[] | undefined;
  readonly others: readonly (readonly PatternTable[])[];
}

/** For k = 1 … K own rows (or own twins) with the k-th set of every party; K is the smallest number of sets, 0 without parties. */
export function tablesToPool(
  { local, own, others }: CountedTables,
  most = Number.POSITIVE_INFINITY,
): PatternTable[] {
  if (others.length === 0) return [];
  const sets = Math.min(most, own?.length ?? most, ...others.map(({ length }) => length));
  return Array.from({ length: sets }, (_, k) =>
    poolPatterns([own === undefined ? local : own[k]!, ...others.map((tables) => tables[k]!)]),
  );
}

/** Counts one table; `site` is its place among the sites, 0 for the own one. */
export function countTable(
  { codebook, choice }: Pick<PooledAnalysisInput, 'codebook' | 'choice'>,
  design: Design,
  index: PatternIndex,
  table: CodedTable,
  site: number,
  party: string,
): Result<PatternTable, PooledAnalysisFailure> {
  const expected = codebook.variables.length;
  if (table.columns.length !== expected) {
    return fail({ kind: 'table-does-not-fit', party, columns: table.columns.length, expected });
  }
  const keep = subgroupMask(codebook, choice, table);
  if (!keep.ok) return keep;
  const outcome = outcomeColumn(codebook, choice, table);
  if (!outcome.ok) return outcome;
  const columns = design.variables.map(({ position }) =>
    position < 0 ? new Uint16Array(table.rowCount).fill(site) : table.columns[position]!,
  );
  return succeed(
    index.count({ rowCount: table.rowCount, columns, outcome: outcome.value, keep: keep.value }),
  );
}

/** Counts every table of the analysis once, over one index. */
export function countTables(
  input: PooledAnalysisInput,
  design: Design,
  index: PatternIndex,
): Result<CountedTables, PooledAnalysisFailure> {
  const { local, ownTwins, parties } = input;
  const count = (table: CodedTable, site: number, party: string) =>
    countTable(input, design, index, table, site, party);
  const countSets = (sets: readonly CodedTable[], site: number, party: string) => {
    const counted: PatternTable[] = [];
    for (const set of sets) {
      const one = count(set, site, party);
      if (!one.ok) return one;
      counted.push(one.value);
    }
    return counted.length === 0 ? fail({ kind: 'party-without-sets', party }) : succeed(counted);
  };
  const own = count(local, 0, 'local');
  if (!own.ok) return own;
  const twins = ownTwins === undefined ? undefined : countSets(ownTwins, 0, 'local');
  if (twins !== undefined && !twins.ok) return twins;
  const others: PatternTable[][] = [];
  for (const [m, { id, sets }] of parties.entries()) {
    const counted = countSets(sets, m + 1, id);
    if (!counted.ok) return counted;
    others.push(counted.value);
  }
  return succeed({ local: own.value, own: twins?.value, others });
}

/** One regression on one counted table. */
export function fitOne(design: Design, table: PatternTable, family: FamilyName): Result<GlmFit, GlmFailure> {
  const tree = covariateTree(design, table);
  return fitGlm(irlsWorkspace(tree), leafSums(tree, table), family);
}

/**
 * Regressions on many tables of one index. They share one tree over all their patterns, unless each has so few of
 * them that a tree of its own is cheaper.
 */
export function manyFits(
  design: Design,
  tables: readonly PatternTable[],
  family: FamilyName,
): (table: PatternTable) => Result<GlmFit, GlmFailure> {
  if (tables.length === 0) return (table) => fitOne(design, table, family);
  const tree: CovariateTree = covariateTree(design, poolPatterns(tables));
  const mostPatterns = Math.max(...tables.map((table) => table.ids.length));
  if (tree.leafCount > (tree.grid === undefined ? 2 : 16) * mostPatterns)
    return (table) => fitOne(design, table, family);
  const room: IrlsWorkspace = irlsWorkspace(tree);
  let leaves: LeafSums | undefined;
  return (table) => {
    leaves = leafSums(tree, table, leaves);
    return fitGlm(room, leaves, family);
  };
}

export function localCell(
  fit: Result<GlmFit, GlmFailure>,
  terms: readonly Term[],
  column: number,
  errors: ErrorKind,
): LocalCell {
  if (!fit.ok) return { kind: 'not-estimable', reason: 'fit-failed' };
  const status = fit.value.status[column]!;
  if (status.kind === 'not-estimable') return status;
  const estimate = fit.value.coefficients[column]!;
  const { variance, flooredToModel } = coefficientVariance(fit.value, column, errors);
  const { lower, upper, p } = normalInference(estimate, variance);
  const absorbs = status.absorbs.map((other) => terms[other]!);
  return {
    kind: 'estimated',
    estimate,
    standardError: Math.sqrt(variance),
    lower,
    upper,
    p,
    flooredToModel,
    absorbs,
  };
}

/**
 * A fit in which the coefficient is not estimable is left out; so is one in which it absorbs a collinear term, as
 * long as another fit has it clean: the two mean different things and may not be averaged.
 */
export function pooledCell(
  fits: readonly Result<GlmFit, GlmFailure>[],
  terms: readonly Term[],
  column: number,
  errors: ErrorKind,
): PooledCell {
  if (fits.length === 0) return { kind: 'not-estimable', reason: 'no-parties' };
  const cells = fits.map((fit) => localCell(fit, terms, column, errors));
  const estimated = cells.filter((cell) => cell.kind === 'estimated');
  const clean = estimated.filter(({ absorbs }) => absorbs.length === 0);
  const used = clean.length > 0 ? clean : estimated;
  const complete = fits.find((fit) => fit.ok)?.value.residualDegreesOfFreedom;
  const rubin = poolRubin(
    used.map(({ estimate }) => estimate),
    used.map(({ standardError }) => standardError ** 2),
    complete,
  );
  if (rubin === undefined) return cells.find((cell) => cell.kind === 'not-estimable')!;
  return {
    kind: 'estimated',
    estimate: rubin.estimate,
    standardError: rubin.standardError,
    lower: rubin.normal.lower,
    upper: rubin.normal.upper,
    p: rubin.normal.p,
    flooredToModel: used.some(({ flooredToModel }) => flooredToModel),
    absorbs: used[0]!.absorbs,
    usedFallback: rubin.usedFallback,
    fitsUsed: rubin.fitsUsed,
    rubin,
  };
}

function referencesOf(codebook: Codebook, design: Design): PooledAnalysis['references'] {
  return design.variables
    .filter(({ position }) => position >= 0)
    .map(({ name, position, reference }) => {
      const { value, label } = levelsOf(codebook.variables[position]!)[reference]!;
      return { variable: name, level: value, label };
    });
}
