import type { Vault } from '../session/ports.ts';
import type { KeptValues, ReleaseStatus } from '../session/records.ts';
import { type BundleRow, type ProjectRow, TwinpoolDatabase } from './database.ts';
import { countRemains, forgetAll } from './forgetting.ts';

const ENDED: ReadonlySet<ReleaseStatus> = new Set(['finished', 'cancelled', 'failed']);

/** The vault of the session, in IndexedDB. What belongs together is written in one transaction or not at all. */
export function openVault(database = new TwinpoolDatabase()): Vault {
  const { projects, releases, checkpoints, projectBundles, bundleFiles, files, folders, values, studyParts } =
    database;

  /** Files that no project uses any more. */
  async function dropUnusedFiles(ids: readonly string[]): Promise<void> {
    for (const id of new Set(ids)) {
      if ((await projectBundles.where('id').equals(id).count()) === 0) await bundleFiles.delete(id);
    }
  }

  return {
    async load() {
      const cleared = [projects, projectBundles, bundleFiles, files, folders];
      await database.transaction('rw', cleared, async () => {
        for (const { id } of await projects.filter(({ removed }) => removed === true).toArray()) {
          const rows = await projectBundles.where('projectId').equals(id).toArray();
          await projectBundles.where('projectId').equals(id).delete();
          await projects.delete(id);
          await files.delete(id);
          await folders.delete(id);
          await dropUnusedFiles(rows.map((row) => row.id));
        }
      });
      const [kept, ledger] = await Promise.all([projects.toArray(), releases.orderBy('sequence').toArray()]);
      const byAge = kept.sort((a, b) => a.createdOn.localeCompare(b.createdOn));
      return { projects: byAge, releases: ledger };
    },
    async project(id) {
      const row = await projects.get(id);
      return row === undefined || row.removed === true ? null : row;
    },
    async saveProject(project) {
      await projects.put(project);
    },
    async duplicateProject(from, project) {
      await database.transaction('rw', projects, projectBundles, files, async () => {
        await projects.add(project);
        const file = await files.get(from);
        if (file !== undefined) await files.put({ ...file, projectId: project.id });
        const rows = await projectBundles.where('projectId').equals(from).toArray();
        await projectBundles.bulkAdd(rows.map((row) => ({ ...row, projectId: project.id })));
      });
    },
    async removeProject(id) {
      await projects.where('id').equals(id).modify({ removed: true });
    },
    async restoreProject(id) {
      await projects
        .where('id')
        .equals(id)
        .modify((row: Partial<Mutable<ProjectRow>>) => {
          delete row.removed;
        });
    },
    releases() {
      return releases.orderBy('sequence').toArray();
    },
    async addRelease(release) {
      await releases.add(release);
    },
    changeRelease(id, attempt, change, checkpoint) {
      return database.transaction('rw', releases, checkpoints, async () => {
        const release = await releases.get(id);
        if (release === undefined || release.attempt !== attempt || ENDED.has(release.status)) return null;
        const changed = { ...release, ...change };
        await releases.put(changed);
        if (checkpoint === null) await checkpoints.delete(id);
        else if (checkpoint !== undefined) await checkpoints.put({ releaseId: id, state: checkpoint });
        return changed;
      });
    },
    async checkpoint(releaseId) {
      return (await checkpoints.get(releaseId))?.state ?? null;
    },
    async bundles(projectId) {
      const rows = await projectBundles.where('projectId').equals(projectId).toArray();
      return rows.map(({ projectId: _of, ...summary }: BundleRow) => summary);
    },
    async putBundle(projectId, summary, bytes) {
      await database.transaction('rw', projectBundles, bundleFiles, async () => {
        await projectBundles.put({ ...summary, projectId });
        await bundleFiles.put({ id: summary.id, bytes });
      });
    },
    async updateBundle(projectId, summary) {
      await projectBundles.put({ ...summary, projectId });
    },
    async bundleBytes(id) {
      return (await bundleFiles.get(id))?.bytes ?? null;
    },
    async removeBundle(projectId, id) {
      await database.transaction('rw', projectBundles, bundleFiles, async () => {
        await projectBundles.delete([projectId, id]);
        await dropUnusedFiles([id]);
      });
    },
    async folder(projectId) {
      const row = await folders.get(projectId);
      return row === undefined ? null : { handle: row.handle, seen: row.seen };
    },
    async keepFolder(projectId, { handle, seen }) {
      await folders.put({ projectId, handle, seen });
    },
    async value<K extends keyof KeptValues>(key: K) {
      return ((await values.get(key))?.value ?? null) as KeptValues[K] | null;
    },
    async putValue(key, value) {
      await values.put({ key, value });
    },
    async studyPart(studyId, partId) {
      return (await studyParts.get([studyId, partId]))?.result ?? null;
    },
    async putStudyPart(studyId, partId, result) {
      await studyParts.put({ studyId, partId, result });
    },
    async forgetStudies() {
      const kept = await database.transaction('rw', studyParts, async () => {
        const all = await studyParts.toArray();
        await studyParts.clear();
        return all;
      });
      return async () => {
        await studyParts.bulkPut(kept);
      };
    },
    onForgotten(listener) {
      database.on('versionchange', (event) => {
        // No new version: another tab deletes the database. Let it, and never bring the old content back.
        if (event.newVersion === null) {
          database.close();
          listener();
        }
      });
    },
    forgetEverything: () => forgetAll(database),
    remains: () => countRemains(database),
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
