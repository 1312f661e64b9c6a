import { codebookId } from '../core/codebook/codebook-id.ts';
import { cohortCodebook, SITE_COLUMN } from '../core/cohort/simulated-cohort.ts';
import type { Result } from '../core/result.ts';
import { fail, succeed } from '../core/result.ts';
import { analyse } from './analysing.ts';
import { confirmCodebook } from './coding.ts';
import { importBundles } from './importing.ts';
import { includedPeers } from './journey.ts';
import { chooseSite, openSimulatedCentres, setData } from './opening.ts';
import { planFor } from './planning.ts';
import type { JobEnd } from './ports.ts';
import { downloadBundle, makeBundle } from './sharing.ts';
import { shownAnalysis } from './shown-analysis.ts';
import type { TourFailure, TourWidth } from './state.ts';
import type { Store } from './store.ts';

/** What the tour plans with; it releases what the page recommends for a 0/1 event, as a table of one's own would. */
export const TOUR = { epsilon: 1, delta: 1e-6, sets: 20 } as const;

/**
 * Makes the bundle of another invented centre in this browser and takes it in as a file from a colleague would be. Nobody in
 * it exists, so that no ledger entry is due; the bundle says that it is simulated.
 */
export async function inviteCentre(store: Store, site: string): Promise<void> {
  if (store.state.tour.kind === 'inviting') return;
  const signal = store.begin('tour');
  const show = (done: number, total: number) => {
    if (!signal.aborted) store.update({ tour: { kind: 'inviting', site, done, total } });
  };
  show(0, 1);
  const made = await bundleOf(store, site, signal, show);
  if (signal.aborted) return;
  if (!made.ok) {
    store.update({ tour: { kind: 'failed', site, failure: made.failure } });
    return;
  }
  await importBundles(store, [{ name: `twins-${site}.zip`, bytes: async () => made.value }]);
  store.update({ tour: { kind: 'idle' } });
  await analyse(store);
  noteWidth(store);
}

/** Opens the invented table as this centre, under its public codebook, with a plan to agree to. */
export async function playCentre(store: Store, site: string): Promise<void> {
  if (store.state.data.raw === null || store.state.data.source?.kind !== 'simulated')
    await openSimulatedCentres(store);
  if (store.state.data.raw === null) return;
  setData(store, { partyName: site });
  await chooseSite(store, SITE_COLUMN, site);
  store.update({ tourWidths: [] });
  if (store.state.codebook.coded === null && !(await confirmCodebook(store, true))) return;
  store.update({
    privacyForm: {
      ...store.state.privacyForm,
      epsilon: String(TOUR.epsilon),
      delta: String(TOUR.delta),
      preset: null,
      declaredRowCount: store.state.codebook.coded?.table.rowCount ?? null,
    },
  });
  await planFor(store);
}

/** Makes the own bundle and saves it as a file; one that could not be kept was saved when it was made. */
export async function makeTourBundle(store: Store): Promise<void> {
  store.update({ setCount: String(TOUR.sets) });
  await makeBundle(store);
  const { making, bundles } = store.state;
  const own = bundles.findLast(({ origin }) => origin === 'own');
  if (own !== undefined && making.kind === 'idle') await downloadBundle(store, own.id);
}

async function bundleOf(
  store: Store,
  site: string,
  signal: AbortSignal,
  show: (done: number, total: number) => void,
): Promise<Result<Uint8Array, TourFailure>> {
  const { jobs, clock } = store.ports;
  const codebook = cohortCodebook();
  const raw = store.state.data.source?.kind === 'simulated' ? store.state.data.raw : null;
  const made = raw === null ? await jobs.simulateCohort({ signal }) : succeed({ table: raw });
  if (!made.ok) return made;
  const rows = { raw: made.value.table, codebook, site: { column: SITE_COLUMN, value: site } };
  const coded = await jobs.codeTable(rows, { signal });
  if (!coded.ok) return isEnd(coded.failure) ? fail(coded.failure) : notPossible(coded.failure.kind);
  const { table } = coded.value;
  const planned = await jobs.plan(
    {
      codebook,
      method: 'noisy-marginals',
      rowCount: table.rowCount,
      epsilon: TOUR.epsilon,
      delta: TOUR.delta,
    },
    { signal, onForecast: () => undefined },
  );
  if (!planned.ok) return isEnd(planned.failure) ? fail(planned.failure) : notPossible(planned.failure.kind);
  const { plan, machine } = planned.value.forecast;
  const trained = await jobs.train({ table, plan }, { signal });
  if (!trained.ok) return isEnd(trained.failure) ? fail(trained.failure) : notPossible(trained.failure.kind);
  const bundle = await jobs.makeBundle(
    {
      release: {
        id: clock.newId(),
        startedOn: clock.today(),
        sequence: 0,
        status: 'finished',
        attempt: 1,
        stepsDone: 0,
        machine,
        source: { kind: 'simulated', label: site },
        site,
        table: null,
        codebook,
        codebookId: codebookId(codebook),
        plan,
        posterior: trained.value.posterior,
      },
      partyName: site,
      createdOn: clock.today(),
      setCount: TOUR.sets,
      // Invented centres: this browser's key does not speak for them.
      partyKey: null,
    },
    { signal, onProgress: show },
  );
  return bundle.ok
    ? succeed(bundle.value.bytes)
    : isEnd(bundle.failure)
      ? fail(bundle.failure)
      : notPossible('bundle');
}

const notPossible = (detail: string) => fail({ kind: 'tour-not-possible' as const, detail });

function isEnd(failure: { readonly kind: string }): failure is JobEnd {
  return failure.kind === 'cancelled' || failure.kind === 'worker-crashed';
}

/** How wide the intervals are with so many centres: the mean over the effects that both columns have, on the log scale. */
export function noteWidth(store: Store): void {
  const { analysis, tourWidths } = store.state;
  if (analysis.kind !== 'ready') return;
  let [local, pooled, effects] = [0, 0, 0];
  for (const row of shownAnalysis(analysis.analysis, analysis.tables).rows) {
    if (row.term.kind !== 'level' || row.local.kind !== 'estimated') continue;
    if (row.pooled.kind !== 'estimated') continue;
    effects += 1;
    local += row.local.upper - row.local.lower;
    pooled += row.pooled.upper - row.pooled.lower;
  }
  if (effects === 0) return;
  const noted: TourWidth = {
    centres: includedPeers(store.state).length,
    local: local / effects,
    pooled: pooled / effects,
  };
  const others = tourWidths.filter(({ centres }) => centres !== noted.centres);
  store.update({ tourWidths: [...others, noted].sort((a, b) => a.centres - b.centres) });
}

export function cancelInvitation(store: Store): void {
  store.cancel('tour');
  if (store.state.tour.kind === 'inviting') store.update({ tour: { kind: 'idle' } });
}
