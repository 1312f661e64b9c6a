import { codebookId } from '../core/codebook/codebook-id.ts';
import { initialState, storedPart } from './initial-state.ts';
import { openTrainings } from './journey.ts';
import { addUpTables, keptLedger, refreshLedger, tookRows } from './ledger.ts';
import { recode } from './opening.ts';
import type { BundleSummary, ProjectHead, StoredProject } from './records.ts';
import type { DataState, SessionState } from './state.ts';
import type { Store } from './store.ts';

/**
 * Several projects side by side. Each has its table, codebook, settings and bundles; the ledger is one for all, since
 * releases are of people and not of projects. Rows stay in this tab's memory while another project is open.
 */
export class Projects {
  /** Tables of projects that were left in this tab. */
  private readonly rows = new Map<string, Pick<DataState, 'raw' | 'asRead' | 'profiles'>>();

  /** Somebody chose a page before it was known which one the project was left at. */
  private isElsewhere = false;
  /** Tells the other tabs that this one has left the project. */
  private depart = () => {};

  constructor(private readonly store: Store) {}

  /** Brings back what this browser kept. Rows are not among it. */
  async start(): Promise<void> {
    const { store } = this;
    const { vault } = store.ports;
    let projects: readonly StoredProject[] = [];
    let found: Pick<SessionState, 'releases' | 'ledger'> | undefined;
    let bundles: readonly BundleSummary[] = [];
    let project: StoredProject | undefined;
    await store.keep(async () => {
      const kept = await vault.load();
      projects = kept.projects;
      const { releases } = kept;
      found = { releases, ledger: store.state.ledger };
      found = { releases, ledger: { ...store.state.ledger, ...(await keptLedger(vault)) } };
      const open = await vault.value('openProject');
      project = projects.find(({ id }) => id === open) ?? projects.at(-1);
      if (project !== undefined) bundles = await vault.bundles(project.id);
    });
    store.update({
      ...found,
      ...(project === undefined ? {} : stateOf(project, bundles)),
      // Where somebody went while this was looked up, there they stay.
      ...(this.isElsewhere ? { page: store.state.page } : {}),
      projects: projects.map(summaryOf),
      loaded: true,
    });
    await this.arrive();
    await addUpTables(store);
    const elsewhere = await this.trainedElsewhere();
    if (elsewhere.length > 0) store.update({ elsewhere });
  }

  /** Called when this tab comes to the front: others may have come to its project, or left it, or ended a training. */
  async lookAround(): Promise<void> {
    const { store } = this;
    if (!store.state.loaded) return;
    const { id } = store.state.project;
    const isOpenElsewhere = await store.ports.presence.isTaken(`project ${id}`);
    if (store.state.project.id === id) store.update({ isOpenElsewhere });
    const before = store.state.elsewhere;
    const elsewhere = await this.trainedElsewhere();
    if (elsewhere.join() === before.join()) return;
    store.update({ elsewhere });
    await refreshLedger(store);
  }

  private async trainedElsewhere(): Promise<readonly string[]> {
    const { store } = this;
    const taken = await Promise.all(
      openTrainings(store.state).map(async ({ id }) =>
        (await store.ports.presence.isTaken(`training ${id}`)) ? id : null,
      ),
    );
    return taken.filter((id) => id !== null);
  }

  /** An empty project beside the others. */
  async add(name = ''): Promise<void> {
    this.leave();
    await this.enter(ofProject(initialState(this.store.newProject(name))));
    await this.save();
  }

  async open(id: string): Promise<void> {
    const { store } = this;
    if (id === store.state.project.id) return;
    const { vault } = store.ports;
    let project: StoredProject | null = null;
    let bundles: readonly BundleSummary[] = [];
    const read = await store.keep(async () => {
      project = await vault.project(id);
      bundles = await vault.bundles(id);
    });
    if (!read || project === null) return;
    this.leave();
    const coded = this.enter(stateOf(project, bundles));
    await store.keep(() => vault.putValue('openProject', id));
    await coded;
  }

  async rename(id: string, name: string): Promise<void> {
    const { store } = this;
    if (id === store.state.project.id) {
      store.update({ project: { ...store.state.project, name } });
      return;
    }
    await store.keep(async () => {
      const project = await store.ports.vault.project(id);
      if (project !== null) await store.ports.vault.saveProject({ ...project, name });
    });
    store.update({
      projects: store.state.projects.map((one) => (one.id === id ? { ...one, name } : one)),
    });
  }

  /** The open project once more under another name, bundles included; it is the one that is open afterwards. */
  async duplicate(name: string): Promise<void> {
    const { store } = this;
    const rows = rowsOf(store.state.data);
    const from = store.state.project.id;
    const project = { ...storedPart(store.state), ...store.newProject(name) };
    if (!(await store.keep(() => store.ports.vault.duplicateProject(from, project)))) return;
    if (rows !== null) this.rows.set(project.id, rows);
    store.update({ projects: [...store.state.projects, summaryOf(project)] });
    await this.open(project.id);
  }

