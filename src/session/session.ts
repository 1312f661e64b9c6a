import type { ErrorKind } from '../core/analysis/glm-covariance.ts';
import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import { codebookId, serialiseCodebook } from '../core/codebook/codebook-id.ts';
import { draftFromCodebook, finishDraft } from '../core/codebook/finish-draft.ts';
import { parseCodebook } from '../core/codebook/parse-codebook.ts';
import { proposeCodebook } from '../core/codebook/propose-codebook.ts';
import { cohortCodebook, SITE_COLUMN } from '../core/cohort/simulated-cohort.ts';
import { codeTable } from '../core/table/code-table.ts';
import type { RawTable } from '../core/table/coded-table.ts';
import { analyse, compareParties } from './analysing.ts';
import { importBundles, outdated, type PickedFile, setIncluded } from './importing.ts';
import { initialState } from './initial-state.ts';
import { addUpReleases, planFor } from './planning.ts';
import type { Ports } from './ports.ts';
import type { AnalysisChoice, BundleSummary, PrivacyForm, TableSource } from './records.ts';
import { downloadBundle, makeBundle } from './sharing.ts';
import type { AnalysisState, CodebookState, SessionState } from './state.ts';
import type { PageName } from './steps.ts';
import { Store } from './store.ts';
import { revivedDraft } from './stored-draft.ts';
import { train } from './training.ts';

/**
 * What a person can do, from opening a table to a pooled estimate. Every method is one intent; what it
 * leads to is in `state`, which the page draws. Nothing here knows React, workers or IndexedDB.
 */
export class Session {
  private readonly store: Store;
  private removed: { readonly summary: BundleSummary; readonly bytes: Uint8Array } | null = null;

  constructor(ports: Ports) {
    this.store = new Store(ports);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);
  readonly getState = (): SessionState => this.store.state;

  /** Brings back what this browser kept. Rows are not among it. */
  async start(): Promise<void> {
    let kept: Awaited<ReturnType<Ports['vault']['load']>> = { project: null, releases: [], bundles: [] };
    await this.store.keep(async () => {
      kept = await this.store.ports.vault.load();
    });
    const { project } = kept;
    const state = this.store.state;
    this.store.update({
      loaded: true,
      releases: kept.releases,
      bundles: kept.bundles,
      ...(project === null
        ? {}
        : {
            page: project.step,
            data: {
              ...state.data,
              source: project.source,
              siteColumn: project.siteColumn,
              site: project.site,
              partyName: project.partyName,
            },
            codebook: {
              ...state.codebook,
              draft: project.draft,
              codebook: project.codebook,
              codebookId: project.codebook === null ? null : codebookId(project.codebook),
            },
            privacyForm: project.privacyForm,
            setCount: project.setCount,
          }),
    });
    await addUpReleases(this.store);
  }

  goTo(page: PageName): void {
    this.store.update({ page });
  }

  // ── data ────────────────────────────────────────────────────────────────────────────────────────

  async openFile(file: PickedFile): Promise<void> {
    const signal = this.store.begin('read');
    this.setData({ reading: true, failure: null });
    let bytes: Uint8Array;
    try {
      bytes = await file.bytes();
    } catch (error) {
      this.setData({ reading: false, failure: { kind: 'worker-crashed', detail: String(error) } });
      return;
    }
    const read = await this.store.ports.jobs.readTable(bytes, { signal });
    if (signal.aborted) return;
    if (read.ok) this.tookTable(read.value, { kind: 'file', label: file.name });
    else this.setData({ reading: false, failure: read.failure });
  }

  async trySimulatedCentres(): Promise<void> {
    const signal = this.store.begin('read');
    this.setData({ reading: true, failure: null });
    const made = await this.store.ports.jobs.simulateCohort({ signal });
    if (signal.aborted) return;
    if (made.ok) this.tookTable(made.value, { kind: 'simulated', label: 'Simulated centres' });
    else this.setData({ reading: false, failure: made.failure });
  }

  cancelReading(): void {
    this.store.cancel('read');
    this.setData({ reading: false });
  }

