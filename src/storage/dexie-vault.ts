import type { Vault } from '../session/ports.ts';
import { TwinpoolDatabase } from './database.ts';

/** The vault of the session, in IndexedDB. A bundle and its summary are written in one transaction or not at all. */
export function openVault(database = new TwinpoolDatabase()): Vault {
  const { project, releases, bundles, bundleFiles } = database;
  return {
    async load() {
      const [row, allReleases, allBundles] = await Promise.all([
        project.get('current'),
        releases.orderBy('startedOn').toArray(),
        bundles.toArray(),
      ]);
      if (row === undefined) return { project: null, releases: allReleases, bundles: allBundles };
      const { key: _key, ...stored } = row;
      return { project: stored, releases: allReleases, bundles: allBundles };
    },
    async saveProject(stored) {
      await project.put({ ...stored, key: 'current' });
    },
    async putRelease(release) {
      await releases.put(release);
    },
    async putBundle(summary, bytes) {
      await database.transaction('rw', bundles, bundleFiles, async () => {
        await bundles.put(summary);
        await bundleFiles.put({ id: summary.id, bytes });
      });
    },
    async updateBundle(summary) {
      await bundles.put(summary);
    },
    async bundleBytes(id) {
      return (await bundleFiles.get(id))?.bytes ?? null;
    },
    async removeBundle(id) {
      await database.transaction('rw', bundles, bundleFiles, async () => {
        await bundles.delete(id);
        await bundleFiles.delete(id);
      });
    },
    async forgetEverything() {
      await database.delete();
      await database.open();
    },
  };
}
