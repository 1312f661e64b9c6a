import type { ErrorKind } from '../core/analysis/glm-covariance.ts';
import type { CodebookDraft } from '../core/codebook/codebook-draft.ts';
import type { CodebookFormat } from '../core/codebook/codebook-formats.ts';
import type { CodebookMapping } from '../core/codebook/map-codebook.ts';
import { analyse, analyseAgain, compareParties, evaluateHeldOut, openTestTable } from './analysing.ts';
import { cancelCheck, checkTwins } from './checking.ts';
import { confirmCodebook, editCodebookAgain, editDraft, loadCodebook, saveCodebook } from './coding.ts';
import { cancelImport, importBundles, outdated, removeBundle, setIncluded, setMapping } from './importing.ts';
import { initialState } from './initial-state.ts';
import {
  countTowardsOpenTable,
  importLedger,
  judgePlan,
  refreshLedger,
  saveLedger,
  setCap,
  setNote,
} from './ledger.ts';
import {
  cancelReading,
  chooseSite,
  ignoreBlanks,
  openFile,
  openSimulatedCentres,
  recode,
  reopenFile,
  setData,
} from './opening.ts';
import { planFor } from './planning.ts';
import type { PickedFile, Ports } from './ports.ts';
import { Projects } from './projects.ts';
import type { AnalysisChoice, KeptFolder, PrivacyForm } from './records.ts';
import { downloadBundle, makeBundle } from './sharing.ts';
import type { SessionState } from './state.ts';
import { isStep, type PageName } from './steps.ts';
import { Store } from './store.ts';
import type { StudyDesk } from './study-desk.ts';
import { cancelInvitation, inviteCentre, makeTourBundle, noteWidth, playCentre } from './touring.ts';
import { Trainings } from './training.ts';

/**
 * What a person can do, from opening a table to a pooled estimate. Every method is one intent; what it
 * leads to is in `state`, which the page draws. Nothing here knows React, workers or IndexedDB.
 */
export class Session {
  private readonly store: Store;
  private readonly projects: Projects;
  private readonly trainings: Trainings;
  private desk: Promise<StudyDesk> | undefined;
  /** Ends when the last plan that was agreed to has been judged. */
  private agreed: Promise<void> = Promise.resolve();
  /** Those that are being judged. */
  private readonly agreements = new Set<{ isWithdrawn: boolean }>();

  constructor(ports: Ports) {
    this.store = new Store(ports);
    this.projects = new Projects(this.store);
    this.trainings = new Trainings(this.store);
    ports.vault.onForgotten(() => {
      this.store.cancelAll();
      this.trainings.forget();
      this.store.update({ isForgottenElsewhere: true });
    });
  }

  readonly subscribe = (listener: () => void): (() => void) => this.store.subscribe(listener);
  readonly getState = (): SessionState => this.store.state;

  /** Brings back what this browser kept. Rows are not among it. */
  start(): Promise<void> {
    return this.projects.start();
  }

  /** This tab came to the front: what do the others do? */
  lookAround(): Promise<void> {
    return this.projects.lookAround();
  }

  goTo(page: PageName): void {
    this.projects.wentTo();
    this.store.update(isStep(page) ? { page, step: page } : { page });
  }

  // ── projects ────────────────────────────────────────────────────────────────────────────────────

  newProject(name = ''): Promise<void> {
    return this.projects.add(name);
  }

  openProject(id: string): Promise<void> {
    return this.projects.open(id);
  }

  renameProject(id: string, name: string): Promise<void> {
    return this.projects.rename(id, name);
  }

  /** The open project once more, bundles included, under another name. */
  duplicateProject(name: string): Promise<void> {
    return this.projects.duplicate(name);
  }

  /** With its bundles; the ledger keeps every release. */
  deleteProject(id: string): Promise<void> {
    return this.projects.remove(id);
  }

  // ── study ───────────────────────────────────────────────────────────────────────────────────────