  /** The same table again keeps the choices made for it; another one starts them anew. */
  private tookTable(raw: RawTable, source: TableSource): void {
    const { data, codebook } = this.store.state;
    const names = new Set(raw.columns.map((column) => column.name));
    const again = data.source?.kind === source.kind && data.source.label === source.label;
    const simulatedSite = source.kind === 'simulated' ? SITE_COLUMN : null;
    const siteColumn =
      again && data.siteColumn !== null && names.has(data.siteColumn) ? data.siteColumn : simulatedSite;
    const site = again && siteColumn === data.siteColumn ? data.site : null;
    this.setData({ raw, source, siteColumn, site, reading: false, failure: null });
    const fits =
      codebook.codebook !== null &&
      [...codebook.codebook.variables, codebook.codebook.outcome].every(({ name }) => names.has(name));
    if (fits) {
      this.recode();
      return;
    }
    const proposal =
      source.kind === 'simulated' ? draftFromCodebook(cohortCodebook(), raw) : proposeCodebook(raw);
    const draft = again && codebook.draft !== null ? revivedDraft(codebook.draft, proposal) : proposal;
    this.setCodebook({
      draft,
      problems: [],
      fileFailure: null,
      codebook: null,
      codebookId: null,
      coded: null,
      codingFailure: null,
    });
    this.store.update({ plan: { kind: 'none' }, training: { kind: 'idle' }, analysis: this.noAnalysis() });
  }

  chooseSite(siteColumn: string | null, site: string | null): void {
    const { partyName, site: before } = this.store.state.data;
    const renamed = site !== null && (partyName.trim() === '' || partyName === before) ? site : partyName;
    this.setData({ siteColumn, site, partyName: renamed });
    this.ignoreColumn(siteColumn);
    this.recode();
  }

  /** The column that names the centre is the same in all own rows: no variable of theirs. */
  private ignoreColumn(name: string | null): void {
    const { draft } = this.store.state.codebook;
    if (draft === null || name === null) return;
    const columns = draft.columns.map((column) =>
      column.name === name && column.role === 'variable' ? { ...column, role: 'ignored' as const } : column,
    );
    this.setCodebook({ draft: { ...draft, columns } });
  }

  setPartyName(partyName: string): void {
    this.setData({ partyName });
  }

  // ── codebook ────────────────────────────────────────────────────────────────────────────────────

  editDraft(draft: CodebookDraft): void {
    this.setCodebook({ draft, problems: [], fileFailure: null });
  }

  /** Makes the draft the codebook, if it is one; the person vouches that it is public knowledge. */
  confirmCodebook(declaredPublic: boolean): boolean {
    const { draft } = this.store.state.codebook;
    if (draft === null) return false;
    const finished = finishDraft(draft, { declaredPublic });
    if (!finished.ok) {
      this.setCodebook({ problems: finished.failure });
      return false;
    }
    this.setCodebook({ problems: [], codebook: finished.value, codebookId: codebookId(finished.value) });
    return this.recode();
  }

  /** Opens the codebook for editing; what was made under the old one stays in the browser. */
  editCodebookAgain(): void {
    const { codebook, draft } = this.store.state.codebook;
    this.setCodebook({
      codebook: null,
      codebookId: null,
      coded: null,
      codingFailure: null,
      draft:
        draft ??
        (codebook === null ? null : draftFromCodebook(codebook, this.store.state.data.raw ?? undefined)),
    });
    this.store.update({ plan: { kind: 'none' }, training: { kind: 'idle' }, analysis: this.noAnalysis() });
  }

  /** A codebook file becomes the draft; it still has to be confirmed. */
  loadCodebook(text: string): void {
    const parsed = parseCodebook(text);
    if (!parsed.ok) {
      this.setCodebook({ fileFailure: parsed.failure });
      return;
    }
    const draft = draftFromCodebook(parsed.value, this.store.state.data.raw ?? undefined);
    this.setCodebook({
      draft,
      problems: [],
      fileFailure: null,
      codebook: null,
      codebookId: null,
      coded: null,
    });
    this.store.update({ plan: { kind: 'none' }, analysis: this.noAnalysis() });
  }

  /** Saves the confirmed codebook, or the draft if it is a valid one and the person vouches for it. */
  saveCodebook(declaredPublic: boolean): void {
    const { codebook, draft } = this.store.state.codebook;
    const finished = draft === null ? null : finishDraft(draft, { declaredPublic });
    const toSave = codebook ?? (finished?.ok ? finished.value : null);
    if (toSave === null) {
      if (finished !== null && !finished.ok) this.setCodebook({ problems: finished.failure });
      return;
    }
    const bytes = new TextEncoder().encode(serialiseCodebook(toSave));
    this.store.ports.exporter.download('codebook.json', bytes, 'application/json');
  }

