import Dexie, { type EntityTable, type Table, type Transaction } from 'dexie';
import type { DpviState } from '../core/inference/dpvi-state.ts';
import type { PartResult } from '../core/study/part-results.ts';
import type { FindableFile } from '../session/ports.ts';
import type {
  BundleSummary,
  KeptFolder,
  KeptValues,
  ReleaseRecord,
  StoredProject,
} from '../session/records.ts';

/** A removed project stays until the next load, so that removing can be undone. */
export type ProjectRow = StoredProject & { readonly removed?: true };

/** A bundle as one project sees it; the file is kept once, however many projects use it. */
export type BundleRow = BundleSummary & { readonly projectId: string };

interface BundleFileRow {
  readonly id: string;
  readonly bytes: Uint8Array;
}

interface CheckpointRow {
  readonly releaseId: string;
  readonly state: DpviState;
}

/** A result of a study of invented or public people. */
interface StudyPartRow {
  readonly studyId: string;
  readonly partId: string;
  readonly result: PartResult;
}

/** Where the file of a project is: a note that only the browser can read, and how it was then. No content. */
interface FileRow {
  readonly projectId: string;
  readonly handle: FindableFile;
  readonly size: number;
  readonly lastModified: number;
}

/** A folder that a person opened; the handle opens nothing before the browser has asked them again. */
interface FolderRow extends KeptFolder {
  readonly projectId: string;
}

interface ValueRow {
  readonly key: keyof KeptValues;
  readonly value: KeptValues[keyof KeptValues];
}

/** What upgrades look at and change in a release that an older version left; the plan may be of any form. */
interface OldRelease {
  status: string;
  posterior: unknown;
  table: unknown;
  plan?: { settings: { preset: string } };
}

/** An upgrade of every release. */
const changeReleases = (change: (release: OldRelease) => void) => async (transaction: Transaction) => {
  await transaction.table('releases').toCollection().modify(change);
};

/**
 * Everything Twinpool keeps in this browser. There is no table for rows of patients, raw or coded: what
 * is not declared here cannot be stored.
 *
 * A version that was shipped is never changed; a new table or index is a new version below.
 */
export class TwinpoolDatabase extends Dexie {
  declare readonly projects: EntityTable<ProjectRow, 'id'>;
  /** The ledger: of the browser, not of a project. */
  declare readonly releases: EntityTable<ReleaseRecord, 'id'>;
  /** Iterates of trainings under way: what the mechanism released so far, never rows or keys. */
  declare readonly checkpoints: EntityTable<CheckpointRow, 'releaseId'>;
  declare readonly projectBundles: Table<BundleRow, [string, string]>;
  /** The files themselves, apart from their summaries so that a list does not read them. */
  declare readonly bundleFiles: EntityTable<BundleFileRow, 'id'>;
  declare readonly files: EntityTable<FileRow, 'projectId'>;
  declare readonly values: EntityTable<ValueRow, 'key'>;
  declare readonly folders: EntityTable<FolderRow, 'projectId'>;
  declare readonly studyParts: Table<StudyPartRow, [string, string]>;

  constructor(name = 'twinpool') {
    // A write that was answered is on the disk: what a person has seen must not be forgotten by a power cut.
    super(name, { chromeTransactionDurability: 'strict' });
    this.version(1).stores({ project: 'key', releases: 'id, startedOn', bundles: 'id', bundleFiles: 'id' });
    this.version(2)
      .stores({
        projects: 'id',
        projectBundles: '[projectId+id], projectId, id',
        values: 'key',
        project: null,
        bundles: null,
      })
      .upgrade(async (transaction) => {
        // Version 1 knew one project, without a name.
        const [only] = await transaction.table('project').toArray();
        const bundles = await transaction.table('bundles').toArray();
        if (only === undefined && bundles.length === 0) return;
        const { key: _key, ...stored } = only ?? {};
        const id = 'first';
        const createdOn = new Date().toISOString().slice(0, 10);
        if (only !== undefined)
          await transaction.table('projects').add({ ...stored, id, name: '', createdOn });
        await transaction
          .table('projectBundles')
          .bulkAdd(bundles.map((bundle) => ({ ...bundle, projectId: id })));
      });
    this.version(3)
      .stores({ releases: 'id, sequence', checkpoints: 'releaseId' })
      .upgrade(async (transaction) => {
        const releases = transaction.table('releases');
        const old = (await releases.toArray()).sort((a, b) => a.startedOn.localeCompare(b.startedOn));
        for (const [i, release] of old.entries()) {
          // How a training ended that has no end was not known then: it counts, and cannot be gone on with.
          const status = release.status === 'started' ? 'failed' : release.status;
          await releases.put({
            ...release,
            status,
            sequence: i + 1,
            attempt: 1,
            stepsDone: 0,
            machine: null,
          });
        }
      });
    this.version(4).stores({ studyParts: '[studyId+partId]' });
    this.version(5)
      .stores({})
      .upgrade(
        changeReleases((release) => {
          // No fingerprints were taken then.
          release.table = null;
        }),
      );
    this.version(6).stores({ files: 'projectId' });
    this.version(7).stores({ folders: 'projectId' });
    this.version(8)
      .stores({})
      .upgrade(
        changeReleases((release) => {
          // Noisy tables that had the number of events in every table: their cost counts, but nothing reads them any more.
          const settings = release.plan?.settings;
          if (settings?.preset !== 'noisy-marginals' || 'eventWeight' in settings) return;
          release.status = 'failed';
          release.posterior = null;
        }),
      );
  }
}
