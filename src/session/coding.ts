import type { Codebook } from '../core/codebook/codebook.ts';
import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import type { CodebookFormat } from '../core/codebook/codebook-formats.ts';
import { codebookId, serialiseCodebook } from '../core/codebook/codebook-id.ts';
import { draftFromCodebook, finishDraft, placedInFile } from '../core/codebook/finish-draft.ts';
import { dropResults, recode, setCodebook } from './opening.ts';
import type { Store } from './store.ts';

export function editDraft(store: Store, draft: CodebookDraft): void {
  setCodebook(store, { draft, problems: [], fileFailure: null });
}

/** Makes the draft the codebook, if it is one; the person vouches that it is public knowledge. */
export async function confirmCodebook(store: Store, declaredPublic: boolean): Promise<boolean> {
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
  const { raw, profiles } = store.state.data;
  store.cancel('code');
  setCodebook(store, {
    codebook: null,
    codebookId: null,
    coded: null,
    coding: null,
    codingFailure: null,
    draft:
      draft ?? (codebook === null ? null : draftFromCodebook(codebook, raw === null ? undefined : profiles)),
  });
  dropResults(store);
}

/** A codebook file becomes the draft; it still has to be confirmed. */
export async function loadCodebook(store: Store, bytes: Uint8Array): Promise<void> {
  const projectId = store.state.project.id;
  const read = (await codebookFormats()).readCodebookFile(bytes);
  if (store.state.project.id !== projectId) return;
  if (!read.ok) {
    setCodebook(store, { fileFailure: read.failure, fileNote: null });
    return;
  }
  const { raw, profiles } = store.state.data;
  const { draft, format, skipped } = read.value;
  // A data dictionary describes more than one table: what this table lacks is not asked of it.
  const names = new Set(raw?.columns.map(({ name }) => name));
  const usable =
    raw === null || format === 'twinpool'
      ? draft
      : { ...draft, columns: draft.columns.filter(({ name }) => names.has(name)) };
  store.cancel('code');
  setCodebook(store, {
    draft: raw === null ? usable : placedInFile(usable, profiles),
    fileNote: { format, skipped },
    problems: [],
    fileFailure: null,
    codebook: null,
    codebookId: null,
    coded: null,
    coding: null,
  });
  dropResults(store);
}

interface SavedCodebook {
  readonly fileName: string;
  readonly text: string;
  readonly mediaType: string;
}

/** Readers and writers of other people's formats are loaded when one is met. */
const codebookFormats = () => import('../core/codebook/codebook-formats.ts');

const SAVED_AS: Readonly<
  Record<CodebookFormat, (codebook: Codebook) => SavedCodebook | Promise<SavedCodebook>>
> = {
  twinpool: (codebook) => ({
    fileName: 'codebook.json',
    text: serialiseCodebook(codebook),
    mediaType: 'application/json',
  }),
  'table-schema': async (codebook) => ({
    fileName: 'tableschema.json',
    text: (await codebookFormats()).tableSchemaText(codebook),
    mediaType: 'application/json',
  }),
  redcap: async (codebook) => ({
    fileName: 'redcap-data-dictionary.csv',
    text: (await codebookFormats()).redcapText(codebook),
    mediaType: 'text/csv',
  }),
};

/** Saves the confirmed codebook, or the draft if it is a valid one and the person vouches for it. */
export async function saveCodebook(
  store: Store,
  declaredPublic: boolean,
  format: CodebookFormat = 'twinpool',
): Promise<void> {
  const { codebook, draft } = store.state.codebook;
  const finished = draft === null ? null : finishDraft(draft, { declaredPublic });
  const toSave = codebook ?? (finished?.ok ? finished.value : null);
  if (toSave === null) {
    if (finished !== null && !finished.ok) setCodebook(store, { problems: finished.failure });
    return;
  }
  const { fileName, text, mediaType } = await SAVED_AS[format](toSave);
  store.ports.exporter.download(fileName, new TextEncoder().encode(text), mediaType);
}