  /** Codes the rows at hand under the codebook at hand; true when there are rows to use. */
  private recode(): boolean {
    const { data, codebook } = this.store.state;
    this.store.update({ plan: { kind: 'none' }, training: { kind: 'idle' }, analysis: outdated(this.store) });
    const waiting = data.siteColumn !== null && data.site === null;
    if (data.raw === null || codebook.codebook === null || waiting) {
      this.setCodebook({ coded: null, codingFailure: null });
      return false;
    }
    const filter =
      data.siteColumn !== null && data.site !== null
        ? { column: data.siteColumn, value: data.site }
        : undefined;
    const coded = codeTable(data.raw, codebook.codebook, filter);
    this.setCodebook(
      coded.ok ? { coded: coded.value, codingFailure: null } : { coded: null, codingFailure: coded.failure },
    );
    return coded.ok;
  }

  // ── privacy, training, sharing ──────────────────────────────────────────────────────────────────

  editPrivacy(change: Partial<PrivacyForm>): void {
    this.store.cancel('plan');
    this.store.update({
      privacyForm: { ...this.store.state.privacyForm, ...change },
      plan: { kind: 'none' },
    });
  }

  makePlan(): Promise<void> {
    return planFor(this.store);
  }

  train(): Promise<void> {
    return train(this.store);
  }

  cancelTraining(): void {
    this.store.cancel('train');
  }

  setSetCount(setCount: string): void {
    this.store.update({ setCount });
  }

  makeBundle(): Promise<void> {
    return makeBundle(this.store);
  }

  cancelBundle(): void {
    this.store.cancel('make');
  }

  downloadBundle(id: string): Promise<void> {
    return downloadBundle(this.store, id);
  }

  // ── peers, analysis ─────────────────────────────────────────────────────────────────────────────

  importBundles(files: readonly PickedFile[]): Promise<void> {
    return importBundles(this.store, files);
  }

  async includeBundle(id: string, included: boolean): Promise<void> {
    await setIncluded(this.store, id, included);
  }

  async removeBundle(id: string): Promise<void> {
    const summary = this.store.state.bundles.find((bundle) => bundle.id === id);
    const bytes = await this.store.ports.vault.bundleBytes(id);
    if (summary === undefined || bytes === null) return;
    this.removed = { summary, bytes };
    await this.store.keep(() => this.store.ports.vault.removeBundle(id));
    this.store.update({
      bundles: this.store.state.bundles.filter((bundle) => bundle.id !== id),
      undo: { kind: 'peer-removed', partyName: summary.partyName },
      analysis: outdated(this.store),
    });
  }

  async undo(): Promise<void> {
    const { removed } = this;
    if (removed === null) return;
    this.removed = null;
    await this.store.keep(() => this.store.ports.vault.putBundle(removed.summary, removed.bytes));
    this.store.update({ bundles: [...this.store.state.bundles, removed.summary], undo: null });
    await setIncluded(this.store, removed.summary.id, removed.summary.included);
  }

  setErrors(errors: ErrorKind): void {
    this.choose({ errors });
  }

  /** Changes how the regression is made; a result that is there is no longer up to date. */
  choose(change: Partial<AnalysisChoice>): void {
    const analysisChoice = { ...this.store.state.analysisChoice, ...change };
    this.store.update({ analysisChoice, analysis: outdated(this.store) });
  }

  switchVariable(name: string, on: boolean): void {
    const others = this.store.state.analysisChoice.switchedOff.filter((other) => other !== name);
    this.choose({ switchedOff: on ? others : [...others, name] });
  }

  analyse(): Promise<void> {
    return analyse(this.store);
  }

  /** Every centre on its own, with the combination of their estimates, beside the result that is there. */
  compareParties(): Promise<void> {
    return compareParties(this.store);
  }

  cancelAnalysis(): void {
    this.store.cancel('analyse');
  }

  /** A file the page made from what is on it, for instance the table of estimates. */
  saveFile(fileName: string, bytes: Uint8Array, mediaType: string): void {
    this.store.ports.exporter.download(fileName, bytes, mediaType);
  }

  /** Ends every job and empties what this browser keeps. */
  async forgetEverything(): Promise<void> {
    this.store.cancelAll();
    this.removed = null;
    this.store.update({ ...initialState(), loaded: false });
    const forgotten = await this.store.keep(() => this.store.ports.vault.forgetEverything());
    this.store.update({ loaded: true, storageWorks: forgotten });
  }

  /** Ends an analysis that runs; there is none afterwards. */
  private noAnalysis(): AnalysisState {
    this.store.cancel('analyse');
    return { kind: 'idle' };
  }

  private setData(change: Partial<SessionState['data']>): void {
    this.store.update({ data: { ...this.store.state.data, ...change } });
  }

  private setCodebook(change: Partial<CodebookState>): void {
    this.store.update({ codebook: { ...this.store.state.codebook, ...change } });
  }
}
