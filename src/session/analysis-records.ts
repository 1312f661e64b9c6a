import { readability } from './journey.ts';
import type { AnalysisRecord, BundleSummary, UsedBundle } from './records.ts';
import type { SessionState } from './state.ts';
import type { Store } from './store.ts';

/** Older ones go; a record is a few hundred bytes. */
const MOST_RECORDS = 50;

/** Notes what an analysis was made with. The same once more takes the place of the earlier note. */
export function recordAnalysis(
  store: Store,
  made: Pick<AnalysisRecord, 'codebookId' | 'choice'> & { readonly bundles: readonly BundleSummary[] },
): void {
  const { clock } = store.ports;
  const { codebookId, choice } = made;
  const bundles = made.bundles.map(
    ({ id, partyName, createdOn, mapping }): UsedBundle =>
      mapping?.ownCodebookId === codebookId
        ? { id, partyName, createdOn, mapping }
        : { id, partyName, createdOn },
  );
  const record: AnalysisRecord = { id: clock.newId(), madeOn: clock.today(), codebookId, choice, bundles };
  const others = store.state.analyses.filter((one) => recipe(one) !== recipe(record));
  store.update({ analyses: [record, ...others].slice(0, MOST_RECORDS) });
}

/** What makes two analyses the same one, the rows apart. */
function recipe({ codebookId, choice, bundles }: AnalysisRecord): string {
  const used = bundles.map(({ id, mapping }) => [id, mapping?.mapping ?? null]);
  return JSON.stringify([codebookId, choice, used]);
}

/** What stands between a recorded analysis and making it again. */
export interface RecordCheck {
  readonly otherCodebook: boolean;
  /** Bundles that it used and that are no longer in this project. */
  readonly gone: readonly UsedBundle[];
  /** Bundles in use now that it did not use: parties that joined late, or newer bundles. */
  readonly joined: readonly BundleSummary[];
  /** Bundles that it used, that are here and not in use now. */
  readonly setAside: readonly UsedBundle[];
}

export function checkRecord(record: AnalysisRecord, state: SessionState): RecordCheck {
  const { codebookId } = state.codebook;
  const peers = new Map(
    state.bundles.filter(({ origin }) => origin === 'peer').map((bundle) => [bundle.id, bundle]),
  );
  const used = new Set(record.bundles.map(({ id }) => id));
  const inUse = [...peers.values()].filter(
    (bundle) => bundle.included && readability(bundle, codebookId) !== 'not-mapped',
  );
  return {
    otherCodebook: record.codebookId !== codebookId,
    gone: record.bundles.filter(({ id }) => !peers.has(id)),
    joined: inUse.filter(({ id }) => !used.has(id)),
    setAside: record.bundles.filter(({ id }) => peers.has(id) && !inUse.some((bundle) => bundle.id === id)),
  };
}

/** Puts the choice, the bundles in use and how they are read back to what the record says; false where it cannot. */
export async function restoreRecord(store: Store, record: AnalysisRecord): Promise<boolean> {
  const { state } = store;
  const { otherCodebook, gone } = checkRecord(record, state);
  if (otherCodebook || gone.length > 0) return false;
  const used = new Map(record.bundles.map((bundle) => [bundle.id, bundle]));
  const bundles = state.bundles.map((bundle): BundleSummary => {
    if (bundle.origin !== 'peer') return bundle;
    const { mapping } = used.get(bundle.id) ?? {};
    const included = used.has(bundle.id);
    if (bundle.included === included && (mapping === undefined || mapping === bundle.mapping)) return bundle;
    return { ...bundle, included, ...(mapping === undefined ? {} : { mapping }) };
  });
  const changed = bundles.filter((bundle, i) => bundle !== state.bundles[i]);
  store.update({ bundles, analysisChoice: record.choice });
  for (const bundle of changed)
    await store.keep(() => store.ports.vault.updateBundle(state.project.id, bundle));
  return true;
}
