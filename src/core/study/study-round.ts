import { covariateTree } from '../analysis/covariate-tree.ts';
import { type Design, designOf } from '../analysis/design.ts';
import { fitGlm, type GlmFailure, type GlmFit } from '../analysis/glm.ts';
import { type LeafSums, leafSums } from '../analysis/glm-family.ts';
import { irlsWorkspace } from '../analysis/irls.ts';
import { PatternIndex, type PatternTable, poolPatterns } from '../analysis/pattern-table.ts';
import { fitRidge } from '../analysis/ridge.ts';
import type { Codebook } from '../codebook/codebook.ts';
import type { Result } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { STUDY_FAMILY, StudyScorer } from './study-scores.ts';

export type Fit = Result<GlmFit, GlmFailure>;

/**
 * One repeat, counted: every party's own rows and its K sets over one index and one tree. Every set is counted once;
 * whatever an experiment pools is a sum of counts.
 */
export interface StudyRound {
  readonly design: Design;
  readonly index: PatternIndex;
  /** Own rows of every centre, and the same counted. */
  readonly rows: readonly CodedTable[];
  readonly own: readonly PatternTable[];
  /** `sets[centre][k]` */
  readonly sets: readonly (readonly PatternTable[])[];
  readonly scorer: StudyScorer;
  /** A regression on any sum of the tables of this round. */
  fit(table: PatternTable): Fit;
}

/** Main effects of every variable of the codebook, or of those named. */
export function studyDesign(codebook: Codebook, predictors?: readonly string[]): Design {
  const design = designOf(codebook, { predictors: predictors ?? codebook.variables.map(({ name }) => name) });
  if (!design.ok) throw new Error(`the codebook makes no design: ${design.failure.kind}`);
  return design.value;
}

/** Counts rows over all variables of the design, in its order. */
export function countRows(index: PatternIndex, design: Design, table: CodedTable): PatternTable {
  const columns = design.variables.map(({ position }) => table.columns[position]!);
  return index.count({ rowCount: table.rowCount, columns, outcome: table.outcome });
}

/** @param setsOf the K sets of a centre, drawn one by one: only their counts are kept */
export function countRound(
  codebook: Codebook,
  own: readonly CodedTable[],
  test: CodedTable,
  setsOf: (centre: number) => Iterable<CodedTable>,
): StudyRound {
  const design = studyDesign(codebook);
  const index = new PatternIndex(design.variables.map(({ size }) => size));
  const counted = own.map((table) => countRows(index, design, table));
  const sets = own.map((_, centre) => Array.from(setsOf(centre), (set) => countRows(index, design, set)));
  const scorer = new StudyScorer(design, countRows(index, design, test));
  const fit = sharedFits(design, [...counted, ...sets.flat()]);
  return { design, index, rows: own, own: counted, sets, scorer, fit };
}

/**
 * Coefficients of a regression pulled to 0 by a N(0, 1) prior on every effect: the competitor that a plain local fit
 * is not, since it does not run to infinity where a level has no events (UTILITY 8).
 */
export function ridgeCoefficients(design: Design, table: PatternTable): Float64Array | undefined {
  const tree = covariateTree(design, table);
  const fitted = fitRidge(irlsWorkspace(tree), leafSums(tree, table), STUDY_FAMILY, 1);
  return fitted.ok ? fitted.value.coefficients : undefined;
}

/** One tree over every pattern of these tables serves the regressions on all their sums. */
export function sharedFits(design: Design, tables: readonly PatternTable[]): (table: PatternTable) => Fit {
  const tree = covariateTree(design, poolPatterns(tables));
  const room = irlsWorkspace(tree);
  let leaves: LeafSums | undefined;
  return (table) => {
    leaves = leafSums(tree, table, leaves);
    return fitGlm(room, leaves, STUDY_FAMILY);
  };
}
