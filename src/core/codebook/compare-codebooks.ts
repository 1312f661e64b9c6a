import type { Codebook, Outcome, Variable } from './codebook.ts';
import { codebookId } from './codebook-id.ts';

/** One thing that two codebooks say differently. `own` and `other` are what each says, as short text. */
export type CodebookDifference =
  | { readonly kind: 'title'; readonly own: string; readonly other: string }
  | { readonly kind: 'variable-only-in-own'; readonly variable: string }
  | { readonly kind: 'variable-only-in-other'; readonly variable: string }
  | { readonly kind: 'variable-order'; readonly own: readonly string[]; readonly other: readonly string[] }
  | {
      readonly kind: 'variable-kind';
      readonly variable: string;
      readonly own: string;
      readonly other: string;
    }
  | {
      readonly kind: 'levels';
      readonly variable: string;
      readonly onlyInOwn: readonly string[];
      readonly onlyInOther: readonly string[];
    }
  | {
      readonly kind: 'level-order';
      readonly variable: string;
      readonly own: readonly string[];
      readonly other: readonly string[];
    }
  | {
      readonly kind: 'cut-points';
      readonly variable: string;
      readonly own: readonly number[];
      readonly other: readonly number[];
    }
  | { readonly kind: 'reference'; readonly variable: string; readonly own: string; readonly other: string }
  | {
      readonly kind: 'missing-policy';
      readonly variable: string;
      readonly own: string;
      readonly other: string;
    }
  | {
      readonly kind: 'missing-codes';
      readonly column: string;
      readonly own: readonly string[];
      readonly other: readonly string[];
    }
  | { readonly kind: 'labels'; readonly column: string }
  /** Which other cell texts mean a level. */
  | { readonly kind: 'recodes'; readonly column: string }
  | { readonly kind: 'outcome'; readonly own: string; readonly other: string }
  | { readonly kind: 'outcome-kind'; readonly own: string; readonly other: string }
  | { readonly kind: 'outcome-values'; readonly own: string; readonly other: string };

export type CodebookComparison =
  | { readonly kind: 'same'; readonly id: string }
  | {
      readonly kind: 'different';
      readonly ownId: string;
      readonly otherId: string;
      /** Never empty. */
      readonly differences: readonly CodebookDifference[];
    };

/** Whether two codebooks are the same by identity, and if not, what differs, in the own codebook's order. */
export function compareCodebooks(own: Codebook, other: Codebook): CodebookComparison {
  const ownId = codebookId(own);
  const otherId = codebookId(other);
  if (ownId === otherId) return { kind: 'same', id: ownId };
  const differences: CodebookDifference[] = [];
  if (own.title !== other.title) differences.push({ kind: 'title', own: own.title, other: other.title });
  const theirs = new Map(other.variables.map((variable) => [variable.name, variable]));
  const shared: string[] = [];
  for (const variable of own.variables) {
    const counterpart = theirs.get(variable.name);
    if (counterpart === undefined) {
      differences.push({ kind: 'variable-only-in-own', variable: variable.name });
    } else {
      shared.push(variable.name);
      differences.push(...compareVariables(variable, counterpart));
    }
  }
  const ownNames = new Set(own.variables.map(({ name }) => name));
  for (const { name } of other.variables) {
    if (!ownNames.has(name)) differences.push({ kind: 'variable-only-in-other', variable: name });
  }
  const sharedInOther = other.variables.map(({ name }) => name).filter((name) => ownNames.has(name));
  if (!sameTexts(shared, sharedInOther))
    differences.push({ kind: 'variable-order', own: shared, other: sharedInOther });
  differences.push(...compareOutcomes(own.outcome, other.outcome));
  return { kind: 'different', ownId, otherId, differences };
}

function compareVariables(own: Variable, other: Variable): CodebookDifference[] {
  const variable = own.name;
  const differences: CodebookDifference[] = [];
  if (own.kind !== other.kind)
    differences.push({ kind: 'variable-kind', variable, own: own.kind, other: other.kind });
  const ownValues = own.levels.map(({ value }) => value);
  const otherValues = other.levels.map(({ value }) => value);
  const onlyInOwn = ownValues.filter((value) => !otherValues.includes(value));
  const onlyInOther = otherValues.filter((value) => !ownValues.includes(value));
  if (onlyInOwn.length + onlyInOther.length > 0) {
    differences.push({ kind: 'levels', variable, onlyInOwn, onlyInOther });
  } else if (!sameTexts(ownValues, otherValues)) {
    differences.push({ kind: 'level-order', variable, own: ownValues, other: otherValues });
  }
  if (own.kind === 'numeric' && other.kind === 'numeric' && !sameTexts(own.cutPoints, other.cutPoints)) {
    differences.push({ kind: 'cut-points', variable, own: own.cutPoints, other: other.cutPoints });
  }
  if (own.reference !== other.reference) {
    differences.push({ kind: 'reference', variable, own: own.reference, other: other.reference });
  }
  const [ownPolicy, otherPolicy] = [policyText(own), policyText(other)];
  if (ownPolicy !== otherPolicy)
    differences.push({ kind: 'missing-policy', variable, own: ownPolicy, other: otherPolicy });
  const otherLabels = new Map(other.levels.map(({ value, label }) => [value, label]));
  if (
    own.label !== other.label ||
    own.levels.some(({ value, label }) => (otherLabels.get(value) ?? label) !== label)
  ) {
    differences.push({ kind: 'labels', column: variable });
  }
  const otherAlso = new Map(other.levels.map((level) => [level.value, alsoText(level.also)]));
  if (own.levels.some(({ value, also }) => (otherAlso.get(value) ?? alsoText(also)) !== alsoText(also))) {
    differences.push({ kind: 'recodes', column: variable });
  }
  return [...differences, ...compareMissingCodes(own, other)];
}

function compareOutcomes(own: Outcome, other: Outcome): CodebookDifference[] {
  if (own.name !== other.name) return [{ kind: 'outcome', own: own.name, other: other.name }];
  if (own.kind !== other.kind) return [{ kind: 'outcome-kind', own: own.kind, other: other.kind }];
  const differences: CodebookDifference[] = [];
  const [ownValues, otherValues] = [outcomeText(own), outcomeText(other)];
  if (ownValues !== otherValues)
    differences.push({ kind: 'outcome-values', own: ownValues, other: otherValues });
  if (own.label !== other.label) differences.push({ kind: 'labels', column: own.name });
  if (own.kind === 'binary' && other.kind === 'binary') {
    const [mine, theirs] = [own, other].map((one) => [alsoText(one.alsoEvent), alsoText(one.alsoNoEvent)]);
    if (!sameTexts(mine!, theirs!)) differences.push({ kind: 'recodes', column: own.name });
  }
  return [...differences, ...compareMissingCodes(own, other)];
}

function compareMissingCodes(own: Variable | Outcome, other: Variable | Outcome): CodebookDifference[] {
  return sameTexts(own.missingCodes, other.missingCodes)
    ? []
    : [{ kind: 'missing-codes', column: own.name, own: own.missingCodes, other: other.missingCodes }];
}

function policyText(variable: Variable): string {
  return variable.missing.kind === 'level' ? `level: ${variable.missing.label}` : 'exclude';
}

function outcomeText(outcome: Outcome): string {
  return outcome.kind === 'binary' ? `${outcome.noEvent} / ${outcome.event}` : `0 to ${outcome.maximum}`;
}

function alsoText(also: readonly string[] | undefined): string {
  return JSON.stringify(also ?? []);
}

function sameTexts<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
