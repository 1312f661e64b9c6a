import { textProblem } from '../core/codebook/safe-text.ts';
import { currentRelease } from './journey.ts';
import { readNumber } from './read-number.ts';
import type { Store } from './store.ts';

/** More sets than this make a file nobody wants to send. */
export const MOST_SETS = 1000;

/** Draws the synthetic sets and keeps the bundle; post-processing of a finished release, costs nothing. */
export async function makeBundle(store: Store): Promise<void> {
  const release = currentRelease(store.state);
  if (release === null || store.state.making.kind === 'running') return;
  const count = readNumber('setCount', store.state.setCount, { above: 0, atMost: MOST_SETS, whole: true });
  if (!count.ok) {
    store.update({ making: { kind: 'failed', failure: count.failure } });
    return;
  }
  const partyName = store.state.data.partyName.trim();
  const problem = textProblem(partyName);
  if (problem !== null) {
    store.update({ making: { kind: 'failed', failure: { kind: 'party-name', problem } } });
    return;
  }
  store.update({ making: { kind: 'running', setsDone: 0, sets: count.value } });
  const signal = store.begin('make');
  const projectId = store.state.project.id;
  const { clock, jobs, vault } = store.ports;
  const partyKey = await store.ports.partyKey();
  const made = await jobs.makeBundle(
    {
      release,
      partyName: store.state.data.partyName.trim(),
      createdOn: clock.today(),
      setCount: count.value,
      partyKey,
    },
    {
      signal,
      onProgress: (setsDone, sets) => {
        if (!signal.aborted) store.update({ making: { kind: 'running', setsDone, sets } });
      },
    },
  );
  // The project was left; another one has a making of its own.
  if (store.state.project.id !== projectId) return;
  if (!made.ok) {
    store.update({
      making:
        made.failure.kind === 'cancelled' ? { kind: 'idle' } : { kind: 'failed', failure: made.failure },
    });
    return;
  }
  const { bytes, summary } = made.value;
  if (!(await store.keep(() => vault.putBundle(projectId, summary, bytes)))) {
    store.ports.exporter.download(summary.fileName, bytes, 'application/zip');
    store.update({ making: { kind: 'failed', failure: { kind: 'not-stored' } } });
    return;
  }
  if (store.state.project.id !== projectId) return;
  store.update({
    making: { kind: 'idle' },
    bundles: [...store.state.bundles.filter((bundle) => bundle.id !== summary.id), summary],
  });
}

/** Saves a bundle that this browser keeps as a file. */
export async function downloadBundle(store: Store, id: string): Promise<void> {
  const summary = store.state.bundles.find((bundle) => bundle.id === id);
  const bytes = await store.bundleBytes(id);
  if (summary === undefined) return;
  if (bytes === null) {
    const failure = { kind: 'bundle-gone', partyName: summary.partyName } as const;
    if (store.state.making.kind !== 'running') store.update({ making: { kind: 'failed', failure } });
    return;
  }
  store.ports.exporter.download(summary.fileName, bytes, 'application/zip');
}
