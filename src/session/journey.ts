import type { BundleSummary, ReleaseRecord } from './records.ts';
import type { SessionState } from './state.ts';
import { isStep, type PageName, type StepName } from './steps.ts';

/** What has to happen before a step opens. */
export type Blocked =
  | 'open-a-table'
  | 'open-the-table-again'
  | 'choose-a-site'
  | 'confirm-the-codebook'
  | 'wait-for-the-rows'
  | 'agree-to-a-plan'
  | 'train-first';

/** For each step: null when it is open, else what is missing. Pure; the page only draws it. */
export function blockedSteps(state: SessionState): Readonly<Record<StepName, Blocked | null>> {
  const { raw, siteColumn, site } = state.data;
  const { codebook, coded, coding } = state.codebook;
  const withoutTable: Blocked = codebook === null ? 'open-a-table' : 'open-the-table-again';
  const table: Blocked | null =
    raw === null ? withoutTable : siteColumn !== null && site === null ? 'choose-a-site' : null;
  const uncoded: Blocked = coding === null ? 'confirm-the-codebook' : 'wait-for-the-rows';
  const rows: Blocked | null = table ?? (codebook === null || coded === null ? uncoded : null);
  const trains =
    state.plan.kind === 'ready' ||
    // How the last one ended is said there.
    state.training.kind !== 'idle' ||
    openTrainings(state).length > 0 ||
    currentRelease(state) !== null;
  return {
    data: null,
    codebook: codebook !== null ? null : table,
    privacy: rows,
    train: rows ?? (trains ? null : 'agree-to-a-plan'),
    check: rows ?? (currentRelease(state) === null ? 'train-first' : null),
    share: currentRelease(state) === null ? 'train-first' : null,
    peers: codebook === null ? (table ?? 'confirm-the-codebook') : null,
    analyse: rows,
  };
}

/** Whether a table is open, a centre of it chosen, and named as its peers will know it. */
export function isCentreNamed({ data }: SessionState): boolean {
  const { raw, siteColumn, site, partyName } = data;
  return raw !== null && (siteColumn === null || site !== null) && partyName.trim() !== '';
}

export function isOpen(state: SessionState, page: PageName): boolean {
  return !isStep(page) || blockedSteps(state)[page] === null;
}

/** Whether a training was of the rows and the codebook at hand. */
export function isOfTable(release: ReleaseRecord, state: SessionState): boolean {
  const { source, site } = state.data;
  const { codebookId, coded } = state.codebook;
  return (
    release.source.kind === source?.kind &&
    release.source.label === source.label &&
    release.site === site &&
    release.codebookId === codebookId &&
    (coded === null || [coded.table.rowCount, 'noisy'].includes(release.plan.rowCount))
  );
}

/**
 * Whether the rows at hand are, cell by cell, those that a training began with, by their keyed fingerprint. Null where
 * that cannot be told: the rows are not open, or this browser gives no fingerprints.
 */
export function hasSameRows(release: ReleaseRecord, state: SessionState): boolean | null {
  const { fingerprint } = state.ledger;
  return fingerprint === null || release.table === null ? null : release.table === fingerprint;
}

/** Whether something was trained under the name of the table at hand before, and never on the rows that it has now. */
export function isChangedTable(state: SessionState): boolean {
  const known = namesakes(state).map((release) => hasSameRows(release, state));
  return known.includes(false) && !known.includes(true);
}

/** Trainings of a file that was called as the one at hand, and of the same centre in it. */
export function namesakes({ data, releases }: SessionState): readonly ReleaseRecord[] {
  const { source, site } = data;
  if (source?.kind !== 'file') return [];
  return releases.filter(
    (release) =>
      release.source.kind === 'file' && release.source.label === source.label && release.site === site,
  );
}

/** The newest finished training of the table and codebook at hand, from which twins can be drawn. */
export function currentRelease(
  state: SessionState,
): (ReleaseRecord & { readonly posterior: NonNullable<ReleaseRecord['posterior']> }) | null {
  for (const release of [...state.releases].reverse()) {
    const { posterior } = release;
    if (posterior === null || release.status !== 'finished') continue;
    if (isOfTable(release, state)) return { ...release, posterior };
  }
  return null;
}

/** Trainings that were agreed to and have not ended, in the order in which they were. */
export function openTrainings(state: SessionState): readonly ReleaseRecord[] {
  return state.releases.filter(
    ({ status }) => status === 'queued' || status === 'started' || status === 'paused',
  );
}

/**
 * The releases that count against the people in the table: not simulated, and not known to have shown nothing. One that
 * is under way counts already: it can only be taken off by cancelling it.
 */
export function spentReleases(state: SessionState): readonly ReleaseRecord[] {
  return state.releases.filter(
    ({ source, status }) => source.kind !== 'simulated' && status !== 'cancelled' && status !== 'queued',
  );
}

export function peerBundles(state: SessionState) {
  return state.bundles.filter((bundle) => bundle.origin === 'peer');
}

/** The newest bundle that was made here of the codebook at hand; null before the first. */
export function newestOwnBundle({ bundles, codebook }: SessionState): BundleSummary | null {
  return (
    bundles.findLast(({ origin, codebookId }) => origin === 'own' && codebookId === codebook.codebookId) ??
    null
  );
}

/** Whether a bundle can be read under the codebook at hand: the same, mapped by a person, or not yet. */
export function readability(
  bundle: Pick<BundleSummary, 'codebookId' | 'mapping'>,
  ownCodebookId: string | null,
): 'same' | 'mapped' | 'not-mapped' {
  if (bundle.codebookId === ownCodebookId) return 'same';
  return bundle.mapping?.ownCodebookId === ownCodebookId ? 'mapped' : 'not-mapped';
}

export function includedPeers(state: SessionState) {
  return peerBundles(state).filter(
    (bundle) => bundle.included && readability(bundle, state.codebook.codebookId) !== 'not-mapped',
  );
}
