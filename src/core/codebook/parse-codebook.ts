import * as v from 'valibot';
import { fail, type Result, succeed } from '../result.ts';
import { type Codebook, MAX_LEVELS, MAX_VARIABLES, type Outcome, type Variable } from './codebook.ts';
import { type JsonFailure, type JsonLimits, parseSafeJson } from './safe-json.ts';
import { type TextProblem, textProblem } from './safe-text.ts';

/** Largest count that an outcome may declare. */
export const MAX_COUNT = 1_000_000;
/** At most this many missing codes a column. */
export const MAX_MISSING_CODES = 64;
/** At most this many problems are listed. */
const PROBLEMS_SHOWN = 50;

export const CODEBOOK_JSON_LIMITS: JsonLimits = { length: 4_000_000, depth: 12, values: 200_000 };

/** What can be wrong at one place of a codebook. */
export type CodebookReason =
  | TextProblem
  | 'lacking'
  | 'unknown-key'
  | 'wrong-type'
  | 'not-one-of-the-allowed'
  | 'duplicate'
  | 'too-few'
  | 'too-many'
  | 'not-finite'
  | 'not-ascending'
  | 'out-of-range'
  | 'levels-do-not-match-cut-points'
  | 'reference-not-a-level'
  | 'is-a-missing-code'
  | 'event-equals-no-event'
  | 'not-declared-public';

export interface CodebookProblem {
  /** Where, as `variables.2.levels.0.value`; empty for the whole. */
  readonly path: string;
  /** Name of the column it concerns, where it concerns one. */
  readonly column: string | null;
  readonly reason: CodebookReason;
}

export type CodebookFailure =
  | JsonFailure
  | { readonly kind: 'not-a-codebook' }
  | { readonly kind: 'unknown-version'; readonly found: string; readonly supported: readonly number[] }
  | { readonly kind: 'invalid'; readonly problems: readonly CodebookProblem[] };

const text = v.pipe(
  v.string('wrong-type'),
  v.rawCheck(({ dataset, addIssue }) => {
    const problem = dataset.typed ? textProblem(dataset.value) : null;
    if (problem !== null) addIssue({ message: problem });
  }),
);
const missingCodes = v.pipe(v.array(text, 'wrong-type'), v.maxLength(MAX_MISSING_CODES, 'too-many'));
/** At most this many other texts of one level. */
const MAX_ALSO = 256;
const also = v.optional(
  v.pipe(v.array(text, 'wrong-type'), v.minLength(1, 'too-few'), v.maxLength(MAX_ALSO, 'too-many')),
);
const level = v.strictObject({ value: text, label: text, also });
const levels = v.pipe(
  v.array(level, 'wrong-type'),
  v.minLength(2, 'too-few'),
  v.maxLength(MAX_LEVELS, 'too-many'),
);
const missing = v.variant('kind', [
  v.strictObject({ kind: v.literal('exclude') }),
  v.strictObject({ kind: v.literal('level'), label: text }),
]);
const finite = v.pipe(v.number('wrong-type'), v.finite('not-finite'));
const variableBase = { name: text, label: text, missingCodes, missing, reference: text };
const variable = v.variant('kind', [
  v.strictObject({ kind: v.literal('categorical'), levels, ...variableBase }),
  v.strictObject({ kind: v.literal('ordinal'), levels, ...variableBase }),
  v.strictObject({ kind: v.literal('binary'), levels, ...variableBase }),
  v.strictObject({
    kind: v.literal('numeric'),
    cutPoints: v.pipe(
      v.array(finite, 'wrong-type'),
      v.minLength(1, 'too-few'),
      v.maxLength(MAX_LEVELS - 1, 'too-many'),
    ),
    levels,
    ...variableBase,
  }),
]);
const outcome = v.variant('kind', [
  v.strictObject({
    kind: v.literal('binary'),
    name: text,
    label: text,
    event: text,
    noEvent: text,
    alsoEvent: also,
    alsoNoEvent: also,
    missingCodes,
  }),
  v.strictObject({
    kind: v.literal('count'),
    name: text,
    label: text,
    maximum: v.pipe(
      finite,
      v.integer('wrong-type'),
      v.minValue(1, 'out-of-range'),
      v.maxValue(MAX_COUNT, 'out-of-range'),
    ),
    missingCodes,
  }),
]);
const codebookSchema = v.strictObject({
  format: v.literal('twinpool-codebook'),
  version: v.literal(1),
  title: text,
  variables: v.pipe(
    v.array(variable, 'wrong-type'),
    v.minLength(1, 'too-few'),
    v.maxLength(MAX_VARIABLES, 'too-many'),
  ),
  outcome,
  declaredPublic: v.literal(true, 'not-declared-public'),
});

