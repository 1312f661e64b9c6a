import { draftFromCodebook } from '../core/codebook/finish-draft.ts';
import { proposeCodebook } from '../core/codebook/propose-codebook.ts';
import { cohortCodebook, SITE_COLUMN } from '../core/cohort/simulated-cohort.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { profileColumn } from '../core/table/column-profile.ts';
import { ignoringBlanksIn } from '../core/table/outer-blanks.ts';
import { outdated } from './importing.ts';
import { NO_CODEBOOK } from './initial-state.ts';
import { tookRows } from './ledger.ts';
import type { PickedFile } from './ports.ts';
import type { TableSource } from './records.ts';
import type { ProfiledTable } from './requests.ts';
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
  const coded = tookTable(store, read.value, { kind: 'file', label: file.name });
  setData(store, { changedOnDisk, remembered: file.handle?.name ?? null });
  await store.ports.files.remember(id, file);
  await coded;
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
  if (made.ok) await tookTable(store, made.value, { kind: 'simulated', label: 'Simulated centres' });
  else setData(store, { reading: false, failure: made.failure });
}

export function cancelReading(store: Store): void {
  store.cancel('read');
  setData(store, { reading: false });
}

/** The same table again keeps the choices made for it; another one starts them anew. */
async function tookTable(store: Store, read: ProfiledTable<RawTable>, source: TableSource): Promise<void> {
  const { data, codebook } = store.state;
  const names = new Set(read.table.columns.map((column) => column.name));
  const again = data.source?.kind === source.kind && data.source.label === source.label;
  const simulatedSite = source.kind === 'simulated' ? SITE_COLUMN : null;
  const siteColumn =
    again && data.siteColumn !== null && names.has(data.siteColumn) ? data.siteColumn : simulatedSite;
  const site = again && siteColumn === data.siteColumn ? data.site : null;
  const blanksIgnored = again ? data.blanksIgnored.filter((name) => names.has(name)) : [];
  const rows = rowsWithout(read, blanksIgnored);
  setData(store, { ...rows, source, siteColumn, site, reading: false, failure: null, changedOnDisk: false });
  tookRows(store);
  const fits =
    codebook.codebook !== null &&
    [...codebook.codebook.variables, codebook.codebook.outcome].every(({ name }) => names.has(name));
  if (fits) {
    await recode(store);
    return;
  }
  const { profiles } = rows;
  const proposal =
    source.kind === 'simulated' ? draftFromCodebook(cohortCodebook(), profiles) : proposeCodebook(profiles);
  const draft = again && codebook.draft !== null ? revivedDraft(codebook.draft, proposal) : proposal;
  store.cancel('code');
  setCodebook(store, { ...NO_CODEBOOK, draft });
  dropResults(store);
  if (!again && data.source !== null && codebook.draft !== null) offerTableBack(store, data, codebook);
}

/** Another table took the place of one whose codebook may have been an hour's work. */
function offerTableBack(store: Store, data: DataState, codebook: CodebookState): void {
  const { id } = store.state.project;
  const label = data.source?.label ?? '';
  store.offerUndo({ kind: 'table-replaced', label }, async () => {
    if (store.state.project.id !== id) return;
    setData(store, { ...data, reading: false, failure: null, remembered: null });
    setCodebook(store, codebook);
    tookRows(store);
    if (!(await recode(store))) dropResults(store);
  });
}

type Rows = Pick<DataState, 'raw' | 'asRead' | 'profiles' | 'blanksIgnored'>;

/** The rows with blanks at the ends of cells ignored in these columns, which alone are profiled anew. */
function rowsWithout(read: ProfiledTable<RawTable>, blanksIgnored: readonly string[]): Rows {
  const raw = ignoringBlanksIn(read.table, blanksIgnored);
  const profiles = raw.columns.map((column, j) =>
    column === read.table.columns[j] ? read.profiles[j]! : profileColumn(column),
  );
  return { raw, asRead: read.table, profiles, blanksIgnored };
}

/** Reads texts of a column that differ only in blanks at their ends as one, or keeps them apart again. */
export async function ignoreBlanks(store: Store, names: readonly string[], on: boolean): Promise<void> {
  const { raw, asRead, profiles, blanksIgnored } = store.state.data;
  if (raw === null || asRead === null) return;
  const others = blanksIgnored.filter((name) => !names.includes(name));
  const wanted = on ? [...others, ...names] : others;
  const changed = ignoringBlanksIn(asRead, wanted);
  const now = changed.columns.map((column, j) =>
    names.includes(column.name) ? profileColumn(column) : profiles[j]!,
  );
  const kept = changed.columns.map((column, j) => (names.includes(column.name) ? column : raw.columns[j]!));
  setData(store, { raw: { ...changed, columns: kept }, profiles: now, blanksIgnored: wanted });
  tookRows(store);
  if (store.state.codebook.codebook !== null) await recode(store);
}

export async function chooseSite(
  store: Store,
  siteColumn: string | null,
  site: string | null,
): Promise<void> {
  const { partyName, site: before } = store.state.data;
  const renamed = site !== null && (partyName.trim() === '' || partyName === before) ? site : partyName;
  setData(store, { siteColumn, site, partyName: renamed });
  tookRows(store);
  ignoreColumn(store, siteColumn);
  await recode(store);
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
export async function recode(store: Store): Promise<boolean> {
  const { data, codebook } = store.state;
  store.cancel('check');
  const signal = store.begin('code');
  store.update({
    plan: { kind: 'none' },
    ...idleTraining(store),
    check: { kind: 'idle' },
    analysis: outdated(store),
  });
  setCodebook(store, { coded: null, coding: null, codingFailure: null });
  const waiting = data.siteColumn !== null && data.site === null;
  if (data.raw === null || codebook.codebook === null || waiting) return false;
  const site =
    data.siteColumn !== null && data.site !== null
      ? { column: data.siteColumn, value: data.site }
      : undefined;
  setCodebook(store, { coding: { done: 0, total: 0 } });
  const onProgress = (done: number, total: number) => {
    if (!signal.aborted) setCodebook(store, { coding: { done, total } });
  };
  const coded = await store.ports.jobs.codeTable(
    { raw: data.raw, codebook: codebook.codebook, site },
    { signal, onProgress },
  );
  if (signal.aborted) return false;
  setCodebook(store, {
    coding: null,
    coded: coded.ok ? coded.value : null,
    codingFailure: coded.ok ? null : coded.failure,
  });
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
