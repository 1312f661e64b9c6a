import type { ReleaseRecord } from './records.ts';
import type { SessionState } from './state.ts';
import { isStep, type PageName, type StepName } from './steps.ts';

/** What has to happen before a step opens. */
export type Blocked =
  | 'open-a-table'
  | 'open-the-table-again'
  | 'choose-a-site'
  | 'confirm-the-codebook'
  | 'agree-to-a-plan'
  | 'train-first';

/** For each step: null when it is open, else what is missing. Pure; the page only draws it. */
export function blockedSteps(state: SessionState): Readonly<Record<StepName, Blocked | null>> {
  const { raw, siteColumn, site } = state.data;
  const { codebook, coded } = state.codebook;
  const withoutTable: Blocked = codebook === null ? 'open-a-table' : 'open-the-table-again';
  const table: Blocked | null =
    raw === null ? withoutTable : siteColumn !== null && site === null ? 'choose-a-site' : null;
  const rows: Blocked | null = table ?? (codebook === null || coded === null ? 'confirm-the-codebook' : null);
  const trains =
    state.plan.kind === 'ready' || state.training.kind === 'running' || currentRelease(state) !== null;
  return {
    data: null,
    codebook: codebook !== null ? null : table,
    privacy: rows,
    train: rows ?? (trains ? null : 'agree-to-a-plan'),
    share: currentRelease(state) === null ? 'train-first' : null,
    peers: codebook === null ? (table ?? 'confirm-the-codebook') : null,
    analyse: rows,
  };
}

export function isOpen(state: SessionState, page: PageName): boolean {
  return !isStep(page) || blockedSteps(state)[page] === null;
}

/** The newest finished training of the table and codebook at hand, from which twins can be drawn. */
export function currentRelease(
  state: SessionState,
): (ReleaseRecord & { readonly posterior: NonNullable<ReleaseRecord['posterior']> }) | null {
  const { codebookId } = state.codebook;
  const { source, site } = state.data;
  for (const release of [...state.releases].reverse()) {
    const { posterior } = release;
    if (posterior === null || release.status !== 'finished') continue;
    const sameTable = release.source.kind === source?.kind && release.source.label === source.label;
    if (release.codebookId === codebookId && sameTable && release.site === site)
      return { ...release, posterior };
  }
  return null;
}

/** The releases that count against the people in the table: not simulated, and someone could have seen them. */
export function spentReleases(state: SessionState): readonly ReleaseRecord[] {
  return state.releases.filter(
    (release) => release.source.kind !== 'simulated' && release.status !== 'cancelled',
  );
}

export function peerBundles(state: SessionState) {
  return state.bundles.filter((bundle) => bundle.origin === 'peer');
}

export function includedPeers(state: SessionState) {
  return peerBundles(state).filter(
    (bundle) => bundle.included && bundle.codebookId === state.codebook.codebookId,
  );
}
