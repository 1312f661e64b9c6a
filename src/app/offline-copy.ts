import { lock } from './close-side-doors.ts';

/** From the page's load to the fetching of its copy. */
const SETTLED_MS = 1_000;

/** What the page shows of its offline copy: whether a newer one waits or was taken in another tab, and how to take it. */
export interface NewVersion {
  readonly subscribe: (listener: () => void) => () => void;
  readonly where: () => 'nowhere' | 'waiting' | 'taken-elsewhere';
  /** Takes the new version and reloads the page; rows in memory go, everything stored stays. */
  readonly take: () => void;
}

/**
 * Keeps a copy of the page's own files in the browser, so that after one visit nothing is asked of any
 * network. The copy holds no data. A new version waits until a person asks for it, or every tab of the old one is closed.
 *
 * Does nothing in development and where the browser has no service worker (a file opened from disk needs none).
 */
export function keepOfflineCopy(): NewVersion {
  const listeners = new Set<() => void>();
  let waiting: ServiceWorker | null = null;
  let where: ReturnType<NewVersion['where']> = 'nowhere';
  let isTaking = false;
  const show = (now: typeof where) => {
    where = now;
    for (const listener of listeners) listener();
  };
  const announce = (worker: ServiceWorker | null) => {
    // Without a controller this is the first copy, not a newer one.
    if (worker === null || navigator.serviceWorker.controller === null) return;
    waiting = worker;
    show('waiting');
  };
  if (import.meta.env.PROD && 'serviceWorker' in navigator && location.protocol !== 'file:') {
    let isFirst = navigator.serviceWorker.controller === null;
    navigator.serviceWorker.addEventListener('controllerchange', () => {
      // The files of the version that this tab shows are gone from the copy, and from the server too.
      if (isTaking) location.reload();
      else if (!isFirst) show('taken-elsewhere');
      isFirst = false;
    });
    const container = navigator.serviceWorker;
    const register = container.register.bind(container);
    // The address of a second one would be asked for past the first.
    lock(container, 'register', () => Promise.reject(new Error('this page has its copy')));
    // The copy is everything the page has: it is fetched when what is on the screen no longer needs the line.
    const settled = new Promise<void>((resolve) => {
      const wait = () => setTimeout(resolve, SETTLED_MS);
      if (document.readyState === 'complete') wait();
      else addEventListener('load', wait, { once: true });
    });
    const registered = settled.then(() => register('./sw.js'));
    registered.then(
      (registration) => {
        announce(registration.waiting);
        registration.addEventListener('updatefound', () => {
          const worker = registration.installing;
          worker?.addEventListener('statechange', () => {
            if (worker.state === 'installed') announce(worker);
          });
        });
      },
      // Refused in some private windows; the page then works as long as its server is there.
      () => undefined,
    );
  }
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    where: () => where,
    take() {
      isTaking = true;
      waiting?.postMessage({ type: 'SKIP_WAITING' });
    },
  };
}
