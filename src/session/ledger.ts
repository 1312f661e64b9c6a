import { textProblem } from '../core/codebook/safe-text.ts';
import { type LedgerCap, type LedgerRelease, writeLedgerFile } from '../core/privacy/ledger-format.ts';
import type { SubsampledGaussian } from '../core/privacy/mechanism.ts';
import type { SiteFilter } from '../core/table/code-table.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { namesakes, spentReleases } from './journey.ts';
import type { Admission, LedgerState, TableAccount } from './ledger-state.ts';
import type { PickedFile, Vault } from './ports.ts';
import { readNumber } from './read-number.ts';
import type { KeptValues, ReleaseRecord, TableSource } from './records.ts';
import type { FieldFailure } from './state.ts';
import type { Store } from './store.ts';

/** Noisy tables are one release of everybody: q and T of what is left under a cap. */
const TABLES = { samplingRate: 1, steps: 1 } as const;
const FOREVER = () => ({ signal: new AbortController().signal });

/** Fingerprints of the rows in this tab: they change only with the rows. */
const fingerprints = new WeakMap<RawTable, Map<string, Promise<string | null>>>();

/** Reads again what this browser holds, other tabs' entries included, and adds up every table. */
export async function refreshLedger(store: Store): Promise<void> {
  const { vault } = store.ports;
  await store.keep(async () => {
    const [releases, kept] = await Promise.all([vault.releases(), keptLedger(vault)]);
    store.update({ releases: merged(store.state.releases, releases) });
    setLedger(store, kept);
  });
  await identifyTable(store);
  await addUpTables(store);
}

/** What the ledger keeps beside the entries. */
export async function keptLedger(vault: Vault): Promise<Pick<LedgerState, 'caps' | 'imported' | 'notes'>> {
  const [caps, imported, notes] = await Promise.all([
    vault.value('ledgerCaps'),
    vault.value('importedReleases'),
    vault.value('ledgerNotes'),
  ]);
  return { caps: caps ?? {}, imported: imported ?? [], notes: notes ?? {} };
}

/** What this tab knows and what was read, the further of both for each entry: a write may have ended since the read. */
function merged(known: readonly ReleaseRecord[], read: readonly ReleaseRecord[]): readonly ReleaseRecord[] {
  const byId = new Map(read.map((release) => [release.id, release]));
  for (const release of known) {
    const other = byId.get(release.id);
    if (other === undefined || progress(release) > progress(other)) byId.set(release.id, release);
  }
  return [...byId.values()].sort((a, b) => a.sequence - b.sequence);
}

/** Attempts count most, then an end, then steps. */
function progress({ attempt, status, stepsDone }: ReleaseRecord): number {
  const hasEnded = status === 'finished' || status === 'cancelled' || status === 'failed';
  return attempt * 1e9 + (hasEnded ? 5e8 : 0) + stepsDone;
}

/**
 * Called when other rows are at hand. They are named at once where something was trained under their name: only then can
 * they have changed since. Else they are named when a plan is judged, because naming a large table takes a moment.
 */
export function tookRows(store: Store): void {
  setLedger(store, { fingerprint: null, openTable: null });
  if (namesakes(store.state).length > 0) void identifyTable(store);
}

/** Names the rows at hand. */
export async function identifyTable(store: Store): Promise<void> {
  const { raw, source, siteColumn, site } = store.state.data;
  if (raw === null || source === null || (siteColumn !== null && site === null)) {
    setLedger(store, { fingerprint: null, openTable: null });
    return;
  }
  const filter = siteColumn === null || site === null ? null : { column: siteColumn, value: site };
  const ofTable = fingerprints.get(raw) ?? new Map<string, Promise<string | null>>();
  fingerprints.set(raw, ofTable);
  const which = JSON.stringify(filter);
  const asked = ofTable.get(which) ?? takeFingerprint(store, raw, filter);
  ofTable.set(which, asked);
  const fingerprint = await asked;
  // What failed once may work the next time.
  if (fingerprint === null) ofTable.delete(which);
  if (store.state.data.raw !== raw || store.state.data.site !== site) return;
  setLedger(store, { fingerprint, openTable: fingerprint ?? keyByName(source, site) });
}

