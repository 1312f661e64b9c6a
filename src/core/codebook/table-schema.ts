import type { Codebook, Level, Outcome, Variable } from './codebook.ts';
import { MAX_LEVELS } from './codebook.ts';
import type { CodebookDraft, DraftColumn } from './codebook-draft.ts';
import { MAX_TEXT_LENGTH, textProblem } from './safe-text.ts';

const SCHEMA = 'https://datapackage.org/profiles/2.0/tableschema.json';

/** Numbers of a Table Schema have no bins: those of a field of ours go here, under a name of ours. */
interface OurProperty {
  readonly role: 'variable' | 'outcome';
  readonly reference?: string;
  readonly cutPoints?: readonly number[];
}

/**
 * The columns of a file under this codebook as a Frictionless Table Schema v2: levels as categories, numbers
 * with their bins in `twinpool`. Missing codes are the schema's own, a field's where it has some.
 */
export function tableSchemaOf(codebook: Codebook): object {
  return {
    $schema: SCHEMA,
    title: codebook.title,
    fields: [...codebook.variables.map(variableField), outcomeField(codebook.outcome)],
    missingValues: [''],
  };
}

function variableField(variable: Variable): object {
  const { name, label, reference, missingCodes } = variable;
  const base = { name, title: label, missingValues: ['', ...missingCodes] };
  if (variable.kind === 'numeric') {
    const twinpool: OurProperty = { role: 'variable', cutPoints: variable.cutPoints };
    return { ...base, type: 'number', twinpool };
  }
  const twinpool: OurProperty = { role: 'variable', reference };
  const categories = variable.levels.map(({ value, label: title }) => ({ value, label: title }));
  return {
    ...base,
    type: 'string',
    categories,
    ...(variable.kind === 'ordinal' ? { categoriesOrdered: true } : {}),
    constraints: { enum: variable.levels.map(({ value }) => value) },
    twinpool,
  };
}

function outcomeField(outcome: Outcome): object {
  const base = { name: outcome.name, title: outcome.label, missingValues: ['', ...outcome.missingCodes] };
  const twinpool: OurProperty = { role: 'outcome' };
  return outcome.kind === 'count'
    ? { ...base, type: 'integer', constraints: { minimum: 0, maximum: outcome.maximum }, twinpool }
    : {
        ...base,
        type: 'boolean',
        trueValues: [outcome.event, ...(outcome.alsoEvent ?? [])],
        falseValues: [outcome.noEvent, ...(outcome.alsoNoEvent ?? [])],
        twinpool,
      };
}

/** What a Table Schema, or the first one in a data package, says as a draft; null where there is none. */
export function draftFromTableSchema(
  json: unknown,
): { readonly draft: CodebookDraft; readonly skipped: readonly string[] } | null {
  const schema = schemaIn(json);
  if (schema === null) return null;
  const shared = textsOf(schema.missingValues);
  const columns: DraftColumn[] = [];
  const skipped: string[] = [];
  for (const field of schema.fields) {
    if (!isRecord(field) || typeof field.name !== 'string' || textProblem(field.name.trim()) !== null)
      continue;
    const column = columnOf(field as FieldRecord, shared);
    const again = columns.some(({ name }) => name === column?.name);
    if (column === null || again) skipped.push(field.name.trim());
    else columns.push(column);
  }
  const title = readText(schema.title) ?? 'Codebook';
  return { draft: { title, columns: columns.slice(0, 2_000) }, skipped };
}

type FieldRecord = Record<string, unknown> & { readonly name: string };

