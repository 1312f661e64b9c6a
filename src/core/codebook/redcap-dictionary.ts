import type { RawTable } from '../table/coded-table.ts';
import type { Codebook, Level, Outcome, Variable } from './codebook.ts';
import { MAX_LEVELS } from './codebook.ts';
import type { CodebookDraft, DraftColumn } from './codebook-draft.ts';
import { parseSafeJson } from './safe-json.ts';
import { textProblem } from './safe-text.ts';
import { EMPTY_COLUMN, readText } from './table-schema.ts';

/** The columns of a REDCap data dictionary, in its order. */
const HEADER = [
  'Variable / Field Name',
  'Form Name',
  'Section Header',
  'Field Type',
  'Field Label',
  'Choices, Calculations, OR Slider Labels',
  'Field Note',
  'Text Validation Type OR Show Slider Number',
  'Text Validation Min',
  'Text Validation Max',
  'Identifier?',
  'Branching Logic (Show field only if...)',
  'Required Field?',
  'Custom Alignment',
  'Question Number (surveys only)',
  'Matrix Group Name',
  'Matrix Ranking?',
  'Field Annotation',
] as const;

/** A field annotation of ours carries what the format has no column for, as JSON. */
const ANNOTATION = /@TWINPOOL=(\{.*\})/;
const ANNOTATION_LIMITS = { length: 100_000, depth: 4, values: 2_000 };

interface Ours {
  readonly outcome?: boolean;
  readonly reference?: string;
  readonly cutPoints?: readonly number[];
  readonly missingCodes?: readonly string[];
  /** The values of the levels, where they cannot be REDCap codes. */
  readonly values?: readonly string[];
}

/** Does not begin with the @ that some spreadsheets take for a formula. */
function annotated(ours: Ours): string {
  return `Twinpool: @TWINPOOL=${JSON.stringify(ours)}`;
}

/**
 * The codebook as rows of a REDCap data dictionary. REDCap stores coded choices: where values
 * hold a comma or a bar, which no code can, or would begin a formula in a spreadsheet, codes count from 1 and the values stand in the annotation.
 */
export function redcapRows(codebook: Codebook): string[][] {
  const row = (cells: Partial<Record<(typeof HEADER)[number], string>>) =>
    HEADER.map((name) => cells[name] ?? '');
  const fields = [...codebook.variables.map(variableCells), outcomeCells(codebook.outcome)];
  return [[...HEADER], ...fields.map((cells) => row({ 'Form Name': 'codebook', ...cells }))];
}

function variableCells(variable: Variable): Record<string, string> {
  const base = { 'Variable / Field Name': guarded(variable.name), 'Field Label': guarded(variable.label) };
  const missing = variable.missingCodes.length > 0 ? { missingCodes: variable.missingCodes } : {};
  if (variable.kind === 'numeric')
    return {
      ...base,
      'Field Type': 'text',
      'Text Validation Type OR Show Slider Number': 'number',
      'Field Annotation': annotated({ cutPoints: variable.cutPoints, ...missing }),
    };
  return {
    ...base,
    'Field Type': 'radio',
    'Choices, Calculations, OR Slider Labels': choicesText(variable.levels),
    'Field Annotation': annotated({
      reference: variable.reference,
      ...valuesOf(variable.levels),
      ...missing,
    }),
  };
}

function outcomeCells(outcome: Outcome): Record<string, string> {
  const base = { 'Variable / Field Name': guarded(outcome.name), 'Field Label': guarded(outcome.label) };
  const missing = outcome.missingCodes.length > 0 ? { missingCodes: outcome.missingCodes } : {};
  if (outcome.kind === 'count')
    return {
      ...base,
      'Field Type': 'text',
      'Text Validation Type OR Show Slider Number': 'integer',
      'Text Validation Min': '0',
      'Text Validation Max': String(outcome.maximum),
      'Field Annotation': annotated({ outcome: true, ...missing }),
    };
  const levels = [outcome.noEvent, outcome.event].map((value) => ({ value, label: value }));
  return {
    ...base,
    'Field Type': 'radio',
    'Choices, Calculations, OR Slider Labels': choicesText(levels),
    'Field Annotation': annotated({ outcome: true, ...valuesOf(levels), ...missing }),
  };
}

const FORMULA_START = /^[=+\-@\uff1d\uff0b\uff0d\uff20]/;
/** What was guarded already is guarded once more, so that the guard can be undone. */
const GUARDABLE = /^'*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** A dictionary is opened in spreadsheets: a name or label must not be a formula there. */
function guarded(text: string): string {
  return GUARDABLE.test(text) ? `'${text}` : text;
}

function unguarded(text: string): string {
  return text.startsWith("'") && GUARDABLE.test(text.slice(1)) ? text.slice(1) : text;
}

/** Codes end at the first comma and choices at a bar; the first code is what a spreadsheet's cell begins with. */
function areCodes(levels: readonly Level[]): boolean {
  return levels.every(({ value }) => !/[,|]/.test(value) && !FORMULA_START.test(value));
}

function valuesOf(levels: readonly Level[]): Pick<Ours, 'values'> {
  return areCodes(levels) ? {} : { values: levels.map(({ value }) => value) };
}

function choicesText(levels: readonly Level[]): string {
  const coded = areCodes(levels);
  return levels
    .map(({ value, label }, i) => `${coded ? value : i + 1}, ${label.replaceAll('|', '/')}`)
    .join(' | ');
}