/** A codebook from JSON text that may come from anybody. */
export function parseCodebook(json: string): Result<Codebook, CodebookFailure> {
  const parsed = parseSafeJson(json.charCodeAt(0) === 0xfeff ? json.slice(1) : json, CODEBOOK_JSON_LIMITS);
  return parsed.ok ? checkCodebook(parsed.value) : parsed;
}

/**
 * A codebook from a value of unknown shape. What comes back is a fresh object that holds nothing but the
 * declared keys and satisfies every rule of FORMAT.md.
 */
export function checkCodebook(value: unknown): Result<Codebook, CodebookFailure> {
  if (
    typeof value !== 'object' ||
    value === null ||
    (value as { format?: unknown }).format !== 'twinpool-codebook'
  ) {
    return fail({ kind: 'not-a-codebook' });
  }
  const { version } = value as { version?: unknown };
  if (version !== 1) {
    const found =
      typeof version === 'number' || typeof version === 'string'
        ? String(version).slice(0, 20)
        : typeof version;
    return fail({ kind: 'unknown-version', found, supported: [1] });
  }
  const result = v.safeParse(codebookSchema, value);
  const problems = result.success
    ? crossCheck(result.output)
    : result.issues.map((issue) => ({ path: v.getDotPath(issue) ?? '', reason: reasonOf(issue) }));
  if (problems.length > 0) {
    const named = problems
      .slice(0, PROBLEMS_SHOWN)
      .map((problem) => ({ ...problem, column: columnAt(value, problem.path) }));
    return fail({ kind: 'invalid', problems: named });
  }
  if (!result.success) throw new Error('unreachable: an unsuccessful parse has issues');
  return succeed(result.output);
}

interface Problem {
  readonly path: string;
  readonly reason: CodebookReason;
}

function crossCheck(codebook: Codebook): Problem[] {
  const problems: Problem[] = [];
  const names = [...codebook.variables, codebook.outcome].map(({ name }) => name);
  for (const index of repeats(names)) {
    problems.push({
      path: index < codebook.variables.length ? `variables.${index}.name` : 'outcome.name',
      reason: 'duplicate',
    });
  }
  codebook.variables.forEach((item, j) => {
    for (const { path, reason } of checkVariable(item))
      problems.push({ path: `variables.${j}.${path}`, reason });
  });
  for (const { path, reason } of checkOutcome(codebook.outcome))
    problems.push({ path: `outcome.${path}`, reason });
  return problems;
}

function checkVariable(item: Variable): Problem[] {
  const problems: Problem[] = [];
  const values = item.levels.map(({ value }) => value);
  const labels = item.levels.map(({ label }) => label);
  problems.push(...checkRecodes(item));
  for (const index of repeats(values)) problems.push({ path: `levels.${index}.value`, reason: 'duplicate' });
  for (const index of repeats(labels)) problems.push({ path: `levels.${index}.label`, reason: 'duplicate' });
  for (const index of repeats(item.missingCodes))
    problems.push({ path: `missingCodes.${index}`, reason: 'duplicate' });
  if (item.missing.kind === 'level') {
    if (values.includes(item.missing.label) || labels.includes(item.missing.label)) {
      problems.push({ path: 'missing.label', reason: 'duplicate' });
    }
    if (item.levels.length === MAX_LEVELS) problems.push({ path: 'levels', reason: 'too-many' });
  }
  if (!values.includes(item.reference)) problems.push({ path: 'reference', reason: 'reference-not-a-level' });
  if (item.kind === 'numeric') {
    if (item.levels.length !== item.cutPoints.length + 1) {
      problems.push({ path: 'levels', reason: 'levels-do-not-match-cut-points' });
    }
    item.cutPoints.forEach((point, i) => {
      if (i > 0 && point <= item.cutPoints[i - 1]!)
        problems.push({ path: `cutPoints.${i}`, reason: 'not-ascending' });
    });
  } else {
    values.forEach((value, i) => {
      if (item.missingCodes.includes(value))
        problems.push({ path: `levels.${i}.value`, reason: 'is-a-missing-code' });
    });
    if (item.kind === 'binary' && item.levels.length > 2)
      problems.push({ path: 'levels', reason: 'too-many' });
  }
  return problems;
}

