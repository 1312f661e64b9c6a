import type { Codebook, Variable } from '../codebook/codebook.ts';
import { levelsOf, referenceIndex } from '../codebook/codebook.ts';
import type { Result } from '../result.ts';
import { fail, succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';

/** Treatment coding from the codebook (METHOD §7): which columns a regression has and what each means. */

/** What a person chooses. Variables by their codebook `name`, levels by their `value`. */
export interface DesignChoice {
  readonly predictors: readonly string[];
  /** Reference levels other than the codebook's. */
  readonly references?: Readonly<Record<string, string>>;
  /** Pairs of predictors whose effects may depend on each other. */
  readonly interactions?: readonly (readonly [string, string])[];
  /** Only rows that meet every condition are analysed. */
  readonly subgroup?: readonly SubgroupCondition[];
  /** A column for every site but the first: differences of base rates between sites cannot bias the effects. */
  readonly siteEffect?: boolean;
  /** A variable as outcome instead of the codebook's: 1 where its level is one of `events`. */
  readonly outcome?: { readonly variable: string; readonly events: readonly string[] };
}

export interface SubgroupCondition {
  readonly variable: string;
  readonly levels: readonly string[];
}

/** One coefficient. For an interaction `variable` and `level` join both with " × ". */
export interface Term {
  readonly kind: 'intercept' | 'level' | 'interaction' | 'site';
  readonly variable: string;
  readonly level: string;
  /** The level's label as people read it. */
  readonly label: string;
}

/** Mutually exclusive cells, exactly one of which every row is in: a variable's levels or an interaction's pairs. */
export interface Factor {
  /** Indices into `Design.variables`; one, or two for an interaction. */
  readonly variables: readonly number[];
  /** Number of cells; for an interaction the product, second variable running fastest. */
  readonly size: number;
  /** Column of each cell, −1 for cells without one (the reference). */
  readonly columnOfCell: Int32Array;
}

/** A variable that the design reads; `position` is its index in the codebook, −1 for the site. */
export interface DesignVariable {
  readonly name: string;
  readonly position: number;
  readonly size: number;
  readonly reference: number;
}

export interface Design {
  /** One per column; `terms[0]` is the intercept. */
  readonly terms: readonly Term[];
  readonly variables: readonly DesignVariable[];
  readonly factors: readonly Factor[];
}

export type DesignFailure =
  | { readonly kind: 'unknown-variable'; readonly variable: string }
  | { readonly kind: 'unknown-level'; readonly variable: string; readonly level: string }
  | { readonly kind: 'repeated-predictor'; readonly variable: string }
  | { readonly kind: 'outcome-is-predictor'; readonly variable: string }
  | { readonly kind: 'interaction-without-main-effect'; readonly variables: readonly [string, string] };

/** Site as the design sees it: an identity and what people read. */
export interface Site {
  readonly id: string;
  readonly label: string;
}

/**
 * The columns of a regression: intercept, then for each predictor one 0/1 column per non-reference level in
 * level order, then the interactions, then the sites.
 *
 * @param sites needed for a site effect, first one the reference
 */
export function designOf(
  codebook: Codebook,
  choice: DesignChoice,
  sites: readonly Site[] = [],
): Result<Design, DesignFailure> {
  const terms: Term[] = [{ kind: 'intercept', variable: '', level: '', label: '' }];
  const variables: DesignVariable[] = [];
  const levels: { value: string; label: string }[][] = [];
  const factors: Factor[] = [];
  for (const name of choice.predictors) {
    const found = findVariable(codebook, name);
    if (found === undefined) return fail({ kind: 'unknown-variable', variable: name });
    if (variables.some((other) => other.name === name))
      return fail({ kind: 'repeated-predictor', variable: name });
    if (choice.outcome?.variable === name) return fail({ kind: 'outcome-is-predictor', variable: name });
    const [variable, position] = found;
    const own = levelsOf(variable);
    const wanted = choice.references?.[name];
    const reference =
      wanted === undefined ? referenceIndex(variable) : own.findIndex((l) => l.value === wanted);
    if (reference < 0)
      return fail({ kind: 'unknown-level', variable: name, level: wanted ?? variable.reference });
    levels.push([...own]);
    variables.push({ name, position, size: own.length, reference });
    factors.push(mainFactor(terms, variables, own, 'level'));
  }
  for (const pair of choice.interactions ?? []) {
    const [first, second] = pair.map((name) => variables.findIndex((variable) => variable.name === name));
    if (first === undefined || second === undefined || first < 0 || second < 0 || first === second) {
      return fail({ kind: 'interaction-without-main-effect', variables: pair });
    }
    factors.push(interactionFactor(terms, variables, levels, first, second));
  }
  if (choice.siteEffect === true && sites.length > 1) {
    variables.push({ name: 'site', position: -1, size: sites.length, reference: 0 });
    const own = sites.map(({ id, label }) => ({ value: id, label }));
    factors.push(mainFactor(terms, variables, own, 'site'));
  }
  return succeed({ terms, variables, factors });
}

/** Which rows are in the subgroup: 1 in, 0 out; undefined when all rows are. */
export function subgroupMask(
  codebook: Codebook,
  choice: DesignChoice,
  table: CodedTable,
): Result<Uint8Array | undefined, DesignFailure> {
  if (choice.subgroup === undefined || choice.subgroup.length === 0) return succeed(undefined);
  const mask = new Uint8Array(table.rowCount).fill(1);
  for (const { variable: name, levels } of choice.subgroup) {
    const wanted = levelFlags(codebook, name, levels);
    if (!wanted.ok) return wanted;
    const column = table.columns[wanted.value.position]!;
    for (let i = 0; i < mask.length; i += 1) mask[i]! &= wanted.value.flags[column[i]!]!;
  }
  return succeed(mask);
}

/** The outcome column: the table's own, or 0/1 from a variable. */
export function outcomeColumn(
  codebook: Codebook,
  choice: DesignChoice,
  table: CodedTable,
): Result<Uint32Array, DesignFailure> {
  if (choice.outcome === undefined) return succeed(table.outcome);
  const events = levelFlags(codebook, choice.outcome.variable, choice.outcome.events);
  if (!events.ok) return events;
  const column = table.columns[events.value.position]!;
  return succeed(Uint32Array.from(column, (code) => events.value.flags[code]!));
}

function levelFlags(
  codebook: Codebook,
  name: string,
  wanted: readonly string[],
): Result<{ position: number; flags: Uint8Array }, DesignFailure> {
  const found = findVariable(codebook, name);
  if (found === undefined) return fail({ kind: 'unknown-variable', variable: name });
  const [variable, position] = found;
  const own = levelsOf(variable);
  const flags = new Uint8Array(own.length);
  for (const value of wanted) {
    const level = own.findIndex((candidate) => candidate.value === value);
    if (level < 0) return fail({ kind: 'unknown-level', variable: name, level: value });
    flags[level] = 1;
  }
  return succeed({ position, flags });
}

function findVariable(codebook: Codebook, name: string): [Variable, number] | undefined {
  const position = codebook.variables.findIndex((variable) => variable.name === name);
  const variable = codebook.variables[position];
  return variable === undefined ? undefined : [variable, position];
}

function mainFactor(
  terms: Term[],
  variables: readonly DesignVariable[],
  levels: readonly { readonly value: string; readonly label: string }[],
  kind: 'level' | 'site',
): Factor {
  const index = variables.length - 1;
  const { name, reference } = variables[index]!;
  const columnOfCell = new Int32Array(levels.length).fill(-1);
  for (const [cell, { value, label }] of levels.entries()) {
    if (cell === reference) continue;
    columnOfCell[cell] = terms.length;
    terms.push({ kind, variable: name, level: value, label });
  }
  return { variables: [index], size: levels.length, columnOfCell };
}

function interactionFactor(
  terms: Term[],
  variables: readonly DesignVariable[],
  levels: readonly (readonly { readonly value: string; readonly label: string }[])[],
  first: number,
  second: number,
): Factor {
  const [a, b] = [variables[first]!, variables[second]!];
  const columnOfCell = new Int32Array(a.size * b.size).fill(-1);
  for (const [i, left] of levels[first]!.entries()) {
    for (const [j, right] of levels[second]!.entries()) {
      if (i === a.reference || j === b.reference) continue;
      columnOfCell[i * b.size + j] = terms.length;
      terms.push({
        kind: 'interaction',
        variable: `${a.name} × ${b.name}`,
        level: `${left.value} × ${right.value}`,
        label: `${left.label} × ${right.label}`,
      });
    }
  }
  return { variables: [first, second], size: a.size * b.size, columnOfCell };
}