/** Null where the filter's column is gone, or the browser could not. */
async function takeFingerprint(
  store: Store,
  raw: RawTable,
  filter: SiteFilter | null,
): Promise<string | null> {
  const bytes = await store.ports.jobs.tableBytes(raw, filter, FOREVER());
  return bytes.ok && bytes.value !== null ? store.ports.fingerprint(bytes.value) : null;
}

function keyByName(source: TableSource, site: string | null): string {
  return `named ${source.label} ${site ?? ''}`;
}

function keyOf(release: ReleaseRecord): string {
  return release.table ?? keyByName(release.source, release.site);
}

/** One account for each table that something was released from, the open one first, with its certified total. */
export async function addUpTables(store: Store): Promise<void> {
  const { ledger } = store.state;
  const accounts = new Map<
    string,
    { account: TableAccount; mechanisms: SubsampledGaussian[]; delta: number }
  >();
  const enter = (
    key: string,
    { label, site, isImported }: { label: string; site: string | null; isImported: boolean },
    mechanism: SubsampledGaussian,
    delta: number,
  ) => {
    const known = accounts.get(key);
    const before = known?.account ?? {
      key,
      label,
      site,
      releaseCount: 0,
      importedCount: 0,
      total: null,
      cap: ledger.caps[key] ?? null,
      left: null,
    };
    accounts.set(key, {
      account: {
        ...before,
        releaseCount: before.releaseCount + 1,
        importedCount: before.importedCount + (isImported ? 1 : 0),
      },
      mechanisms: [...(known?.mechanisms ?? []), mechanism],
      delta: Math.max(known?.delta ?? 0, delta),
    });
  };
  for (const release of spentReleases(store.state)) {
    const { parameters, cost } = release.plan.mechanism;
    const { label } = release.source;
    enter(keyOf(release), { label, site: release.site, isImported: false }, parameters, cost.delta);
  }
  for (const { table, label, site, mechanism, delta } of ledger.imported) {
    enter(table, { label, site, isImported: true }, mechanism, delta);
  }
  const totals = await Promise.all(
    [...accounts.values()].map(async ({ account, mechanisms, delta }) => {
      const at = account.cap?.delta ?? delta;
      const total = await store.ports.jobs.totalCost(mechanisms, at, FOREVER());
      if (!total.ok || account.cap === null) return { ...account, total: total.ok ? total.value : null };
      const left = await store.ports.jobs.largestNext(mechanisms, { ...account.cap, ...TABLES }, FOREVER());
      return { ...account, total: total.value, left: left.ok ? left.value : null };
    }),
  );
  const isOpen = ({ key }: TableAccount) => key === store.state.ledger.openTable;
  setLedger(store, { accounts: [...totals.filter(isOpen), ...totals.filter((each) => !isOpen(each))] });
}

/** Everything that was or will be released from the rows at hand: trainings that wait in line count here. */
function promisedFromTable(store: Store): readonly SubsampledGaussian[] {
  const { openTable, imported } = store.state.ledger;
  return [
    ...store.state.releases
      .filter(({ status, source }) => status !== 'cancelled' && source.kind !== 'simulated')
      .filter((release) => keyOf(release) === openTable)
      .map(({ plan }) => plan.mechanism.parameters),
    ...imported.filter(({ table }) => table === openTable).map(({ mechanism }) => mechanism),
  ];
}

/**
 * Whether the plan at hand may run: with everything else from this table it must cost no more than the table's cap, by
 * the accountant's upper bound. The ledger is read anew, so that another tab's trainings count.
 */
