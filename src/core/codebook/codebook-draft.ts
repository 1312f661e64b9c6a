import type { Level, MissingPolicy } from './codebook.ts';

export type ColumnRole = 'outcome' | 'variable' | 'ignored';
export type DraftKind = 'categorical' | 'ordinal' | 'binary' | 'numeric' | 'count';

/**
 * One column of a codebook in the making. Fields that the kind does not use keep what was entered, so that
 * changing a kind to and fro loses nothing: `levels` and `reference` belong to variables, `cutPoints` to
 * numeric variables, `event` and `noEvent` to a binary outcome, `maximum` to a count outcome.
 */
export interface DraftColumn {
  readonly name: string;
  readonly label: string;
  readonly role: ColumnRole;
  readonly kind: DraftKind;
  /** In order. */
  readonly levels: readonly Level[];
  readonly reference: string | null;
  readonly missingCodes: readonly string[];
  readonly missing: MissingPolicy;
  readonly cutPoints: readonly number[];
  readonly event: string | null;
  readonly noEvent: string | null;
  readonly alsoEvent?: readonly string[] | undefined;
  readonly alsoNoEvent?: readonly string[] | undefined;
  readonly maximum: number | null;
  /** True while the levels are those that the file happens to hold; a person's edit makes it false. Shown as a warning. */
  readonly levelsFromFile: boolean;
}

/** A codebook in the making: what the editor edits. Stays on the screen until `finishDraft` makes a codebook of it. */
export interface CodebookDraft {
  readonly title: string;
  /** In the file's order. */
  readonly columns: readonly DraftColumn[];
}
