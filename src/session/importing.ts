import { compareCodebooks } from '../core/codebook/compare-codebooks.ts';
import { type CodebookMapping, checkMapping, proposeMapping } from '../core/codebook/map-codebook.ts';
import { readability } from './journey.ts';
import type { PickedFile } from './ports.ts';
import type { BundleSummary } from './records.ts';
import { sameName, signatureNote } from './signature-note.ts';
import type { ImportFailure, ImportOutcome } from './state.ts';
import type { Store } from './store.ts';

/** Reads the files one after the other; each is taken whole or refused with a reason, and then changes nothing. */
export async function importBundles(store: Store, files: readonly PickedFile[]): Promise<void> {
  if (files.length === 0) return;
  const signal = store.begin('import');
  store.dropUndo();
  store.update({ importing: true, importCount: files.length, imports: [] });
  for (const file of files) {
    const outcome = await importOne(store, file, signal);
    // Another project is open by now, with a list of its own; what was stored is in the one that was left.
    if (signal.aborted) return;
    store.update({ imports: [...store.state.imports, outcome] });
  }
  store.update({ importing: false });
}

/** Leaves the rest of the files unread; what has been taken stays. */
export function cancelImport(store: Store): void {
  store.cancel('import');
  store.update({ importing: false });
}

async function importOne(store: Store, file: PickedFile, signal: AbortSignal): Promise<ImportOutcome> {
  const fileName = file.name;
  const refuse = (failure: ImportFailure): ImportOutcome => ({ kind: 'refused', fileName, failure });
  const { codebook, codebookId } = store.state.codebook;
  const projectId = store.state.project.id;
  if (codebook === null || codebookId === null) return refuse({ kind: 'no-codebook-yet' });

  let bytes: Uint8Array;
  try {
    bytes = await file.bytes();
  } catch (error) {
    return refuse({ kind: 'worker-crashed', detail: String(error) });
  }
  const read = await store.ports.jobs.readBundle(bytes, { signal });
  if (!read.ok) return refuse(read.failure);

  const { partyName } = read.value;
  const known = store.state.bundles.find((bundle) => bundle.id === read.value.id);
  if (known?.origin === 'own') return refuse({ kind: 'own-bundle' });
  if (known !== undefined) return refuse({ kind: 'already-imported', partyName });
  const compared = compareCodebooks(codebook, read.value.codebook);
  const differences = compared.kind === 'different' ? compared.differences : [];
  if (compared.kind === 'different') {
    const proposal = proposeMapping(codebook, read.value.codebook);
    if (proposal.kind === 'refused')
      return refuse({ kind: 'other-codebook', partyName, reason: proposal.reason, differences });
  }
  if (sameName(partyName, store.state.data.partyName))
    return refuse({ kind: 'same-name-as-yours', partyName });

  const readable = read.value.codebookId === codebookId;
  const summary: BundleSummary = { ...read.value, fileName, included: readable };
  const signature = signatureNote(summary, store.state.bundles);
  if (signal.aborted) return refuse({ kind: 'cancelled' });
  if (!(await store.keep(() => store.ports.vault.putBundle(projectId, summary, bytes))))
    return refuse({ kind: 'not-stored' });
  if (store.state.project.id !== projectId) return { kind: 'imported', fileName, partyName, signature };

  store.update({ bundles: [...store.state.bundles, summary] });
  if (!readable) {
    return { kind: 'imported-to-map', fileName, partyName, signature, id: summary.id, differences };
  }
  const setAside = await setIncluded(store, summary.id, true);
  if (setAside === undefined) return { kind: 'imported', fileName, partyName, signature };
  const { id, createdOn } = setAside;
  return { kind: 'imported-newer', fileName, partyName, signature, setAside: { id, createdOn } };
}

/**
 * Takes a bundle into the analysis or leaves it out. Two bundles of one party would count its people twice, so
 * taking one in sets the other aside, which is returned.
 */
