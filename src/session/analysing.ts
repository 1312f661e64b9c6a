import { includedPeers } from './journey.ts';
import type { Store } from './store.ts';

/** Local rows with the k-th set of every included party, k = 1…K, combined by Rubin's rules (METHOD §7). */
export async function analyse(store: Store): Promise<void> {
  const { codebook, coded } = store.state.codebook;
  if (codebook === null || coded === null) return;
  const used = includedPeers(store.state);
  const { jobs, vault } = store.ports;
  store.update({ analysis: { kind: 'running', fitsDone: 0, fits: 0 } });
  const signal = store.begin('analyse');

  const parties: { id: string; bytes: Uint8Array }[] = [];
  for (const { id } of used) {
    const bytes = await vault.bundleBytes(id);
    if (bytes !== null) parties.push({ id, bytes });
  }
  const analysed = await jobs.analyse(
    { codebook, local: coded.table, parties, errors: store.state.errors },
    {
      signal,
      onProgress: (fitsDone, fits) => {
        if (!signal.aborted) store.update({ analysis: { kind: 'running', fitsDone, fits } });
      },
    },
  );
  if (analysed.ok) {
    const present = new Set(parties.map((party) => party.id));
    const usedBundles = used.filter((bundle) => present.has(bundle.id));
    store.update({ analysis: { kind: 'ready', analysis: analysed.value, usedBundles, upToDate: true } });
  } else if (analysed.failure.kind === 'cancelled') {
    store.update({ analysis: { kind: 'idle' } });
  } else {
    store.update({ analysis: { kind: 'failed', failure: analysed.failure } });
  }
}