  /** Removes a project with its bundles, not its releases; one click brings it back until the page is left. */
  async remove(id: string): Promise<void> {
    const { store } = this;
    const project = store.state.projects.find((one) => one.id === id);
    if (project === undefined) return;
    if (!(await store.keep(() => store.ports.vault.removeProject(id)))) return;
    const others = store.state.projects.filter((one) => one.id !== id);
    store.update({ projects: others });
    if (id === store.state.project.id) {
      const { page } = store.state;
      const next = others.at(-1);
      if (next === undefined) {
        this.leave();
        await this.enter(ofProject(initialState(store.newProject())));
      } else await this.open(next.id);
      store.update({ page });
    }
    store.offerUndo({ kind: 'project-deleted', project }, async () => {
      if (!(await store.keep(() => store.ports.vault.restoreProject(id)))) return;
      store.update({ projects: [...store.state.projects, project] });
    });
  }

  /** Called when a page is chosen. */
  wentTo(): void {
    this.isElsewhere = !this.store.state.loaded;
  }

  forget(): void {
    this.rows.clear();
  }

  /** Ends what runs in the project that is open, a training apart: that one writes to the ledger only. */
  private leave(): void {
    const { store } = this;
    const jobs = [
      'read',
      'code',
      'plan',
      'check',
      'tour',
      'make',
      'import',
      'analyse',
      'test-table',
    ] as const;
    for (const job of jobs) store.cancel(job);
    store.dropUndo();
    const { project, data } = store.state;
    const rows = rowsOf(data);
    if (rows !== null) this.rows.set(project.id, rows);
  }

  /** Says that this tab is at the project, and asks whether another one is. */
  private async arrive(): Promise<void> {
    const { store } = this;
    const { id } = store.state.project;
    const { presence } = store.ports;
    this.depart();
    this.depart = () => undefined;
    const remembered = await store.ports.files.known(id);
    if (store.state.project.id === id && remembered !== null)
      store.update({ data: { ...store.state.data, remembered } });
    const isOpenElsewhere = await presence.isTaken(`project ${id}`);
    const depart = await presence.enter(`project ${id}`);
    // Another project may have been opened meanwhile.
    if (store.state.project.id !== id) {
      depart();
      return;
    }
    this.depart = depart;
    store.update({ isOpenElsewhere });
  }

  private async enter(entered: OfProject): Promise<void> {
    const { store } = this;
    // How the last training ended was said where it was asked for.
    const { kind } = store.state.training;
    const training = kind === 'running' || kind === 'not-kept' ? {} : { training: { kind: 'idle' } as const };
    store.update({ ...entered, ...training });
    void this.arrive();
    const rows = this.rows.get(entered.project.id);
    if (rows !== undefined) store.update({ data: { ...store.state.data, ...rows } });
    tookRows(store);
    if (rows !== undefined) await recode(store);
  }

  private async save(): Promise<void> {
    const { store } = this;
    const project = storedPart(store.state);
    store.update({ projects: [...store.state.projects, summaryOf(project)] });
    await store.keep(async () => {
      await store.ports.vault.saveProject(project);
      await store.ports.vault.putValue('openProject', project.id);
    });
  }
}

type BrowserWide =
  | 'loaded'
  | 'projects'
  | 'releases'
  | 'ledger'
  | 'training'
  | 'queue'
  | 'elsewhere'
  | 'remains'
  | 'storageWorks'
  | 'isOpenElsewhere'
  | 'isForgottenElsewhere'
  | 'undo';

/** What belongs to one project; the rest of the state is the browser's. */
type OfProject = Omit<SessionState, BrowserWide>;

/** A stored project as the state of the page. */
function stateOf(project: StoredProject, bundles: readonly BundleSummary[]): OfProject {
  const { id, name, createdOn, source, siteColumn, site, partyName, draft, codebook } = project;
  const { blanksIgnored = [] } = project;
  const head: ProjectHead = { id, name, createdOn };
  const empty = ofProject(initialState(head));
  return {
    ...empty,
    page: project.step,
    step: project.step,
    data: { ...empty.data, source, siteColumn, site, partyName, blanksIgnored },
    codebook: {
      ...empty.codebook,
      draft,
      codebook,
      codebookId: codebook === null ? null : codebookId(codebook),
    },
    privacyForm: project.privacyForm,
    setCount: project.setCount,
    analysisChoice: { ...empty.analysisChoice, ...project.analysisChoice },
    bundles,
    analyses: project.analyses ?? [],
  };
}

/** What stays in this tab's memory while another project is open. */
function rowsOf({ raw, asRead, profiles }: DataState) {
  return raw === null ? null : { raw, asRead, profiles };
}

function ofProject(state: SessionState): OfProject {
  const {
    loaded,
    projects,
    releases,
    ledger,
    training,
    queue,
    elsewhere,
    isOpenElsewhere,
    isForgottenElsewhere,
    remains,
    storageWorks,
    undo,
    ...own
  } = state;
  return own;
}

function summaryOf({ id, name, createdOn, source }: StoredProject) {
  return { id, name, createdOn, source };
}