/** A text means one thing: one level, or missing. Bins take numbers and have no other texts. */
function checkRecodes({ kind, levels: declared, missingCodes: codes }: Variable): Problem[] {
  const problems: Problem[] = [];
  const taken = new Set(
    [...declared.map(({ value }) => value), ...codes].map((item) => item.normalize('NFC')),
  );
  declared.forEach(({ also: texts = [] }, i) => {
    texts.forEach((item, k) => {
      const path = `levels.${i}.also.${k}`;
      if (kind === 'numeric') problems.push({ path, reason: 'unknown-key' });
      else if (taken.has(item.normalize('NFC'))) problems.push({ path, reason: 'duplicate' });
      taken.add(item.normalize('NFC'));
    });
  });
  return problems;
}

function checkOutcome(item: Outcome): Problem[] {
  const problems: Problem[] = [];
  for (const index of repeats(item.missingCodes))
    problems.push({ path: `missingCodes.${index}`, reason: 'duplicate' });
  if (item.kind === 'binary') {
    if (item.event === item.noEvent) problems.push({ path: 'event', reason: 'event-equals-no-event' });
    const texts = [item.event, item.noEvent, ...item.missingCodes].map((one) => one.normalize('NFC'));
    for (const side of ['alsoEvent', 'alsoNoEvent'] as const) {
      item[side]?.forEach((one, k) => {
        if (texts.includes(one.normalize('NFC')))
          problems.push({ path: `${side}.${k}`, reason: 'duplicate' });
        texts.push(one.normalize('NFC'));
      });
    }
    for (const side of ['event', 'noEvent'] as const) {
      if (item.missingCodes.includes(item[side])) problems.push({ path: side, reason: 'is-a-missing-code' });
    }
  }
  return problems;
}

/** Indices of texts that an earlier one equals once both are composed (two spellings of `é` look the same). */
function repeats(texts: readonly string[]): number[] {
  const seen = new Set<string>();
  return texts.flatMap((item, index) => {
    const composed = item.normalize('NFC');
    if (seen.has(composed)) return [index];
    seen.add(composed);
    return [];
  });
}

const OWN_MESSAGES: ReadonlySet<string> = new Set<CodebookReason>([
  ...(['empty', 'too-long', 'not-trimmed', 'unsafe-character', 'wrong-type', 'too-few', 'too-many'] as const),
  ...(['not-finite', 'out-of-range', 'not-declared-public'] as const),
]);

function reasonOf(issue: v.BaseIssue<unknown>): CodebookReason {
  // A strict object reports a key that is not there with the key as expected, and one too many as `never`.
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'unknown-key';
  if (issue.received === 'undefined') return 'lacking';
  if (OWN_MESSAGES.has(issue.message)) return issue.message as CodebookReason;
  return issue.type === 'literal' || issue.type === 'variant' ? 'not-one-of-the-allowed' : 'wrong-type';
}

/** The column name that a path lies under, if it is a harmless text. */
function columnAt(value: unknown, path: string): string | null {
  const [section, index] = path.split('.');
  const { variables, outcome: declared } = value as { variables?: unknown; outcome?: unknown };
  const item =
    section === 'outcome'
      ? declared
      : section === 'variables' && Array.isArray(variables)
        ? variables[Number(index)]
        : null;
  const name = typeof item === 'object' && item !== null ? (item as { name?: unknown }).name : null;
  return typeof name === 'string' && textProblem(name) === null ? name : null;
}
