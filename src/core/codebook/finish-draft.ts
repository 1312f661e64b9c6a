import { fail, type Result, succeed } from '../result.ts';
import type { ColumnProfile } from '../table/column-profile.ts';
import type { Codebook, Outcome, Variable } from './codebook.ts';
import type { CodebookDraft, DraftColumn } from './codebook-draft.ts';
import { numericLevels } from './numeric-levels.ts';
import { type CodebookReason, checkCodebook } from './parse-codebook.ts';
import { draftColumn } from './propose-codebook.ts';

/** One thing to do before a draft is a codebook. */
export type DraftFailure =
  | { readonly kind: 'not-declared-public' }
  | { readonly kind: 'no-outcome' }
  | { readonly kind: 'several-outcomes'; readonly columns: readonly string[] }
  | { readonly kind: 'no-variables' }
  | { readonly kind: 'too-many-variables'; readonly found: number }
  | { readonly kind: 'title'; readonly reason: CodebookReason }
  | { readonly kind: 'no-cut-points'; readonly column: string }
  | { readonly kind: 'no-reference'; readonly column: string }
  | { readonly kind: 'outcome-kind'; readonly column: string; readonly found: DraftColumn['kind'] }
  | { readonly kind: 'no-event'; readonly column: string }
  | { readonly kind: 'no-maximum'; readonly column: string }
  | { readonly kind: 'variable-kind'; readonly column: string; readonly found: DraftColumn['kind'] }
  | {
      readonly kind: 'column';
      readonly column: string;
      /** Within the column, as `levels.0.value`. */
      readonly path: string;
      readonly reason: CodebookReason;
    };

/**
 * A codebook from a draft, or everything that is still to do, column by column.
 *
 * A codebook exists only once a person has confirmed that its levels, bins and codes are public knowledge.
 */
export function finishDraft(
  draft: CodebookDraft,
  confirmed: { readonly declaredPublic: boolean },
): Result<Codebook, readonly DraftFailure[]> {
  const outcomes = draft.columns.filter(({ role }) => role === 'outcome');
  const variables = draft.columns.filter(({ role }) => role === 'variable');
  const problems: DraftFailure[] = [];
  if (outcomes.length === 0) problems.push({ kind: 'no-outcome' });
  if (outcomes.length > 1)
    problems.push({ kind: 'several-outcomes', columns: outcomes.map(({ name }) => name) });
  if (variables.length === 0) problems.push({ kind: 'no-variables' });
  const unready = [...variables.flatMap(lackingInVariable), ...outcomes.flatMap(lackingInOutcome)];
  problems.push(...unready);

  // Columns that already have their own problem are not reported twice.
  const known = new Set(unready.map((problem) => ('column' in problem ? problem.column : '')));
  const candidate: Codebook = {
    format: 'twinpool-codebook',
    version: 1,
    title: draft.title.trim(),
    variables: variables.map(toVariable),
    outcome: toOutcome(outcomes[0] ?? PLACEHOLDER_OUTCOME),
    declaredPublic: true,
  };
  const checked = checkCodebook(candidate);
  if (!checked.ok) {
    const found = checked.failure.kind === 'invalid' ? checked.failure.problems : [];
    for (const { path, reason } of found) {
      const [section, index, ...rest] = path.split('.');
      if (section === 'title') {
        problems.push({ kind: 'title', reason });
      } else if (path === 'variables') {
        if (reason === 'too-many') problems.push({ kind: 'too-many-variables', found: variables.length });
      } else {
        const column = section === 'outcome' ? outcomes[0] : variables[Number(index)];
        if (column === undefined || known.has(column.name)) continue;
        const inside = section === 'outcome' ? [index, ...rest] : rest;
        problems.push({ kind: 'column', column: column.name, path: inside.join('.'), reason });
      }
    }
    if (problems.length === 0) throw new Error(`a draft became no codebook: ${checked.failure.kind}`);
  }
  if (!confirmed.declaredPublic) problems.push({ kind: 'not-declared-public' });
  return checked.ok && problems.length === 0 ? succeed(checked.value) : fail(problems);
}

const PLACEHOLDER_OUTCOME: DraftColumn = {
  name: 'no outcome yet',
  label: 'no outcome yet',
  role: 'outcome',
  kind: 'binary',
  levels: [],
  reference: null,
  missingCodes: [],
  missing: { kind: 'exclude' },
  cutPoints: [],
  event: '1',
  noEvent: '0',
  maximum: null,
  levelsFromFile: false,
};

