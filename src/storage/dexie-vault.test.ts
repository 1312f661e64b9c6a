import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { initialState, storedPart } from '../session/initial-state.ts';
import type { BundleSummary } from '../session/records.ts';
import { TwinpoolDatabase } from './database.ts';
import { openVault } from './dexie-vault.ts';

const database = new TwinpoolDatabase('test');
const vault = openVault(database);

const summary: BundleSummary = {
  id: 'a'.repeat(64),
  origin: 'peer',
  fileName: 'peer.zip',
  byteLength: 3,
  partyName: 'Peer',
  createdOn: '2026-01-02',
  codebookId: 'b'.repeat(64),
  codebook: {
    format: 'twinpool-codebook',
    version: 1,
    title: '',
    variables: [],
    outcome: { kind: 'count', name: 'y', label: 'y', maximum: 3, missingCodes: [] },
    declaredPublic: true,
  },
  rowCount: 1,
  setCount: 1,
  epsilon: 1,
  delta: 1e-6,
  simulated: false,
  included: true,
};

afterEach(() => vault.forgetEverything());

describe('the vault', () => {
  it('is empty at first', async () => {
    expect(await vault.load()).toEqual({ project: null, releases: [], bundles: [] });
  });

  it('gives back what was typed', async () => {
    const project = { ...storedPart(initialState()), partyName: 'Ward 7' };
    await vault.saveProject(project);
    expect((await vault.load()).project).toEqual(project);
  });

  it('keeps a bundle byte for byte, and loses both parts together', async () => {
    await vault.putBundle(summary, new Uint8Array([1, 2, 3]));
    expect((await vault.load()).bundles).toEqual([summary]);
    expect(await vault.bundleBytes(summary.id)).toEqual(new Uint8Array([1, 2, 3]));
    await vault.removeBundle(summary.id);
    expect((await vault.load()).bundles).toEqual([]);
    expect(await vault.bundleBytes(summary.id)).toBeNull();
  });

  it('forgets everything', async () => {
    await vault.putBundle(summary, new Uint8Array([1]));
    await vault.saveProject(storedPart(initialState()));
    await vault.forgetEverything();
    expect(await vault.load()).toEqual({ project: null, releases: [], bundles: [] });
    expect(await database.bundleFiles.count()).toBe(0);
  });

  it('has no table for rows', () => {
    expect(database.tables.map((table) => table.name).sort()).toEqual([
      'bundleFiles',
      'bundles',
      'project',
      'releases',
    ]);
  });
});