  /** The study of this tab; its code is loaded when it is first looked at. */
  study(): Promise<StudyDesk> {
    this.desk ??= import('./study-desk.ts').then(({ StudyDesk }) => new StudyDesk(this.store.ports));
    return this.desk;
  }

  // ── data ────────────────────────────────────────────────────────────────────────────────────────

  openFile(file: PickedFile): Promise<void> {
    return openFile(this.store, file);
  }

  /** The file that the browser remembers for this project. */
  reopenFile(): Promise<void> {
    return reopenFile(this.store);
  }

  trySimulatedCentres(): Promise<void> {
    return openSimulatedCentres(this.store);
  }

  cancelReading(): void {
    cancelReading(this.store);
  }

  chooseSite(siteColumn: string | null, site: string | null): Promise<void> {
    return chooseSite(this.store, siteColumn, site);
  }

  /** In columns of these names: texts that differ only in blanks at their ends become one, or stand apart again. */
  ignoreBlanks(names: readonly string[], on: boolean): Promise<void> {
    return ignoreBlanks(this.store, names, on);
  }

  setPartyName(partyName: string): void {
    setData(this.store, { partyName });
  }

  // ── codebook ────────────────────────────────────────────────────────────────────────────────────

  editDraft(draft: CodebookDraft): void {
    editDraft(this.store, draft);
  }

  /** The codebook stands at once; the answer, whether there are rows under it, comes when they are coded. */
  confirmCodebook(declaredPublic: boolean): Promise<boolean> {
    return confirmCodebook(this.store, declaredPublic);
  }

  /** After the worker that coded the rows died. */
  codeAgain(): Promise<boolean> {
    return recode(this.store);
  }

  editCodebookAgain(): void {
    editCodebookAgain(this.store);
  }

  /** A codebook in any format that `readCodebookFile` knows. */
  loadCodebook(bytes: Uint8Array): Promise<void> {
    return loadCodebook(this.store, bytes);
  }

