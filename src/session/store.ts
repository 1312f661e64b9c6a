import { initialState, storedPart } from './initial-state.ts';
import type { Ports } from './ports.ts';
import type { SessionState } from './state.ts';

/** Jobs of which at most one runs at a time; starting another ends the first. */
export type JobName = 'read' | 'plan' | 'train' | 'make' | 'import' | 'analyse';

/** Holds the state, tells listeners, keeps what was typed, and knows how to end a job. */
export class Store {
  private current: SessionState = initialState();
  private readonly listeners = new Set<() => void>();
  private readonly running = new Map<JobName, AbortController>();

  constructor(readonly ports: Ports) {}

  get state(): SessionState {
    return this.current;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  update(change: Partial<SessionState>): void {
    const before = storedPart(this.current);
    this.current = { ...this.current, ...change };
    for (const listener of this.listeners) listener();
    const after = storedPart(this.current);
    if (this.current.loaded && !sameShallow(before, after))
      void this.keep(() => this.ports.vault.saveProject(after));
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

function sameShallow<T extends object>(a: T, b: T): boolean {
  return (Object.keys(a) as (keyof T)[]).every((key) => a[key] === b[key]);
}
