import type { Remains } from '../session/records.ts';
import type { TwinpoolDatabase } from './database.ts';

/** Empties the database, the offline copy of the page and its settings; what was saved as files is beyond its reach. */
export async function forgetAll(database: TwinpoolDatabase): Promise<void> {
  await database.delete();
  await database.open();
  for (const name of await cacheNames()) await caches.delete(name);
  settings()?.clear();
}

/** Counts what is left, by looking and not by remembering what was done. */
export async function countRemains(database: TwinpoolDatabase): Promise<Remains> {
  let records = 0;
  for (const table of database.tables) records += await table.count();
  return { records, copies: (await cacheNames()).length, settings: settings()?.length ?? 0 };
}

/** None in a file page or a private window. */
async function cacheNames(): Promise<readonly string[]> {
  try {
    return typeof caches === 'undefined' ? [] : await caches.keys();
  } catch {
    return [];
  }
}

function settings(): Storage | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage;
  } catch {
    return null;
  }
}
