import { initialState, storedPart } from './initial-state.ts';
import type { Ports } from './ports.ts';
import type { ProjectSummary, SessionState, Undo } from './state.ts';

/** Jobs of which at most one runs at a time; starting another ends the first. */
export type JobName =
  | 'read'
  | 'code'
  | 'plan'
  | 'train'
  | 'check'
  | 'tour'
  | 'make'
  | 'import'
  | 'analyse'
  | 'test-table';

/** Holds the state, tells listeners, keeps what was typed, and knows how to end a job. */
export class Store {
  private current: SessionState;
  private readonly listeners = new Set<() => void>();
  private readonly running = new Map<JobName, AbortController>();
  private bringBack: (() => Promise<void>) | null = null;

  constructor(readonly ports: Ports) {
    this.current = initialState(this.newProject());
  }

  get state(): SessionState {
    return this.current;
  }

  newProject(name = '') {
    const { clock } = this.ports;
    return { id: clock.newId(), name, createdOn: clock.today() };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  update(change: Partial<SessionState>): void {
    const next = { ...this.current, ...change };
    if (sameShallow(next, this.current)) return;
    const before = storedPart(this.current);
    this.current = next;
    const after = storedPart(this.current);
    const isSaved = this.current.loaded && before.id === after.id && !sameShallow(before, after);
    if (isSaved) this.current = { ...this.current, projects: listed(this.current.projects, after) };
    for (const listener of this.listeners) listener();
    if (isSaved) void this.keep(() => this.ports.vault.saveProject(after));
  }

  /** Starts a job of this name; the signal ends when another starts or someone cancels. */
  begin(name: JobName): AbortSignal {
    this.running.get(name)?.abort();
    const controller = new AbortController();
    this.running.set(name, controller);
    return controller.signal;
  }

  cancel(name: JobName): void {
    this.running.get(name)?.abort();
    this.running.delete(name);
  }

  cancelAll(): void {
    for (const name of [...this.running.keys()]) this.cancel(name);
  }

  /** Offers to take back what was just done; only the last such thing can be. */
  offerUndo(undo: Undo, bringBack: () => Promise<void>): void {
    this.bringBack = bringBack;
    this.update({ undo });
  }

  async undo(): Promise<void> {
    const { bringBack } = this;
    this.dropUndo();
    await bringBack?.();
  }

  dropUndo(): void {
    this.bringBack = null;
    if (this.current.undo !== null) this.update({ undo: null });
  }

  /** The file of a bundle; null where this browser has it no more (another tab removed it) or cannot read it. */
  async bundleBytes(id: string): Promise<Uint8Array | null> {
    try {
      return await this.ports.vault.bundleBytes(id);
    } catch {
      return null;
    }
  }

  /** Runs a write to storage; false, and a standing notice, where the browser refuses. */
  async keep(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch {
      if (this.current.storageWorks) {
        this.current = { ...this.current, storageWorks: false };
        for (const listener of this.listeners) listener();
      }
      return false;
    }
  }
}

/** The list with this project as it is now. */
function listed(
  projects: readonly ProjectSummary[],
  { id, name, createdOn, source }: ProjectSummary,
): readonly ProjectSummary[] {
  const now = { id, name, createdOn, source };
  const known = projects.find((project) => project.id === id);
  if (known === undefined) return [...projects, now];
  return sameShallow(known, now) ? projects : projects.map((project) => (project.id === id ? now : project));
}

function sameShallow<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);
}