  saveCodebook(declaredPublic: boolean, format: CodebookFormat = 'twinpool'): Promise<void> {
    return saveCodebook(this.store, declaredPublic, format);
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

  /** Agrees to the plan at hand, if it fits under the table's cap: trains now, or after those agreed to before. */
  async train(): Promise<void> {
    const agreement = { isWithdrawn: false };
    this.agreements.add(agreement);
    // One after the other: the next one is judged with this one counted.
    const turn = this.agreed.then(async () => {
      const isAdmitted = await judgePlan(this.store);
      this.agreements.delete(agreement);
      return isAdmitted && !agreement.isWithdrawn ? { trained: this.trainings.add() } : null;
    });
    this.agreed = turn.then(() => undefined);
    await (await turn)?.trained;
  }

  /** Of the training that runs. */
  pauseTraining(): void {
    this.trainings.pause();
  }

  resumeTraining(id: string): Promise<void> {
    return this.trainings.resume(id);
  }

  /** The one that runs, if none is named. */
  async cancelTraining(id?: string): Promise<void> {
    if (id === undefined && this.store.state.training.kind !== 'running' && this.agreements.size > 0) {
      for (const agreement of this.agreements) agreement.isWithdrawn = true;
      this.store.update({ training: { kind: 'cancelled' } });
    } else await this.trainings.cancel(id);
  }

  keepTrainingResult(): Promise<void> {
    return this.trainings.keepResult();
  }

  /** Twins beside rows, on this screen only. */
  checkTwins(): Promise<void> {
    return checkTwins(this.store);
  }

  cancelCheck(): void {
    cancelCheck(this.store);
  }

  // ── the tour ────────────────────────────────────────────────────────────────────────────────────

  /** Plays an invented centre up to a plan, in a project of its own. */
  async playCentre(site: string): Promise<void> {
    const { source } = this.store.state.data;
    if (source !== null && source.kind !== 'simulated') await this.newProject('Tour');
    await playCentre(this.store, site);
  }

  makeTourBundle(): Promise<void> {
    return makeTourBundle(this.store);
  }

  inviteCentre(site: string): Promise<void> {
    return inviteCentre(this.store, site);
  }

  cancelInvitation(): void {
    cancelInvitation(this.store);
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

  // ── ledger ──────────────────────────────────────────────────────────────────────────────────────

  /** The ledger as this browser holds it now: other tabs may have added to it. */
  refreshLedger(): Promise<void> {
    return refreshLedger(this.store);
  }

  /** The most that may be released from a table; null takes the cap away. */
  setCap(key: string, typed: { readonly epsilon: string; readonly delta: string } | null) {
    return setCap(this.store, key, typed);
  }

  setNote(releaseId: string, typed: string): Promise<boolean> {
    return setNote(this.store, releaseId, typed);
  }

  saveLedger(): Promise<void> {
    return saveLedger(this.store);
  }

  importLedger(file: PickedFile): Promise<void> {
    return importLedger(this.store, file);
  }

  countTowardsOpenTable(key: string): Promise<void> {
    return countTowardsOpenTable(this.store, key);
  }

  // ── peers, analysis ─────────────────────────────────────────────────────────────────────────────

  importBundles(files: readonly PickedFile[]): Promise<void> {
    return importBundles(this.store, files);
  }

  /** The folder that a project's bundles come from, as an earlier visit left it. */
  async keptFolder(projectId: string): Promise<KeptFolder | null> {
    try {
      return await this.store.ports.vault.folder(projectId);
    } catch {
      return null;
    }
  }

  /** A convenience: where the browser cannot keep it, it lasts as long as the tab. */
  async keepFolder(projectId: string, folder: KeptFolder): Promise<void> {
    try {
      await this.store.ports.vault.keepFolder(projectId, folder);
    } catch {
      // Nothing that a person entered is lost.
    }
  }

  cancelImport(): void {
    cancelImport(this.store);
  }

  async includeBundle(id: string, included: boolean): Promise<void> {
    await setIncluded(this.store, id, included);
  }

  /** How a peer's codebook is read under ours; null forgets it and leaves the bundle out. */
  setMapping(id: string, mapping: CodebookMapping | null): Promise<void> {
    return setMapping(this.store, id, mapping);
  }

  removeBundle(id: string): Promise<void> {
    return removeBundle(this.store, id);
  }

  /** Takes back what `state.undo` names. */
  undo(): Promise<void> {
    return this.store.undo();
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

  /** A recorded analysis once more, the newest if none is named, with its choice and its bundles. */
  analyseAgain(recordId?: string): Promise<void> {
    return analyseAgain(this.store, recordId);
  }

  async analyse(): Promise<void> {
    await analyse(this.store);
    // Files that a room exchanged by hand are a line of the tour's table too.
    if (this.store.state.data.source?.kind === 'simulated') noteWidth(this.store);
  }

  /** Every centre on its own, with the combination of their estimates, beside the result that is there. */
  compareParties(): Promise<void> {
    return compareParties(this.store);
  }

  /** @param share of the own rows to test on; null tests on the table that `openTestTable` read */
  evaluateHeldOut(share: number | null): Promise<void> {
    return evaluateHeldOut(this.store, share);
  }

  openTestTable(file: PickedFile): Promise<void> {
    return openTestTable(this.store, file);
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
    this.store.dropUndo();
    this.projects.forget();
    this.trainings.forget();
    // A study that runs would go on writing.
    (await this.desk)?.cancel();
    this.store.update(initialState(this.store.newProject()));
    const { vault } = this.store.ports;
    let remains: SessionState['remains'] = null;
    const forgotten = await this.store.keep(async () => {
      await vault.forgetEverything();
      remains = await vault.remains();
    });
    this.store.update({ loaded: true, storageWorks: forgotten, remains });
  }
}
