import { addUpReleases } from './planning.ts';
import type { ReleaseRecord } from './records.ts';
import type { Store } from './store.ts';

/**
 * One release: the ledger entry is written, then the noise is drawn. A tab that dies in between leaves an
 * entry that counts; a run that was cancelled ended before anything of it was shown.
 */
export async function train(store: Store): Promise<void> {
  const { plan, codebook, data, training } = store.state;
  if (plan.kind !== 'ready' || training.kind === 'running') return;
  if (
    codebook.codebook === null ||
    codebook.codebookId === null ||
    codebook.coded === null ||
    data.source === null
  )
    return;
  const { clock, jobs, vault } = store.ports;

  const release: ReleaseRecord = {
    id: clock.newId(),
    startedOn: clock.today(),
    status: 'started',
    source: data.source,
    site: data.site,
    codebook: codebook.codebook,
    codebookId: codebook.codebookId,
    plan: plan.plan,
    posterior: null,
  };
  const { steps } = plan.plan.mechanism.parameters;
  store.update({ training: { kind: 'running', stepsDone: 0, steps, stepsPerSecond: 0 } });
  const signal = store.begin('train');
  // Where the browser refuses to store, the entry lives in this tab and a standing notice says so.
  await store.keep(() => vault.putRelease(release));
  store.update({ releases: [...store.state.releases, release] });

  const startedMs = clock.nowMs();
  const trained = await jobs.train(
    { table: codebook.coded.table, plan: plan.plan },
    {
      signal,
      onProgress: (stepsDone, total) => {
        if (signal.aborted) return;
        const elapsedS = (clock.nowMs() - startedMs) / 1000;
        const stepsPerSecond = elapsedS > 0 ? stepsDone / elapsedS : 0;
        store.update({ training: { kind: 'running', stepsDone, steps: total, stepsPerSecond } });
      },
    },
  );

  const ended: ReleaseRecord = trained.ok
    ? { ...release, status: 'finished', posterior: trained.value.posterior }
    : trained.failure.kind === 'cancelled' || trained.failure.kind === 'training-refused'
      ? // Refused before anything was drawn, or ended before anyone saw anything.
        { ...release, status: 'cancelled' }
      : release;
  if (ended !== release) await store.keep(() => vault.putRelease(ended));
  store.update({
    releases: store.state.releases.map((other) => (other.id === ended.id ? ended : other)),
    training: trained.ok
      ? { kind: 'finished', elapsedMs: clock.nowMs() - startedMs, machine: trained.value.machine }
      : trained.failure.kind === 'cancelled' || trained.failure.kind === 'paused'
        ? { kind: 'cancelled' }
        : { kind: 'failed', failure: trained.failure },
  });
  await addUpReleases(store);
}
