import 'fake-indexeddb/auto';
import { afterEach, expect, it } from 'vitest';
import { initialState, storedPart } from '../session/initial-state.ts';
import type { FindableFile } from '../session/ports.ts';
import { TwinpoolDatabase } from './database.ts';
import { openVault } from './dexie-vault.ts';
import { openFileMemory } from './file-memory.ts';

const database = new TwinpoolDatabase('files');
const vault = openVault(database);
const memory = openFileMemory(database);

/** What the disk of these tests holds. A handle that comes back out of IndexedDB is a copy, so it looks here. */
const disk = new Map<string, File>();
let answer: PermissionState = 'granted';

/** Browsers store handles; the database of these tests stores plain things, so its copies get their methods back. */
function onDisk(name: string): FindableFile {
  return {
    name,
    getFile: async () => {
      const file = disk.get(name);
      if (file === undefined) throw new DOMException('gone', 'NotFoundError');
      return file;
    },
    requestPermission: async () => answer,
  };
}
database.files.hook('reading', (row) => ({ ...row, handle: onDisk(row.handle.name) }));
database.files.hook('creating', (_, row) => {
  Object.assign(row, { handle: { name: row.handle.name } });
});

const csv = (text: string, lastModified: number) => new File([text], 'wards.csv', { lastModified });
const picked = (name: string) => ({ name, bytes: async () => new Uint8Array(), handle: onDisk(name) });
const project = storedPart(initialState({ id: 'p', name: 'Falls', createdOn: '2026-01-01' }));

afterEach(async () => {
  answer = 'granted';
  disk.clear();
  await vault.forgetEverything();
});

it('opens the file of a project again, and keeps nothing of what is in it', async () => {
  disk.set('wards.csv', csv('ward,ill\nSECRET,1', 1));
  await memory.remember('p', picked('wards.csv'));
  expect(await memory.known('p')).toBe('wards.csv');
  expect(JSON.stringify(await database.files.toArray())).not.toContain('SECRET');
  const found = await memory.reopen('p');
  expect(found.ok && found.value.isChanged).toBe(false);
  expect(found.ok && new TextDecoder().decode(await found.value.file.bytes())).toContain('SECRET');
});

it('sees that it was changed', async () => {
  disk.set('wards.csv', csv('a', 1));
  await memory.remember('p', picked('wards.csv'));
  disk.set('wards.csv', csv('a', 2));
  expect(await memory.reopen('p')).toMatchObject({ ok: true, value: { isChanged: true } });
});

it('says what stands in the way: no leave, or no file', async () => {
  disk.set('wards.csv', csv('a', 1));
  await memory.remember('p', picked('wards.csv'));
  answer = 'denied';
  expect(await memory.reopen('p')).toEqual({ ok: false, failure: { kind: 'file-not-allowed' } });
  answer = 'granted';
  disk.clear();
  expect(await memory.reopen('p')).toEqual({ ok: false, failure: { kind: 'file-gone' } });
  expect(await memory.reopen('other')).toEqual({ ok: false, failure: { kind: 'file-gone' } });
});

it('forgets a file in whose place one came that cannot be found again', async () => {
  disk.set('wards.csv', csv('a', 1));
  await memory.remember('p', picked('wards.csv'));
  await memory.remember('p', { name: 'dropped.csv', bytes: async () => new Uint8Array() });
  expect(await memory.known('p')).toBeNull();
});

it('goes along with a copy of its project, and with its deletion', async () => {
  disk.set('wards.csv', csv('a', 1));
  await vault.saveProject(project);
  await memory.remember('p', picked('wards.csv'));
  await vault.duplicateProject('p', { ...project, id: 'copy' });
  expect(await memory.known('copy')).toBe('wards.csv');
  await vault.removeProject('p');
  await vault.load();
  expect(await memory.known('p')).toBeNull();
  expect(await memory.known('copy')).toBe('wards.csv');
  await vault.forgetEverything();
  expect(await memory.known('copy')).toBeNull();
});
