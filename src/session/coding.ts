import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import { codebookId, serialiseCodebook } from '../core/codebook/codebook-id.ts';
import { draftFromCodebook, finishDraft } from '../core/codebook/finish-draft.ts';
import { parseCodebook } from '../core/codebook/parse-codebook.ts';
import { dropResults, recode, setCodebook } from './opening.ts';
import type { Store } from './store.ts';

export function editDraft(store: Store, draft: CodebookDraft): void {
  setCodebook(store, { draft, problems: [], fileFailure: null });
}

/** Makes the draft the codebook, if it is one; the person vouches that it is public knowledge. */
export function confirmCodebook(store: Store, declaredPublic: boolean): boolean {
  const { draft } = store.state.codebook;
  if (draft === null) return false;
  const finished = finishDraft(draft, { declaredPublic });
  if (!finished.ok) {
    setCodebook(store, { problems: finished.failure });
    return false;
  }
  setCodebook(store, { problems: [], codebook: finished.value, codebookId: codebookId(finished.value) });
  return recode(store);
}

/** Opens the codebook for editing; what was made under the old one stays in the browser. */
export function editCodebookAgain(store: Store): void {
  const { codebook, draft } = store.state.codebook;
  setCodebook(store, {
    codebook: null,
    codebookId: null,
    coded: null,
    codingFailure: null,
    draft:
      draft ?? (codebook === null ? null : draftFromCodebook(codebook, store.state.data.raw ?? undefined)),
  });
  dropResults(store);
}

/** A codebook file becomes the draft; it still has to be confirmed. */
export function loadCodebook(store: Store, text: string): void {
  const parsed = parseCodebook(text);
  if (!parsed.ok) {
    setCodebook(store, { fileFailure: parsed.failure });
    return;
  }
  const draft = draftFromCodebook(parsed.value, store.state.data.raw ?? undefined);
  setCodebook(store, {
    draft,
    problems: [],
    fileFailure: null,
    codebook: null,
    codebookId: null,
    coded: null,
  });
  dropResults(store);
}

/** Saves the confirmed codebook, or the draft if it is a valid one and the person vouches for it. */
export function saveCodebook(store: Store, declaredPublic: boolean): void {
  const { codebook, draft } = store.state.codebook;
  const finished = draft === null ? null : finishDraft(draft, { declaredPublic });
  const toSave = codebook ?? (finished?.ok ? finished.value : null);
  if (toSave === null) {
    if (finished !== null && !finished.ok) setCodebook(store, { problems: finished.failure });
    return;
  }
  const bytes = new TextEncoder().encode(serialiseCodebook(toSave));
  store.ports.exporter.download('codebook.json', bytes, 'application/json');
}
