/**
 * The codebook: the public description of the variables (METHOD §2). It never depends on rows; a level
 * that nobody in the table has still exists.
 */

/** One level of a variable. `value` is what stands in the file, `label` what people read. */
export interface Level {
  readonly value: string;
  readonly label: string;
  /** Other cell texts that mean this level (a recode): spellings, or levels that were merged into it. */
  readonly also?: readonly string[] | undefined;
}

/** Rows whose value is missing are left out, or the value becomes a level of its own, placed last. */
export type MissingPolicy = { readonly kind: 'exclude' } | { readonly kind: 'level'; readonly label: string };

interface VariableBase {
  /** Column name in the file. */
  readonly name: string;
  readonly label: string;
  /** Cell texts that mean "missing", compared after trimming. The empty cell is always missing. */
  readonly missingCodes: readonly string[];
  readonly missing: MissingPolicy;
  /** `value` of the reference level of the regression. */
  readonly reference: string;
}

/**
 * A variable whose cells are one of the declared values. `binary` has two levels; of an `ordinal` one the
 * order of the levels means something, which tables and plots show and the model does not use.
 */
export interface CategoricalVariable extends VariableBase {
  readonly kind: 'categorical' | 'ordinal' | 'binary';
  readonly levels: readonly Level[];
}

/**
 * A number cut into bins at declared points c_1 < … < c_m: level 0 is x < c_1, level i is
 * c_i ≤ x < c_{i+1}, level m is x ≥ c_m. Hence `levels.length === cutPoints.length + 1`.
 */
export interface NumericVariable extends VariableBase {
  readonly kind: 'numeric';
  readonly cutPoints: readonly number[];
  readonly levels: readonly Level[];
}

export type Variable = CategoricalVariable | NumericVariable;

/** A 0/1 event: which cell text is the event, which is none. Any other text is undeclared. */
export interface BinaryOutcome {
  readonly kind: 'binary';
  readonly name: string;
  readonly label: string;
  readonly event: string;
  readonly noEvent: string;
  /** Other cell texts that mean the same. */
  readonly alsoEvent?: readonly string[] | undefined;
  readonly alsoNoEvent?: readonly string[] | undefined;
  readonly missingCodes: readonly string[];
}

/** A count 0, 1, 2, …, at most `maximum` (declared, public); larger counts are undeclared values. */
export interface CountOutcome {
  readonly kind: 'count';
  readonly name: string;
  readonly label: string;
  readonly maximum: number;
  readonly missingCodes: readonly string[];
}

export type Outcome = BinaryOutcome | CountOutcome;

export interface Codebook {
  readonly format: 'twinpool-codebook';
  readonly version: 1;
  readonly title: string;
  readonly variables: readonly Variable[];
  readonly outcome: Outcome;
  /** A person confirmed that levels, bins and codes are public knowledge; without it there is no codebook. */
  readonly declaredPublic: true;
}

/** At most this many levels a variable, so that a code fits one byte. */
export const MAX_LEVELS = 256;
/** At most this many variables. */
export const MAX_VARIABLES = 64;

/** The levels as the model sees them: the declared ones and, where asked for, "missing" as the last. */
export function levelsOf(variable: Variable): readonly Level[] {
  return variable.missing.kind === 'level'
    ? [...variable.levels, { value: '', label: variable.missing.label }]
    : variable.levels;
}

/** Index of the reference level in `levelsOf(variable)`. A valid codebook has one (`parseCodebook`). */
export function referenceIndex(variable: Variable): number {
  const index = variable.levels.findIndex((level) => level.value === variable.reference);
  if (index < 0) throw new Error(`codebook not validated: ${variable.name} has no reference level`);
  return index;
}
