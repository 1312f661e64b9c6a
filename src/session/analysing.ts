import { lackingVariables } from '../core/codebook/map-codebook.ts';
import type { Result } from '../core/result.ts';
import { fail, succeed } from '../core/result.ts';
import { includedPeers } from './journey.ts';
import type { AnalysisRequest, RequestedParty } from './ports.ts';
import type { AnalysisChoice, BundleSummary } from './records.ts';
import type { AnalysisFailure, ByPartyState, LeftOutParty, SessionState } from './state.ts';
import type { Store } from './store.ts';

/** Local rows with the k-th set of every included party, k = 1…K, combined by Rubin's rules (METHOD §7). */
export async function analyse(store: Store): Promise<void> {
  const { state } = store;
  const { coded } = state.codebook;
  if (state.codebook.codebook === null || coded === null) return;
  store.update({ analysis: { kind: 'running', fitsDone: 0, fits: 0 } });
  const signal = store.begin('analyse');
  const asked = await requestOf(store, state, choiceInForce(state), includedPeers(state));
  if (store.state.project.id !== state.project.id) return;
  if (!asked.ok) {
    store.update({ analysis: { kind: 'failed', failure: asked.failure } });
    return;
  }
  const { request, usedBundles, leftOut } = asked.value;
  const analysed = await store.ports.jobs.analyse(
    { ...request, question: 'pooled' },
    {
      signal,
      onProgress: (fitsDone, fits) => {
        if (!signal.aborted) store.update({ analysis: { kind: 'running', fitsDone, fits } });
      },
    },
  );
  if (store.state.project.id !== state.project.id) return;
  if (analysed.ok) {
    if (analysed.value.kind !== 'pooled') throw new Error('a pooled analysis was asked for');
    // Someone may have changed a choice, a bundle or the rows while it ran.
    const now = store.state;
    const upToDate =
      now.analysisChoice === state.analysisChoice &&
      now.bundles === state.bundles &&
      now.codebook.coded === coded;
    const { choice } = request;
    const { analysis } = analysed.value;
    store.update({
      analysis: {
        kind: 'ready',
        analysis,
        usedBundles,
        leftOut,
        choice,
        byParty: { kind: 'not-asked' },
        upToDate,
      },
    });
  } else if (analysed.failure.kind === 'cancelled') {
    store.update({ analysis: { kind: 'idle' } });
  } else {
    store.update({ analysis: { kind: 'failed', failure: analysed.failure } });
  }
}

/** Each party alone, under the choice of the result that is there; nothing where that is out of date. */
export async function compareParties(store: Store): Promise<void> {
  const { state } = store;
  const result = state.analysis;
  if (result.kind !== 'ready' || !result.upToDate || result.byParty.kind === 'running') return;
  const signal = store.begin('analyse');
  const show = (byParty: ByPartyState) => {
    const now = store.state.analysis;
    if (now.kind === 'ready' && now.analysis === result.analysis)
      store.update({ analysis: { ...now, byParty } });
  };
  show({ kind: 'running', partiesDone: 0, parties: result.usedBundles.length });
  const asked = await requestOf(store, state, result.choice, result.usedBundles);
  if (!asked.ok) {
    show({ kind: 'failed', failure: asked.failure });
    return;
  }
  const answered = await store.ports.jobs.analyse(
    { ...asked.value.request, question: 'by-party' },
    {
      signal,
      onProgress: (partiesDone, parties) => {
        if (!signal.aborted) show({ kind: 'running', partiesDone, parties });
      },
    },
  );
  if (answered.ok) {
    if (answered.value.kind !== 'by-party') throw new Error('an analysis by party was asked for');
    show({ kind: 'ready', parties: answered.value.parties });
  } else {
    show(
      answered.failure.kind === 'cancelled'
        ? { kind: 'not-asked' }
        : { kind: 'failed', failure: answered.failure },
    );
  }
}

/** The choice as far as it applies to the codebook and the bundles at hand. */
export function choiceInForce(state: SessionState): AnalysisChoice {
  const { analysisChoice: choice } = state;
  const { codebook } = state.codebook;
  const counts = codebook?.outcome.kind === 'count';
  const names = new Set(codebook?.variables.map(({ name }) => name));
  return {
    ...choice,
    switchedOff: choice.switchedOff.filter((name) => names.has(name)),
    family: counts ? 'poisson-log' : choice.family,
  };
}

/** The newest own bundle that was made from as many rows, under this codebook and this name. */
export function ownBundle(state: SessionState): BundleSummary | null {
  const rows = state.codebook.coded?.table.rowCount;
  return (
    state.bundles.findLast(
      (bundle) =>
        bundle.origin === 'own' &&
        bundle.codebookId === state.codebook.codebookId &&
        bundle.rowCount === rows &&
        bundle.partyName === state.data.partyName.trim(),
    ) ?? null
  );
}

/** Never puts real rows where twins were asked for: without a bundle of its own it is refused. */
async function requestOf(
  store: Store,
  state: SessionState,
  choice: AnalysisChoice,
  used: readonly BundleSummary[],
): Promise<
  Result<
    {
      readonly request: Omit<AnalysisRequest, 'question'>;
      readonly usedBundles: readonly BundleSummary[];
      readonly leftOut: readonly LeftOutParty[];
    },
    AnalysisFailure
  >
> {
  const { codebook, coded } = state.codebook;
  if (codebook === null || coded === null) return fail({ kind: 'cancelled' });
  if (choice.switchedOff.length === codebook.variables.length) return fail({ kind: 'no-variables' });
  const { vault } = store.ports;
  let twins: Uint8Array | null = null;
  if (choice.ownPart === 'own-twins') {
    const own = ownBundle(state);
    twins = own === null ? null : await vault.bundleBytes(own.id);
    if (twins === null) return fail({ kind: 'no-own-bundle' });
  }
  const needed = codebook.variables
    .map(({ name }) => name)
    .filter((name) => !choice.switchedOff.includes(name));
  const parties: RequestedParty[] = [];
  const leftOut: LeftOutParty[] = [];
  for (const bundle of used) {
    const { id, partyName: label } = bundle;
    const mapping =
      bundle.codebookId === state.codebook.codebookId ? null : (bundle.mapping?.mapping ?? null);
    const lacks = mapping === null ? [] : lackingVariables(needed, mapping);
    if (lacks.length > 0) {
      leftOut.push({ bundle, lacks });
      continue;
    }
    const bytes = await vault.bundleBytes(id);
    if (bytes !== null) parties.push({ id, label, bytes, mapping });
  }
  const present = new Set(parties.map(({ id }) => id));
  return succeed({
    request: { codebook, local: coded.table, parties, ownBundle: twins, choice },
    usedBundles: used.filter(({ id }) => present.has(id)),
    leftOut,
  });
}
