import type { DraftColumn } from '../../../core/codebook/codebook-draft.ts';

/** Cards drawn at once; further ones on request, so that hundreds of columns stay quick. */
export const CARDS_AT_ONCE = 25;

export type Shown = 'used' | 'ignored' | 'all';

/** The columns to draw: those of the chosen kind whose name or label holds the words, the outcome first. */
export function filterColumns(
  columns: readonly DraftColumn[],
  shown: Shown,
  words: string,
): readonly DraftColumn[] {
  const wanted = words.trim().toLowerCase();
  const chosen = columns.filter(
    ({ role, name, label }) =>
      (shown === 'all' || (shown === 'ignored') === (role === 'ignored')) &&
      (wanted === '' || name.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted)),
  );
  return [
    ...chosen.filter(({ role }) => role === 'outcome'),
    ...chosen.filter(({ role }) => role !== 'outcome'),
  ];
}
