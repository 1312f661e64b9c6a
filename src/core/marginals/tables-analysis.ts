import { chiSquaredSf } from '../analysis/chi-squared.ts';
import {
  type Design,
  type DesignChoice,
  type DesignFailure,
  designOf,
  type Term,
} from '../analysis/design.ts';
import type { ErrorKind } from '../analysis/glm-covariance.ts';
import type { FamilyName } from '../analysis/glm-family.ts';
import { normalInference } from '../analysis/rubin.ts';
import type { Codebook } from '../codebook/codebook.ts';
import { fail, type Result, succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { ofEverybody } from './everybody.ts';
import { type JointSettings, jointEstimate, USUAL_JOINT_SETTINGS } from './joint-estimate.ts';
import type { NoisyTables } from './noisy-tables.ts';
import { pairsOf } from './party-pairs.ts';
import { type SeedRows, seedRows } from './seed-rows.ts';

/** The regression on own rows and other parties' noisy tables, as a person asks for it. */
export interface TablesAnalysisInput {
  readonly codebook: Codebook;
  readonly choice: DesignChoice;
  readonly family: Exclude<FamilyName, 'gaussian-identity'>;
  readonly errors: ErrorKind;
  readonly local: CodedTable;
  readonly parties: readonly { readonly id: string; readonly release: NoisyTables }[];
  readonly settings?: JointSettings;
  /** Whose base rate the intercept is: the own people's when absent, or that of people of all parties (`everybody.ts`). */
  readonly intercept?: 'own' | 'everybody';
}

export interface TablesAnalysis {
  readonly rows: readonly TablesEstimate[];
  readonly parties: readonly PartyAgreement[];
  /** p × p, in the order of `rows`. */
  readonly covariance: Float64Array;
  readonly settings: JointSettings;
}

/** On the scale of the linear predictor: exp() of estimate, lower and upper is the risk (or odds) ratio. */
export interface TablesEstimate {
  readonly term: Term;
  readonly estimate: number;
  readonly standardError: number;
  /** 95 %, normal. */
  readonly lower: number;
  readonly upper: number;
  readonly p: number;
  /**
   * 1 − variance / prior variance: how much of the coefficient is known from data. Near 0 the interval is the prior's,
   * and says that nobody knows. 1 for the intercept.
   */
  readonly known: number;
}

/** A party whose tables the common coefficients do not explain: other effects, or levels that meet otherwise, or a spoiled file. */
export interface PartyAgreement {
  readonly id: string;
  readonly chiSquared: number;
  readonly degreesOfFreedom: number;
  readonly p: number;
}

export type TablesAnalysisFailure =
  | DesignFailure
  /** The tables count everybody: a subgroup cannot be taken out of them. */
  | { readonly kind: 'subgroup-not-in-tables' }
  /** The tables are about the codebook's outcome only. */
  | { readonly kind: 'outcome-not-in-tables' }
  | { readonly kind: 'outcome-is-a-count' }
  | { readonly kind: 'tables-do-not-fit'; readonly party: string }
  | { readonly kind: 'no-rows' }
  | { readonly kind: 'no-solution'; readonly iterations: number };

/**
 * Weight of independence in what is known of how levels meet, in people. Own rows outweigh it from a few hundred on.
 */
export const INDEPENDENCE_WEIGHT = 100;

export function analyseTables(input: TablesAnalysisInput): Result<TablesAnalysis, TablesAnalysisFailure> {
  const { codebook, choice, family, errors, local, parties } = input;
  const settings = input.settings ?? USUAL_JOINT_SETTINGS;
  if (codebook.outcome.kind === 'count') return fail({ kind: 'outcome-is-a-count' });
  if (choice.subgroup !== undefined && choice.subgroup.length > 0)
    return fail({ kind: 'subgroup-not-in-tables' });
  if (choice.outcome !== undefined) return fail({ kind: 'outcome-not-in-tables' });
  if (local.rowCount === 0) return fail({ kind: 'no-rows' });
  const designed = designOf(codebook, { ...choice, siteEffect: false });
  if (!designed.ok) return designed;
  const design = designed.value;
  for (const { id, release } of parties) {
    if (!tablesFit(design, release)) return fail({ kind: 'tables-do-not-fit', party: id });
  }
  const own = seedRows(design, local, parties.length > 0 ? INDEPENDENCE_WEIGHT : 0);
  const found = jointEstimate({
    design,
    family,
    errors,
    own,
    ownEvents: eventsOf(design, local, own),
    parties: parties.map(({ release }) => release),
    settings: {
      ...settings,
      baseRateSpread: choice.siteEffect === true ? FREE_BASE_RATE : settings.baseRateSpread,
    },
  });
  if (!found.converged) return fail({ kind: 'no-solution', iterations: found.iterations });
  const p = design.terms.length;
  const { coefficients, covariance } = input.intercept === 'everybody' ? ofEverybody(found) : found;
  return succeed({
    settings,
    covariance,
    rows: design.terms.map((term, k): TablesEstimate => {
      const estimate = coefficients[k]!;
      const variance = covariance[k * p + k]!;
      const { lower, upper, p: pValue } = normalInference(estimate, variance);
      const known = k === 0 ? 1 : Math.max(0, 1 - variance / settings.priorScale ** 2);
      return { term, estimate, standardError: Math.sqrt(variance), lower, upper, p: pValue, known };
    }),
    parties: found.agreement.map(({ chiSquared, degreesOfFreedom }, m) => ({
      id: parties[m]!.id,
      chiSquared,
      degreesOfFreedom,
      p: chiSquaredSf(chiSquared, degreesOfFreedom),
    })),
  });
}

/** A base rate of its own for every centre, all but unrestricted. */
const FREE_BASE_RATE = 2;

function tablesFit(design: Design, release: NoisyTables): boolean {
  const { variables } = design;
  const hasTables = variables.every(({ position, size }) =>
    release.tables.some(({ variable, levels }) => variable === position && levels === size),
  );
  const pairsFit = pairsOf(design, release).every(({ pair, variables: places }) =>
    places.every((place, k) => variables[place]!.size === pair.levels[k]),
  );
  return hasTables && pairsFit;
}

/** Events among the people of each own row of the seed. */
export function eventsOf(design: Design, local: CodedTable, { ownRows, codes }: SeedRows): Float64Array {
  const rowOf = new Map<string, number>();
  for (let r = 0; r < ownRows; r += 1) rowOf.set(codes.map((code) => code[r]).join(), r);
  const columns = design.variables.map(({ position }) => local.columns[position]!);
  const events = new Float64Array(ownRows);
  for (let i = 0; i < local.rowCount; i += 1) {
    events[rowOf.get(columns.map((column) => column[i]).join())!]! += local.outcome[i]!;
  }
  return events;
}
