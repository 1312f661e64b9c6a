import { fail, type Result, succeed } from '../result.ts';
import type { CodedTable } from '../table/coded-table.ts';
import { type Codebook, levelsOf, type NumericVariable, type Variable } from './codebook.ts';
import { codebookId } from './codebook-id.ts';

/** How a peer's column becomes one of ours: each of its levels goes to one of our levels. */
export interface VariableMapping {
  /** Name in our codebook. */
  readonly own: string;
  /** Name in the peer's codebook. */
  readonly other: string;
  /** For each of the peer's `levelsOf`, the index in our `levelsOf`; several may go to one (merged levels). */
  readonly levels: readonly number[];
}

/** What of a peer's tables can be read under our codebook. */
export interface CodebookMapping {
  /** In our codebook's order; our variables that are not here cannot be had from this peer. */
  readonly variables: readonly VariableMapping[];
}

/** Why one of our variables cannot be had from a peer without a person's help. */
export interface UnmappedVariable {
  readonly own: string;
  readonly reason: 'no-such-column' | 'levels-unknown' | 'bins-do-not-nest';
  /** The peer's levels that match none of ours, where that is the reason. */
  readonly unknownLevels: readonly string[];
}

export type MappingProposal =
  | { readonly kind: 'same'; readonly id: string }
  | {
      readonly kind: 'mappable';
      readonly mapping: CodebookMapping;
      /** The peer is left out of analyses that need these. */
      readonly unmapped: readonly UnmappedVariable[];
      /** Our levels that no level of the peer goes to: to be looked at, since "none there" and "not asked" look alike. */
      readonly unreached: readonly { readonly own: string; readonly levels: readonly string[] }[];
    }
  | {
      readonly kind: 'refused';
      readonly reason: 'outcome-kind-differs' | 'counts-exceed-ours' | 'no-variable-in-common';
    };

/**
 * How far a peer's codebook can be read under ours: the same, mappable, or not at all.
 *
 * Columns are matched by name, then by label; levels by value, then by label, case aside; bins by nesting
 * (every cut point of ours is one of the peer's). A proposal for a person to confirm, never applied
 * silently. Whether two outcomes mean the same event no program can tell: a binary outcome is offered
 * whatever it is called, a count only where it cannot exceed ours.
 */
export function proposeMapping(own: Codebook, other: Codebook): MappingProposal {
  const id = codebookId(own);
  if (id === codebookId(other)) return { kind: 'same', id };
  if (own.outcome.kind !== other.outcome.kind) return { kind: 'refused', reason: 'outcome-kind-differs' };
  if (
    own.outcome.kind === 'count' &&
    other.outcome.kind === 'count' &&
    other.outcome.maximum > own.outcome.maximum
  ) {
    return { kind: 'refused', reason: 'counts-exceed-ours' };
  }
  const variables: VariableMapping[] = [];
  const unmapped: UnmappedVariable[] = [];
  const taken = new Set<string>();
  for (const variable of own.variables) {
    const counterpart = findCounterpart(
      variable,
      other.variables.filter(({ name }) => !taken.has(name)),
    );
    if (counterpart === undefined) {
      unmapped.push({ own: variable.name, reason: 'no-such-column', unknownLevels: [] });
      continue;
    }
    const levels = matchLevels(variable, counterpart);
    if (!levels.ok) {
      unmapped.push({ own: variable.name, ...levels.failure });
      continue;
    }
    taken.add(counterpart.name);
    variables.push({ own: variable.name, other: counterpart.name, levels: levels.value });
  }
  // Where columns correspond and only their levels do not, a person can still say which is which.
  if (unmapped.every(({ reason }) => reason === 'no-such-column') && variables.length === 0)
    return { kind: 'refused', reason: 'no-variable-in-common' };
  const mapping = { variables };
  return { kind: 'mappable', mapping, unmapped, unreached: unreachedLevels(own, mapping) };
}

export type MappingFailure =
  | { readonly kind: 'unknown-variable'; readonly side: 'own' | 'other'; readonly name: string }
  | { readonly kind: 'variable-twice'; readonly side: 'own' | 'other'; readonly name: string }
  | { readonly kind: 'wrong-levels'; readonly own: string };

/** Whether a mapping that a person edited, or that was stored, fits the two codebooks. */
export function checkMapping(
  own: Codebook,
  other: Codebook,
  mapping: CodebookMapping,
): Result<CodebookMapping, MappingFailure> {
  const seen = { own: new Set<string>(), other: new Set<string>() };
  for (const item of mapping.variables) {
    const mine = own.variables.find(({ name }) => name === item.own);
    const theirs = other.variables.find(({ name }) => name === item.other);
    if (mine === undefined) return fail({ kind: 'unknown-variable', side: 'own', name: item.own });
    if (theirs === undefined) return fail({ kind: 'unknown-variable', side: 'other', name: item.other });
    for (const side of ['own', 'other'] as const) {
      if (seen[side].has(item[side])) return fail({ kind: 'variable-twice', side, name: item[side] });
      seen[side].add(item[side]);
    }
    const count = levelsOf(mine).length;
    const fits = item.levels.every((level) => Number.isInteger(level) && level >= 0 && level < count);
    if (!fits || item.levels.length !== levelsOf(theirs).length)
      return fail({ kind: 'wrong-levels', own: item.own });
  }
  const order = new Map(own.variables.map(({ name }, j) => [name, j]));
  return succeed({ variables: mapping.variables.toSorted((a, b) => order.get(a.own)! - order.get(b.own)!) });
}

