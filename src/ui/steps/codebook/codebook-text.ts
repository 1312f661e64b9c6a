import type { ChoicesFromRows } from '../../../core/codebook/choices-from-rows.ts';
import type { ColumnRole, DraftKind } from '../../../core/codebook/codebook-draft.ts';
import { listWords } from '../../parts/format.ts';

export const CODEBOOK_PURPOSE =
  'Say what each column means, in words that everybody may know; peers use the same codebook.';

export const CODEBOOK_STAYS =
  'The codebook itself is public and goes into every bundle. Counts of your rows stay on this screen.';

export const CONFIRM_PUBLIC =
  'I confirm that these levels, bins and codes are public knowledge and were not chosen from these rows.';

export const CONFIRM_HELP =
  'What a codebook lists is seen by everyone. A level that exists only because one patient has it would give that patient away.';

export const CODEBOOK_DETAILS: readonly string[] = [
  'The codebook must not depend on your patients. A level nobody here has still exists if it could; a level that only one patient has should be merged into a wider one.',
  'The reference level is what the others are compared with in the regression. Numbers enter in bins; choose cut points that are common in your field, not quantiles of your data.',
  'All parties must use the same codebook, letter for letter. The simplest way: one party saves it, the others load that file.',
];

export const FROM_FILE = 'Read from your file: check and change it to what is publicly known.';

/** What a loaded data dictionary or table schema leaves to do. */
export function fileNoteText(note: { readonly skipped: readonly string[] }): string {
  const skipped =
    note.skipped.length === 0
      ? ''
      : ` Fields that a codebook cannot hold were left out: ${listWords(note.skipped, 8)}.`;
  return `The file was read as a draft. Check roles, reference levels and cut points, then confirm.${skipped}`;
}

export const FROM_ROWS_TITLE = 'Look at these once more before you confirm';

/** What of the draft seems to come from the rows; null where nothing does. */
export function fromRowsText({ levels, cutPoints }: ChoicesFromRows): string | null {
  const quoted = (labels: readonly string[]) =>
    listWords(
      labels.map((label) => `“${label}”`),
      8,
    );
  const parts = [
    levels.length === 0
      ? null
      : `The levels of ${quoted(levels)} are those that your file happens to hold: a level that nobody has is missing, and one that a single patient has is there. Add, merge or rename levels until the list is what everybody knows.`,
    cutPoints.length === 0
      ? null
      : `The cut points of ${quoted(cutPoints)} split your rows into equal parts, as if they were taken from your data. Use those that are common in your field.`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(' ');
}

export const AT_QUANTILES =
  'These cut points split your rows into equal parts, so they seem to be taken from your data. Bins chosen from the rows tell about them: use cut points that are common in your field.';

export const BLANKS_IGNORED =
  'Blanks at the ends of its cells are ignored, so that texts which differ in nothing else are one.';

/** A blank that can be seen. */
export function visibleBlanks(text: string): string {
  const trimmed = text.trim();
  const at = text.indexOf(trimmed);
  return `${'␣'.repeat(at)}${trimmed}${'␣'.repeat(text.length - at - trimmed.length)}`;
}

/** What stands in the file beside the same text without blanks at its ends. */
export function spacedText(values: readonly string[]): string {
  const pairs = values.map((value) => `“${visibleBlanks(value)}” and “${value.trim()}”`);
  return `${listWords(pairs, 3)} differ only in blanks at the ends. Are they the same?`;
}

export const ROLE_WORDS: Readonly<Record<ColumnRole, string>> = {
  outcome: 'Outcome',
  variable: 'Variable',
  ignored: 'Ignored',
};

export const KIND_WORDS: Readonly<Record<DraftKind, string>> = {
  categorical: 'Categories',
  ordinal: 'Ordered categories',
  binary: 'Two levels',
  numeric: 'Number in bins',
  count: 'Count (0, 1, 2, …)',
};

export const OUTCOME_KIND_WORDS = { binary: '0/1 event', count: 'Count (0, 1, 2, …)' } as const;

export const ROWS_GONE =
  'The rows are not kept over a reload. Open the table again on the Data step to see how many rows this codebook keeps.';
