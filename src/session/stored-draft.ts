import type { CodebookDraft, DraftColumn } from '../core/codebook/codebook-draft.ts';

/**
 * A draft as it may be stored: what a person entered, without the texts that were only read from the file. The cells
 * of an ignored column, and levels that nobody has declared yet, are rows' content and stay in memory.
 */
export function storedDraft(draft: CodebookDraft): CodebookDraft {
  const known = STORED.get(draft);
  if (known !== undefined) return known;
  const stored = { ...draft, columns: draft.columns.map(withoutCellTexts) };
  STORED.set(draft, stored);
  return stored;
}

/** One stored form a draft, so that what did not change is the same object and is not written again. */
const STORED = new WeakMap<CodebookDraft, CodebookDraft>();

function withoutCellTexts(column: DraftColumn): DraftColumn {
  if (column.role !== 'ignored' && !column.levelsFromFile) return column;
  const { alsoEvent: _event, alsoNoEvent: _noEvent, ...rest } = column;
  return { ...rest, levels: [], reference: null, event: null, noEvent: null, missingCodes: [] };
}

/** The stored draft with the texts that it went without, read anew from the same file. */
export function revivedDraft(stored: CodebookDraft, proposal: CodebookDraft): CodebookDraft {
  const byName = new Map(stored.columns.map((column) => [column.name, column]));
  return {
    title: stored.title,
    columns: proposal.columns.map((fresh) => {
      const kept = byName.get(fresh.name);
      if (kept === undefined) return fresh;
      if (kept.levels.length > 0 || (kept.role !== 'ignored' && !kept.levelsFromFile)) return kept;
      const { levels, reference, event, noEvent, missingCodes } = fresh;
      return { ...kept, levels, reference, event, noEvent, missingCodes };
    }),
  };
}