function columnOf(field: FieldRecord, sharedMissing: readonly string[]): DraftColumn | null {
  const name = field.name.trim();
  const own = isRecord(field.twinpool) ? field.twinpool : {};
  const constraints = isRecord(field.constraints) ? field.constraints : {};
  const missing = Array.isArray(field.missingValues) ? textsOf(field.missingValues) : sharedMissing;
  const base: DraftColumn = {
    ...EMPTY_COLUMN,
    name,
    label: readText(field.title) ?? name,
    role: own.role === 'outcome' ? 'outcome' : 'variable',
    missingCodes: missing.filter((text) => text !== ''),
  };
  const levels = levelsIn(field.categories) ?? levelsIn(constraints.enum);
  if (field.type === 'boolean') {
    const events = textsOf(field.trueValues ?? ['true', 'True', 'TRUE', '1']);
    const none = textsOf(field.falseValues ?? ['false', 'False', 'FALSE', '0']);
    const [event, ...alsoEvent] = events;
    const [noEvent, ...alsoNoEvent] = none;
    if (event === undefined || noEvent === undefined) return null;
    const both = [
      { value: noEvent, label: noEvent, ...(alsoNoEvent.length > 0 ? { also: alsoNoEvent } : {}) },
      { value: event, label: event, ...(alsoEvent.length > 0 ? { also: alsoEvent } : {}) },
    ];
    return {
      ...base,
      kind: 'binary',
      levels: both,
      reference: noEvent,
      event,
      noEvent,
      alsoEvent,
      alsoNoEvent,
    };
  }
  if (levels !== null && levels.length > 0 && levels.length <= MAX_LEVELS) {
    const given = readText(own.reference);
    const reference = levels.some(({ value }) => value === given) ? given : (levels[0]?.value ?? null);
    const kind =
      field.categoriesOrdered === true ? 'ordinal' : levels.length === 2 ? 'binary' : 'categorical';
    return { ...base, kind, levels, reference };
  }
  if (field.type === 'integer' && base.role === 'outcome') {
    const { maximum } = constraints;
    return { ...base, kind: 'count', maximum: Number.isInteger(maximum) ? Number(maximum) : null };
  }
  if (field.type !== 'integer' && field.type !== 'number') return null;
  const cutPoints = Array.isArray(own.cutPoints) ? own.cutPoints.filter(Number.isFinite) : [];
  return { ...base, kind: 'numeric', cutPoints: cutPoints as number[] };
}

export const EMPTY_COLUMN: DraftColumn = {
  name: '',
  label: '',
  role: 'variable',
  kind: 'categorical',
  levels: [],
  reference: null,
  missingCodes: [],
  missing: { kind: 'exclude' },
  cutPoints: [],
  event: null,
  noEvent: null,
  maximum: null,
  levelsFromFile: false,
};

function schemaIn(json: unknown): { fields: unknown[]; title?: unknown; missingValues?: unknown } | null {
  if (!isRecord(json)) return null;
  if (Array.isArray(json.fields)) return json as { fields: unknown[] };
  if (!Array.isArray(json.resources)) return null;
  for (const resource of json.resources) {
    if (isRecord(resource) && isRecord(resource.schema) && Array.isArray(resource.schema.fields))
      return resource.schema as { fields: unknown[] };
  }
  return null;
}

/** Values as plain texts or numbers, or as `{ value, label }`; null where they are nothing of the kind. */
function levelsIn(list: unknown): Level[] | null {
  if (!Array.isArray(list)) return null;
  const levels: Level[] = [];
  for (const item of list.slice(0, MAX_LEVELS + 1)) {
    const value = readText(isRecord(item) ? item.value : item);
    if (value === null) continue;
    const label = (isRecord(item) ? readText(item.label) : null) ?? value;
    if (!levels.some((level) => level.value === value)) levels.push({ value, label });
  }
  return levels;
}

function textsOf(list: unknown): string[] {
  const texts = Array.isArray(list)
    ? list.map((item) => readText(isRecord(item) ? item.value : item) ?? '')
    : [];
  return [...new Set(texts)].slice(0, 64);
}

/** A short harmless text, trimmed; numbers and truth values as their text. */
export function readText(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > 4 * MAX_TEXT_LENGTH) return null;
  const text = value.trim().slice(0, MAX_TEXT_LENGTH).trim();
  return textProblem(text) === null ? text : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