/** What a data dictionary says as a draft; null where the table is none. */
export function draftFromRedcap(
  table: RawTable,
): { readonly draft: CodebookDraft; readonly skipped: readonly string[] } | null {
  // Newer versions of REDCap name the columns as in its interface, older ones as in its database.
  const name = find(table, ['Variable / Field Name', 'field_name']);
  const type = find(table, ['Field Type', 'field_type']);
  const label = find(table, ['Field Label', 'field_label']);
  const choices = find(table, ['Choices, Calculations, OR Slider Labels', 'select_choices_or_calculations']);
  const validation = find(table, [
    'Text Validation Type OR Show Slider Number',
    'text_validation_type_or_show_slider_number',
  ]);
  const maximum = find(table, ['Text Validation Max', 'text_validation_max']);
  const annotation = find(table, ['Field Annotation', 'field_annotation']);
  const identifier = find(table, ['Identifier?', 'identifier']);
  if (name === null || type === null || choices === null) return null;
  const columns: DraftColumn[] = [];
  const skipped: string[] = [];
  for (let row = 0; row < table.rowCount; row++) {
    const field = readText(unguarded(name(row)));
    if (field === null) continue;
    const ours = readOurs(annotation?.(row) ?? '');
    const base: DraftColumn = {
      ...EMPTY_COLUMN,
      name: field,
      label:
        readText(
          unguarded(
            label?.(row)
              .replace(/<[^>]*>/g, ' ')
              .replace(/\s+/g, ' ') ?? '',
          ),
        ) ?? field,
      role: ours.outcome === true ? 'outcome' : 'variable',
      missingCodes: (ours.missingCodes ?? []).slice(0, 64),
    };
    const column = columnOf(
      base,
      type(row),
      choices(row),
      validation?.(row) ?? '',
      maximum?.(row) ?? '',
      ours,
    );
    const again = columns.some((other) => other.name === field);
    if (column === null || again || (identifier?.(row) ?? '').toLowerCase() === 'y') skipped.push(field);
    else columns.push(column);
  }
  return { draft: { title: 'REDCap data dictionary', columns }, skipped };
}

function columnOf(
  base: DraftColumn,
  type: string,
  choices: string,
  validation: string,
  maximum: string,
  ours: Ours,
): DraftColumn | null {
  const levels =
    type === 'yesno'
      ? [level('0', 'No'), level('1', 'Yes')]
      : type === 'truefalse'
        ? [level('0', 'False'), level('1', 'True')]
        : type === 'radio' || type === 'dropdown'
          ? readChoices(choices, ours.values ?? [])
          : null;
  if (levels !== null) {
    if (levels.length < 2 || levels.length > MAX_LEVELS) return null;
    const named = ours.reference ?? null;
    const reference = levels.some(({ value }) => value === named) ? named : levels[0]!.value;
    const binary = levels.length === 2;
    const events = binary ? { noEvent: levels[0]!.value, event: levels[1]!.value } : {};
    return { ...base, kind: binary ? 'binary' : 'categorical', levels, reference, ...events };
  }
  if (!/^(integer|number)/.test(validation) && type !== 'slider' && type !== 'calc') return null;
  if (base.role === 'outcome')
    return { ...base, kind: 'count', maximum: /^\d{1,7}$/.test(maximum) ? Number(maximum) : null };
  return { ...base, kind: 'numeric', cutPoints: (ours.cutPoints ?? []).slice(0, MAX_LEVELS - 1) };
}

/** `1, Yes | 0, No`: the code up to the first comma, then what people read. */
function readChoices(text: string, values: readonly string[]): Level[] {
  const levels: Level[] = [];
  const parts = text.split('|').slice(0, MAX_LEVELS + 1);
  for (const [i, part] of parts.entries()) {
    const comma = part.indexOf(',');
    const value =
      values.length === parts.length ? values[i]! : readText(comma < 0 ? part : part.slice(0, comma));
    if (value === null || levels.some((other) => other.value === value)) continue;
    levels.push(level(value, (comma < 0 ? null : readText(part.slice(comma + 1))) ?? value));
  }
  return levels;
}

/** What our annotation says; nothing where it is not ours or not as it should be. */
function readOurs(annotation: string): Ours {
  const [, text] = ANNOTATION.exec(annotation) ?? [];
  const json = text === undefined ? null : parseSafeJson(text, ANNOTATION_LIMITS);
  if (json === null || !json.ok) return {};
  const { outcome, reference, cutPoints, missingCodes, values } = json.value as Record<string, unknown>;
  const texts = (list: unknown) =>
    Array.isArray(list) && list.every((item) => typeof item === 'string' && textProblem(item) === null)
      ? (list as string[])
      : null;
  const codes = texts(missingCodes);
  const levels = texts(values);
  return {
    ...(outcome === true ? { outcome } : {}),
    ...(typeof reference === 'string' ? { reference } : {}),
    ...(Array.isArray(cutPoints) && cutPoints.every(Number.isFinite)
      ? { cutPoints: cutPoints as number[] }
      : {}),
    ...(codes === null ? {} : { missingCodes: codes }),
    ...(levels === null ? {} : { values: levels }),
  };
}

function level(value: string, label: string): Level {
  return { value, label };
}

function find(table: RawTable, names: readonly string[]): ((row: number) => string) | null {
  const column = table.columns.find(({ name }) =>
    names.some((one) => one.toLowerCase() === name.toLowerCase()),
  );
  return column === undefined ? null : (row) => column.dictionary[column.codes[row]!]!.trim();
}
