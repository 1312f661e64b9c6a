import type { Result } from '../result.ts';
import { succeed } from '../result.ts';
import type { Design, Term } from './design.ts';
import { designOf } from './design.ts';
import type { Disagreement, Influence, MetaAnalysis, Study } from './meta-analysis.ts';
import { disagreements, leaveOneOut, metaAnalysis } from './meta-analysis.ts';
import { PatternIndex } from './pattern-table.ts';
import type {
  CountedTables,
  LocalCell,
  PooledAnalysisFailure,
  PooledAnalysisInput,
  PooledCell,
} from './pooled-analysis.ts';
import {
  countTables,
  fitOne,
  localCell,
  manyFits,
  pooledCell,
  sitesOf,
  tablesToPool,
} from './pooled-analysis.ts';

/**
 * Pooling of estimates: every party's sets are analysed alone and combined by Rubin's rules; these estimates, and
 * the own rows as one more study, go into a meta-analysis of each coefficient. It also shows how the parties
 * differ, how much each moves the result, and which stands apart.
 */
export interface PartyAnalysis {
  readonly coefficients: readonly PartyCoefficient[];
  /** Own rows included, as `LOCAL_STUDY`. */
  readonly disagreements: readonly Disagreement[];
}

export interface PartyCoefficient {
  readonly term: Term;
  readonly local: LocalCell;
  /** One a party, in the order of the input. */
  readonly parties: readonly { readonly id: string; readonly cell: PooledCell }[];
  /** What the meta-analysis weighs: finite estimates with a positive variance. */
  readonly studies: readonly Study[];
  /** Undefined when there is no study. */
  readonly meta: MetaAnalysis | undefined;
  readonly leaveOneOut: readonly Influence[];
  /** The pooled rows without each party, in the order of the input; empty with fewer than two parties. */
  readonly withoutParty: readonly PooledWithout[];
}

export interface PooledWithout {
  readonly id: string;
  readonly cell: PooledCell;
  /** Pooled estimate with the party less the one without it, in standard errors of the latter; NaN where one of them is missing. */
  readonly shift: number;
}

/** `Study.id` of the own rows. */
export const LOCAL_STUDY = 'local';

/** A party that agrees with the others is flagged once in a hundred analyses, at most. */
const FLAG_LEVEL = 0.01;

/** @param onProgress called after every analysis: of a party alone, and of all without it */
export function analyseParties(
  input: PooledAnalysisInput,
  onProgress?: (doneAnalyses: number, totalAnalyses: number) => void,
): Result<PartyAnalysis, PooledAnalysisFailure> {
  // Within one party there is one site.
  const choice = { ...input.choice, siteEffect: false };
  const designed = designOf(input.codebook, choice);
  if (!designed.ok) return designed;
  const design: Design = designed.value;
  const index = new PatternIndex(design.variables.map(({ size }) => size));
  const counted = countTables({ ...input, choice }, design, index);
  if (!counted.ok) return counted;
  const { terms } = design;
  const local = fitOne(design, counted.value.local, input.family);
  const steps = input.parties.length < 2 ? input.parties.length : 2 * input.parties.length + 1;
  const perParty = counted.value.others.map((tables, m) => {
    const fitter = manyFits(design, tables, input.family);
    const fits = tables.map((table) => fitter(table));
    const cells = terms.map((_, column) => pooledCell(fits, terms, column, input.errors));
    onProgress?.(m + 1, steps);
    return { id: input.parties[m]!.id, cells };
  });
  const without = pooledWithoutEach(input, (done) => onProgress?.(input.parties.length + done, steps));
  if (!without.ok) return without;
  const coefficients = terms.map((term, column): PartyCoefficient => {
    const own = localCell(local, terms, column, input.errors);
    const parties = perParty.map(({ id, cells }) => ({ id, cell: cells[column]! }));
    const studies = [{ id: LOCAL_STUDY, cell: own }, ...parties].flatMap(({ id, cell }) => studyOf(id, cell));
    const meta = metaAnalysis(studies);
    return {
      term,
      local: own,
      parties,
      studies,
      meta: meta.ok ? meta.value : undefined,
      leaveOneOut: leaveOneOut(studies),
      withoutParty: without.value.map(({ id, rows }) => ({ id, ...rows[column]! })),
    };
  });
  const byColumn = coefficients.map(({ studies }, column) => ({ column, studies }));
  return succeed({ coefficients, disagreements: disagreements(byColumn, FLAG_LEVEL) });
}

/** Leaves out each party in turn from the pooled rows; the first coefficients are those of a party alone, since sites come last. */
function pooledWithoutEach(
  input: PooledAnalysisInput,
  onProgress: (doneAnalyses: number) => void,
): Result<{ id: string; rows: Omit<PooledWithout, 'id'>[] }[], PooledAnalysisFailure> {
  const { codebook, choice, parties, family, errors } = input;
  if (parties.length < 2) return succeed([]);
  const designed = designOf(codebook, choice, sitesOf(parties));
  if (!designed.ok) return designed;
  const design = designed.value;
  const index = new PatternIndex(design.variables.map(({ size }) => size));
  const counted = countTables(input, design, index);
  if (!counted.ok) return counted;
  let done = 0;
  const pooled = (others: CountedTables['others']): PooledCell[] => {
    const tables = tablesToPool({ ...counted.value, others });
    const fitter = manyFits(design, tables, family);
    const fits = tables.map((table) => fitter(table));
    done += 1;
    onProgress(done);
    return design.terms.map((_, column) => pooledCell(fits, design.terms, column, errors));
  };
  const all = pooled(counted.value.others);
  return succeed(
    parties.map(({ id }, m) => ({
      id,
      rows: pooled(counted.value.others.filter((_, other) => other !== m)).map((cell, column) => ({
        cell,
        shift: shiftOf(all[column]!, cell),
      })),
    })),
  );
}

function shiftOf(all: PooledCell, without: PooledCell): number {
  return all.kind === 'estimated' && without.kind === 'estimated'
    ? (all.estimate - without.estimate) / without.standardError
    : Number.NaN;
}

function studyOf(id: string, cell: LocalCell | PooledCell): Study[] {
  if (cell.kind === 'not-estimable') return [];
  const variance = cell.standardError ** 2;
  return variance > 0 && Number.isFinite(variance) ? [{ id, estimate: cell.estimate, variance }] : [];
}
