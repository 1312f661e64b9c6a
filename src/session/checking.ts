import { choiceInForce } from './analysing.ts';
import { currentRelease } from './journey.ts';
import type { Store } from './store.ts';

/** Enough to see how the sets vary, few enough to be quick. */
const SETS = 20;

/**
 * Lays freshly drawn twins beside the rows. Drawing twins costs nothing; what comes of the comparison is made from rows, so
 * it lives in this tab's memory and goes with it (METHOD §9.1).
 */
export async function checkTwins(store: Store): Promise<void> {
  const { state } = store;
  const release = currentRelease(state);
  const { coded } = state.codebook;
  if (release === null || coded === null || state.check.kind === 'running') return;
  const signal = store.begin('check');
  store.update({ check: { kind: 'running' } });
  const { family, errors } = choiceInForce(state);
  const compared = await store.ports.jobs.check(
    { release, real: coded.table, family, errors, setCount: SETS },
    { signal },
  );
  // Rows, codebook or project changed meanwhile: whoever changed them reset the check.
  if (signal.aborted || store.state.codebook.coded !== coded) return;
  if (compared.ok)
    store.update({ check: { kind: 'ready', releaseId: release.id, comparison: compared.value } });
  else store.update({ check: { kind: 'failed', failure: compared.failure } });
}

export function cancelCheck(store: Store): void {
  store.cancel('check');
  if (store.state.check.kind === 'running') store.update({ check: { kind: 'cancelled' } });
}