export async function judgePlan(store: Store): Promise<boolean> {
  const { plan, data } = store.state;
  if (plan.kind !== 'ready') return false;
  setAdmission(store, { kind: 'judging' });
  await refreshLedger(store);
  const { openTable, caps } = store.state.ledger;
  const cap = openTable === null ? undefined : caps[openTable];
  if (cap === undefined || data.source?.kind === 'simulated') {
    setAdmission(store, { kind: 'admitted' });
    return true;
  }
  const before = promisedFromTable(store);
  const { parameters } = plan.plan.mechanism;
  const total = await store.ports.jobs.totalCost([...before, parameters], cap.delta, FOREVER());
  const isStill = store.state.plan === plan || sameNoise(store.state.plan, plan);
  if (!isStill) return false;
  if (total.ok && total.value.epsilonUpper <= cap.epsilon) {
    setAdmission(store, { kind: 'admitted' });
    return true;
  }
  const { samplingRate, steps } = parameters;
  const next = await store.ports.jobs.largestNext(before, { ...cap, samplingRate, steps }, FOREVER());
  setAdmission(store, {
    kind: 'over-cap',
    cap,
    withPlan: total.ok ? total.value : null,
    fits: next.ok ? next.value : null,
  });
  return false;
}

/**
 * Whether a training that waited may begin: since it was agreed to, the cap may have been lowered, or another tab may have
 * trained on the same table. What was drawn counts, and what was agreed to before it.
 */
export async function mayBegin(store: Store, waiting: ReleaseRecord): Promise<boolean> {
  if (waiting.source.kind === 'simulated') return true;
  await refreshLedger(store);
  const { caps, imported } = store.state.ledger;
  const table = keyOf(waiting);
  const cap = caps[table];
  if (cap === undefined) return true;
  const isBefore = ({ status, sequence, id }: ReleaseRecord) =>
    status !== 'queued' || sequence < waiting.sequence || (sequence === waiting.sequence && id <= waiting.id);
  const mechanisms = [
    ...store.state.releases
      .filter((release) => release.status !== 'cancelled' && keyOf(release) === table && isBefore(release))
      .map(({ plan }) => plan.mechanism.parameters),
    ...imported.filter((each) => each.table === table).map(({ mechanism }) => mechanism),
  ];
  const total = await store.ports.jobs.totalCost(mechanisms, cap.delta, FOREVER());
  return total.ok && total.value.epsilonUpper <= cap.epsilon;
}

function sameNoise(a: Store['state']['plan'], b: Store['state']['plan']): boolean {
  return a.kind === 'ready' && b.kind === 'ready' && a.plan === b.plan;
}

/** Sets the cap of a table from what was typed, or takes it away. */
export async function setCap(
  store: Store,
  key: string,
  typed: { readonly epsilon: string; readonly delta: string } | null,
): Promise<FieldFailure | null> {
  let cap: LedgerCap | null = null;
  if (typed !== null) {
    const epsilon = readNumber('epsilon', typed.epsilon, { above: 0, atMost: 50 });
    if (!epsilon.ok) return epsilon.failure;
    const delta = readNumber('delta', typed.delta, { above: 0, below: 1 });
    if (!delta.ok) return delta.failure;
    cap = { epsilon: epsilon.value, delta: delta.value };
  }
  await refreshLedger(store);
  const { [key]: _before, ...others } = store.state.ledger.caps;
  const caps = cap === null ? others : { ...others, [key]: cap };
  setLedger(store, { caps });
  await keepValue(store, 'ledgerCaps', caps);
  await addUpTables(store);
  await judgePlan(store);
  return null;
}

/**
 * What a person writes beside an entry, or nothing. Releases nothing and changes no number.
 *
 * @returns false for a text that is too long or holds characters that nobody can see, and where it was not kept
 */
export async function setNote(store: Store, id: string, typed: string): Promise<boolean> {
  const note = typed.trim();
  if (note !== '' && textProblem(note) !== null) return false;
  await refreshLedger(store);
  const { imported, notes } = store.state.ledger;
  const noted = (entry: LedgerRelease): LedgerRelease => {
    const { note: _before, ...rest } = entry;
    return note === '' ? rest : { ...rest, note };
  };
  if (imported.some((entry) => entry.id === id)) {
    const changed = imported.map((entry) => (entry.id === id ? noted(entry) : entry));
    if (!(await keepValue(store, 'importedReleases', changed))) return false;
    setLedger(store, { imported: changed });
    return true;
  }
  const { [id]: _before, ...others } = notes;
  const changed = note === '' ? others : { ...others, [id]: note };
  if (!(await keepValue(store, 'ledgerNotes', changed))) return false;
  setLedger(store, { notes: changed });
  return true;
}