export async function setIncluded(
  store: Store,
  id: string,
  included: boolean,
): Promise<BundleSummary | undefined> {
  const { bundles, project } = store.state;
  const chosen = bundles.find((bundle) => bundle.id === id);
  if (chosen === undefined) return undefined;
  // What nobody has said how to read cannot be used.
  if (included && readability(chosen, store.state.codebook.codebookId) === 'not-mapped') return undefined;
  const other = !included
    ? undefined
    : bundles.find(
        (bundle) =>
          bundle.origin === 'peer' &&
          bundle.id !== id &&
          bundle.included &&
          sameName(bundle.partyName, chosen.partyName),
      );
  const changed = [{ ...chosen, included }, ...(other === undefined ? [] : [{ ...other, included: false }])];
  store.update({
    bundles: bundles.map((bundle) => changed.find((one) => one.id === bundle.id) ?? bundle),
    analysis: outdated(store),
  });
  for (const bundle of changed) await store.keep(() => store.ports.vault.updateBundle(project.id, bundle));
  return other;
}

/**
 * Keeps how a bundle under another codebook is read, and takes it into the analysis; null forgets it. One click
 * brings back what was before.
 */
export async function setMapping(store: Store, id: string, mapping: CodebookMapping | null): Promise<void> {
  const { codebook, bundles, project } = store.state;
  const bundle = bundles.find((one) => one.id === id);
  if (bundle === undefined || codebook.codebook === null || codebook.codebookId === null) return;
  const checked = mapping === null ? null : checkMapping(codebook.codebook, bundle.codebook, mapping);
  if (checked !== null && !checked.ok) throw new Error(`a mapping does not fit: ${checked.failure.kind}`);
  const confirmed =
    checked === null ? undefined : { ownCodebookId: codebook.codebookId, mapping: checked.value };
  const before = bundles;
  store.update({
    bundles: bundles.map((one) => (one.id === id ? { ...one, mapping: confirmed, included: false } : one)),
  });
  await setIncluded(store, id, confirmed !== undefined);
  store.offerUndo({ kind: 'mapping-changed', partyName: bundle.partyName }, async () => {
    if (store.state.project.id !== project.id) return;
    const changed = store.state.bundles.flatMap((now) => {
      const was = before.find((one) => one.id === now.id);
      return was !== undefined && was !== now ? [was] : [];
    });
    store.update({
      bundles: store.state.bundles.map((now) => changed.find((was) => was.id === now.id) ?? now),
      analysis: outdated(store),
    });
    for (const was of changed) await store.keep(() => store.ports.vault.updateBundle(project.id, was));
  });
}

/** Takes a bundle out of the project; one click brings it back. */
export async function removeBundle(store: Store, id: string): Promise<void> {
  const { vault } = store.ports;
  const projectId = store.state.project.id;
  const summary = store.state.bundles.find((bundle) => bundle.id === id);
  const bytes = await store.bundleBytes(id);
  if (summary === undefined) return;
  await store.keep(() => vault.removeBundle(projectId, id));
  if (store.state.project.id !== projectId) return;
  store.update({
    bundles: store.state.bundles.filter((bundle) => bundle.id !== id),
    analysis: outdated(store),
  });
  // Another tab had removed it already.
  if (bytes === null) return;
  store.offerUndo({ kind: 'peer-removed', partyName: summary.partyName }, async () => {
    await store.keep(() => vault.putBundle(projectId, summary, bytes));
    store.update({ bundles: [...store.state.bundles, summary] });
    await setIncluded(store, summary.id, summary.included);
  });
}

/** The last analysis, marked as no longer made from what is there now; one that still runs is ended. */
export function outdated(store: Store) {
  const { analysis } = store.state;
  if (analysis.kind === 'running') {
    store.cancel('analyse');
    return { kind: 'idle' } as const;
  }
  return analysis.kind === 'ready' ? { ...analysis, upToDate: false } : analysis;
}