/**
 * A peer's table under our codebook: one column for each mapped variable, in our order; the outcome as it
 * is. No row is lost. Rows, and so the peer's uncertainty, are the same: levels are renamed or merged only.
 *
 * @param mapping one that `checkMapping` accepted
 */
export function applyMapping(table: CodedTable, other: Codebook, mapping: CodebookMapping): CodedTable {
  const columns = mapping.variables.map((item) => mappedColumn(table, other, item));
  return { rowCount: table.rowCount, columns, outcome: table.outcome };
}

/**
 * The same with a column for each of our variables, as an analysis wants it: those that the mapping lacks hold
 * level 0 everywhere and mean nothing. Only for analyses that leave them out (`lackingVariables`).
 */
export function fillMapped(
  table: CodedTable,
  own: Codebook,
  other: Codebook,
  mapping: CodebookMapping,
): CodedTable {
  const columns = own.variables.map(({ name }) => {
    const item = mapping.variables.find((mapped) => mapped.own === name);
    return item === undefined ? new Uint8Array(table.rowCount) : mappedColumn(table, other, item);
  });
  return { rowCount: table.rowCount, columns, outcome: table.outcome };
}

/** Of the variables that an analysis needs, those that cannot be had from a peer under this mapping. */
export function lackingVariables(needed: readonly string[], mapping: CodebookMapping): readonly string[] {
  return needed.filter((name) => !mapping.variables.some(({ own }) => own === name));
}

function mappedColumn(table: CodedTable, other: Codebook, { other: name, levels }: VariableMapping) {
  const column = table.columns[other.variables.findIndex((variable) => variable.name === name)];
  if (column === undefined) throw new Error(`mapping not checked: no column ${name}`);
  return column.map((code) => levels[code]!);
}

/** The peer's variable that is named, or else labelled, like ours. */
export function findCounterpart(variable: Variable, candidates: readonly Variable[]): Variable | undefined {
  const name = plain(variable.name);
  return (
    candidates.find((candidate) => candidate.name === variable.name) ??
    candidates.find((candidate) => plain(candidate.name) === name) ??
    candidates.find((candidate) => plain(candidate.label) === plain(variable.label))
  );
}

function matchLevels(
  own: Variable,
  other: Variable,
): Result<readonly number[], Omit<UnmappedVariable, 'own'>> {
  const levels = matchedLevels(own, other);
  const known = levels.filter((level) => level !== null);
  if (known.length === levels.length) return succeed(known);
  const unknownLevels = levelsOf(other).flatMap(({ label }, i) => (levels[i] === null ? [label] : []));
  const straddling = own.kind === 'numeric' && other.kind === 'numeric' && !nests(own, other);
  return fail(
    straddling
      ? { reason: 'bins-do-not-nest', unknownLevels: [] }
      : { reason: 'levels-unknown', unknownLevels },
  );
}

/**
 * For each of the peer's levels the level of ours that it plainly is, null where none is: by value, then by
 * label, case aside; a bin by the bin of ours that holds all of it.
 */
export function matchedLevels(own: Variable, other: Variable): readonly (number | null)[] {
  if (own.kind === 'numeric' && other.kind === 'numeric') return matchedBins(own, other);
  const ownLevels = levelsOf(own);
  return levelsOf(other).map(({ value, label }) => {
    // The "missing" level has no value of its own: it goes to the "missing" level, or to one labelled like it.
    if (value === '' && own.missing.kind === 'level') return ownLevels.length - 1;
    const byValue =
      value === ''
        ? -1
        : ownLevels.findIndex((level) => level.value === value || level.also?.includes(value));
    if (byValue >= 0) return byValue;
    const texts = [value, label].filter((text) => text !== '').map(plain);
    const byText = ownLevels.findIndex(
      (level) => texts.includes(plain(level.label)) || texts.includes(plain(level.value)),
    );
    return byText < 0 ? null : byText;
  });
}

/** The peer's bins within ours: bin i of the peer starts at its i-th cut point and may not straddle one of ours. */
function matchedBins(own: NumericVariable, other: NumericVariable): readonly (number | null)[] {
  const starts = [Number.NEGATIVE_INFINITY, ...other.cutPoints];
  const bins = starts.map((start, i) => {
    const end = starts[i + 1] ?? Number.POSITIVE_INFINITY;
    const straddles = own.cutPoints.some((point) => point > start && point < end);
    return straddles ? null : own.cutPoints.filter((point) => point <= start).length;
  });
  if (other.missing.kind === 'exclude') return bins;
  return [...bins, own.missing.kind === 'level' ? own.levels.length : null];
}

function nests(own: NumericVariable, other: NumericVariable): boolean {
  return own.cutPoints.every((point) => other.cutPoints.includes(point));
}

function unreachedLevels(own: Codebook, mapping: CodebookMapping) {
  return mapping.variables.flatMap(({ own: name, levels }) => {
    const all = levelsOf(own.variables.find((variable) => variable.name === name)!);
    const unreached = all.flatMap(({ label }, level) => (levels.includes(level) ? [] : [label]));
    return unreached.length > 0 ? [{ own: name, levels: unreached }] : [];
  });
}

function plain(text: string): string {
  return text.normalize('NFKC').trim().toLowerCase();
}
