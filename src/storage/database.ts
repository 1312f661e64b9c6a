import Dexie, { type EntityTable } from 'dexie';
import type { BundleSummary, ReleaseRecord, StoredProject } from '../session/records.ts';

interface ProjectRow extends StoredProject {
  /** One project for now; the key leaves room for more. */
  readonly key: 'current';
}

interface BundleFileRow {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/**
 * Everything Twinpool keeps in this browser. There is no table for rows of patients, raw or coded: what
 * is not declared here cannot be stored.
 */
export class TwinpoolDatabase extends Dexie {
  declare readonly project: EntityTable<ProjectRow, 'key'>;
  declare readonly releases: EntityTable<ReleaseRecord, 'id'>;
  declare readonly bundles: EntityTable<BundleSummary, 'id'>;
  /** The files themselves, apart from their summaries so that a list does not read them. */
  declare readonly bundleFiles: EntityTable<BundleFileRow, 'id'>;

  constructor(name = 'twinpool') {
    super(name);
    this.version(1).stores({ project: 'key', releases: 'id, startedOn', bundles: 'id', bundleFiles: 'id' });
  }
}