/** Saves every entry that counts and has a fingerprint, with the caps. No posterior, no codebook, no rows. */
export async function saveLedger(store: Store): Promise<void> {
  await refreshLedger(store);
  const { caps, imported } = store.state.ledger;
  const own = spentReleases(store.state).flatMap((release): LedgerRelease[] => {
    if (release.table === null) return [];
    const { parameters, cost } = release.plan.mechanism;
    const note = store.state.ledger.notes[release.id];
    return [
      {
        id: release.id,
        startedOn: release.startedOn,
        table: release.table,
        label: release.source.label,
        site: release.site,
        mechanism: parameters,
        delta: cost.delta,
        epsilonUpper: cost.epsilonUpper,
        ...(note === undefined ? {} : { note }),
      },
    ];
  });
  const named = Object.fromEntries(Object.entries(caps).filter(([key]) => /^[0-9a-f]{64}$/.test(key)));
  const today = store.ports.clock.today();
  const text = writeLedgerFile({ releases: [...own, ...imported], caps: named }, today);
  const bytes = new TextEncoder().encode(text);
  store.ports.exporter.download(`twinpool-ledger-${today}.json`, bytes, 'application/json');
}

/** Adds the entries of a ledger file. A cap of the file is taken only where this browser has none for that table. */
export async function importLedger(store: Store, file: PickedFile): Promise<void> {
  const text = new TextDecoder().decode(await file.bytes());
  const read = await store.ports.jobs.readLedger(text, FOREVER());
  if (!read.ok) {
    setLedger(store, { file: { kind: 'refused', failure: read.failure } });
    return;
  }
  await refreshLedger(store);
  const { ledger, releases } = store.state;
  const parametersById = new Map<string, SubsampledGaussian>([
    ...releases.map(({ id, plan }) => [id, plan.mechanism.parameters] as const),
    ...ledger.imported.map(({ id, mechanism }) => [id, mechanism] as const),
  ]);
  const added: LedgerRelease[] = [];
  let known = 0;
  let contradicting = 0;
  for (const release of read.value.releases) {
    const parameters = parametersById.get(release.id);
    if (parameters === undefined) added.push(release);
    else if (sameParameters(parameters, release.mechanism)) known += 1;
    else contradicting += 1;
  }
  const imported = [...ledger.imported, ...added];
  const caps = { ...read.value.caps, ...ledger.caps };
  const isKept =
    (await keepValue(store, 'importedReleases', imported)) && (await keepValue(store, 'ledgerCaps', caps));
  if (!isKept) {
    setLedger(store, { file: { kind: 'refused', failure: { kind: 'not-stored' } } });
    return;
  }
  const { corrected } = read.value;
  const outcome = { kind: 'imported', added: added.length, known, corrected, contradicting } as const;
  setLedger(store, { imported, caps, file: outcome });
  await addUpTables(store);
  await judgePlan(store);
}

/** A person says that imported entries are of the people at hand: another browser names the same table otherwise. */
export async function countTowardsOpenTable(store: Store, key: string): Promise<void> {
  await refreshLedger(store);
  const { fingerprint, imported } = store.state.ledger;
  if (fingerprint === null) return;
  const moved = imported.map((each) => (each.table === key ? { ...each, table: fingerprint } : each));
  if (!(await keepValue(store, 'importedReleases', moved))) return;
  setLedger(store, { imported: moved });
  await addUpTables(store);
  await judgePlan(store);
}

function sameParameters(a: SubsampledGaussian, b: SubsampledGaussian): boolean {
  return a.noiseMultiplier === b.noiseMultiplier && a.samplingRate === b.samplingRate && a.steps === b.steps;
}

function keepValue<K extends keyof KeptValues>(store: Store, key: K, value: KeptValues[K]): Promise<boolean> {
  return store.keep(() => store.ports.vault.putValue(key, value));
}

function setAdmission(store: Store, admission: Admission): void {
  setLedger(store, { admission });
}

function setLedger(store: Store, change: Partial<LedgerState>): void {
  store.update({ ledger: { ...store.state.ledger, ...change } });
}