function lackingInVariable(column: DraftColumn): DraftFailure[] {
  if (column.kind === 'count') return [{ kind: 'variable-kind', column: column.name, found: column.kind }];
  if (column.kind === 'numeric') {
    return column.cutPoints.length === 0 ? [{ kind: 'no-cut-points', column: column.name }] : [];
  }
  return column.levels.length > 0 && column.reference === null
    ? [{ kind: 'no-reference', column: column.name }]
    : [];
}

function lackingInOutcome(column: DraftColumn): DraftFailure[] {
  if (
    column.kind === 'numeric' ||
    ((column.kind === 'categorical' || column.kind === 'ordinal') && column.levels.length > 2)
  ) {
    return [{ kind: 'outcome-kind', column: column.name, found: column.kind }];
  }
  if (column.kind === 'count')
    return column.maximum === null ? [{ kind: 'no-maximum', column: column.name }] : [];
  return column.event === null || column.noEvent === null ? [{ kind: 'no-event', column: column.name }] : [];
}

function toVariable(column: DraftColumn): Variable {
  const { name, label, missing } = column;
  const base = {
    name,
    label: label.trim(),
    missingCodes: column.missingCodes.map((code) => code.trim()),
    missing,
  };
  if (column.kind === 'numeric') {
    const own = column.levels.length === column.cutPoints.length + 1;
    const levels = own ? column.levels : numericLevels(column.cutPoints);
    const kept = levels.some(({ value }) => value === column.reference) ? column.reference : null;
    return {
      ...base,
      kind: 'numeric',
      cutPoints: column.cutPoints,
      levels,
      reference: kept ?? levels[0]?.value ?? '',
    };
  }
  const kind = column.kind === 'binary' || column.kind === 'ordinal' ? column.kind : 'categorical';
  const levels = column.levels.map(({ value, label, also }) =>
    also === undefined || also.length === 0 ? { value, label } : { value, label, also },
  );
  return { ...base, kind, levels, reference: column.reference ?? '' };
}

function toOutcome(column: DraftColumn): Outcome {
  const base = {
    name: column.name,
    label: column.label.trim(),
    missingCodes: column.missingCodes.map((code) => code.trim()),
  };
  return column.kind === 'count'
    ? { ...base, kind: 'count', maximum: column.maximum ?? 1 }
    : {
        ...base,
        kind: 'binary',
        event: column.event ?? '',
        noEvent: column.noEvent ?? '',
        ...(column.alsoEvent?.length ? { alsoEvent: column.alsoEvent } : {}),
        ...(column.alsoNoEvent?.length ? { alsoNoEvent: column.alsoNoEvent } : {}),
      };
}

/**
 * A draft that says what the codebook says, for editing an adopted one. With a file, its other columns are
 * added as ignored and the order is the file's; without one the columns are the codebook's.
 */
export function draftFromCodebook(codebook: Codebook, file?: readonly ColumnProfile[]): CodebookDraft {
  const declared = new Map<string, DraftColumn>(
    codebook.variables.map((variable) => [variable.name, fromVariable(variable)]),
  );
  declared.set(codebook.outcome.name, fromOutcome(codebook.outcome));
  const draft = { title: codebook.title, columns: [...declared.values()] };
  return file === undefined ? draft : placedInFile(draft, file);
}

/** The draft in the order of a file, whose other columns are added as ignored. */
export function placedInFile(draft: CodebookDraft, file: readonly ColumnProfile[]): CodebookDraft {
  const declared = new Map(draft.columns.map((column) => [column.name, column]));
  const columns = file.map((profile) => declared.get(profile.name) ?? draftColumn(profile, 'ignored'));
  const inFile = new Set(file.map(({ name }) => name));
  const absent = draft.columns.filter(({ name }) => !inFile.has(name));
  return { title: draft.title, columns: [...columns, ...absent] };
}

const NOTHING_ENTERED = {
  cutPoints: [],
  event: null,
  noEvent: null,
  maximum: null,
  levelsFromFile: false,
} as const;

function fromVariable(variable: Variable): DraftColumn {
  return { ...NOTHING_ENTERED, ...variable, role: 'variable' };
}

function fromOutcome(outcome: Outcome): DraftColumn {
  const base = {
    ...NOTHING_ENTERED,
    levels: [],
    reference: null,
    missing: { kind: 'exclude' },
    role: 'outcome',
  } as const;
  return { ...base, ...outcome };
}
