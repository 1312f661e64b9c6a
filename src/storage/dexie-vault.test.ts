import 'fake-indexeddb/auto';
import Dexie from 'dexie';
import { afterEach, describe, expect, it } from 'vitest';
import type { DpviState } from '../core/inference/dpvi-state.ts';
import { initialState, storedPart } from '../session/initial-state.ts';
import type { BundleSummary, FolderHandle, ReleaseRecord } from '../session/records.ts';
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

const release = { id: 'r', sequence: 1, status: 'queued', attempt: 0, stepsDone: 0 } as ReleaseRecord;

const project = storedPart(initialState({ id: 'p', name: 'Falls', createdOn: '2026-01-01' }));

afterEach(() => vault.forgetEverything());

describe('the vault', () => {
  it('is empty at first', async () => {
    expect(await vault.load()).toEqual({ projects: [], releases: [] });
    expect(await vault.project('p')).toBeNull();
    expect(await vault.value('openProject')).toBeNull();
  });

  it('gives back what was typed, each project for itself', async () => {
    const other = { ...project, id: 'q', name: '', createdOn: '2025-12-31', partyName: 'Ward 7' };
    await vault.saveProject(project);
    await vault.saveProject(other);
    await vault.putValue('openProject', 'q');
    expect((await vault.load()).projects).toEqual([other, project]);
    expect(await vault.project('q')).toEqual(other);
    expect(await vault.value('openProject')).toBe('q');
  });

  it('keeps a bundle byte for byte, and loses both parts together', async () => {
    await vault.putBundle('p', summary, new Uint8Array([1, 2, 3]));
    expect(await vault.bundles('p')).toEqual([summary]);
    expect(await vault.bundleBytes(summary.id)).toEqual(new Uint8Array([1, 2, 3]));
    await vault.removeBundle('p', summary.id);
    expect(await vault.bundles('p')).toEqual([]);
    expect(await vault.bundleBytes(summary.id)).toBeNull();
  });

  it('keeps a file as long as one project has it', async () => {
    await vault.saveProject(project);
    await vault.putBundle('p', summary, new Uint8Array([1]));
    await vault.duplicateProject('p', { ...project, id: 'q' });
    await vault.updateBundle('q', { ...summary, included: false });
    expect(await vault.bundles('p')).toEqual([summary]);
    expect(await vault.bundles('q')).toEqual([{ ...summary, included: false }]);
    await vault.removeBundle('p', summary.id);
    expect(await vault.bundleBytes(summary.id)).not.toBeNull();
    await vault.removeBundle('q', summary.id);
    expect(await vault.bundleBytes(summary.id)).toBeNull();
  });

  it('keeps the folder of a project as long as the project, and forgets it with everything', async () => {
    const folder = { handle: { name: 'shared' } as FolderHandle, seen: ['a.zip/1/1'] };
    await vault.saveProject(project);
    await vault.keepFolder('p', folder);
    expect(await vault.folder('p')).toEqual(folder);
    await vault.removeProject('p');
    await vault.load();
    expect(await vault.folder('p')).toBeNull();
    await vault.keepFolder('q', folder);
    await vault.forgetEverything();
    expect(await vault.folder('q')).toBeNull();
  });

  it('hides a removed project, brings it back, and lets go of it at the next load', async () => {
    await vault.saveProject(project);
    await vault.putBundle('p', summary, new Uint8Array([1]));
    await vault.removeProject('p');
    expect(await vault.project('p')).toBeNull();
    await vault.restoreProject('p');
    expect(await vault.project('p')).toEqual(project);
    expect(await vault.bundles('p')).toEqual([summary]);
    await vault.removeProject('p');
    expect((await vault.load()).projects).toEqual([]);
    expect(await vault.bundles('p')).toEqual([]);
    expect(await vault.bundleBytes(summary.id)).toBeNull();
  });

  it('changes an entry of the ledger for the newest attempt only, and never one that has ended', async () => {
    await vault.addRelease(release);
    await expect(vault.addRelease(release)).rejects.toThrow();
    const state = { step: 3 } as DpviState;
    expect(await vault.changeRelease('r', 0, { status: 'started', attempt: 1 })).toMatchObject({
      attempt: 1,
    });
    expect(await vault.changeRelease('r', 0, { status: 'started', attempt: 1 })).toBeNull();
    await vault.changeRelease('r', 1, { stepsDone: 3 }, state);
    expect(await vault.checkpoint('r')).toEqual(state);
    // Another tab goes on with it: what this one writes is refused.
    await vault.changeRelease('r', 1, { attempt: 2 });
    expect(await vault.changeRelease('r', 1, { stepsDone: 9 }, { step: 9 } as DpviState)).toBeNull();
    expect(await vault.checkpoint('r')).toEqual(state);
    expect(await vault.changeRelease('r', 2, { status: 'finished' }, null)).toMatchObject({ stepsDone: 3 });
    expect(await vault.checkpoint('r')).toBeNull();
    expect(await vault.changeRelease('r', 2, { status: 'started' }, state)).toBeNull();
    expect(await vault.checkpoint('r')).toBeNull();
    expect(await vault.changeRelease('gone', 0, { status: 'started' })).toBeNull();
    expect((await vault.releases()).map(({ status }) => status)).toEqual(['finished']);
  });

  it('of two tabs that claim one training at once, one gets it', async () => {
    await vault.addRelease(release);
    const claims = await Promise.all(
      [1, 2, 3].map(() => vault.changeRelease('r', 0, { status: 'started', attempt: 1 })),
    );
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  it('gives back parts of a study, each of its own study, until they are forgotten, and after that is undone', async () => {
    const result = { kind: 'twin', model: { kind: 'dpvi', rowCount: 3, location: [1], scale: [2] } } as const;
    await vault.putStudyPart('a', 'twin-1', result);
    expect(await vault.studyPart('a', 'twin-1')).toEqual(result);
    expect(await vault.studyPart('b', 'twin-1')).toBeNull();
    const bringBack = await vault.forgetStudies();
    expect(await vault.studyPart('a', 'twin-1')).toBeNull();
    await bringBack();
    expect(await vault.studyPart('a', 'twin-1')).toEqual(result);
  });

  it('forgets everything', async () => {
    await vault.putBundle('p', summary, new Uint8Array([1]));
    await vault.saveProject(project);
    await vault.putValue('openProject', 'p');
    await vault.forgetEverything();
    for (const table of database.tables) expect(await table.count(), table.name).toBe(0);
  });

  it('has no table for rows', () => {
    expect(database.tables.map((table) => table.name).sort()).toEqual([
      'bundleFiles',
      'checkpoints',
      'files',
      'folders',
      'projectBundles',
      'projects',
      'releases',
      'studyParts',
      'values',
    ]);
  });
});

describe('a browser that kept the one project of version 1', () => {
  it('finds everything in this version', async () => {
    const old = new Dexie('upgraded');
    old.version(1).stores({ project: 'key', releases: 'id, startedOn', bundles: 'id', bundleFiles: 'id' });
    const { id: _id, name: _name, createdOn: _createdOn, ...before } = project;
    await old.table('project').put({ ...before, partyName: 'Ward 7', key: 'current' });
    await old.table('releases').put({ id: 'a', startedOn: '2026-01-02', status: 'started' });
    await old.table('releases').put({ id: 'b', startedOn: '2026-01-01', status: 'finished' });
    await old.table('bundles').put(summary);
    await old.table('bundleFiles').put({ id: summary.id, bytes: new Uint8Array([7]) });
    old.close();

    const upgraded = openVault(new TwinpoolDatabase('upgraded'));
    const { projects, releases } = await upgraded.load();
    expect(projects).toMatchObject([{ ...before, id: 'first', name: '', partyName: 'Ward 7' }]);
    expect(projects[0]).not.toHaveProperty('key');
    // What has no known end counts for ever, and is not gone on with.
    expect(releases).toMatchObject([
      { id: 'b', status: 'finished', sequence: 1 },
      { id: 'a', status: 'failed', sequence: 2 },
    ]);
    expect(await upgraded.bundles('first')).toEqual([summary]);
    expect(await upgraded.bundleBytes(summary.id)).toEqual(new Uint8Array([7]));
    await Dexie.delete('upgraded');
  });

  it('counts noisy tables of the old kind and keeps them no longer, and those of today as they are', async () => {
    const old = new Dexie('measured');
    old.version(7).stores({ releases: 'id, sequence' });
    const finished = { status: 'finished', posterior: { tables: [] } };
    const plan = (settings: object) => ({ settings: { preset: 'noisy-marginals', ...settings } });
    await old.table('releases').bulkPut([
      { id: 'old', sequence: 1, ...finished, plan: plan({ weights: [1] }) },
      { id: 'new', sequence: 2, ...finished, plan: plan({ weights: [1], eventWeight: 1 }) },
      { id: 'trained', sequence: 3, ...finished, plan: { settings: { preset: 'short' } } },
    ]);
    old.close();
    const upgraded = openVault(new TwinpoolDatabase('measured'));
    const { releases } = await upgraded.load();
    expect(releases.map(({ id, status, posterior }) => [id, status, posterior !== null])).toEqual([
      ['old', 'failed', false],
      ['new', 'finished', true],
      ['trained', 'finished', true],
    ]);
    await Dexie.delete('measured');
  });
});
