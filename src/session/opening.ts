import { draftFromCodebook } from '../core/codebook/finish-draft.ts';
import { proposeCodebook } from '../core/codebook/propose-codebook.ts';
import { cohortCodebook, SITE_COLUMN } from '../core/cohort/simulated-cohort.ts';
import { codeTable } from '../core/table/code-table.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { outdated } from './importing.ts';
import { NO_CODEBOOK } from './initial-state.ts';
import { tookRows } from './ledger.ts';
import type { PickedFile } from './ports.ts';
import type { TableSource } from './records.ts';
import type { CodebookState, DataState } from './state.ts';
import type { Store } from './store.ts';
import { revivedDraft } from './stored-draft.ts';

/** Reads a file's table into this tab's memory; what cannot be read leaves what was open. */
export async function openFile(store: Store, file: PickedFile, changedOnDisk = false): Promise<void> {
  const signal = store.begin('read');
  setData(store, { reading: true, fractionRead: 0, failure: null });
  const onProgress = (done: number, total: number) => {
    if (!signal.aborted && total > 0) setData(store, { fractionRead: done / total });
  };
  let read: Awaited<ReturnType<Store['ports']['jobs']['readTable']>>;
  try {
    read = await store.ports.jobs.readTable(file, { signal, onProgress });
  } catch (error) {
    // The file was moved or may not be read.
    if (signal.aborted) return;
    const isLost = file.blob !== undefined && !(await isReadable(file));
    const crash = { kind: 'worker-crashed', detail: String(error) } as const;
    if (!signal.aborted)
      setData(store, { reading: false, failure: isLost ? { kind: 'file-changed' } : crash });
    return;
  }
  if (signal.aborted) return;
  if (!read.ok) {
    const isLost = read.failure.kind === 'worker-crashed' && !(await isReadable(file));
    if (signal.aborted) return;
    setData(store, { reading: false, failure: isLost ? { kind: 'file-changed' } : read.failure });
    return;
  }
  const { id } = store.state.project;
  tookTable(store, read.value, { kind: 'file', label: file.name });
  setData(store, { changedOnDisk, remembered: file.handle?.name ?? null });
  await store.ports.files.remember(id, file);
}

/** Opens the file of this project again, where the browser remembers its place and the person lets it. */
export async function reopenFile(store: Store): Promise<void> {
  const signal = store.begin('read');
  setData(store, { reading: true, fractionRead: 0, failure: null });
  const found = await store.ports.files.reopen(store.state.project.id);
  if (signal.aborted) return;
  if (found.ok) await openFile(store, found.value.file, found.value.isChanged);
  else setData(store, { reading: false, failure: found.failure });
}

/** A browser refuses to read on in a file that was changed since it was chosen. */
async function isReadable({ blob }: PickedFile): Promise<boolean> {
  try {
    await blob?.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Makes the simulated centres of DESIGN's demo: invented people, the same every time. */
export async function openSimulatedCentres(store: Store): Promise<void> {
  const signal = store.begin('read');
  setData(store, { reading: true, fractionRead: 0, failure: null });
  const made = await store.ports.jobs.simulateCohort({ signal });
  if (signal.aborted) return;
  if (made.ok) tookTable(store, made.value, { kind: 'simulated', label: 'Simulated centres' });
  else setData(store, { reading: false, failure: made.failure });
}

export function cancelReading(store: Store): void {
  store.cancel('read');
  setData(store, { reading: false });
}

/** The same table again keeps the choices made for it; another one starts them anew. */
function tookTable(store: Store, raw: RawTable, source: TableSource): void {
  const { data, codebook } = store.state;
  const names = new Set(raw.columns.map((column) => column.name));
  const again = data.source?.kind === source.kind && data.source.label === source.label;
  const simulatedSite = source.kind === 'simulated' ? SITE_COLUMN : null;
  const siteColumn =
    again && data.siteColumn !== null && names.has(data.siteColumn) ? data.siteColumn : simulatedSite;
  const site = again && siteColumn === data.siteColumn ? data.site : null;
  setData(store, { raw, source, siteColumn, site, reading: false, failure: null, changedOnDisk: false });
  tookRows(store);
  const fits =
    codebook.codebook !== null &&
    [...codebook.codebook.variables, codebook.codebook.outcome].every(({ name }) => names.has(name));
  if (fits) {
    recode(store);
    return;
  }
  const proposal =
    source.kind === 'simulated' ? draftFromCodebook(cohortCodebook(), raw) : proposeCodebook(raw);
  const draft = again && codebook.draft !== null ? revivedDraft(codebook.draft, proposal) : proposal;
  setCodebook(store, { ...NO_CODEBOOK, draft });
  dropResults(store);
}

export function chooseSite(store: Store, siteColumn: string | null, site: string | null): void {
  const { partyName, site: before } = store.state.data;
  const renamed = site !== null && (partyName.trim() === '' || partyName === before) ? site : partyName;
  setData(store, { siteColumn, site, partyName: renamed });
  tookRows(store);
  ignoreColumn(store, siteColumn);
  recode(store);
}

/** The column that names the centre is the same in all own rows: no variable of theirs. */
function ignoreColumn(store: Store, name: string | null): void {
  const { draft } = store.state.codebook;
  if (draft === null || name === null) return;
  const columns = draft.columns.map((column) =>
    column.name === name && column.role === 'variable' ? { ...column, role: 'ignored' as const } : column,
  );
  setCodebook(store, { draft: { ...draft, columns } });
}

/** Codes the rows at hand under the codebook at hand; true when there are rows to use. */
export function recode(store: Store): boolean {
  const { data, codebook } = store.state;
  store.cancel('check');
  store.update({
    plan: { kind: 'none' },
    ...idleTraining(store),
    check: { kind: 'idle' },
    analysis: outdated(store),
  });
  const waiting = data.siteColumn !== null && data.site === null;
  if (data.raw === null || codebook.codebook === null || waiting) {
    setCodebook(store, { coded: null, codingFailure: null });
    return false;
  }
  const filter =
    data.siteColumn !== null && data.site !== null
      ? { column: data.siteColumn, value: data.site }
      : undefined;
  const coded = codeTable(data.raw, codebook.codebook, filter);
  setCodebook(
    store,
    coded.ok ? { coded: coded.value, codingFailure: null } : { coded: null, codingFailure: coded.failure },
  );
  return coded.ok;
}

/** Plan, end of the last training and analysis were made for what is no longer there. */
export function dropResults(store: Store): void {
  store.cancel('analyse');
  store.cancel('check');
  store.update({
    plan: { kind: 'none' },
    ...idleTraining(store),
    check: { kind: 'idle' },
    analysis: { kind: 'idle' },
  });
}

/** A training that runs goes on: its ledger entry is written and its rows are its own copy. A result waits to be kept. */
function idleTraining(store: Store) {
  const { kind } = store.state.training;
  return kind === 'running' || kind === 'not-kept' ? {} : { training: { kind: 'idle' } as const };
}

export function setData(store: Store, change: Partial<DataState>): void {
  store.update({ data: { ...store.state.data, ...change } });
}

export function setCodebook(store: Store, change: Partial<CodebookState>): void {
  store.update({ codebook: { ...store.state.codebook, ...change } });
}
